// SPDX-License-Identifier: MIT
// A copy of a journal that may be growing under its writer: every good record up to now, and
// nothing of one that is being written.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::journal {

// All segments. `to` is on the disk, whole, when this returns, and is not there at all when it
// fails. Never written over: a journal of that name is an error. What was copied; what stands
// behind it is in bytes_bad.
[[nodiscard]] Result<ReadSummary> copy_journal(const std::string& from, const std::string& to);

// Gives all segments the other name; the newest first, which stands for itself where the rest is
// cut off.
[[nodiscard]] Result<void> rename_journal(const std::string& from, const std::string& to);

}  // namespace sniperforge::journal
