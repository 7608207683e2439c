// SPDX-License-Identifier: MIT
#include "dex/orca_whirlpool_math.hpp"

#include <gtest/gtest.h>

#include "dex/wide_math.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::whirlpool {
namespace {

using dex::test::any_amount;

constexpr u128 kU128Max = ~static_cast<u128>(0);

u128 any_liquidity(Rng& rng) {
    const auto bits = static_cast<unsigned>(rng.below(128)) + 1;
    const u128 value = (static_cast<u128>(rng.next()) << 64) | rng.next();
    return (value >> (128 - bits)) | 1U;
}

std::int32_t any_tick(Rng& rng) {
    return static_cast<std::int32_t>(rng.below(2 * kTickMax + 1)) - kTickMax;
}

u128 any_price(Rng& rng) {
    const auto tick = any_tick(rng);
    const u128 price = sqrt_price_of(tick);
    if (tick == kTickMax) {
        return price;
    }
    return price +
           (static_cast<u128>(rng.next()) << 64 | rng.next()) % (sqrt_price_of(tick + 1) - price);
}

TEST(WhirlpoolMath, PricesRiseFromTheLowestTickToTheHighest) {
    EXPECT_TRUE(sqrt_price_of(kTickMin) == kSqrtPriceMin);
    EXPECT_TRUE(sqrt_price_of(kTickMax) == kSqrtPriceMax);
    u128 last = 0;
    for (std::int32_t tick = kTickMin; tick <= kTickMax; ++tick) {
        const u128 price = sqrt_price_of(tick);
        ASSERT_TRUE(price > last) << tick;
        last = price;
    }
}

TEST(WhirlpoolMath, ATickReachesFromItsPriceToRightBelowTheNext) {
    Rng rng{1};
    for (int round = 0; round < 2'000; ++round) {
        const auto tick = any_tick(rng);
        EXPECT_EQ(tick_of(sqrt_price_of(tick)), tick);
        if (tick > kTickMin) {
            EXPECT_EQ(tick_of(sqrt_price_of(tick) - 1), tick - 1);
        }
    }
    EXPECT_EQ(tick_of(kSqrtPriceMax), kTickMax);
}

// By their definitions, in 512 bits. The program gives up on A when L·Δ does not fit 192 bits and
// takes B for too much when it does not fit 128.
TEST(WhirlpoolMath, AmountsBetweenPricesAreExactWhateverTheLiquidity) {
    Rng rng{2};
    int valid = 0;
    for (int round = 0; round < 20'000; ++round) {
        const u128 p = any_price(rng);
        const u128 q = rng.below(8) == 0 ? p : any_price(rng);
        const u128 liquidity = any_liquidity(rng);
        const u512 moved = u512{liquidity} * (p < q ? q - p : p - q);
        const bool is_up = rng.below(2) == 0;
        const auto rounding = is_up ? Rounding::Up : Rounding::Down;
        const auto rounded = [&](const u512& numerator, const u512& divisor) -> u512 {
            return numerator / divisor + (is_up && numerator % divisor != 0 ? 1 : 0);
        };
        const u512 a = rounded(moved << 64U, u512{p} * q);
        const auto amount_a = amount_a_between(p, q, liquidity, rounding);
        EXPECT_EQ(amount_a.is_overflow, moved >= (u512{1} << 192U));
        if (!amount_a.is_overflow) {
            EXPECT_EQ(amount_a.is_above_u64, a > kU64Max);
            EXPECT_TRUE(amount_a.is_above_u64 || a == amount_a.value);
        }
        const u512 b = rounded(moved, u512{1} << 64U);
        const auto amount_b = amount_b_between(p, q, liquidity, rounding);
        EXPECT_FALSE(amount_b.is_overflow);
        EXPECT_EQ(amount_b.is_above_u64, b > kU64Max);
        EXPECT_TRUE(amount_b.is_above_u64 || b == amount_b.value);
        valid += amount_a.is_valid() && amount_b.is_valid() ? 1 : 0;
    }
    EXPECT_GT(valid, 2'000);
}

TEST(WhirlpoolMath, AStepStaysBetweenItsPricesAndWithinItsAmount) {
    Rng rng{3};
    int traded = 0;
    for (int round = 0; round < 40'000; ++round) {
        const u128 price = any_price(rng);
        const u128 target = any_price(rng);
        const StepOrder order{.amount = any_amount(rng),
                              .is_exact_in = rng.below(2) == 0,
                              .is_a_to_b = target < price,
                              .fee_rate = static_cast<std::uint32_t>(rng.below(100'001))};
        const u128 liquidity = any_liquidity(rng);
        const auto step = trade_step(order, liquidity, price, target);
        if (!step) {
            continue;
        }
        ++traded;
        EXPECT_TRUE(step->sqrt_price >= std::min(price, target));
        EXPECT_TRUE(step->sqrt_price <= std::max(price, target));
        const u128 paid = static_cast<u128>(step->amount_in) + step->fee;
        const u128 used = order.is_exact_in ? paid : step->amount_out;
        EXPECT_TRUE(used <= order.amount);
        EXPECT_TRUE(used == order.amount || step->sqrt_price == target);
        // The fee is at least its rate of what is paid.
        EXPECT_TRUE(u256{step->fee} * kFeeRateOne >= u256{paid} * order.fee_rate);
        // Never better than the price it starts from: B per A is its square.
        const u512 square = u512{price} * price;
        const u512 one = u512{1} << 128U;
        EXPECT_TRUE(order.is_a_to_b
                        ? u512{step->amount_out} * one <= u512{step->amount_in} * square
                        : u512{step->amount_out} * square <= u512{step->amount_in} * one);
    }
    EXPECT_GT(traded, 10'000);
}

TEST(WhirlpoolMath, AStepFailsWhereTheProgramsIntegersEnd) {
    constexpr u128 kOne = static_cast<u128>(1) << 64;
    const StepOrder sell_a{.amount = 1'000, .is_exact_in = true, .is_a_to_b = true};
    // L·√P must fit 192 bits: at price 1 it does up to the last liquidity.
    EXPECT_TRUE(trade_step(sell_a, kU128Max, kOne, kSqrtPriceMin));
    EXPECT_EQ(trade_step(sell_a, kU128Max, kSqrtPriceMax, kOne).error(), QuoteError::Overflow);
    // An output of more than 64 bits.
    const StepOrder sell_all{.amount = kU64Max, .is_exact_in = true, .is_a_to_b = true};
    EXPECT_EQ(trade_step(sell_all, static_cast<u128>(1) << 100, kOne << 30, kOne).error(),
              QuoteError::Overflow);
}

// Fees are worked out in 64 bits below 2^44 and in 128 bits above: the same on both sides.
TEST(WhirlpoolMath, TheFeeIsTheSameAcrossTheWidthsItIsWorkedOutIn) {
    constexpr std::uint64_t kEdge = std::uint64_t{1} << 44;
    constexpr u128 kOne = static_cast<u128>(1) << 64;
    const u128 liquidity = static_cast<u128>(1) << 50;
    for (std::uint64_t amount = kEdge - 3; amount <= kEdge + 3; ++amount) {
        const StepOrder order{
            .amount = amount, .is_exact_in = true, .is_a_to_b = false, .fee_rate = 3'333};
        const auto step = trade_step(order, liquidity, kOne, kOne * 2);
        ASSERT_TRUE(step);
        const u128 net = static_cast<u128>(amount) * (kFeeRateOne - 3'333) / kFeeRateOne;
        EXPECT_TRUE(step->amount_in <= net && step->amount_in + 1 >= net) << amount;
        EXPECT_EQ(step->amount_in + step->fee, amount);
        const StepOrder exact_out{
            .amount = amount, .is_exact_in = false, .is_a_to_b = false, .fee_rate = 3'333};
        const auto out = trade_step(exact_out, liquidity, kOne, kOne * 2);
        ASSERT_TRUE(out);
        const u128 fee = static_cast<u128>(out->amount_in) * 3'333;
        const u128 rest = kFeeRateOne - 3'333;
        EXPECT_EQ(out->fee, static_cast<std::uint64_t>((fee + rest - 1) / rest));
    }
}

}  // namespace
}  // namespace sniperforge::dex::whirlpool
