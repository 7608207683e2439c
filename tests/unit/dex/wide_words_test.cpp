// SPDX-License-Identifier: MIT
#include "dex/wide_words.hpp"

#include <gtest/gtest.h>

#include "dex/wide_math.hpp"
#include "sniperforge/core/rng.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using test::kU128Max;

template <typename Words>
u512 big(const Words& value) {
    u512 sum = 0;
    for (std::size_t i = value.word.size(); i-- > 0;) {
        sum = (sum << 64U) | value.word[i];
    }
    return sum;
}
// Modulo 2^256.
u256 wrapped(const u512& value) { return static_cast<u256>(value & ((u512{1} << 256U) - 1)); }

// Words of all zeros and all ones are where carries and digit guesses go wrong.
std::uint64_t any_word(Rng& rng) {
    constexpr std::uint64_t kEdges[] = {0, 1, kU64Max, kU64Max - 1, std::uint64_t{1} << 63};
    switch (rng.below(4)) {
        case 0:
            return kEdges[rng.below(std::size(kEdges))];
        case 1:
            return std::uint64_t{1} << rng.below(64);
        default:
            return rng.next() >> rng.below(64);
    }
}

template <typename Words = Words256>
Words any_words(Rng& rng) {
    Words value;
    const auto length = rng.below(value.word.size() + 1);
    for (std::size_t i = 0; i < length; ++i) {
        value.word[i] = any_word(rng);
    }
    return value;
}

TEST(WideWords, MultiplyAddAndSubtractAsGeneralIntegersDo) {
    Rng rng{1};
    for (int round = 0; round < 20'000; ++round) {
        const u128 a = join_words(any_word(rng), any_word(rng));
        const u128 b = join_words(any_word(rng), any_word(rng));
        const Words256 product = multiply_words(a, b);
        ASSERT_TRUE(big(product) == u512{a} * b);
        ASSERT_TRUE(big(extend_up_word(product)) == (u512{a} * b) << 64U);
        const Words256 x = any_words(rng);
        const Words256 y = any_words(rng);
        ASSERT_TRUE(wrapped(big(add_words(x, y))) == wrapped(big(x) + big(y)));
        ASSERT_TRUE(wrapped(big(subtract_words(x, y))) == wrapped(big(x) - big(y)));
        ASSERT_EQ(is_less(x, y), big(x) < big(y));
        Words256 narrow = x;
        narrow.word[3] = 0;
        const std::uint64_t factor = any_word(rng);
        ASSERT_TRUE(big(multiply_words(narrow, factor)) == big(narrow) * factor);
    }
}

TEST(WideWords, DivideAsGeneralIntegersDoOrRefuseWhatNeedsMoreThan128Bits) {
    Rng rng{2};
    int fitted = 0;
    for (int round = 0; round < 200'000; ++round) {
        const auto numerator = any_words<Words320>(rng);
        const Words256 divisor = any_words(rng);
        const auto quotient = divide_words(numerator, divisor);
        if (big(divisor) == 0 || big(numerator) / big(divisor) > kU128Max) {
            ASSERT_FALSE(quotient.has_value());
            continue;
        }
        ++fitted;
        ASSERT_TRUE(quotient.has_value());
        ASSERT_TRUE(u512{quotient->value} == big(numerator) / big(divisor));
        ASSERT_EQ(quotient->is_exact, big(numerator) % big(divisor) == 0);
    }
    EXPECT_GT(fitted, 50'000);
}

// Numerators just below a multiple of the divisor are where a digit is guessed one too high.
TEST(WideWords, DivideRightBelowAndAtAMultiple) {
    Rng rng{3};
    for (int round = 0; round < 50'000; ++round) {
        const u128 factor = join_words(any_word(rng), any_word(rng));
        const u128 divisor = join_words(any_word(rng), any_word(rng));
        if (factor == 0 || divisor == 0) {
            continue;
        }
        const Words256 multiple = multiply_words(factor, divisor);
        const auto at = divide_words(multiple, to_words(divisor));
        ASSERT_TRUE(at && at->value == factor && at->is_exact);
        const auto below = divide_words(subtract_words(multiple, to_words(1)), to_words(divisor));
        ASSERT_TRUE(below && below->value == factor - 1);
        ASSERT_EQ(below->is_exact, divisor == 1);
    }
}

TEST(WideWords, DivideTakesBackADigitThatWasOneTooHigh) {
    // Both top digits guess 2^64 - 1; the remainder shows only in the third word.
    const Words256 numerator{{0, 0, std::uint64_t{1} << 63, kU64Max >> 1}};
    const Words256 divisor{{1, 0, std::uint64_t{1} << 63, 0}};
    const auto quotient = divide_words(numerator, divisor);
    ASSERT_TRUE(quotient);
    EXPECT_TRUE(u512{quotient->value} == big(numerator) / big(divisor));
}

TEST(WideWords, ShiftByAWordOnlyWhatFits) {
    EXPECT_EQ(shift_up_word({{1, 2, 3, 0}}), (Words256{{0, 1, 2, 3}}));
    EXPECT_EQ(shift_up_word({{1, 2, 3, 4}}), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::dex
