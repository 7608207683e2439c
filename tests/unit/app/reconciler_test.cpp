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

// A process was killed with an order on its way: it is in the files, and nothing else can be.
class ReconcilerKillTest : public ReconcilerTest {
 protected:
    void begin_after_kill(EarlierRuns earlier = {}, bool is_alone = true) {
        earlier.is_there = true;
        begin(is_alone, std::move(earlier));
        OrderIntent other;
        other.intent_id = IntentId{77};
        other.mint_in = test::key_of(9);
        executor->resume(other, numbered(77), BlockHeight{1'000'000});
        ASSERT_EQ(executor->in_flight(), 1U);
    }
};

TEST_F(ReconcilerKillTest, BooksThatEqualTheChainWaitForNoOrderThatMayStillLand) {
    begin_after_kill();
    run(5);
    EXPECT_EQ(executor->in_flight(), 1U);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->is_unproven());
    EXPECT_EQ(notes("orders have no outcome yet"), 1U);
    EXPECT_EQ(notes("entries resume, and those orders are followed"), 1U);
    EXPECT_EQ(reconciler->checks_equal(), 1U) << "what it did is held against this reading";
}

// What the order did may be in the balances: only its end tells.
TEST_F(ReconcilerKillTest, BooksThatDifferByALamportWaitForEachOrderAndSaySo) {
    for (const std::uint64_t lamports : {kCash.raw() - 1, kCash.raw() + 1}) {
        SCOPED_TRACE(lamports);
        one.lamports = lamports;
        if (!reconciler) {
            begin_after_kill();
        }
        run(60);
        EXPECT_TRUE(pipeline->is_reconciliation_due());
        EXPECT_FALSE(reconciler->doubt()) << "nobody knows yet";
        EXPECT_EQ(notes("nothing is bought before each of them has landed or expired"), 1U);
    }
    one.lamports = kCash.raw();
    run(15);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

TEST_F(ReconcilerKillTest, ANodeThatDoesNotSayOfWhichSlotItsBalancesAreProvesNothing) {
    begin_after_kill();
    one.slot = 0;
    is_standing = true;
    run(60);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
}

TEST_F(ReconcilerKillTest, WhereFilesWereLostOrADoubtIsOpenEqualBooksAreNotEnough) {
    EarlierRuns lost, doubted, accepted;
    lost.is_horizon_needed = lost.are_orders_lost = true;
    doubted.doubt = engine::Doubt{reactor.wall_now(), {}};
    accepted.is_shortfall_accepted = true;
    for (EarlierRuns* const earlier : {&lost, &doubted, &accepted}) {
        if (executor->in_flight() == 0) {
            begin_after_kill(std::move(*earlier));
        } else {
            earlier->is_there = true;
            begin(true, std::move(*earlier));
        }
        run(60);
        EXPECT_TRUE(pipeline->is_reconciliation_due());
        reconciler.reset();
    }
}

// It refuses what is not final yet, which it is a moment later. Who tells nothing for a minute is
// asked less often.
TEST_F(ReconcilerTest, TheOnlyNodeIsAskedAgainEveryTwoSecondsForAMinuteAndThenEveryTen) {
    begin(true, {.is_there = true});
    one.refused = "getBalance";
    std::size_t asked = 0;
    one.node.answer = [&, answer = one.node.answer](const RpcRequest& request) {
        asked += request.method == "getBalance" ? 1 : 0;
        return answer(request);
    };
    run(40);
    EXPECT_GE(std::exchange(asked, 0), 13U);
    run(40);
    asked = 0;
    run(40);
    EXPECT_GE(asked, 3U);
    EXPECT_LE(asked, 5U);
    one.refused.clear();
    run(10);
    EXPECT_FALSE(reconciler->is_unproven());
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
