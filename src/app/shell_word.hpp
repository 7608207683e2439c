// SPDX-License-Identifier: MIT
// A text as a shell takes it for one word, so that a command that is printed can be pasted.
#pragma once

#include <string>
#include <string_view>

namespace sniperforge::app {

[[nodiscard]] inline std::string shell_word(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,+@%-";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
        return std::string{text};
    }
    std::string word = "'";
    for (const char c : text) {
        word += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    }
    return word + "'";
}

}  // namespace sniperforge::app
