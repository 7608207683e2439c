// SPDX-License-Identifier: MIT
// The journal's file layout and the walk over its records; journal.hpp describes both.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "journal/file.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

inline constexpr std::size_t kFileHeaderBytes = 16;
inline constexpr std::array<std::uint8_t, kFileHeaderBytes> kFileHeader = {
    'S', 'F', 'J', 'O', 'U', 'R', 'N', 'A', 'L', '1', '\n'};
// Since segments; the one above is of a journal in one file.
inline constexpr std::size_t kSegmentHeaderBytes = 256;
inline constexpr std::array<std::uint8_t, kFileHeaderBytes> kSegmentHeader = {
    'S', 'F', 'J', 'O', 'U', 'R', 'N', 'A', 'L', '2', '\n'};
inline constexpr std::uint32_t kSchemaVersion = 2;
inline constexpr std::size_t kIdentityAt = 56;
inline constexpr std::size_t kIdentityBytesMax = kSegmentHeaderBytes - kIdentityAt - 4;
inline constexpr std::uint32_t kRecordMagic = 0x5243464A;  // "JFCR".
inline constexpr std::size_t kRecordHeaderBytes = 24 + 8;  // wall_ns included.
inline constexpr std::size_t kRecordSummedFrom = 12;       // First byte that the checksum covers.

// Appends the record's bytes to `out`. Its checksum.
std::uint32_t encode_record(RecordKind kind, std::uint64_t sequence, std::int64_t wall_ns,
                            std::string_view body, std::vector<std::uint8_t>& out);

// What a segment says of itself and of the one before it.
struct SegmentHead {
    std::uint64_t number = 1;
    std::uint32_t checkpoint_records = 0;  // Its first records; none in the first segment.
    std::uint64_t sequence_before = 0;     // Of the last record before it.
    std::uint64_t previous_bytes = 0;      // Where the segment before it ended.
    std::uint32_t previous_checksum = 0;   // Of that one's last record.
    std::string identity;                  // Whose it is and who began it, for people.
};

class Scanner {
 public:
    explicit Scanner(const File& file) : file_{file} {}

    // Reads the file header. An empty file and a beginning of the header are a `problem`, not an
    // error: creation was interrupted. Other content is an error, a whole header that does not
    // fit its checksum among it.
    [[nodiscard]] Result<void> begin();
    // True: `record` holds the next one. False: the end, or damage, told by problem().
    [[nodiscard]] Result<bool> next(Record& record);
    // Calls visit(record) for each that next() gives, until it says false: the rest is not read.
    template <typename Visit>
    [[nodiscard]] Result<void> read_on(const Visit& visit) {
        Record record;
        while (true) {
            const auto more = next(record);
            if (!more) {
                return Err<Error>{more.error()};
            }
            if (!*more || !visit(std::as_const(record))) {
                return {};
            }
        }
    }

    // After begin(), where there is no problem.
    [[nodiscard]] const SegmentHead& head() const { return head_; }
    // Of the last record that was read; 0 before the first one.
    [[nodiscard]] std::uint32_t checksum_last() const { return checksum_last_; }
    [[nodiscard]] std::uint64_t bytes_good() const { return good_; }
    [[nodiscard]] std::uint64_t sequence_last() const { return sequence_last_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }
    // Of the problem: the file ends there, as one does that was being written. Nothing that was
    // written later stands behind it.
    [[nodiscard]] bool is_torn() const { return is_torn_; }
    // Where there is a problem: bytes of sound records that stand behind it, so were written later.
    [[nodiscard]] Result<std::uint64_t> sound_behind();

 private:
    // A view of `count` bytes at good_ + offset; shorter at the end of the file.
    [[nodiscard]] Result<std::span<const std::uint8_t>> view(std::uint64_t offset,
                                                             std::size_t count);
    [[nodiscard]] Result<void> begin_segment();
    bool damaged(std::string problem, bool is_torn);

    const File& file_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t buffer_offset_ = 0;
    std::uint64_t good_ = 0;
    std::uint64_t sequence_last_ = 0;
    std::uint32_t checksum_last_ = 0;
    SegmentHead head_;
    std::string problem_;
    bool is_torn_ = false;
};

}  // namespace sniperforge::journal
