// SPDX-License-Identifier: MIT
// 128-bit integers and exact multiply-divide. Every product of money goes through here and names
// its rounding: down what we receive, up what we pay.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "sniperforge/core/assert.hpp"

namespace sniperforge {

__extension__ using u128 = unsigned __int128;
__extension__ using i128 = __int128;

inline constexpr std::uint64_t kU64Max = std::numeric_limits<std::uint64_t>::max();

// floor(a * b / divisor), or nothing when it does not fit 64 bits or the divisor is zero.
[[nodiscard]] constexpr std::optional<std::uint64_t> mul_div_floor(std::uint64_t a, std::uint64_t b,
                                                                   std::uint64_t divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    const u128 quotient = static_cast<u128>(a) * b / divisor;
    if (quotient > kU64Max) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(quotient);
}

// ceil(a * b / divisor), or nothing when it does not fit 64 bits or the divisor is zero.
[[nodiscard]] constexpr std::optional<std::uint64_t> mul_div_ceil(std::uint64_t a, std::uint64_t b,
                                                                  std::uint64_t divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    const u128 product = static_cast<u128>(a) * b;
    const u128 quotient = product / divisor + (product % divisor != 0 ? 1 : 0);
    if (quotient > kU64Max) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(quotient);
}

[[nodiscard]] inline std::string to_string(u128 value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return digits;
}

[[nodiscard]] inline std::string to_string(i128 value) {
    if (value >= 0) {
        return to_string(static_cast<u128>(value));
    }
    return "-" + to_string(static_cast<u128>(0) - static_cast<u128>(value));
}

}  // namespace sniperforge
