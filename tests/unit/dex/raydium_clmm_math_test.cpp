// SPDX-License-Identifier: MIT
#include "dex/raydium_clmm_math.hpp"

#include <gtest/gtest.h>

#include "dex/wide_math.hpp"
#include "unit/dex/clmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kRounds = 20'000;

u128 any_price(Rng& rng) {
    return clmm_sqrt_price_at(static_cast<std::int32_t>(rng.below(887'272)) + kClmmTickMin) +
           rng.below(1'000);
}

u128 any_liquidity(Rng& rng) {
    const u128 value = static_cast<u128>(rng.next()) << 64 | rng.next();
    return (value >> rng.below(128)) | 1U;
}

std::optional<std::uint64_t> rounded(const u512& numerator, const u512& divisor,
                                     Rounding rounding) {
    u512 value = numerator / divisor;
    if (rounding == Rounding::Up && numerator % divisor != 0) {
        value += 1;
    }
    return value > kU64Max ? std::nullopt : std::optional{static_cast<std::uint64_t>(value)};
}

TEST(RaydiumClmmMath, AmountsBetweenTwoPricesFollowTheirDefinition) {
    Rng rng{1};
    int fitting = 0;
    for (int round = 0; round < kRounds; ++round) {
        const u128 a = any_price(rng);
        const u128 b = rng.below(2) == 0 ? any_price(rng) : a + rng.below(1U << 30);
        const u128 low = std::min(a, b);
        const u128 high = std::max(a, b);
        const u128 liquidity = any_liquidity(rng);
        const u512 area = u512{liquidity} * (high - low);
        for (const auto rounding : {Rounding::Down, Rounding::Up}) {
            const auto amount_a = clmm_amount_a(a, b, liquidity, rounding);
            ASSERT_EQ(amount_a, rounded(area << 64U, u512{low} * high, rounding));
            ASSERT_EQ(clmm_amount_b(a, b, liquidity, rounding),
                      rounded(area, u512{1} << 64U, rounding));
            fitting += amount_a ? 1 : 0;
        }
    }
    EXPECT_GT(fitting, kRounds / 4);
}

TEST(RaydiumClmmMath, PricesAfterAnAmountFollowTheirDefinition) {
    Rng rng{2};
    int moved = 0;
    for (int round = 0; round < kRounds; ++round) {
        const u128 price = any_price(rng);
        const u128 liquidity = any_liquidity(rng);
        const std::uint64_t amount = any_amount(rng);
        const u512 scaled = u512{liquidity} << 64U;
        const u512 product = u512{price} * amount;
        const auto ceil = [](const u512& a, const u512& b) { return u512{(a + b - 1) / b}; };
        const auto expect = [&](std::optional<u128> actual, const std::optional<u512>& expected) {
            const bool fits = expected && *expected <= ~static_cast<u128>(0);
            ASSERT_EQ(actual.has_value(), fits);
            if (fits) {
                ++moved;
                ASSERT_EQ(u512{*actual}, *expected);
            }
        };
        expect(clmm_price_after_input(price, liquidity, amount, Direction::AToB),
               ceil(scaled * price, scaled + product));
        expect(clmm_price_after_input(price, liquidity, amount, Direction::BToA),
               u512{price} + (u512{amount} << 64U) / liquidity);
        expect(clmm_price_after_output(price, liquidity, amount, Direction::BToA),
               product < scaled ? std::optional<u512>{ceil(scaled * price, scaled - product)}
                                : std::nullopt);
        const u512 step = ceil(u512{amount} << 64U, liquidity);
        expect(clmm_price_after_output(price, liquidity, amount, Direction::AToB),
               step <= price ? std::optional<u512>{u512{price} - step} : std::nullopt);
    }
    EXPECT_GT(moved, kRounds);
    EXPECT_EQ(clmm_price_after_input(5'000'000'000, 1, 0, Direction::AToB), u128{5'000'000'000});
    EXPECT_EQ(clmm_price_after_output(5'000'000'000, 1, 0, Direction::BToA), u128{5'000'000'000});
}

TEST(RaydiumClmmMath, OrdersAreFilledAtTheTicksPriceRoundedForWhoPlacedThem) {
    Rng rng{3};
    for (int round = 0; round < kRounds; ++round) {
        const u128 root = any_price(rng);
        const std::uint64_t amount = any_amount(rng);
        const u512 square = u512{root} * root;
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            const bool is_up = direction == Direction::BToA;
            const u512 expected = (square + (is_up ? kU64Max : 0)) >> 64U;
            const auto price = clmm_order_price(root, direction);
            ASSERT_EQ(price.has_value(), expected <= ~static_cast<u128>(0));
            if (!price) {
                continue;
            }
            ASSERT_EQ(u512{*price}, expected);
            const u512 one = u512{1} << 64U;
            const u512 out =
                is_up ? u512{u512{amount} * one / *price} : u512{(u512{amount} * *price) >> 64U};
            ASSERT_EQ(u512{clmm_order_output(amount, *price, direction)}, out);
            ASSERT_EQ(clmm_order_input(amount, *price, direction),
                      rounded(u512{amount} * (is_up ? u512{*price} : one),
                              is_up ? one : u512{*price}, Rounding::Up));
        }
    }
}

TEST(RaydiumClmmMath, PartsOfAnAmountAreExactOnBothSidesOfTheFastPath) {
    Rng rng{4};
    constexpr std::uint64_t kEdge = std::uint64_t{1} << 44;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t amount =
            rng.below(2) == 0 ? any_amount(rng) : kEdge - 8 + rng.below(16);
        const auto numerator = static_cast<std::uint32_t>(rng.below(kClmmRateOne + 1));
        const auto denominator = static_cast<std::uint32_t>(rng.below(kClmmRateOne) + 1);
        ASSERT_EQ(clmm_part_floor(amount, numerator, denominator),
                  mul_div_floor(amount, numerator, denominator));
        ASSERT_EQ(clmm_part_ceil(amount, numerator, denominator),
                  mul_div_ceil(amount, numerator, denominator));
    }
    EXPECT_EQ(clmm_part_ceil(kU64Max, 1, 1), kU64Max);
    EXPECT_EQ(clmm_part_ceil(kU64Max, kClmmRateOne, kClmmRateOne - 1), std::nullopt);
}

TEST(RaydiumClmmMath, TicksReachFromTheSmallestToTheLargestPriceAndRiseStrictly) {
    EXPECT_EQ(clmm_sqrt_price_at(kClmmTickMin), kClmmSqrtPriceMin);
    EXPECT_EQ(clmm_sqrt_price_at(kClmmTickMax), kClmmSqrtPriceMax);
    u128 before = kClmmSqrtPriceMin;
    for (std::int32_t tick = kClmmTickMin + 1; tick <= kClmmTickMax; ++tick) {
        const u128 price = clmm_sqrt_price_at(tick);
        ASSERT_GT(price, before) << tick;
        before = price;
    }
}

TEST(RaydiumClmmMath, TheDynamicFeeIsQuadraticRoundedUpAndCapped) {
    ClmmDynamicFee fee{.is_enabled = true, .dynamic_fee_control = 1'000};
    const auto rate = [&](std::uint32_t volatility, std::uint16_t spacing) {
        fee.volatility_accumulator = volatility;
        return clmm_dynamic_fee_rate(fee, spacing);
    };
    EXPECT_EQ(rate(0, 10), 0U);
    EXPECT_EQ(rate(1, 1), 1U);           // Any volatility costs something.
    EXPECT_EQ(rate(100'000, 10), 100U);  // 1000 · (10⁵ · 10)² / 10¹³ = 100.
    EXPECT_EQ(rate(100'001, 10), 101U);
    EXPECT_EQ(rate(3'162'277, 10), 100'000U);  // 99,999.96 rounded up.
    EXPECT_EQ(rate(4'000'000, 10), kClmmFeeRateMax);
    fee.dynamic_fee_control = ~0U;
    EXPECT_EQ(rate(~0U, 65'535), kClmmFeeRateMax);  // 128 bits are enough.
}

}  // namespace
}  // namespace sniperforge::dex
