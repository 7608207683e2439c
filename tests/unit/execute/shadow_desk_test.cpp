// SPDX-License-Identifier: MIT
// Orders that are really sent, followed on paper: what paper would have made of each, and from
// which pools the chain's fill is told apart.
#include "sniperforge/execute/shadow_desk.hpp"

#include <limits>

#include "sniperforge/model/nonce_lease.hpp"
#include "unit/execute/shadow_support.hpp"

namespace sniperforge::execute::paper_test {
namespace {

TEST_F(ShadowDeskTest, AFillAsQuotedIsWorthNothingMoreAndEachCostIsTold) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    const std::uint64_t tokens = out_now(Direction::BToA, kSpent);
    submit(intent);
    EXPECT_EQ(desk.submitted.size(), 1U);
    shadow->on_slot(Slot{11});
    EXPECT_TRUE(written.empty());
    shadow->on_report(bought(intent, tokens, 11));
    EXPECT_EQ(heard.reports, 1) << "whoever waits for it hears of it";
    EXPECT_EQ(only().lack, PaperLack::None);
    EXPECT_EQ(only().paper.outcome, Outcome::Landed);
    EXPECT_EQ(only().paper.swap.lamports, LamportsDelta{});
    EXPECT_EQ(only().paper.base_fee, Lamports{5'000});
    EXPECT_EQ(only().paper.priority_fee, kPriority);
    EXPECT_EQ(only().paper.tip, kTipped);
    EXPECT_EQ(only().paper.rent, kAccountRent.minus({}));
    EXPECT_EQ(only().live.swap.lamports, LamportsDelta{});
    EXPECT_EQ(only().live.priority_fee, Lamports{300});
    EXPECT_EQ(only().live.rent, LamportsDelta{2'039'280});
    EXPECT_EQ(only().live.slots, 1U);
    EXPECT_TRUE(only().is_own_route);
    ASSERT_TRUE(only().before);
    EXPECT_EQ(only().before->lamports, LamportsDelta{});
    EXPECT_TRUE(only().before->venue_fees);
}

TEST_F(ShadowDeskTest, AThousandthMoreTokensAreAThousandthOfTheStakeRoundedAgainstUs) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    const std::uint64_t tokens = out_now(Direction::BToA, kSpent);
    for (const std::int64_t more : {1'000'000, -1'000'000}) {
        submit(intent);
        shadow->on_slot(Slot{11});
        shadow->on_report(bought(intent, tokens + static_cast<std::uint64_t>(more), 11));
    }
    ASSERT_EQ(written.size(), 2U);
    const auto up = written[0].live.swap.lamports.raw(), down = written[1].live.swap.lamports.raw();
    EXPECT_EQ(up, static_cast<std::int64_t>((tokens + 1'000'000) * kSpent / tokens - kSpent));
    EXPECT_GT(up, 0);
    EXPECT_LT(down, 0);
    EXPECT_LE(up + down, 0) << "down both times";
}

// What moves the pools before paper's slot is paper's; between that and ours it is the delay.
TEST_F(ShadowDeskTest, LandingLaterThanPaperMeetsThePoolsThatOursSlotBeganWith) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    submit(intent);
    shadow->on_slot(Slot{11});
    others(Direction::BToA, 1'000'000'000);
    shadow->on_slot(Slot{12});  // Paper's slot, 11, is over.
    others(Direction::BToA, 2'000'000'000);
    shadow->on_slot(Slot{13});
    const std::uint64_t met = out_now(Direction::BToA, kSpent);
    others(Direction::BToA, kSpent);  // Ours, in 13.
    shadow->on_slot(Slot{14});
    shadow->on_report(bought(intent, met, 13));
    EXPECT_FALSE(only().is_cut_short);
    EXPECT_LT(only().paper.swap.lamports, LamportsDelta{});
    ASSERT_TRUE(only().before);
    EXPECT_LT(only().before->lamports, only().paper.swap.lamports);
    EXPECT_EQ(only().live.swap.lamports, only().before->lamports) << "nobody came between";
}

// Later pools have our own swap in them: it would be counted twice.
TEST_F(ShadowDeskTest, LandingNoLaterThanPaperPricesPaperOnTheLastPoolsWithoutUs) {
    for (const std::uint64_t slot : {11U, 12U, 13U}) {
        follow(2);  // Until the end of 12.
        written.clear();
        const OrderIntent intent = entry(1, kSpent, 1);
        submit(intent);
        for (std::uint64_t at = 11; at <= slot; ++at) {
            shadow->on_slot(Slot{at});
        }
        others(Direction::BToA, kSpent);
        shadow->on_slot(Slot{slot + 1});
        shadow->on_report(bought(intent, 1, slot));
        EXPECT_EQ(only().is_cut_short, slot <= 12) << slot;
        EXPECT_EQ(only().paper.swap.lamports, LamportsDelta{}) << slot;
        EXPECT_EQ(only().before->lamports, LamportsDelta{}) << slot;
    }
}

TEST_F(ShadowDeskTest, PaperRevertsBelowTheFloorByOneUnitAndNotAtIt) {
    follow(1);
    const std::uint64_t tokens = out_now(Direction::BToA, kSpent);
    for (const std::uint64_t more : {0U, 1U}) {
        written.clear();
        const OrderIntent intent = entry(1 + more, kSpent, tokens + more);
        submit(intent);
        shadow->on_report(report(intent, Outcome::Reverted, 11));
        EXPECT_TRUE(written.empty()) << "paper's slot is not over";
        shadow->on_slot(Slot{12 + 2 * more});
        EXPECT_EQ(only().paper.outcome, more == 0 ? Outcome::Landed : Outcome::Reverted);
        EXPECT_EQ(only().paper.tip, more == 0 ? kTipped : Lamports{});
        EXPECT_EQ(only().paper.rent.raw(), more == 0 ? 2'157'600 : 0);
        EXPECT_EQ(only().live.outcome, Outcome::Reverted);
        EXPECT_FALSE(only().before);
    }
}

TEST_F(ShadowDeskTest, WhatPaperWouldNotLandExpiresThereAtNoCost) {
    follow(0);
    const OrderIntent intent = entry(1, kSpent, 1);
    submit(intent);
    shadow->on_report(report(intent, Outcome::Expired, 0));
    OrderSide nothing;
    nothing.outcome = Outcome::Expired;
    EXPECT_EQ(only().paper, nothing);
    EXPECT_EQ(only().live.slots, std::nullopt);
}

TEST_F(ShadowDeskTest, ARefusalFromWithinTheSubmitIsComparedOncePaperHasLanded) {
    follow(1);
    desk.is_refusing = true;
    submit(entry(1, kSpent, 1));
    shadow->on_slot(Slot{11});
    EXPECT_TRUE(written.empty());
    shadow->on_slot(Slot{12});
    EXPECT_EQ(only().live.outcome, Outcome::Rejected);
    EXPECT_EQ(only().paper.outcome, Outcome::Landed);
}

TEST_F(ShadowDeskTest, ASaleIsWorthWhatItBroughtMoreThanQuotedAndClosesItsAccount) {
    follow(1);
    constexpr std::uint64_t kTokens = 1'000'000'000;
    const OrderIntent intent = exit(1, kTokens, 1);
    const std::uint64_t lamports = out_now(Direction::AToB, kTokens);
    submit(intent);
    shadow->on_slot(Slot{11});
    ExecutionReport sold = report(intent, Outcome::Landed, 11);
    sold.fill.wallet += LamportsDelta{static_cast<std::int64_t>(lamports) - 77 + 2'039'280};
    sold.fill.rent_refunded = Lamports{2'039'280};
    sold.fill.tokens.push_back({kCoin, TokenDelta{-static_cast<std::int64_t>(kTokens)}});
    shadow->on_report(sold);
    EXPECT_EQ(only().decided.lamports, LamportsDelta{});
    EXPECT_EQ(only().live.swap.lamports, LamportsDelta{-77});
    EXPECT_EQ(only().live.rent, LamportsDelta{-2'039'280});
    EXPECT_EQ(only().paper.rent, Lamports{}.minus(kAccountRent));
    EXPECT_FALSE(only().is_own_route) << "its venue fees are not told: Jupiter's";
}

TEST_F(ShadowDeskTest, WhatAVenuesProgramAskedForOnceIsRentAndNoPrice) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    const std::uint64_t tokens = out_now(Direction::BToA, kSpent);
    submit(intent);
    shadow->on_slot(Slot{11});
    shadow->on_report(bought(intent, tokens, 11, 1'300'000));
    EXPECT_EQ(only().live.swap.lamports, LamportsDelta{});
    EXPECT_EQ(only().live.rent, LamportsDelta{2'039'280 + 1'300'000});
}

TEST_F(ShadowDeskTest, AnAccountThatIsOpenCostsPaperNoRentAgain) {
    follow(1);
    const OrderIntent first = entry(1, kSpent, 1), second = entry(2, kSpent, 1);
    submit(first);
    shadow->on_slot(Slot{11});
    ExecutionReport told = bought(first, 1, 11);
    told.fill.accounts.push_back({kCoin, key_of(9), true, Lamports{2'039'280}});
    shadow->on_report(told);
    submit(second);
    shadow->on_slot(Slot{12});
    shadow->on_report(bought(second, 1, 12));
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[0].paper.rent, kAccountRent.minus({}));
    EXPECT_EQ(written[1].paper.rent, LamportsDelta{});
}

TEST_F(ShadowDeskTest, WhatNobodyHeardOfIsNotComparedAndSaysWhy) {
    follow(1);
    submit(entry(1, kSpent, 1));
    shadow->on_report(report(entry(1, kSpent, 1), Outcome::Expired, 0));
    is_feed_lost = true;
    shadow->on_slot(Slot{12});
    EXPECT_EQ(only().lack, PaperLack::Unheard);
    written.clear();
    submit(entry(2, kSpent, 1));  // Decided by pools that nobody hears of.
    shadow->on_report(report(entry(2, kSpent, 1), Outcome::Expired, 0));
    EXPECT_EQ(only().lack, PaperLack::Unquoted);
}

// Paper would have landed in 11, which ends when a later one is heard of.
TEST_F(ShadowDeskTest, ASlotThatIsHeardOfEightLateCountsAndNineLateDoesNot) {
    for (const std::uint64_t late : {8U, 9U}) {
        written.clear();
        follow(1);
        submit(entry(1, kSpent, 1));
        shadow->on_report(report(entry(1, kSpent, 1), Outcome::Expired, 0));
        shadow->on_slot(Slot{11 + late});
        EXPECT_EQ(only().lack, late == 8 ? PaperLack::None : PaperLack::Unheard);
    }
}

TEST_F(ShadowDeskTest, ASlotOfOursThatWasSkippedLeavesThePoolsBeforeUnknown) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    submit(intent);
    shadow->on_slot(Slot{12});
    shadow->on_slot(Slot{14});  // 13 was not heard of.
    shadow->on_report(bought(intent, 1, 13));
    EXPECT_EQ(only().lack, PaperLack::None);
    EXPECT_FALSE(only().before);
}

