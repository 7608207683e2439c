// SPDX-License-Identifier: MIT
// What the tests of the admin server show it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace sniperforge::ops::test {

inline constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";  // 32 characters.
inline constexpr std::string_view kWrongToken = "0123456789abcdef0123456789abcdee";
inline constexpr std::string_view kControlToken = "fedcba9876543210fedcba9876543210";

[[nodiscard]] inline std::string bearer(std::string_view token) {
    return fmt::format("Authorization: Bearer {}\r\n", token);
}

// What a command shows besides the token.
[[nodiscard]] inline std::string control(std::string_view token) {
    return fmt::format("X-Control-Token: {}\r\n", token);
}

}  // namespace sniperforge::ops::test
