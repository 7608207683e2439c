// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/resize.hpp"

#include <gtest/gtest.h>

#include "strategy/entry.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

// Cut or decided on as small from the start: the same order to the lamport.
TEST(ResizedEntry, IsTheEntryOfTheSmallerAmount) {
    Market market;
    const PoolIndex pool = market.add({.number = 1}, {1'000 * kSol, 5'000 * kSol});
    const auto of = [&](Lamports amount) {
        return entry_into(pool, {.amount = amount, .slippage = BasisPoints{200}}, market.view())
            .value();
    };
    const OrderIntent large = of(Lamports{50 * kSol});
    const OrderIntent small = of(Lamports{3 * kSol + 1});
    const auto cut = resized_entry(large, Lamports{3 * kSol + 1}, market.view());
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->amount_in, small.amount_in);
    EXPECT_EQ(cut->receive_min, small.receive_min);
    EXPECT_EQ(cut->spend_max, small.spend_max);
    EXPECT_EQ(cut->price_impact, small.price_impact);
    EXPECT_LT(cut->price_impact, large.price_impact);
    EXPECT_EQ(cut->cost_expected, large.cost_expected);
    EXPECT_EQ(cut->mint_out, large.mint_out);
}

TEST(ResizedEntry, IsNoneWhereThePoolCannotBeQuotedAnyMore) {
    Market market;
    const TestPool pool{.number = 1};
    const PoolIndex index = market.add(pool, {1'000 * kSol, 5'000 * kSol});
    const auto large =
        entry_into(index, {.amount = Lamports{kSol}, .slippage = BasisPoints{200}}, market.view());
    ASSERT_TRUE(large);
    market.slot = Slot{101};
    market.set(pool, {0, 0});
    EXPECT_FALSE(resized_entry(*large, Lamports{kSol / 2}, market.view()));
}

}  // namespace
}  // namespace sniperforge::strategy
