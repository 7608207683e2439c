// SPDX-License-Identifier: MIT
// Text inside an HTML element or a quoted attribute. Input may be hostile: markup is escaped,
// control characters become spaces, and bytes that are not valid UTF-8 become U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace sniperforge::analytics {

[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace sniperforge::analytics
