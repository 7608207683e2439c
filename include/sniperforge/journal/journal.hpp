// SPDX-License-Identifier: MIT
// The journal on disk: an append-only file of checksummed records, and its reader. A torn or
// corrupted tail is detected, cut at the last good record and reported; nothing before it is lost.
//
// Layout: 16-byte file header "SFJOURNAL1\n" padded with zeros; then per record a 24-byte header
// {u32 magic, u32 body length, u32 crc32c of everything after this field, u8 kind, 3 zero bytes,
// u64 sequence}, i64 wall_ns, body. Little-endian.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sniperforge/core/key.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

class JournalWriter {
   public:
    // Opens or creates; an existing file is scanned, its torn tail cut, and writing continues
    // after its last sequence number.
    [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(const std::string& path);
    virtual ~JournalWriter() = default;

    // Assigns the sequence number and buffers. Not durable until sync().
    [[nodiscard]] virtual Result<std::uint64_t> append(RecordKind kind, std::int64_t wall_ns,
                                                       std::string_view body) = 0;
    // write() and fdatasync() of everything appended.
    [[nodiscard]] virtual Result<void> sync() = 0;
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
    // Records cut from a torn tail when the file was opened (0 or 1) and the bytes dropped.
    [[nodiscard]] virtual std::uint64_t bytes_cut() const = 0;
    // SHA-256 over (kind, body) of every decision appended since open, in order.
    [[nodiscard]] virtual std::string decision_sha256() const = 0;
};

struct ReadSummary {
    std::uint64_t records = 0;
    std::uint64_t bytes_good = 0;
    std::uint64_t bytes_bad = 0;   // Behind the last good record.
    std::string problem;           // Empty, or why reading stopped early.
};
// Calls `visit` for every good record in order.
[[nodiscard]] Result<ReadSummary> read_journal(const std::string& path,
                                               const std::function<void(const Record&)>& visit);

}  // namespace sniperforge::journal
