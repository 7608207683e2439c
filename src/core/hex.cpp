// SPDX-License-Identifier: MIT
#include "sniperforge/core/hex.hpp"

#include <fmt/format.h>

namespace sniperforge {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

[[nodiscard]] int digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace

std::string hex_encode(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text.push_back(kDigits[static_cast<std::size_t>(byte >> 4)]);
        text.push_back(kDigits[static_cast<std::size_t>(byte & 15)]);
    }
    return text;
}

Result<std::vector<std::uint8_t>> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(
            fmt::format("hexadecimal text has {} characters, expected an even count", text.size()));
    }
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit_value(text[i]);
        const int low = digit_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return fail(fmt::format("'{}' at {} is not hexadecimal", text.substr(i, 2), i));
        }
        bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return bytes;
}

}  // namespace sniperforge
