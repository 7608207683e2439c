// SPDX-License-Identifier: MIT
// A moment as people write one on the command line.
#pragma once

#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

// "2026-11-30" is its midnight, "2026-11-30T12:34:56Z" that second, "24h" so long before `now`, in
// s, m, h, d or w: whole seconds of UTC, so that what is printed names the same moment.
[[nodiscard]] Result<WallTime> parse_moment(std::string_view text, WallTime now);

}  // namespace sniperforge::app
