// SPDX-License-Identifier: MIT
// Up to 320 bits as 64-bit words, for the few operations that a step of a swap does: on the hot
// path, where the general integers of wide_math.hpp cost several times as much. The cost follows
// the size of the numbers, which are mostly small.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::dex {

struct Words256 {
    std::array<std::uint64_t, 4> word{};  // Least significant first.

    [[nodiscard]] constexpr bool operator==(const Words256&) const = default;
};

struct Words320 {
    std::array<std::uint64_t, 5> word{};

    [[nodiscard]] constexpr bool operator==(const Words320&) const = default;
};

[[nodiscard]] constexpr std::uint64_t low_word(u128 value) {
    return static_cast<std::uint64_t>(value);
}
[[nodiscard]] constexpr std::uint64_t high_word(u128 value) {
    return static_cast<std::uint64_t>(value >> 64);
}
[[nodiscard]] constexpr u128 join_words(std::uint64_t high, std::uint64_t low) {
    return (static_cast<u128>(high) << 64) | low;
}

[[nodiscard]] constexpr Words256 to_words(u128 value) {
    return {{low_word(value), high_word(value), 0, 0}};
}

[[nodiscard]] constexpr Words256 multiply_words(u128 a, u128 b) {
    const u128 low = static_cast<u128>(low_word(a)) * low_word(b);
    const u128 cross_a = static_cast<u128>(high_word(a)) * low_word(b);
    const u128 cross_b = static_cast<u128>(low_word(a)) * high_word(b);
    const u128 high = static_cast<u128>(high_word(a)) * high_word(b);
    // Three words and a carry: below 2^66.
    const u128 middle = static_cast<u128>(high_word(low)) + low_word(cross_a) + low_word(cross_b);
    const u128 upper = high + high_word(cross_a) + high_word(cross_b) + high_word(middle);
    return {{low_word(low), low_word(middle), low_word(upper), high_word(upper)}};
}

// `a` below 2^192, so that the product fits.
[[nodiscard]] constexpr Words256 multiply_words(const Words256& a, std::uint64_t b) {
    Words256 product;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const u128 part = static_cast<u128>(a.word[i]) * b + carry;
        product.word[i] = low_word(part);
        carry = high_word(part);
    }
    return product;
}

// value * 2^64.
[[nodiscard]] constexpr Words320 extend_up_word(const Words256& value) {
    return {{0, value.word[0], value.word[1], value.word[2], value.word[3]}};
}

// The same, or nothing when it does not fit 256 bits: there some programs fail.
[[nodiscard]] constexpr std::optional<Words256> shift_up_word(const Words256& value) {
    if (value.word[3] != 0) {
        return std::nullopt;
    }
    return Words256{{0, value.word[0], value.word[1], value.word[2]}};
}

[[nodiscard]] constexpr Words256 add_words(const Words256& a, const Words256& b) {
    Words256 sum;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const u128 part = static_cast<u128>(a.word[i]) + b.word[i] + carry;
        sum.word[i] = low_word(part);
        carry = high_word(part);
    }
    return sum;
}

// a - b modulo 2^256.
[[nodiscard]] constexpr Words256 subtract_words(const Words256& a, const Words256& b) {
    Words256 difference;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const u128 part = static_cast<u128>(a.word[i]) - b.word[i] - borrow;
        difference.word[i] = low_word(part);
        borrow = high_word(part) != 0 ? 1 : 0;
    }
    return difference;
}

[[nodiscard]] constexpr bool is_less(const Words256& a, const Words256& b) {
    for (std::size_t i = 4; i-- > 0;) {
        if (a.word[i] != b.word[i]) {
            return a.word[i] < b.word[i];
        }
    }
    return false;
}

struct WordsQuotient {
    u128 value = 0;  // Rounded down.
    bool is_exact = true;
};

// numerator / divisor, or nothing when the quotient does not fit 128 bits or the divisor is zero.
[[nodiscard]] std::optional<WordsQuotient> divide_words(const Words320& numerator,
                                                        const Words256& divisor);
[[nodiscard]] inline std::optional<WordsQuotient> divide_words(const Words256& numerator,
                                                               const Words256& divisor) {
    const auto& word = numerator.word;
    return divide_words(Words320{{word[0], word[1], word[2], word[3], 0}}, divisor);
}

}  // namespace sniperforge::dex
