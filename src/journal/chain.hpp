// SPDX-License-Identifier: MIT
// Segments read one after the other, each held against the one before it.
#pragma once

#include <functional>
#include <string>

#include "journal/segments.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {

struct ChainRead {
    ReadSummary summary;
    // Where the summary has a problem: the segment in front of which, or in which, reading ended.
    std::uint64_t stopped_at = 0;
};
// As read_journal(), from the segment of that number on.
[[nodiscard]] Result<ChainRead> read_chain(const std::string& path, std::uint64_t first,
                                           const std::function<void(const Record&)>& visit);

}  // namespace sniperforge::journal
