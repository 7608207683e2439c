// SPDX-License-Identifier: MIT
// The newest warnings and errors of the log, for who looks at a page and not at the log. Kept by
// write_line() in a fixed number of places; any thread may ask.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::telemetry {

struct LoggedLine {
    Level level = Level::Warning;
    WallTime at;
    std::string component;
    std::string text;  // Escaped as in the log, and cut at kRecentTextBytesMax.
};
inline constexpr std::size_t kRecentLinesMax = 50;
inline constexpr std::size_t kRecentTextBytesMax = 400;

// The oldest first.
[[nodiscard]] std::vector<LoggedLine> recent_warnings();

}  // namespace sniperforge::telemetry
