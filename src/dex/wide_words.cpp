// SPDX-License-Identifier: MIT
#include "dex/wide_words.hpp"

#include <algorithm>

namespace sniperforge::dex {
namespace {

// Words up to the highest one that is not zero.
std::size_t length_of(const Words256& value) {
    std::size_t length = 4;
    while (length > 0 && value.word[length - 1] == 0) {
        --length;
    }
    return length;
}

// The numerator, shifted so that the divisor's highest bit is set: one word longer.
using Remainder = std::array<std::uint64_t, 5>;

std::uint64_t shifted_word(const std::array<std::uint64_t, 4>& words, std::size_t i, int shift) {
    const std::uint64_t own = i < 4 ? words[i] << shift : 0;
    const std::uint64_t lower = i > 0 && shift > 0 ? words[i - 1] >> (64 - shift) : 0;
    return own | lower;
}

// One digit, at most one too high: from the top two words of the divisor and three of the rest.
std::uint64_t guess_digit(const Remainder& rest, const Words256& divisor, std::size_t length,
                          std::size_t at) {
    const std::uint64_t top = divisor.word[length - 1];
    const u128 head = join_words(rest[at + length], rest[at + length - 1]);
    u128 digit = kU64Max;
    u128 left = 0;
    if (rest[at + length] < top) {
        digit = head / top;
        left = head % top;
    } else {
        left = head - digit * top;
    }
    if (length == 1) {
        return low_word(digit);
    }
    const std::uint64_t second = divisor.word[length - 2];
    const std::uint64_t third = rest[at + length - 2];
    while (left <= kU64Max && digit * second > join_words(low_word(left), third)) {
        --digit;
        left += top;
    }
    return low_word(digit);
}

// rest -= digit * divisor at `at`; false if that was one divisor too much.
bool take_away(Remainder& rest, const Words256& divisor, std::size_t length, std::size_t at,
               std::uint64_t digit) {
    std::uint64_t carry = 0;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const u128 product = static_cast<u128>(digit) * divisor.word[i] + carry;
        carry = high_word(product);
        const u128 part = static_cast<u128>(rest[at + i]) - low_word(product) - borrow;
        rest[at + i] = low_word(part);
        borrow = high_word(part) != 0 ? 1 : 0;
    }
    const u128 part = static_cast<u128>(rest[at + length]) - carry - borrow;
    rest[at + length] = low_word(part);
    return high_word(part) == 0;
}

void give_back(Remainder& rest, const Words256& divisor, std::size_t length, std::size_t at) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const u128 part = static_cast<u128>(rest[at + i]) + divisor.word[i] + carry;
        rest[at + i] = low_word(part);
        carry = high_word(part);
    }
    rest[at + length] += carry;
}

}  // namespace

std::optional<WordsQuotient> divide_words(const Words256& numerator, const Words256& divisor) {
    const std::size_t length = length_of(divisor);
    if (length == 0) {
        return std::nullopt;
    }
    const std::size_t numerator_length = length_of(numerator);
    if (numerator_length < length) {
        return WordsQuotient{0, numerator_length == 0};
    }
    const int shift = std::countl_zero(divisor.word[length - 1]);
    Words256 scaled;
    Remainder rest{};
    for (std::size_t i = 0; i < length; ++i) {
        scaled.word[i] = shifted_word(divisor.word, i, shift);
    }
    for (std::size_t i = 0; i <= numerator_length; ++i) {
        rest[i] = shifted_word(numerator.word, i, shift);
    }
    u128 quotient = 0;
    for (std::size_t at = numerator_length - length + 1; at-- > 0;) {
        std::uint64_t digit = guess_digit(rest, scaled, length, at);
        if (!take_away(rest, scaled, length, at, digit)) {
            --digit;
            give_back(rest, scaled, length, at);
        }
        if (high_word(quotient) != 0) {
            return std::nullopt;
        }
        quotient = join_words(low_word(quotient), digit);
    }
    const bool is_exact = std::ranges::all_of(rest, [](std::uint64_t word) { return word == 0; });
    return WordsQuotient{quotient, is_exact};
}

}  // namespace sniperforge::dex
