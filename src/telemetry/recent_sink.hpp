// SPDX-License-Identifier: MIT
// Where write_line() leaves warnings and errors for recent_warnings().
#pragma once

#include <string_view>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::telemetry {

// Both texts are escaped already.
void keep_recent(Level level, std::string_view component, std::string_view text);

}  // namespace sniperforge::telemetry
