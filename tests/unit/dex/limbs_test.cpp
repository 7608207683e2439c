// SPDX-License-Identifier: MIT
#include "dex/limbs.hpp"

#include <gtest/gtest.h>

#include "dex/wide_math.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using test::any_amount;

constexpr u128 kU128Max = ~static_cast<u128>(0);

template <std::size_t N>
u512 wide_of(const std::array<std::uint64_t, N>& limbs) {
    u512 value = 0;
    for (std::size_t i = N; i-- > 0;) {
        value = (value << 64U) | limbs[i];
    }
    return value;
}

// Limbs of zeros, ones and everything between: the corrections of a digit need the extremes.
std::uint64_t any_limb(Rng& rng) {
    switch (rng.below(4)) {
        case 0:
            return 0;
        case 1:
            return kU64Max;
        case 2:
            return std::uint64_t{1} << rng.below(64);
        default:
            return any_amount(rng);
    }
}

template <std::size_t N>
std::array<std::uint64_t, N> any_limbs(Rng& rng) {
    std::array<std::uint64_t, N> limbs{};
    for (std::size_t i = 0, used = rng.below(N + 1); i < used; ++i) {
        limbs[i] = any_limb(rng);
    }
    return limbs;
}

TEST(Limbs, MultiplyAddAndSubtractLikeNumbersOf512Bits) {
    Rng rng{1};
    for (int round = 0; round < 20'000; ++round) {
        const u128 a = from_limbs(any_limb(rng), any_limb(rng));
        const u128 b = from_limbs(any_limb(rng), any_limb(rng));
        const Limbs4 product = mul_limbs(a, b);
        ASSERT_EQ(wide_of(product), u512{a} * b);
        ASSERT_EQ(wide_of(shift_up(product)), (u512{a} * b) << 64U);
        const Limbs4 small = mul_limbs(a, low_limb(b));
        ASSERT_EQ(wide_of(add_limbs({0, 0, 1, 0}, small)), wide_of(small) + (u512{1} << 128U));
        const auto difference = sub_limbs(product, small);
        ASSERT_EQ(difference.has_value(), wide_of(product) >= wide_of(small));
        if (difference) {
            ASSERT_EQ(wide_of(*difference), wide_of(product) - wide_of(small));
        }
    }
}

TEST(Limbs, DivideLikeNumbersOf512BitsOrRefuseWhatNeedsMoreThan128) {
    Rng rng{2};
    int fitting = 0;
    for (int round = 0; round < 200'000; ++round) {
        const auto dividend = any_limbs<5>(rng);
        const auto divisor = any_limbs<4>(rng);
        const auto quotient = divide_limbs(dividend, divisor);
        const u512 wide_divisor = wide_of(divisor);
        if (wide_divisor == 0) {
            ASSERT_FALSE(quotient);
            continue;
        }
        const u512 expected = wide_of(dividend) / wide_divisor;
        ASSERT_EQ(quotient.has_value(), expected <= kU128Max);
        if (quotient) {
            ++fitting;
            ASSERT_EQ(u512{quotient->floor}, expected);
            ASSERT_EQ(quotient->is_exact, wide_of(dividend) % wide_divisor == 0);
        }
    }
    EXPECT_GT(fitting, 50'000);
}

// Dividends just above, at and below a multiple: the digit is first estimated one or two too high.
TEST(Limbs, DivideExactlyAroundEveryMultiple) {
    Rng rng{3};
    for (int round = 0; round < 50'000; ++round) {
        const u128 factor = from_limbs(any_limb(rng) >> 32, any_limb(rng));
        const u128 divisor = from_limbs(any_limb(rng), any_limb(rng));
        if (factor == 0 || divisor == 0) {
            continue;
        }
        const Limbs4 product = mul_limbs(factor, divisor);
        const Limbs4 denominator{low_limb(divisor), high_limb(divisor), 0, 0};
        const auto at =
            divide_limbs({product[0], product[1], product[2], product[3], 0}, denominator);
        ASSERT_TRUE(at);
        ASSERT_TRUE(at->floor == factor && at->is_exact);
        const auto less = *sub_limbs(product, {1, 0, 0, 0});
        const auto below = divide_limbs({less[0], less[1], less[2], less[3], 0}, denominator);
        ASSERT_TRUE(below);
        ASSERT_TRUE(below->floor == factor - 1);
        ASSERT_EQ(below->is_exact, divisor == 1);
    }
}

}  // namespace
}  // namespace sniperforge::dex
