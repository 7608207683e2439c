// SPDX-License-Identifier: MIT
// The journal's file layout and the walk over its records; journal.hpp describes both.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "journal/file.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

inline constexpr std::size_t kFileHeaderBytes = 16;
inline constexpr std::array<std::uint8_t, kFileHeaderBytes> kFileHeader = {
    'S', 'F', 'J', 'O', 'U', 'R', 'N', 'A', 'L', '1', '\n'};
inline constexpr std::uint32_t kRecordMagic = 0x5243464A;  // "JFCR".
inline constexpr std::size_t kRecordHeaderBytes = 24 + 8;  // wall_ns included.
inline constexpr std::size_t kRecordSummedFrom = 12;       // First byte that the checksum covers.

// Appends the record's bytes to `out`.
void encode_record(RecordKind kind, std::uint64_t sequence, std::int64_t wall_ns,
                   std::string_view body, std::vector<std::uint8_t>& out);

class Scanner {
 public:
    explicit Scanner(const File& file) : file_{file} {}

    // Reads the file header. An empty file and a beginning of the header are a `problem`, not an
    // error: creation was interrupted. Other content is an error.
    [[nodiscard]] Result<void> begin();
    // True: `record` holds the next one. False: the end, or damage, told by problem().
    [[nodiscard]] Result<bool> next(Record& record);

    [[nodiscard]] std::uint64_t bytes_good() const { return good_; }
    [[nodiscard]] std::uint64_t sequence_last() const { return sequence_last_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
    // A view of `count` bytes at good_ + offset; shorter at the end of the file.
    [[nodiscard]] Result<std::span<const std::uint8_t>> view(std::uint64_t offset,
                                                             std::size_t count);
    bool damaged(std::string problem);

    const File& file_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t buffer_offset_ = 0;
    std::uint64_t good_ = 0;
    std::uint64_t sequence_last_ = 0;
    std::string problem_;
};

}  // namespace sniperforge::journal
