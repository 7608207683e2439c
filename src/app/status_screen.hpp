// SPDX-License-Identifier: MIT
// A daemon's status as a person watches it: one screen of lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::app {

// Of the line of JSON that `status` has, of this version or an older one: what it does not tell is
// left out. No line where it is no JSON.
[[nodiscard]] std::vector<std::string> status_lines(std::string_view json);

}  // namespace sniperforge::app
