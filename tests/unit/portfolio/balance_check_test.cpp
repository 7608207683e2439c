// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/balance_check.hpp"

#include <gtest/gtest.h>

#include "portfolio_support.hpp"

namespace sniperforge::portfolio {
namespace {

using test::entry_intent;
using test::fill_of;
using test::kToken;
using test::report_of;
using Verdict = BalanceCheck::Verdict;

constexpr std::uint64_t kWallet = 1'000'000'000;
constexpr std::int64_t kCost = 100'009'000;
constexpr std::uint64_t kTokens = 1'000;
// The parts of the reading are of slots 50 to 52.
constexpr std::uint64_t kOldest = 50, kNewest = 52;

// What the chain holds, `fills` purchases of kCost later.
[[nodiscard]] ChainBalances chain_after(int fills) {
    ChainBalances chain;
    chain.wallet = Lamports{kWallet - static_cast<std::uint64_t>(fills) * kCost};
    if (fills > 0) {
        chain.tokens[kToken] = TokenAmount{static_cast<std::uint64_t>(fills) * kTokens};
    }
    chain.slots = {Slot{kOldest}, Slot{kNewest}};
    return chain;
}

class BalanceCheckTest : public test::PortfolioTest {
 protected:
    BalanceCheckTest() {
        ChainBalances opening = chain_after(0);
        opening.slots = {Slot{kOldest}, Slot{kOldest}};
        portfolio.start(opening, test::kNewYear);
    }

    [[nodiscard]] static ExecutionReport fill(std::uint64_t id, std::uint64_t slot) {
        ExecutionReport report = report_of(entry_intent(id), Outcome::Landed);
        report.slot = Slot{slot};
        report.fill = fill_of({-kCost, 0, 0, kTokens});
        return report;
    }
    void submit(std::uint64_t id) { portfolio.order_submitted(entry_intent(id)); }
    void land(std::uint64_t id, std::uint64_t slot) {
        (void)portfolio.apply(fill(id, slot), test::kNewYear);
    }
    void end_without_a_fill(std::uint64_t id, Outcome outcome) {
        (void)portfolio.apply(report_of(entry_intent(id), outcome), test::kNewYear);
    }
    [[nodiscard]] Verdict verdict() const { return portfolio.check()->verdict(); }
};

TEST_F(BalanceCheckTest, EqualBalancesWithNothingOnItsWayAreEqualAtOnce) {
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Equal);
}

TEST_F(BalanceCheckTest, OneLamportIsADifferenceAndBothSidesAreShown) {
    ChainBalances chain = chain_after(0);
    chain.wallet += Lamports{1};
    portfolio.begin_check(chain);
    ASSERT_EQ(verdict(), Verdict::Different);
    const auto mismatches = portfolio.check()->mismatches();
    ASSERT_EQ(mismatches.size(), 1U);
    EXPECT_EQ(mismatches[0].account, "wallet");
    EXPECT_EQ(mismatches[0].expected, kWallet);
    EXPECT_EQ(mismatches[0].on_chain, kWallet + 1);
}

TEST_F(BalanceCheckTest, WhatSomebodySentUsIsTakenInAndOneLamportTakenAwayIsNoGift) {
    ChainBalances chain = chain_after(0);
    chain.wallet += Lamports{1};
    chain.tokens[test::key_of(9)] = TokenAmount{5};
    portfolio.begin_check(chain);
    const auto gift = portfolio.check()->gift();
    ASSERT_TRUE(gift);
    portfolio.take_in(*gift);
    EXPECT_TRUE(portfolio.ledger().reconcile(chain).empty());
    EXPECT_EQ(portfolio.ledger().totals().outside, LamportsDelta{1});
    portfolio.begin_check(chain);
    EXPECT_EQ(verdict(), Verdict::Equal);
    EXPECT_FALSE(portfolio.check()->gift()) << "there is none where nothing differs";
    chain.tokens[test::key_of(9)] = TokenAmount{6};
    chain.wallet = chain.wallet.saturating_sub(Lamports{1});
    portfolio.begin_check(chain);
    EXPECT_FALSE(portfolio.check()->gift()) << "what came does not make good what went";
}

TEST_F(BalanceCheckTest, ATokenThatCameOrWentUnexplainedIsADifference) {
    submit(1);
    land(1, kOldest - 1);
    portfolio.finalize(IntentId{1});
    ChainBalances chain = chain_after(1);
    chain.tokens.clear();
    portfolio.begin_check(chain);
    ASSERT_EQ(verdict(), Verdict::Different);
    EXPECT_EQ(portfolio.check()->mismatches()[0].account, kToken.to_string());
    EXPECT_EQ(portfolio.check()->mismatches()[0].expected, kTokens);
    EXPECT_EQ(portfolio.check()->mismatches()[0].on_chain, 0U);
    chain = chain_after(1);
    chain.tokens[test::key_of(9)] = TokenAmount{1};
    portfolio.begin_check(chain);
    EXPECT_EQ(verdict(), Verdict::Different);
}

TEST_F(BalanceCheckTest, AFillOfALaterSlotIsNotExpectedInTheReading) {
    submit(1);
    land(1, kNewest + 1);
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Equal);
    portfolio.begin_check(chain_after(1));
    EXPECT_EQ(verdict(), Verdict::Different);
}

