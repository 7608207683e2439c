// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/manual_entry.hpp"

#include <gtest/gtest.h>

#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

// What it takes besides what it buys with: the fees of both ways, and the rents of two accounts.
constexpr Lamports kApart = Lamports{2 * 9'000 + 2 * 2'039'280};

TEST(ManualEntry, SpendsItsCeilingToTheLamportAndNeverMore) {
    Market market;
    const PoolIndex pool = market.add({.number = 1}, {1'000 * kSol, 5'000 * kSol});
    const Lamports ceiling{10'000'000};
    const auto entry = manual_entry({pool, ceiling, BasisPoints{100}}, market.view());
    ASSERT_TRUE(entry) << entry.error().text;
    EXPECT_EQ(entry->spend_max, ceiling);
    EXPECT_EQ(entry->amount_in.raw(), (ceiling - kApart).raw());
    EXPECT_EQ(entry->kind, OrderKind::Entry);
    EXPECT_EQ(entry->slippage_max, BasisPoints{100});
    EXPECT_FALSE(entry->receive_min.is_zero());
}

// The rents come back with the sale: small entries are not denied for them.
TEST(ManualEntry, ExpectsTheFeesOfBothWaysAsItsCosts) {
    Market market;
    const PoolIndex pool = market.add({.number = 1}, {1'000 * kSol, 5'000 * kSol});
    const auto entry = manual_entry({pool, Lamports{10'000'000}, BasisPoints{100}}, market.view());
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->cost_expected, kCosts.entry_fee + kCosts.entry_fee);
}

TEST(ManualEntry, IsRefusedForGoodWhereFeesAndRentsLeaveNothingToBuyWith) {
    Market market;
    const PoolIndex pool = market.add({.number = 1}, {1'000 * kSol, 5'000 * kSol});
    const auto at = manual_entry({pool, kApart, BasisPoints{100}}, market.view());
    ASSERT_FALSE(at);
    EXPECT_TRUE(at.error().is_final);
    EXPECT_NE(at.error().text.find("nothing is left to buy with"), std::string::npos);
    // One lamport, less the pool's fee, buys nothing: that is the pool's word, and may change.
    const auto above = manual_entry({pool, kApart + Lamports{1}, BasisPoints{100}}, market.view());
    EXPECT_FALSE(!above && above.error().is_final);
    EXPECT_TRUE(manual_entry({pool, kApart + Lamports{100}, BasisPoints{100}}, market.view()));
}

TEST(ManualEntry, IsRefusedForGoodInAPoolWithoutSol) {
    Market market;
    const PoolIndex pool =
        market.add({.number = 1, .mint_a = key_of(40), .mint_b = key_of(41)}, {1'000, 1'000});
    const auto entry = manual_entry({pool, Lamports{10'000'000}, BasisPoints{100}}, market.view());
    ASSERT_FALSE(entry);
    EXPECT_TRUE(entry.error().is_final);
}

// An empty pool may be filled again.
TEST(ManualEntry, MayBeAskedForAgainWhereThePoolCannotBeQuotedNow) {
    Market market;
    const PoolIndex pool = market.add({.number = 1}, {0, 0});
    const auto entry = manual_entry({pool, Lamports{10'000'000}, BasisPoints{100}}, market.view());
    ASSERT_FALSE(entry);
    EXPECT_FALSE(entry.error().is_final);
}

}  // namespace
}  // namespace sniperforge::strategy
