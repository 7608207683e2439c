// SPDX-License-Identifier: MIT
// Kinds of recordings that are known, and of which no tape can be made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sniperforge::backtest {

// What the recording is and why nothing in it can be traded on; nothing where it is of no such
// kind. Of the unpacked text, or of what could not be unpacked.
[[nodiscard]] std::optional<std::string> why_unplayable(std::string_view text);

}  // namespace sniperforge::backtest
