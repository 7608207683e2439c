// SPDX-License-Identifier: MIT
// Orders on paper: when they land, what they meet, what they cost.
#include <limits>

#include "sniperforge/core/wide_int.hpp"
#include "unit/execute/paper_support.hpp"

namespace sniperforge::execute::paper_test {
namespace {

TEST(PaperFill, AnEntryPaysItsAmountFeesTipAndTheRentOfAnAccountThatIsNotThere) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    for (const bool is_open : {false, true}) {
        PaperTerms with = terms();
        with.is_account_open = is_open;
        const auto filled = paper_fill(entry(1, 100'000'000, out), pools, with);
        ASSERT_TRUE(filled);
        const Fill& fill = filled->fill;
        EXPECT_EQ(fill.wallet.raw(), -(100'000'000 + 10'000 + (is_open ? 0 : 2'157'600)));
        EXPECT_EQ(principal_of(fill), LamportsDelta{-100'000'000});
        EXPECT_EQ(change_of(fill, kCoin).raw(), static_cast<std::int64_t>(out));
        ASSERT_EQ(fill.accounts.size(), 1U);
        EXPECT_TRUE(fill.accounts[0].is_open);
    }
}

TEST(PaperFill, BelowItsFloorByOneUnitItReverts) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    const auto refused = paper_fill(entry(1, 100'000'000, out + 1), pools, terms());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, FailureClass::Slippage);
    OrderIntent foreign = entry(1, 100'000'000, 1);
    foreign.mint_in = key_of(9);
    EXPECT_EQ(paper_fill(foreign, pools, terms()).error().failure, FailureClass::ProgramError);
    EXPECT_EQ(paper_fill(entry(1, 0, 0), pools, terms()).error().failure,
              FailureClass::ProgramError);
}

// Changes of balances are signed: a hostile pool's tokens beyond that are no fill, and no abort.
TEST(PaperFill, MoreTokensThanAChangeOfABalanceCanSayAreRefused) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    Pools pools;
    pools.all[0] = pool_of(kU64Max, 1'000);
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 900);
    ASSERT_LE(out, kMax);
    EXPECT_TRUE(paper_fill(entry(1, 900, 1), pools, terms()));
    ASSERT_GT(quoted(pools.all[0], Direction::BToA, 1'100), kMax);
    const auto refused = paper_fill(entry(1, 1'100, 1), pools, terms());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, FailureClass::ProgramError);
}

TEST(PaperFill, AnExitBringsThePoolsPriceAndTheRentWhereItClosesTheAccount) {
    Pools pools;
    const std::uint64_t out = quoted(pools.all[0], Direction::AToB, 1'000'000'000);
    for (const bool is_closed : {false, true}) {
        PaperTerms with = terms();
        with.is_account_closed = is_closed;
        const auto filled = paper_fill(exit(1, 1'000'000'000, out), pools, with);
        ASSERT_TRUE(filled);
        EXPECT_EQ(filled->fill.wallet.raw(),
                  static_cast<std::int64_t>(out) - 10'000 + (is_closed ? 2'157'600 : 0));
        EXPECT_EQ(change_of(filled->fill, kCoin).raw(), -1'000'000'000);
        EXPECT_EQ(filled->fill.accounts[0].is_open, !is_closed);
    }
}

// Bought in the one pool exactly as much as is sold in the other.
TEST(PaperFill, ACycleKeepsTheDifferenceAndRevertsWhereALegIsRefused) {
    Pools pools;
    const std::uint64_t tokens = 10'000'000'000;
    const auto buy = dex::quote_exact_out(pools.all[0], Direction::BToA, TokenAmount{tokens}, {});
    ASSERT_TRUE(buy);
    const std::uint64_t sold = quoted(pools.all[1], Direction::AToB, tokens);
    OrderIntent cycle = entry(1, buy->amount_in.raw(), sold);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    cycle.leg_count = 2;
    cycle.legs[0] = {kPool, Direction::BToA, buy->amount_in, TokenAmount{tokens}};
    cycle.legs[1] = {kDearPool, Direction::AToB, TokenAmount{tokens}, TokenAmount{sold}};
    const auto filled = paper_fill(cycle, pools, terms());
    ASSERT_TRUE(filled);
    EXPECT_EQ(principal_of(filled->fill).raw(),
              static_cast<std::int64_t>(sold) - static_cast<std::int64_t>(buy->amount_in.raw()));
    EXPECT_EQ(filled->swaps.size(), 2U);
    OrderIntent poorer = cycle;
    poorer.amount_in = buy->amount_in - TokenAmount{1};
    EXPECT_EQ(paper_fill(poorer, pools, terms()).error().failure, FailureClass::Slippage);
    OrderIntent greedier = cycle;
    greedier.receive_min = TokenAmount{sold + 1};
    EXPECT_EQ(paper_fill(greedier, pools, terms()).error().failure, FailureClass::Slippage);
}

TEST(PaperFill, ASweepBurnsWhatIsLeftAndGetsTheRentBack) {
    const Pools pools;
    OrderIntent sweep = exit(1, 7, kAccountRent.raw());
    sweep.kind = OrderKind::Sweep;
    const auto filled = paper_fill(sweep, pools, terms());
    ASSERT_TRUE(filled);
    EXPECT_EQ(filled->fill.wallet.raw(), 2'157'600 - 10'000);
    EXPECT_EQ(change_of(filled->fill, kCoin).raw(), -7);
    EXPECT_FALSE(filled->fill.accounts[0].is_open);
}

TEST_F(PaperDeskTest, LandsWhenTheSlotThatIsDrawnIsOverAndNotBefore) {
    for (const std::uint32_t slots : {1U, 2U, 3U}) {
        PaperDesk paper = desk(landing_after(slots));
        reports.all.clear();
        submit(paper, entry(slots, 100'000'000, 1));
        paper.on_slot(Slot{10 + slots});
        EXPECT_TRUE(reports.all.empty()) << "it lands behind everything else in its slot";
        paper.on_slot(Slot{11 + slots});
        ASSERT_EQ(reports.all.size(), 1U);
        EXPECT_EQ(reports.all[0].outcome, Outcome::Landed);
        EXPECT_EQ(reports.all[0].slot, Slot{10 + slots});
        EXPECT_EQ(reports.finals.back(), IntentId{slots}) << "nothing can take it back";
        EXPECT_EQ(paper.in_flight(), 0U);
    }
}

TEST_F(PaperDeskTest, ExpiresWithItsBlockhashWhereNoSlotIsDrawn) {
    PaperDesk paper = desk(landing_after(0));
    submit(paper, entry(1, 100'000'000, 1));
    paper.on_slot(Slot{10 + PaperDesk::kExpirySlots});
    EXPECT_EQ(paper.in_flight(), 1U);
    paper.on_slot(Slot{11 + PaperDesk::kExpirySlots});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
    EXPECT_EQ(reports.all[0].fill, Fill{});
    EXPECT_EQ(pools.swaps, 0);
}

// It is signed on a blockhash that hardly outlives them (ADR 0042).
TEST_F(PaperDeskTest, ACycleExpiresSoonBehindItsSlotsWhereNoSlotIsDrawn) {
    PaperDesk paper = desk(landing_after(0));
    OrderIntent wanted = entry(1, 100'000'000, 1);
    wanted.kind = OrderKind::Cycle;
    wanted.slots_valid = 2;
    submit(paper, wanted);
    paper.on_slot(Slot{10 + 2 + 7});
    EXPECT_EQ(paper.in_flight(), 1U);
    paper.on_slot(Slot{10 + 2 + 8});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
    EXPECT_EQ(reports.all[0].fill, Fill{});
}

TEST_F(PaperDeskTest, TheSecondOfASlotMeetsWhatTheFirstHasMoved) {
    PaperDesk paper = desk(landing_after(1));
    submit(paper, entry(1, 100'000'000, 1));
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].intent_id, IntentId{1});
    EXPECT_LT(change_of(reports.all[1].fill, kCoin), change_of(reports.all[0].fill, kCoin));
    EXPECT_EQ(reports.all[0].fill.rent_paid, kAccountRent);
    EXPECT_EQ(reports.all[1].fill.rent_paid, Lamports{}) << "the account is there now";
}

TEST_F(PaperDeskTest, ARevertPaysItsFeesAndMovesNothing) {
    PaperDesk paper = desk(landing_after(1));
    const std::uint64_t out = quoted(pools.all[0], Direction::BToA, 100'000'000);
    SubmitHints hints;
    hints.offer = Offer{ComputeUnitPrice{20'000}, Lamports{50'000}};
    submit(paper, entry(1, 100'000'000, out + 1), hints);
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 1U);
    const ExecutionReport& report = reports.all[0];
    EXPECT_EQ(report.outcome, Outcome::Reverted);
    EXPECT_EQ(report.failure, FailureClass::Slippage);
    EXPECT_EQ(report.fill.wallet, LamportsDelta{-9'000}) << "and no tip";
    EXPECT_TRUE(report.signature.is_zero());
    EXPECT_EQ(pools.swaps, 0);
}

// 25 bps of what is paid in: lamports, or tokens at the average price of the sale.
TEST_F(PaperDeskTest, TellsWhatThePoolTookOfEachFill) {
    PaperDesk paper = desk(landing_after(1));
    submit(paper, entry(1, 100'000'000, 1));
    submit(paper, entry(2, 100'000'000, 1'000'000'000'000));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].fill.venue_fees, (VenueFees{Lamports{250'000}, {}}));
    ASSERT_EQ(reports.all[1].outcome, Outcome::Reverted);
    EXPECT_EQ(reports.all[1].fill.venue_fees, VenueFees{}) << "it swapped nothing";
    const auto tokens = static_cast<std::uint64_t>(change_of(reports.all[0].fill, kCoin).raw());
    submit(paper, exit(3, tokens, 1));
    paper.on_slot(Slot{14});
    ASSERT_EQ(reports.all.size(), 3U);
    const Fill& sale = reports.all[2].fill;
    ASSERT_TRUE(sale.venue_fees);
    const auto received = static_cast<double>(sale.wallet.raw() + 9'000);
    EXPECT_NEAR(static_cast<double>(sale.venue_fees->amm.raw()), received * 0.0025, 2);
}

TEST_F(PaperDeskTest, SomebodyElseTakesCyclesAndNothingElse) {
    PaperDesk paper{{clock, pools, reports, kAccountRent, 100}, execution, landing_after(1), 1};
    OrderIntent cycle = entry(1, 1'000'000, 1);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    submit(paper, cycle);
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Reverted);
    EXPECT_LT(reports.all[0].fill.wallet, LamportsDelta{});
    EXPECT_EQ(reports.all[1].outcome, Outcome::Landed);
}

}  // namespace
}  // namespace sniperforge::execute::paper_test
