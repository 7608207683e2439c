// SPDX-License-Identifier: MIT
// What is wrong with a journal, in words: what was found, what a start makes of it, what to do.
#pragma once

#include <optional>
#include <string>

#include "app/journal_backup.hpp"

namespace sniperforge::app {

// Nothing: it is whole.
[[nodiscard]] std::optional<std::string> journal_problem(const JournalFacts& facts,
                                                         const std::string& directory);

}  // namespace sniperforge::app