TEST_F(BalanceCheckTest, AFillBeforeTheOldestSlotIsExpectedInTheReading) {
    submit(1);
    land(1, kOldest - 1);
    portfolio.begin_check(chain_after(1));
    EXPECT_EQ(verdict(), Verdict::Equal);
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Waiting) << "its block may have been dropped";
    portfolio.finalize(IntentId{1});
    EXPECT_EQ(verdict(), Verdict::Different);
}

// The fee of a transaction whose block was dropped is still in the chain's balance: nobody sent it.
TEST_F(BalanceCheckTest, WhatADroppedBlockDidNotTakeIsNoGift) {
    submit(1);
    land(1, kOldest - 1);
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Waiting);
    (void)portfolio.reverse(IntentId{1}, test::kNewYear);
    end_without_a_fill(1, Outcome::Expired);
    EXPECT_EQ(verdict(), Verdict::Equal);
    EXPECT_FALSE(portfolio.check()->gift());
    // Nor what one took that was reported after the reading.
    submit(2);
    portfolio.begin_check(chain_after(0));
    land(2, kOldest - 1);
    EXPECT_EQ(verdict(), Verdict::Waiting);
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(verdict(), Verdict::Different);
}

TEST_F(BalanceCheckTest, AFillOfTheReadingsOwnSlotsProvesNothing) {
    submit(1);
    land(1, kOldest);
    portfolio.begin_check(chain_after(1));
    EXPECT_EQ(verdict(), Verdict::Inconclusive);
    submit(2);
    portfolio.begin_check(chain_after(1));
    land(2, kNewest);
    EXPECT_EQ(verdict(), Verdict::Inconclusive);
}

TEST_F(BalanceCheckTest, AnOrderOnItsWayIsWaitedForAndExplainsWhatItDid) {
    submit(1);
    portfolio.begin_check(chain_after(1));
    EXPECT_EQ(verdict(), Verdict::Waiting);
    end_without_a_fill(1, Outcome::Unknown);
    EXPECT_EQ(verdict(), Verdict::Waiting);
    land(1, kOldest - 1);
    EXPECT_EQ(verdict(), Verdict::Equal);
}

TEST_F(BalanceCheckTest, AnOrderThatLandedLaterExplainsNothing) {
    submit(1);
    portfolio.begin_check(chain_after(1));
    land(1, kNewest + 1);
    EXPECT_EQ(verdict(), Verdict::Different);
}

TEST_F(BalanceCheckTest, AnOrderThatExpiredExplainsNothing) {
    submit(1);
    portfolio.begin_check(chain_after(0));
    end_without_a_fill(1, Outcome::Expired);
    EXPECT_EQ(verdict(), Verdict::Equal);
}

TEST_F(BalanceCheckTest, AFillThatIsReversedWasNotInTheReadingAndItsOrderIsWaitedForAgain) {
    submit(1);
    land(1, kOldest - 1);
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Waiting);
    (void)portfolio.reverse(IntentId{1}, test::kNewYear);
    EXPECT_EQ(verdict(), Verdict::Waiting);
    end_without_a_fill(1, Outcome::Expired);
    EXPECT_EQ(verdict(), Verdict::Equal);
}

