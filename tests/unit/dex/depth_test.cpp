// SPDX-License-Identifier: MIT
// On pools whose depth is known from the formula; all venues are in venue_property_test.cpp.
#include "sniperforge/dex/depth.hpp"

#include <gtest/gtest.h>

#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

Depth depth_of(const Pool& pool, std::uint64_t bps, Direction direction = Direction::AToB) {
    return depth_within(pool, direction, BasisPoints{bps}, kNow);
}

// n into R of it moves the average price by n / (R + n): within x when n <= R·x / (1 - x).
TEST(Depth, IsTheFormulasInAConstantProductPoolWithoutFees) {
    auto state = amm_v4_pool({9'900'000'000, 5'000'000'000});
    state.swap_fee_numerator = 0;
    const Pool pool{state};
    const Depth depth = depth_of(pool, 100);
    // A unit of the 50,000,000 that come out is 2 units of the price's 10^8, and n is as much
    // again.
    EXPECT_LE(depth.amount_in.raw(), 100'000'000U);
    EXPECT_GE(depth.amount_in.raw(), 99'999'800U);
    EXPECT_FALSE(depth.is_cut_off);
    const Depth other = depth_of(pool, 100, Direction::BToA);
    EXPECT_NEAR(static_cast<double>(other.amount_in.raw()), 5e9 / 99, 100);
}

// Fees are paid and are no price impact: the same net amount reaches the pool.
TEST(Depth, LeavesFeesOut) {
    auto free = amm_v4_pool({9'900'000'000, 9'900'000'000});
    free.swap_fee_numerator = 0;
    auto dear = free;
    dear.swap_fee_numerator = 2'500;
    dear.swap_fee_denominator = 10'000;
    EXPECT_NEAR(static_cast<double>(depth_of(Pool{dear}, 100).amount_in.raw()),
                static_cast<double>(depth_of(Pool{free}, 100).amount_in.raw()) / 0.75, 300);
}

TEST(Depth, IsNothingWhereNoAmountIsWithin) {
    const Pool pool{amm_v4_pool({1'000'000, 1'000'000})};
    EXPECT_EQ(depth_of(pool, 0).amount_in, TokenAmount{});
    EXPECT_EQ(depth_of(pool, 0).amount_out, TokenAmount{});
    EXPECT_EQ(depth_of(Pool{amm_v4_pool({0, 1'000})}, 10'000).amount_in, TokenAmount{});
}

TEST(Depth, SaysWhenLiquidityEndsBeforeThePriceDoes) {
    const Pool pool{amm_v4_pool({1'000'000, 1'000'000})};
    // Any price will do, so that 64 bits are the end.
    const Depth all = depth_of(pool, 10'000);
    EXPECT_EQ(all.amount_in.raw(), kU64Max);
    EXPECT_TRUE(all.is_cut_off);
    EXPECT_FALSE(depth_of(pool, 9'000).is_cut_off);
}

}  // namespace
}  // namespace sniperforge::dex
