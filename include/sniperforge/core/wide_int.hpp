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

struct Quotient {
    std::uint64_t quotient = 0;
    std::uint64_t remainder = 0;
};

// The three below must be inlined: a constant divisor is known only then, and a call costs as much
// as the division. Link-time optimisation, left to itself, calls them.

// `dividend` / `divisor`. Upper half of `dividend` < `divisor`: the quotient fits 64 bits then, and
// 0 is no divisor.
[[nodiscard, gnu::always_inline]] constexpr Quotient divide(u128 dividend, std::uint64_t divisor) {
    SF_ASSERT(dividend >> 64 < divisor);  // Folds into the check that mul_div makes.
    // A divisor that is a constant here costs the compiler a multiplication, no division; with 64
    // bits only.
    if (__builtin_constant_p(divisor) && dividend <= kU64Max) {
        const auto low = static_cast<std::uint64_t>(dividend);
        return {low / divisor, low % divisor};
    }
#if defined(__x86_64__)
    // One instruction, which the compiler does not use: it cannot know that the quotient fits, and
    // calls a function of its library instead, for quotient and remainder one each.
    if !consteval {
        Quotient result;
        // Volatile: it traps where that does not hold, and must stay behind the check.
        __asm__ volatile("divq %[divisor]"
                         : "=a"(result.quotient), "=d"(result.remainder)
                         : [divisor] "r"(divisor), "a"(static_cast<std::uint64_t>(dividend)),
                           "d"(static_cast<std::uint64_t>(dividend >> 64))
                         : "cc");
        return result;
    }
#endif
    return {static_cast<std::uint64_t>(dividend / divisor),
            static_cast<std::uint64_t>(dividend % divisor)};
}

// floor(a * b / divisor), or nothing when it does not fit 64 bits or the divisor is zero.
[[nodiscard, gnu::always_inline]] constexpr std::optional<std::uint64_t> mul_div_floor(
    std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
    const u128 product = static_cast<u128>(a) * b;
    if (product >> 64 >= divisor) {
        return std::nullopt;
    }
    return divide(product, divisor).quotient;
}

// ceil(a * b / divisor), or nothing when it does not fit 64 bits or the divisor is zero.
[[nodiscard, gnu::always_inline]] constexpr std::optional<std::uint64_t> mul_div_ceil(
    std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
    const u128 product = static_cast<u128>(a) * b;
    if (product >> 64 >= divisor) {
        return std::nullopt;
    }
    const auto [quotient, remainder] = divide(product, divisor);
    if (remainder == 0) {
        return quotient;
    }
    return quotient == kU64Max ? std::nullopt : std::optional{quotient + 1};
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
