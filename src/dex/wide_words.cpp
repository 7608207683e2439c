// SPDX-License-Identifier: MIT
#include "dex/wide_words.hpp"

#include <bit>

namespace sniperforge::dex {
namespace {

// Words up to the highest one that is not zero.
template <std::size_t N>
std::size_t length_of(const std::array<std::uint64_t, N>& words) {
    std::size_t length = N;
    while (length > 0 && words[length - 1] == 0) {
        --length;
    }
    return length;
}

// One digit of the quotient (Knuth, The Art of Computer Programming 4.3.1, algorithm D, steps D3 to
// D6): `rest` points at the `length` + 1 words that are divided now, and keeps their remainder.
// `length` is at least 2, and the divisor's highest bit is set.
std::uint64_t divide_digit(std::uint64_t* rest, const std::uint64_t* divisor, std::size_t length) {
    const std::uint64_t top = divisor[length - 1];
    const u128 head = join_words(rest[length], rest[length - 1]);
    u128 digit = rest[length] >= top ? kU64Max : head / top;
    u128 left = head - digit * top;
    while (left <= kU64Max &&
           digit * divisor[length - 2] > join_words(low_word(left), rest[length - 2])) {
        --digit;
        left += top;
    }
    std::uint64_t carry = 0;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const u128 product = digit * divisor[i] + carry;
        carry = high_word(product);
        const u128 part = static_cast<u128>(rest[i]) - low_word(product) - borrow;
        rest[i] = low_word(part);
        borrow = high_word(part) != 0 ? 1 : 0;
    }
    const u128 part = static_cast<u128>(rest[length]) - carry - borrow;
    rest[length] = low_word(part);
    if (high_word(part) != 0) {  // One too many: rare, about 2 in 2^64.
        --digit;
        carry = 0;
        for (std::size_t i = 0; i < length; ++i) {
            const u128 sum = static_cast<u128>(rest[i]) + divisor[i] + carry;
            rest[i] = low_word(sum);
            carry = high_word(sum);
        }
        rest[length] += carry;
    }
    return low_word(digit);
}

std::optional<WordsQuotient> divide_by_word(const Words320& numerator, std::size_t length,
                                            std::uint64_t divisor) {
    WordsQuotient quotient;
    std::uint64_t rest = 0;
    for (std::size_t i = length; i-- > 0;) {
        if (high_word(quotient.value) != 0) {
            return std::nullopt;
        }
        const u128 part = join_words(rest, numerator.word[i]);
        const u128 digit = part / divisor;
        quotient.value = join_words(low_word(quotient.value), low_word(digit));
        rest = low_word(part - digit * divisor);
    }
    quotient.is_exact = rest == 0;
    return quotient;
}

}  // namespace

std::optional<WordsQuotient> divide_words(const Words320& numerator, const Words256& divisor) {
    const std::size_t length = length_of(divisor.word);
    const std::size_t used = length_of(numerator.word);
    if (length == 0) {
        return std::nullopt;
    }
    if (used < length) {
        return WordsQuotient{0, used == 0};
    }
    if (length == 1) {
        return divide_by_word(numerator, used, divisor.word[0]);
    }
    // Both are shifted so that the divisor's highest bit is set: the numerator gets a word longer.
    const auto shift = static_cast<unsigned>(std::countl_zero(divisor.word[length - 1]));
    const auto shifted = [shift](std::uint64_t word, std::uint64_t below) {
        return shift == 0 ? word : word << shift | below >> (64 - shift);
    };
    Words256 scaled;
    for (std::size_t i = length; i-- > 0;) {
        scaled.word[i] = shifted(divisor.word[i], i > 0 ? divisor.word[i - 1] : 0);
    }
    std::array<std::uint64_t, 6> rest{};
    rest[used] = shifted(0, numerator.word[used - 1]);
    for (std::size_t i = used; i-- > 0;) {
        rest[i] = shifted(numerator.word[i], i > 0 ? numerator.word[i - 1] : 0);
    }
    WordsQuotient quotient;
    for (std::size_t i = used - length + 1; i-- > 0;) {
        if (high_word(quotient.value) != 0) {
            return std::nullopt;
        }
        quotient.value = join_words(low_word(quotient.value),
                                    divide_digit(&rest[i], scaled.word.data(), length));
    }
    for (std::size_t i = 0; i < length; ++i) {
        quotient.is_exact = quotient.is_exact && rest[i] == 0;
    }
    return quotient;
}

}  // namespace sniperforge::dex
