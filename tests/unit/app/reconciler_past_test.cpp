// SPDX-License-Identifier: MIT
// Orders that only the wallet's history remembers, and balances that it does not explain.
#include "unit/app/reconciler_support.hpp"

namespace sniperforge::app {
namespace {

using namespace reconciling;

// The oldest and the youngest of 1,002 transactions are ours: two pages.
TEST_F(ReconcilerTest, OrdersOfAllPagesOfTheHistoryAreBookedAtOnce) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.ours = {2, kHistoryReadsMax + 3};
    for (std::uint64_t number = kHistoryReadsMax + 3; number > 1; --number) {
        one.listed.push_back(number);
    }
    one.slot = 2'000;
    one.lamports += 2 * test::kSweepBrings;
    const auto answer = one.node.answer;
    one.node.answer = [&](const RpcRequest& request) {
        wallets.insert(pipeline->portfolio().ledger().wallet().raw());
        return answer(request);
    };
    begin(true, std::move(earlier));
    run(120);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(wallets,
              (std::set<std::uint64_t>{kCash.raw(), kCash.raw() + 2 * test::kSweepBrings}));
}

TEST_F(ReconcilerTest, ATransactionThatNobodyServesIsNamedAndPassedOverAndTheBalancesDecide) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.listed = {4, 3, 2};
    one.ours = {2, 3, 4};
    one.unserved = {3};
    one.lamports += 2 * test::kSweepBrings - 5;
    begin(true, std::move(earlier));
    run(20);
    EXPECT_EQ(wallets, std::set<std::uint64_t>{kCash.raw()}) << "it is asked for again first";
    EXPECT_TRUE(reconciler->unread().empty());
    run(60);
    EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
    EXPECT_EQ(to_json(reconciler->unread()), "[\"" + numbered(3).to_string() + "\"]");
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(),
              Lamports{kCash.raw() + 2 * test::kSweepBrings});
    ASSERT_TRUE(reconciler->doubt()) << "the balances lack 5";
    EXPECT_TRUE(pipeline->is_reconciliation_due());
}

// However long nobody could be reached: a node that lists it first and serves it a little later is
// not given up for that.
TEST_F(ReconcilerTest, ATimeWithoutNodesDoesNotCountAgainstATransaction) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.listed = {3};
    one.ours = {3};
    one.lamports += test::kSweepBrings;
    one.is_history_out = true;
    begin(true, std::move(earlier));
    EXPECT_FALSE(reconciler->is_held_up()) << "nothing was read yet";
    run(120);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->doubt());
    EXPECT_TRUE(reconciler->is_held_up()) << "balances differ, and nobody tells why";
    one.is_history_out = false;
    one.unserved = {3};
    run(25);
    EXPECT_TRUE(reconciler->unread().empty());
    one.unserved = {};
    run(30);
    EXPECT_TRUE(reconciler->unread().empty());
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->is_held_up());
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(), Lamports{kCash.raw() + test::kSweepBrings});
}

TEST_F(ReconcilerTest, ANodeThatTellsNoBalancesForAMinuteHoldsTheBooksUpAndNotASecondEarlier) {
    begin(true, {.is_there = true, .slot_known = Slot{1}});
    const auto answer = std::exchange(one.node.answer, [](const RpcRequest&) {
        return net::HttpResponse{.status = 503, .headers = {}, .body = ""};
    });
    run(59);
    EXPECT_FALSE(reconciler->is_held_up()) << "a wait for finality";
    run(15);
    EXPECT_TRUE(reconciler->is_held_up());
    one.node.answer = answer;
    run(30);
    EXPECT_FALSE(reconciler->is_held_up());
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// The purchase that nobody serves is hidden by what its owner topped the wallet up with: more of
// everything is as much of a doubt as less, until a person has accepted it.
TEST_F(ReconcilerTest, MoreThanTheBooksHaveIsADoubtWhereATransactionWasPassedOverAndElseAGift) {
    for (const bool is_served : {false, true}) {  // What is a doubt is not adopted.
        EarlierRuns earlier;
        earlier.is_there = true;
        earlier.slot_known = Slot{1};
        one.listed = {3};
        one.unserved = is_served ? std::set<std::uint64_t>{} : std::set<std::uint64_t>{3};
        one.tokens = kAmount + 50;
        one.lamports = kCash.raw() + 1;
        begin(true, earlier);
        run(80);
        EXPECT_EQ(pipeline->is_reconciliation_due(), !is_served);
        ASSERT_EQ(reconciler->doubt().has_value(), !is_served);
        if (!is_served) {
            EXPECT_EQ(reconciler->doubt()->mismatches.size(), 2U);
            EXPECT_EQ(pipeline->portfolio().ledger().wallet(), kCash) << "nothing is adopted";
        }
    }
}

// An empty doubt: what is there beyond the books may be what the files lack.
TEST_F(ReconcilerTest, MoreThanTheBooksHaveIsNoGiftWhereTheFilesLackOrders) {
    begin(true, {.is_there = true, .doubt = engine::Doubt{WallTime{}, {}}, .slot_known = Slot{1}});
    one.tokens = kAmount + 50;
    run(80);
    EXPECT_EQ(reconciler->doubt()->mismatches.size(), 1U);  // And nothing is adopted.
    one.tokens = kAmount;
    run(30);
    EXPECT_FALSE(pipeline->is_reconciliation_due() || reconciler->doubt());
}

// The rebuilding has journalled it. Nobody is asked who signed: what to do is said.
TEST_F(ReconcilerTest, WhatARebuildingLeavesUnexplainedIsADoubtAtOnceAndSaysWhatToDo) {
    for (const bool is_explained : {true, false}) {
        RebuiltBooks books{.slot = Slot{500},
                           .at = WallTime{77},
                           .is_history_whole = false,
                           .unread = {numbered(3)},
                           .unexplained = {}};
        if (!is_explained) {
            books.unexplained = {{kHeld.to_string(), kAmount, kAmount + 50}};
        }
        begin(true);
        reconciler->go_on_from(books);
        EXPECT_EQ(reconciler->doubt().has_value(), !is_explained);
        EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
        EXPECT_TRUE(position().missing.is_zero());
        EXPECT_TRUE(is_explained || reconciler->doubt()->since == WallTime{77});
        ASSERT_TRUE(recorder->flush());
        std::size_t doubts = 0, texts = 0;
        const auto read =
            journal::read_journal((directory / "journal.sfj").string(), [&](const auto& record) {
                doubts += record.body.find(R"("event":"doubted")") != std::string::npos ? 1 : 0;
                texts += record.body.find(
                             "Look the wallet up in an explorer; then start with "
                             "--accept-shortfall") != std::string::npos
                             ? 1
                             : 0;
            });
        ASSERT_TRUE(read);
        EXPECT_EQ(doubts, 0U);
        EXPECT_EQ(texts, is_explained ? 0U : 1U);
    }
}

TEST_F(ReconcilerTest, OnceABookWithAPassedOverTransactionIsAcceptedAGiftIsAGiftAgain) {
    EarlierRuns earlier;
    earlier.is_there = earlier.is_shortfall_accepted = true;
    earlier.slot_known = Slot{1};
    one.listed = {3};
    one.unserved = {3};
    one.tokens = kAmount + 50;
    begin(true, std::move(earlier));
    run(80);
    ASSERT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
    EXPECT_EQ(pipeline->portfolio().ledger().token(kHeld), TokenAmount{kAmount + 50});
    one.lamports += 7;
    pipeline->books_differ({});
    run(30);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->doubt());
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(), Lamports{kCash.raw() + 7});
}

}  // namespace
}  // namespace sniperforge::app
