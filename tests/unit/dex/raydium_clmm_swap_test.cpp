// SPDX-License-Identifier: MIT
// What a swap leaves behind where the vectors do not go: ticks with liquidity and limit orders at
// once, and gaps without liquidity under the dynamic fee.
#include "dex/raydium_clmm_swap.hpp"

#include <gtest/gtest.h>

#include "unit/dex/clmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// The program crosses a tick only after the last of its limit orders.
TEST(RaydiumClmmSwap, CrossesATickOnlyWhenItsOrdersAreGone) {
    auto pool = clmm_pool(5, clmm_sqrt_price_at(5), kLiquidity, 10);
    pool.trade_fee_rate = 0;
    put_ticks(pool, {{.tick = 0, .liquidity_net = 400, .liquidity_gross = 400, .orders = 1'000},
                     {.tick = -10, .liquidity_net = 1, .liquidity_gross = 1}});
    const auto to_tick =
        *clmm_amount_a(clmm_sqrt_price_at(0), pool.sqrt_price, kLiquidity, Rounding::Up);
    const auto after = [&](std::uint64_t amount) {
        return *clmm_swap(pool, {Direction::AToB, true, amount}, kNow);
    };
    // At tick 0 one unit of A buys one of B.
    const ClmmSwap partly = after(to_tick + 999);
    EXPECT_EQ(partly.sqrt_price, kQ64);
    EXPECT_EQ(partly.liquidity, kLiquidity);
    EXPECT_EQ(partly.tick, 0);
    ASSERT_TRUE(partly.orders_left);
    EXPECT_EQ(partly.orders_left->part_filled, 1U);
    EXPECT_EQ(partly.orders_left->orders, 0U);
    const ClmmSwap wholly = after(to_tick + 1'000);
    EXPECT_EQ(wholly.sqrt_price, kQ64);
    EXPECT_EQ(wholly.liquidity, kLiquidity - 400);
    EXPECT_EQ(wholly.tick, -1);
    EXPECT_EQ(wholly.orders_left->part_filled, 0U);
    // Just on the tick, with nothing left for its orders: they stand, and so does the tick.
    const ClmmSwap before = after(to_tick);
    EXPECT_EQ(before.liquidity, kLiquidity);
    EXPECT_EQ(before.tick, 0);
    EXPECT_FALSE(before.orders_left);
}

// A gap is jumped in one step. Behind it the interval of the tick counts: upwards the one that
// begins at it, downwards the one that ends at it.
TEST(RaydiumClmmSwap, FindsTheDynamicFeesIntervalAgainBehindAGap) {
    auto pool = clmm_pool(0, kQ64, 0, 10);
    pool.dynamic_fee = {.is_enabled = true,
                        .filter_period = 30,
                        .decay_period = 600,
                        .reduction_factor = 5'000,
                        .dynamic_fee_control = 1'000,
                        .max_volatility_accumulator = 10'000'000};
    const i128 net = static_cast<i128>(kLiquidity);
    put_ticks(pool, {{.tick = -500, .liquidity_net = net, .liquidity_gross = kLiquidity},
                     {.tick = -300, .liquidity_net = -net, .liquidity_gross = kLiquidity},
                     {.tick = 300, .liquidity_net = net, .liquidity_gross = kLiquidity},
                     {.tick = 500, .liquidity_net = -net, .liquidity_gross = kLiquidity}});
    const auto after = [&](Direction direction, std::uint64_t amount) {
        return *clmm_swap(pool, {direction, true, amount}, kNow);
    };
    const ClmmSwap up = after(Direction::BToA, 1'000'000);
    EXPECT_EQ(up.steps, 2U);
    EXPECT_EQ(tick_at(up.sqrt_price), 300);
    EXPECT_EQ(up.dynamic_fee.volatility_accumulator, 30U * 10'000U);
    const ClmmSwap down = after(Direction::AToB, 1'000'000);
    EXPECT_EQ(down.steps, 2U);
    EXPECT_EQ(tick_at(down.sqrt_price), -301);
    EXPECT_EQ(down.dynamic_fee.volatility_accumulator, 31U * 10'000U);
    // Ten ticks hold some 500 million: the second interval adds one more index.
    EXPECT_EQ(after(Direction::BToA, 700'000'000).dynamic_fee.volatility_accumulator, 310'000U);
    EXPECT_EQ(after(Direction::AToB, 700'000'000).dynamic_fee.volatility_accumulator, 320'000U);
}

}  // namespace
}  // namespace sniperforge::dex
