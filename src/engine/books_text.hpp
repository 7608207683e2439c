// SPDX-License-Identifier: MIT
// The ledger's accounts in the report of a run.
#pragma once

#include <string>

#include "sniperforge/engine/run_report.hpp"

namespace sniperforge::engine {

// One object: each account by its name, then what they come to.
[[nodiscard]] std::string books_json(const RunReport& report);
// What there is, and where it came from: both sides of the books, and what is between them.
[[nodiscard]] std::string books_text(const RunReport& report);

}  // namespace sniperforge::engine