TEST_F(ShadowDeskTest, AnUnknownOutcomeWaitsAndAReversedFillIsTakenBack) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    submit(intent);
    shadow->on_slot(Slot{11});
    shadow->on_report(report(intent, Outcome::Unknown, 0));
    EXPECT_TRUE(written.empty());
    shadow->on_report(bought(intent, 1, 11));
    ASSERT_EQ(written.size(), 1U);
    shadow->on_reversed({intent.intent_id, Signature{}, Slot{11}});
    EXPECT_EQ(heard.reversals, 1);
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[1].lack, PaperLack::Reversed);
    shadow->on_report(report(intent, Outcome::Expired, 0));
    EXPECT_EQ(written.size(), 2U);
}

// Bought in the one pool what is sold in the other: worth what it gains before its costs.
TEST_F(ShadowDeskTest, ACycleIsWorthItsGrossProfitAndPaperLosesItWhereItWouldRevert) {
    auto dear = std::get<dex::RaydiumAmmV4Pool>(pool_of(1'000'000'000'000, 110'000'000'000).state);
    dear.id = key_of(31);
    dear.vault_a = key_of(33);
    dear.vault_b = key_of(34);
    ASSERT_EQ(book.add(dex::Pool{dear}, Slot{1}).value(), kDearPool);
    constexpr TokenAmount kTokens{10'000'000'000};
    const auto bought_for =
        dex::quote_exact_out(book.pool(kPool), Direction::BToA, kTokens, {})->amount_in;
    const std::uint64_t sold = quoted(book.pool(kDearPool), Direction::AToB, kTokens.raw());
    OrderIntent cycle = entry(1, bought_for.raw(), bought_for.raw() + 1);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    cycle.leg_count = 2;
    cycle.legs[0] = {kPool, Direction::BToA, bought_for, kTokens};
    cycle.legs[1] = {kDearPool, Direction::AToB, kTokens, TokenAmount{sold}};
    const auto profit = static_cast<std::int64_t>(sold - bought_for.raw());
    ASSERT_GT(profit, 0);
    for (const bool is_taken : {false, true}) {
        follow(1);
        written.clear();
        submit(cycle);
        shadow->on_slot(Slot{11});
        if (is_taken) {
            others(Direction::BToA, bought_for.raw());  // By somebody else, in paper's slot.
        }
        shadow->on_slot(Slot{12});
        shadow->on_report(report(cycle, Outcome::Expired, 0));
        EXPECT_EQ(only().decided.lamports.raw(), profit);
        EXPECT_EQ(only().paper.outcome, is_taken ? Outcome::Reverted : Outcome::Landed);
        EXPECT_EQ(only().paper.swap.lamports.raw(), is_taken ? 0 : profit);
    }
}

TEST_F(ShadowDeskTest, ASweepBringsItsRentOnBothSidesAndNothingElse) {
    follow(1);
    OrderIntent sweep = exit(1, 7, 2'039'280);
    sweep.kind = OrderKind::Sweep;
    submit(sweep);
    shadow->on_slot(Slot{11});
    ExecutionReport told = report(sweep, Outcome::Landed, 11);
    told.fill.rent_refunded = Lamports{2'039'280};
    told.fill.wallet += LamportsDelta{2'039'280};
    told.fill.tokens.push_back({kCoin, TokenDelta{-7}});
    told.fill.venue_fees = VenueFees{};
    shadow->on_report(told);
    EXPECT_EQ(only().paper.rent, LamportsDelta{-2'039'280});
    EXPECT_EQ(only().live.rent, only().paper.rent);
    EXPECT_EQ(only().live.swap, only().paper.swap);
    EXPECT_EQ(only().live.swap.lamports, LamportsDelta{});
}

TEST_F(ShadowDeskTest, PaperHasNoAdvancesOfNonces) {
    follow(1);
    OrderIntent advance = exit(1, 0, 0);
    advance.kind = OrderKind::Sweep;
    advance.pool_id = advance.mint_in;
    ASSERT_TRUE(is_nonce_advance(advance));
    submit(advance);
    shadow->on_report(report(advance, Outcome::Landed, 11));
    EXPECT_EQ(only().lack, PaperLack::NoOrder);
}

TEST_F(ShadowDeskTest, FollowsAsManyAsItMayAndTradesTheNextOneAllTheSame) {
    follow(1);
    for (std::uint64_t i = 1; i <= ShadowDesk::kFollowedMax + 1; ++i) {
        submit(entry(i, kSpent, 1));
    }
    EXPECT_EQ(desk.submitted.size(), ShadowDesk::kFollowedMax + 1);
    shadow->on_slot(Slot{12});
    for (std::uint64_t i = 1; i <= ShadowDesk::kFollowedMax + 1; ++i) {
        shadow->on_report(report(entry(i, kSpent, 1), Outcome::Expired, 0));
    }
    EXPECT_EQ(written.size(), ShadowDesk::kFollowedMax);
}

// A price that is no SOL of this world.
TEST_F(ShadowDeskTest, TokensBeyondAllSolAreNotComparedAndNothingOverflows) {
    follow(1);
    const OrderIntent intent = entry(1, kSpent, 1);
    submit(intent);
    shadow->on_slot(Slot{11});
    ExecutionReport told = bought(intent, 1, 11);
    told.fill.tokens = {{kCoin, TokenDelta{std::numeric_limits<std::int64_t>::max()}}};
    shadow->on_report(told);
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(only().lack, PaperLack::None) << "a tenth of a lamport each";
    written.clear();
    OrderIntent tiny = entry(2, kSpent, 1);
    book.change(kPool, Slot{3}, [](dex::Pool& pool) { pool = pool_of(1'000, 100'000'000'000); });
    tiny.amount_in = TokenAmount{kSpent * 3};
    submit(tiny);
    shadow->on_slot(Slot{12});
    told = bought(tiny, 1, 12);
    told.fill.tokens = {{kCoin, TokenDelta{std::numeric_limits<std::int64_t>::max()}}};
    shadow->on_report(told);
    EXPECT_EQ(only().lack, PaperLack::Unquoted);
}

}  // namespace
}  // namespace sniperforge::execute::paper_test
