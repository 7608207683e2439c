// SPDX-License-Identifier: MIT
// The journal on disk: an append-only log of checksummed records in a sequence of files, and its
// reader. A torn or corrupted tail is detected, cut at the last good record and reported; nothing
// before it is lost, and what is cut is kept beside the journal in PATH.cut.
//
// PATH, journal.sfj say, names the whole. Its segments are journal-000001.sfj and so on; a single
// file of that name is a journal of the version before, which the first writer takes over as
// segment 1 by giving it that name. Each segment but the first begins with a checkpoint: all that
// the records before it have left, so that the segments before it may be deleted (ADR 0025). Of
// the checkpoint's contents this module knows nothing.
//
// Layout: header, then per record a 24-byte header {u32 magic, u32 body length, u32 crc32c of
// everything after this field, u8 kind, 3 zero bytes, u64 sequence}, i64 wall_ns, body. Sequences
// go on from segment to segment. Little-endian. The checksum does not cover the length, but a wrong
// length moves the end of what is summed, so it is found the same way. The header is 256 bytes:
// "SFJOURNAL2\n" padded to 16, u32 schema 2, u32 records of the checkpoint, u64 segment, u64 last
// sequence before it, u64 bytes and u32 checksum of the last record of the segment before, u32
// length of an identity, the identity, zeros, u32 crc32c of all before. In the version before it
// was "SFJOURNAL1\n" padded to 16 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/disk.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

// Longer bodies are refused; a reader takes a greater length for damage.
inline constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20U;

struct WriterOptions {
    // Asked about every write and sync after the opening; outlives the writer. The daemon gives
    // none.
    Disk* disk = nullptr;
    // Of the newest segment, its checkpoint first, as it is opened.
    std::function<void(const Record&)> visit = {};
    // Stands in the header of a new journal.
    std::string identity = {};
};

// Owned by one thread. After a failed fdatasync() the kernel may have dropped what was not yet on
// disk, so every later call fails too: open the journal again to see what it holds.
class JournalWriter {
 public:
    // Opens or creates; an existing journal's newest segment is scanned, its torn tail cut, and
    // writing continues after its last sequence number. Holds a lock: a second writer, in this
    // process or another, is an error. A file that is not a journal, or one of a newer version, is
    // an error and left alone.
    [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(
        const std::string& path, const WriterOptions& options = {});
    virtual ~JournalWriter() = default;

    // Assigns the sequence number and buffers; may write(). Not durable until sync().
    [[nodiscard]] virtual Result<std::uint64_t> append(RecordKind kind, std::int64_t wall_ns,
                                                       std::string_view body) = 0;
    // write() and fdatasync() of everything appended.
    [[nodiscard]] virtual Result<void> sync() = 0;
    // The file did not take all of the last write. sync() says why, if it still does not.
    [[nodiscard]] virtual bool is_behind() const = 0;
    // Ends the newest segment and begins the next one with the bodies as its checkpoint. Only with
    // everything synced. Where it fails before the new one has its name, the journal goes on in the
    // old one as if nothing had been asked.
    [[nodiscard]] virtual Result<void> begin_segment(std::int64_t wall_ns,
                                                     const std::vector<std::string>& checkpoint,
                                                     const std::string& identity) = 0;
    // Deletes the oldest segment; nothing where there is only one.
    [[nodiscard]] virtual Result<void> prune() = 0;
    [[nodiscard]] virtual std::size_t segments() const = 0;
    // Of all segments, once everything buffered is written.
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
    // Of the newest segment, behind its header and its checkpoint.
    [[nodiscard]] virtual std::uint64_t bytes_grown() const = 0;
    // Of the last record; 0 in a new journal.
    [[nodiscard]] virtual std::uint64_t sequence_last() const = 0;
    // Bytes of a torn tail that were cut when the file was opened, and why; 0 and empty usually.
    [[nodiscard]] virtual std::uint64_t bytes_cut() const = 0;
    [[nodiscard]] virtual const std::string& cut_reason() const = 0;
    // Of them those of sound records, which stood behind damage: not torn, but lost.
    [[nodiscard]] virtual std::uint64_t bytes_cut_sound() const = 0;
    // SHA-256, in hexadecimal, over every decision appended since open, in order: u8 kind, u32 body
    // length (little-endian), body.
    [[nodiscard]] virtual std::string decision_sha256() const = 0;
};

struct ReadSummary {
    std::uint64_t records = 0;
    std::uint64_t bytes_good = 0;
    std::uint64_t bytes_bad = 0;  // Behind the last good record.
    // Of them those of sound records behind the damage: what they told is lost, which the end of a
    // file that was being written is not.
    std::uint64_t bytes_bad_sound = 0;
    std::uint64_t segments = 0;  // That were read.
    // Before them, in segments that were deleted: what is told of them is a checkpoint's.
    std::uint64_t records_gone = 0;
    std::uint64_t sequence_last = 0;  // Of the last good record, there or gone.
    std::string problem;              // Empty, or why reading stopped early.
};
// Calls `visit` for every good record in order. Damage is not an error but a `problem`, and so is
// a segment that is missing or is not the one that it should be; an error is a file that cannot be
// read or is no journal. The journal may be growing meanwhile.
[[nodiscard]] Result<ReadSummary> read_journal(const std::string& path,
                                               const std::function<void(const Record&)>& visit);
// The same of the newest segment, which begins with a checkpoint or is the first one. That the
// next one is missing is an error here; where one is begun meanwhile, it is visited behind.
[[nodiscard]] Result<ReadSummary> read_newest(const std::string& path,
                                              const std::function<void(const Record&)>& visit);
[[nodiscard]] bool has_journal(const std::string& path);
// The names of its segments, in order.
[[nodiscard]] std::vector<std::string> files_of(const std::string& path);
// The file that grows; empty where there is no journal.
[[nodiscard]] std::string newest_file(const std::string& path);

}  // namespace sniperforge::journal
