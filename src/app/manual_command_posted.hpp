// SPDX-License-Identifier: MIT
// A command as the dashboard posts it, to the line that the control socket takes.
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// Of {"command":"flatten","reason":"lunch","confirm":"flatten"}: each member is there once and is
// text, `confirm` repeats `command`, and nothing else is in it.
[[nodiscard]] Result<std::string> control_line(std::string_view body);

}  // namespace sniperforge::app
