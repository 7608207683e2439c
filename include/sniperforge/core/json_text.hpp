// SPDX-License-Identifier: MIT
// Text as the inside of a JSON string. Input may be hostile: control characters are escaped, and
// bytes that are not valid UTF-8 become U+FFFD, so that the result is always valid JSON.
#pragma once

#include <string>
#include <string_view>

namespace sniperforge {

[[nodiscard]] std::string json_escaped(std::string_view text);
// The same with its quotes.
[[nodiscard]] inline std::string json_quoted(std::string_view text) {
    return '"' + json_escaped(text) + '"';
}

}  // namespace sniperforge
