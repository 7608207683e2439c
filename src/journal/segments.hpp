// SPDX-License-Identifier: MIT
// The files of a journal: their names, their heads, and which of them a writer goes on with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/file.hpp"
#include "journal/scanner.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::journal {

struct Segment {
    std::uint64_t number = 0;  // Counts from 1.
    std::string path;
};

// journal.sfj is the name of the whole; its third segment is journal-000003.sfj.
[[nodiscard]] std::string segment_path(const std::string& path, std::uint64_t number);
// Where a new one is written before it has its name.
[[nodiscard]] std::string part_path(const std::string& path);
// In order. A single file of the version before, which is called as the whole, is the first one.
[[nodiscard]] Result<std::vector<Segment>> list_segments(const std::string& path);
[[nodiscard]] std::string name_of(const std::string& path);

// The header's bytes.
[[nodiscard]] std::vector<std::uint8_t> encode_head(const SegmentHead& head);

// The last record of the segment before it.
[[nodiscard]] std::vector<std::uint8_t> encode_end(const SegmentHead& next);

// Which segments there are; the last one is what a writer goes on with. One behind it whose file
// ends inside its head was being begun, and says nothing that the one before it does not.
struct Segments {
    std::vector<Segment> whole;
    std::vector<Segment> torn;  // One at most.
    std::string why;            // What is wrong with it.
};
[[nodiscard]] Result<Segments> find_segments(const std::string& path);
// The end of the last one says that another one was begun and durable: an error that names it.
[[nodiscard]] std::unexpected<Error> next_is_missing(const std::string& path,
                                                     const Segments& segments);

}  // namespace sniperforge::journal
