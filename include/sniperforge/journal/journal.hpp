// SPDX-License-Identifier: MIT
// The journal on disk: an append-only file of checksummed records, and its reader. A torn or
// corrupted tail is detected, cut at the last good record and reported; nothing before it is lost,
// and what is cut is kept beside the journal in PATH.cut.
//
// Layout: 16-byte file header "SFJOURNAL1\n" padded with zeros; then per record a 24-byte header
// {u32 magic, u32 body length, u32 crc32c of everything after this field, u8 kind, 3 zero bytes,
// u64 sequence}, i64 wall_ns, body. Little-endian. The checksum does not cover the length, but a
// wrong length moves the end of what is summed, so it is found the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/disk.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

// Longer bodies are refused; a reader takes a greater length for damage.
inline constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20U;

// Owned by one thread. After a failed fdatasync() the kernel may have dropped what was not yet on
// disk, so every later call fails too: open the journal again to see what it holds.
class JournalWriter {
 public:
    // Opens or creates; an existing file is scanned, its torn tail cut, and writing continues
    // after its last sequence number. Holds a lock: a second writer, in this process or another,
    // is an error. A file that is not a journal is an error and left alone. `disk`, which outlives
    // the writer, is asked about every write and sync after that; the daemon gives none.
    [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(const std::string& path,
                                                                     Disk* disk = nullptr);
    virtual ~JournalWriter() = default;

    // Assigns the sequence number and buffers; may write(). Not durable until sync().
    [[nodiscard]] virtual Result<std::uint64_t> append(RecordKind kind, std::int64_t wall_ns,
                                                       std::string_view body) = 0;
    // write() and fdatasync() of everything appended.
    [[nodiscard]] virtual Result<void> sync() = 0;
    // Of the file once everything buffered is written.
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
    // Of the last record; 0 in a new journal.
    [[nodiscard]] virtual std::uint64_t sequence_last() const = 0;
    // Bytes of a torn tail that were cut when the file was opened, and why; 0 and empty usually.
    [[nodiscard]] virtual std::uint64_t bytes_cut() const = 0;
    [[nodiscard]] virtual const std::string& cut_reason() const = 0;
    // SHA-256, in hexadecimal, over every decision appended since open, in order: u8 kind, u32 body
    // length (little-endian), body.
    [[nodiscard]] virtual std::string decision_sha256() const = 0;
};

struct ReadSummary {
    std::uint64_t records = 0;
    std::uint64_t bytes_good = 0;
    std::uint64_t bytes_bad = 0;  // Behind the last good record.
    std::string problem;          // Empty, or why reading stopped early.
};
// Calls `visit` for every good record in order. Damage is not an error but a `problem`; an error is
// a file that cannot be read or is no journal. The file may be growing meanwhile.
[[nodiscard]] Result<ReadSummary> read_journal(const std::string& path,
                                               const std::function<void(const Record&)>& visit);

}  // namespace sniperforge::journal