// The reading's own slots have it, on a branch that is dropped: the block that takes it then tells
// on which side of the reading it is. Counted on both sides it would be a gift, or a theft.
TEST_F(BalanceCheckTest, AFillThatMovesOutOfTheReadingsOwnSlotsCountsWhereItMovedTo) {
    submit(1);
    for (const auto& [slot, fills] : {std::pair{kNewest + 1, 0}, std::pair{kOldest - 1, 1}}) {
        land(1, kNewest);
        portfolio.begin_check(chain_after(fills));
        EXPECT_EQ(verdict(), Verdict::Inconclusive);
        (void)portfolio.reverse(IntentId{1}, test::kNewYear);
        EXPECT_EQ(verdict(), Verdict::Waiting);
        land(1, slot);
        EXPECT_EQ(verdict(), Verdict::Equal) << slot;
        (void)portfolio.reverse(IntentId{1}, test::kNewYear);
    }
}

// The block that it was told of was dropped, and a later one took it, which did the same: only its
// finality tells of that.
TEST_F(BalanceCheckTest, AFillThatIsFinalInAnotherSlotCountsInThatOne) {
    submit(1);
    for (const auto& [slot, verdict_then] :
         {std::pair{kNewest + 1, Verdict::Equal}, std::pair{kNewest, Verdict::Inconclusive},
          std::pair{kOldest - 1, Verdict::Different}}) {
        land(1, kOldest - 2);
        portfolio.begin_check(chain_after(0));
        EXPECT_EQ(verdict(), Verdict::Waiting);
        Portfolio later = portfolio;
        later.finalize(IntentId{1}, Slot{slot});
        EXPECT_EQ(later.check()->verdict(), verdict_then) << slot;
        EXPECT_EQ(later.slot_finalized(), Slot{std::max(slot, kOldest)});  // Opened in kOldest.
        (void)portfolio.reverse(IntentId{1}, test::kNewYear);
    }
    for (const auto& [slot, verdict_then] :
         {std::pair{kNewest, Verdict::Inconclusive}, std::pair{kNewest + 1, Verdict::Equal}}) {
        land(1, kNewest + 2);
        portfolio.begin_check(chain_after(0));
        Portfolio later = portfolio;
        later.finalize(IntentId{1}, Slot{slot});
        EXPECT_EQ(later.check()->verdict(), verdict_then) << slot;
        (void)portfolio.reverse(IntentId{1}, test::kNewYear);
    }
}

// It is asked for while the fill is provisional, and arrives when it is final: the ledger has it,
// the reading does not, and nothing tells of which slot it is any more.
TEST_F(BalanceCheckTest, AReadingThatAFinalFillHasOvertakenProvesNothing) {
    submit(1);
    land(1, kNewest + 1);
    portfolio.finalize(IntentId{1});
    portfolio.begin_check(chain_after(0));
    EXPECT_EQ(verdict(), Verdict::Inconclusive);
}

TEST_F(BalanceCheckTest, AReadingOfTheSlotOfTheLastFinalFillHasIt) {
    submit(1);
    land(1, kOldest);
    portfolio.finalize(IntentId{1});
    portfolio.begin_check(chain_after(1));
    EXPECT_EQ(verdict(), Verdict::Equal);
    submit(2);
    land(2, kOldest + 1);
    portfolio.finalize(IntentId{2});
    portfolio.begin_check(chain_after(2));
    EXPECT_EQ(verdict(), Verdict::Inconclusive);
}

TEST_F(BalanceCheckTest, ReadingsMayNotBeOlderThanWhatIsFinalInTheBooks) {
    EXPECT_EQ(portfolio.slot_finalized(), Slot{kOldest}) << "of the opening balances";
    submit(1);
    land(1, kNewest + 7);
    EXPECT_EQ(portfolio.slot_finalized(), Slot{kOldest});
    portfolio.finalize(IntentId{1});
    EXPECT_EQ(portfolio.slot_finalized(), Slot{kNewest + 7});
}

}  // namespace
}  // namespace sniperforge::portfolio
