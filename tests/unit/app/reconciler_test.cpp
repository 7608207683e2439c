// SPDX-License-Identifier: MIT
// What one node says of the balances, and what two say.
#include "unit/app/reconciler_support.hpp"

namespace sniperforge::app {
namespace {

using namespace reconciling;

TEST_F(ReconcilerTest, ANodeThatLeavesATokenOutStopsTheEntriesForAWhileAndSetsNothingAside) {
    begin();
    settle();
    one.tokens = 0;
    run(200);
    EXPECT_TRUE(was_stopped);
    EXPECT_FALSE(was_missing);
    EXPECT_FALSE(reconciler->doubt());
    one.tokens = kAmount;
    run(10);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

TEST_F(ReconcilerTest, WhatTwoNodesLackIsSetAsideAndNoMoreThanBothLack) {
    begin();
    settle();
    one.tokens = 0;
    two.tokens = 100;
    run(100);
    EXPECT_EQ(position().missing, TokenAmount{kAmount - 100});
    ASSERT_TRUE(reconciler->doubt());
    EXPECT_TRUE(pipeline->is_reconciliation_due());
}

TEST_F(ReconcilerTest, TheOnlyNodeIsBelievedWhenItSaysTheSameOfALaterSlot) {
    begin(true);
    settle();
    is_standing = true;
    one.tokens = 0;
    run(150);
    EXPECT_TRUE(was_stopped);
    EXPECT_FALSE(was_missing);
    is_standing = false;
    run(20);
    EXPECT_TRUE(position().is_set_aside());
}

// What is accepted is taken over, so it must be what both say.
TEST_F(ReconcilerTest, AStartAcceptsWhatTwoNodesLackAndNotWhatOneLeavesOut) {
    EarlierRuns earlier;
    earlier.is_there = earlier.is_shortfall_accepted = true;
    begin(false, std::move(earlier));
    one.tokens = 0;
    two.tokens = 500;
    run(60);
    EXPECT_FALSE(was_missing);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(position().amount, TokenAmount{500});
}

TEST_F(ReconcilerTest, WhatWasMissingIsSoldAgainOnceTwoNodesHaveItWhateverElseIsOnItsWay) {
    begin();
    settle();
    one.tokens = two.tokens = 0;
    run(100);
    ASSERT_TRUE(position().is_set_aside());
    OrderIntent other;
    other.intent_id = IntentId{77};
    other.mint_in = test::key_of(9);
    executor->resume(other, numbered(77), BlockHeight{1'000'000});
    ASSERT_EQ(executor->in_flight(), 1U);
    one.tokens = kAmount;
    run(60);
    EXPECT_TRUE(position().is_set_aside()) << "one node has it";
    two.tokens = 100;
    run(30);
    EXPECT_EQ(position().missing, TokenAmount{kAmount - 100}) << "so much both have";
    two.tokens = kAmount;
    run(30);
    EXPECT_EQ(executor->in_flight(), 1U);
    EXPECT_TRUE(position().missing.is_zero());
    EXPECT_TRUE(pipeline->is_reconciliation_due()) << "nothing is bought before all is equal";
    ASSERT_TRUE(reconciler->doubt());
    EXPECT_TRUE(reconciler->doubt()->mismatches.empty());
}

TEST_F(ReconcilerTest, BalancesThatNobodyTellsForAMinuteAreTakenUpWithTheMethodAndTheEndpoint) {
    begin(true, {.is_there = true});
    one.refused = "getBalance";
    run(61);
    EXPECT_EQ(notes("could not be read"), 0U);
    EXPECT_FALSE(reconciler->is_held_up());
    run(60);
    EXPECT_EQ(notes("nothing is bought until they are; the last answer: endpoint one: reading the "
                    "wallet's balances by getBalance: node error -32601: Method not found"),
              1U);
    EXPECT_TRUE(reconciler->is_held_up());
    one.refused.clear();
    run(20);
    EXPECT_EQ(notes("can be read again"), 1U);
    EXPECT_FALSE(reconciler->is_unproven());
}

TEST_F(ReconcilerTest, WhileEntriesGoOnNothingIsSaidOfPurchases) {
    begin(true);
    settle();
    one.refused = "getTokenAccountsByOwner";
    run(200);
    EXPECT_EQ(notes("are not held against the chain; the last answer: endpoint one: reading the "
                    "wallet's balances by getTokenAccountsByOwner: node error -32601"),
              1U);
}

TEST_F(ReconcilerTest, WhatTheOnlyNodeThatMayBeAskedLacksAtTwoSlotsIsSetAside) {
    begin();
    settle();
    reconciler->reader().exclude("two");
    one.tokens = 0;
    run(200);
    EXPECT_TRUE(was_missing);
    EXPECT_TRUE(reconciler->doubt());
}

}  // namespace
}  // namespace sniperforge::app
