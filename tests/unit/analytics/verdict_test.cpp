// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/verdict.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

Measured<Estimate> between(double low, double high) {
    return Estimate{(low + high) / 2, Interval{low, high}};
}

// Everything as it should be: above a target of 2 on live, final, unseen fills.
TargetClaim good_claim() {
    TargetClaim claim;
    claim.target = 2;
    claim.figure = between(2.1, 5);
    claim.expectancy = between(1, 100);
    claim.grounds.trades = 500;
    return claim;
}

TEST(Verdict, IsMetWhenNothingSpeaksAgainstIt) {
    const auto judgement = judge(good_claim());
    EXPECT_EQ(judgement.verdict, Verdict::Met);
    EXPECT_TRUE(judgement.reasons.empty());
}

// Rent that sweeps brought back is nobody's loss.
TEST(Verdict, WhatCameBackOutsideTheTradesSpeaksAgainstNothing) {
    TargetClaim claim = good_claim();
    claim.grounds.unassigned = LamportsDelta{1};
    EXPECT_EQ(judge(claim).verdict, Verdict::Met);
}

// Each flaw alone makes a hypothesis, and is named.
TEST(Verdict, EachFlawAloneMakesAHypothesis) {
    using Spoil = std::function<void(TargetClaim&)>;
    const std::vector<std::pair<Spoil, VerdictReason>> flaws = {
        {[](auto& c) { c.figure = std::unexpected{Lack::NoVariation}; }, VerdictReason::NoFigure},
        {[](auto& c) { c.figure->ci95 = std::unexpected{Lack::TooFewTrades}; },
         VerdictReason::NoInterval},
        {[](auto& c) { c.figure = between(2, 5); }, VerdictReason::TargetInside},
        {[](auto& c) { c.figure = between(-1, 2); }, VerdictReason::TargetInside},
        {[](auto& c) { c.expectancy = between(0, 9); }, VerdictReason::MeanNotPositive},
        {[](auto& c) { c.expectancy = std::unexpected{Lack::NoTrades}; },
         VerdictReason::MeanNotPositive},
        {[](auto& c) { c.expectancy->ci95 = std::unexpected{Lack::TooFewClusters}; },
         VerdictReason::MeanNotPositive},
        {[](auto& c) { c.grounds.level_fills = 1; }, VerdictReason::LevelFills},
        {[](auto& c) { c.grounds.off_chain = 1; }, VerdictReason::FillsNotOnChain},
        {[](auto& c) { c.grounds.not_live = 1; }, VerdictReason::NotLive},
        {[](auto& c) { c.grounds.unreconciled = 1; }, VerdictReason::NotReconciled},
        {[](auto& c) { c.grounds.missing = 1; }, VerdictReason::TradesMissing},
        {[](auto& c) { c.grounds.unassigned = LamportsDelta{-1}; }, VerdictReason::MoneyInNoTrade},
        {[](auto& c) { c.grounds.shortfall = Lamports{1}; }, VerdictReason::SolMissing},
        {[](auto& c) { c.grounds.is_cut = true; }, VerdictReason::RecordsDeleted},
        {[](auto& c) { c.grounds.searched = 1; }, VerdictReason::DataSearched},
        {[](auto& c) { c.grounds.search_unknown = 1; }, VerdictReason::SearchUnknown},
        {[](auto& c) { c.cluster = Cluster::Hour; }, VerdictReason::NotClusteredByDay},
    };
    for (const auto& [spoil, reason] : flaws) {
        auto claim = good_claim();
        spoil(claim);
        const auto judgement = judge(claim);
        EXPECT_EQ(judgement.verdict, Verdict::Hypothesis) << to_string(reason);
        EXPECT_EQ(judgement.reasons, std::vector{reason}) << to_string(reason);
    }
}

TEST(Verdict, IsMissedWhenTheWholeIntervalIsBelowTheTarget) {
    auto claim = good_claim();
    claim.figure = between(0, 1.99);
    EXPECT_EQ(judge(claim).verdict, Verdict::Missed);
    EXPECT_EQ(judge(claim).reasons, std::vector{VerdictReason::BelowTarget});
}

// 57 % winners with a mean of -16 %: a win rate above its target is no success then.
TEST(Verdict, IsMissedWhenTradesLoseMoney) {
    auto claim = good_claim();
    claim.expectancy = between(-10, 0);
    EXPECT_EQ(judge(claim).verdict, Verdict::Missed);
    EXPECT_EQ(judge(claim).reasons, std::vector{VerdictReason::LosesMoney});
}

TEST(Verdict, FlatteringDataExcusesNoMiss) {
    auto claim = good_claim();
    claim.figure = between(0, 1);
    claim.grounds.level_fills = 10;
    claim.grounds.searched = 10;
    const auto judgement = judge(claim);
    EXPECT_EQ(judgement.verdict, Verdict::Missed);
    EXPECT_EQ(judgement.reasons, (std::vector{VerdictReason::BelowTarget, VerdictReason::LevelFills,
                                              VerdictReason::DataSearched}));
}

TEST(Verdict, GroundsCountWhatASampleRestsOn) {
    auto level = test::trade_on(2, 0, 1);
    level.basis = FillBasis::Level;
    auto quoted = test::trade_on(3, 0, 1);
    quoted.basis = FillBasis::Quote;
    quoted.is_reconciled = false;
    auto seen = test::trade_on(4, 0, 1);
    seen.searched = Searched::Yes;
    auto unknown = test::trade_on(5, 0, 1);
    unknown.searched = Searched::Unknown;
    const auto grounds =
        grounds_of(test::sample_of({test::trade_on(1, 0, 1), level, quoted, seen, unknown}, 1));
    EXPECT_EQ(grounds.trades, 5U);
    EXPECT_EQ(grounds.level_fills, 1U);
    EXPECT_EQ(grounds.off_chain, 2U);
    EXPECT_EQ(grounds.unreconciled, 1U);
    EXPECT_EQ(grounds.searched, 1U);
    EXPECT_EQ(grounds.search_unknown, 1U);
    EXPECT_EQ(grounds.not_live, 0U);

    for (const auto provenance : {Provenance::Sim, Provenance::Test, Provenance::Paper}) {
        auto trade = test::trade_on(1, 0, 1);
        trade.provenance = provenance;
        EXPECT_EQ(grounds_of(test::sample_of({trade}, 1)).not_live, 1U);
    }
}

}  // namespace
}  // namespace sniperforge::analytics
