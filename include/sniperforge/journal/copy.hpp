// SPDX-License-Identifier: MIT
// A copy of a journal that may be growing under its writer: every good record up to now, and
// nothing of one that is being written.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {

// The longest run of segments that are sound and end with the newest.
struct SoundRun {
    std::uint64_t first = 0;  // Its first segment.
    std::string left_out;     // What is wrong in front of it; empty where nothing is.
};
// An error: there is none, as the newest is not sound itself.
[[nodiscard]] Result<SoundRun> sound_run(const std::string& path);

// All segments from that one on. `to` is on the disk, whole, when this returns, and is not there at
// all when it fails. Never written over: a journal of that name is an error. What was copied; what
// stands behind it is in bytes_bad.
[[nodiscard]] Result<ReadSummary> copy_journal(const std::string& from, const std::string& to,
                                               std::uint64_t first = 1);

// Gives all segments the other name; the newest first, which stands for itself where the rest is
// cut off.
[[nodiscard]] Result<void> rename_journal(const std::string& from, const std::string& to);

}  // namespace sniperforge::journal
