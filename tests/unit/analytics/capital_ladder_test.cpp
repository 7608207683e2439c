// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/capital_ladder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::sample_of;
using test::trade_on;

// A rung of 10 SOL, of which a day may lose one.
RungState on_rung(std::size_t rung) {
    return {rung, Lamports{10 * kLamportsPerSol}, Lamports{kLamportsPerSol}};
}

// Ten good days of five trades each, the first of which loses: as many as a step up asks for.
std::vector<TradeResult> good_trades() {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 50; ++i) {
        trades.push_back(trade_on(i, static_cast<std::int64_t>(i % 10), i <= 10 ? -400 : 2'000));
    }
    return trades;
}

LadderStep step_after(std::vector<TradeResult> trades, std::size_t rung = 1,
                      const LadderRules& rules = {}) {
    return next_rung(rules, on_rung(rung), sample_of(std::move(trades), 30));
}

std::vector<LadderReason> only(LadderReason reason) { return {reason}; }

TEST(CapitalLadder, StepsUpOnEvidence) {
    const auto step = step_after(good_trades());
    EXPECT_EQ(step.move, LadderMove::Up);
    EXPECT_EQ(step.rung, 2U);
    EXPECT_EQ(step.reasons, only(LadderReason::EvidenceFound));
    EXPECT_GE(step.fortune_max, 20);
}

TEST(CapitalLadder, StaysWithoutTrades) {
    const auto step = step_after({});
    EXPECT_EQ(step.move, LadderMove::Stay);
    EXPECT_EQ(step.rung, 1U);
    EXPECT_EQ(step.reasons, only(LadderReason::NoTrades));
}

TEST(CapitalLadder, NothingButLiveResultsMovesIt) {
    for (const auto provenance : {Provenance::Sim, Provenance::Test, Provenance::Paper}) {
        auto trades = good_trades();
        for (auto& trade : trades) {
            trade.provenance = provenance;
        }
        EXPECT_EQ(step_after(trades).reasons, only(LadderReason::NotLive));
        EXPECT_EQ(step_after(trades).move, LadderMove::Stay);
    }
}

TEST(CapitalLadder, WaitsForTheLastFillToBeReconciled) {
    auto trades = good_trades();
    trades.back().is_reconciled = false;
    EXPECT_EQ(step_after(trades).reasons, only(LadderReason::NotReconciled));
    EXPECT_EQ(step_after(trades).move, LadderMove::Stay);
}

TEST(CapitalLadder, WaitsForOpenPositions) {
    auto trades = good_trades();
    trades.back().basis = FillBasis::Quote;
    EXPECT_EQ(step_after(trades).reasons, only(LadderReason::NotOnChain));
}

TEST(CapitalLadder, NeedsTheFewestTrades) {
    LadderRules rules;
    rules.trades_min = 50;
    EXPECT_EQ(step_after(good_trades(), 1, rules).move, LadderMove::Up);
    rules.trades_min = 51;
    EXPECT_EQ(step_after(good_trades(), 1, rules).reasons, only(LadderReason::TooFewTrades));
}

// The same profit on one day is one observation: a lucky day raises nobody.
TEST(CapitalLadder, OneLuckyDayIsNoEvidence) {
    auto trades = good_trades();
    for (auto& trade : trades) {
        const auto within = trade.opened_at.ns % test::kDayNs;
        trade.opened_at = WallTime{within};
        trade.closed_at = WallTime{within + 1};
    }
    EXPECT_EQ(step_after(trades).reasons, only(LadderReason::NoEvidence));
}

TEST(CapitalLadder, NeedsTheEvidenceThatItsAlphaSays) {
    LadderRules rules;
    rules.alpha = 1 / step_after(good_trades()).fortune_max * (1 + 1e-9);
    EXPECT_EQ(step_after(good_trades(), 1, rules).move, LadderMove::Up);
    rules.alpha *= 1 - 1e-6;
    EXPECT_EQ(step_after(good_trades(), 1, rules).reasons, only(LadderReason::NoEvidence));
}

// Good days, then losses one below the other in single days. 10 SOL: no step up from 1 SOL of
// drawdown on, a step down from 2 on.
std::vector<TradeResult> with_losses(std::int64_t lamports) {
    auto trades = good_trades();
    std::int64_t day = 12;
    while (lamports > 0) {
        const std::int64_t part = std::min<std::int64_t>(lamports, kLamportsPerSol);
        auto trade = trade_on(trades.size() + 1, day++, 0);
        trade.gross = LamportsDelta{-part};
        trades.push_back(trade);
        lamports -= part;
    }
    return trades;
}

TEST(CapitalLadder, DrawdownsKeepItDownAndTakeItDown) {
    EXPECT_EQ(step_after(with_losses(999'999'999)).move, LadderMove::Up);
    EXPECT_EQ(step_after(with_losses(1'000'000'000)).reasons, only(LadderReason::DrawdownUp));
    EXPECT_EQ(step_after(with_losses(1'999'999'999)).move, LadderMove::Stay);
    const auto down = step_after(with_losses(2'000'000'000));
    EXPECT_EQ(down.move, LadderMove::Down);
    EXPECT_EQ(down.rung, 0U);
    EXPECT_EQ(down.reasons, only(LadderReason::DrawdownDown));
}

// A step down waits for nothing: not for reconciling, not for the fewest trades.
TEST(CapitalLadder, StepsDownWhateverElseIsMissing) {
    auto first = trade_on(1, 0, -9'000);
    auto second = trade_on(2, 1, -9'000);
    auto third = trade_on(3, 2, -2'000);
    third.is_reconciled = false;
    third.basis = FillBasis::Quote;
    EXPECT_EQ(step_after({first, second}).move, LadderMove::Stay);
    EXPECT_EQ(step_after({first, second, third}).move, LadderMove::Down);
}

TEST(CapitalLadder, ADayThatBrokeItsLimitIsAStepDown) {
    auto trade = trade_on(1, 0, -10'000);
    EXPECT_EQ(step_after({trade}).move, LadderMove::Stay);
    trade.costs.tip = Lamports{1};
    EXPECT_EQ(step_after({trade}).move, LadderMove::Down);
    EXPECT_EQ(step_after({trade}).reasons, only(LadderReason::BoundBroken));
}

TEST(CapitalLadder, EndsAtBothEnds) {
    const LadderRules rules;
    const auto top = step_after(good_trades(), rules.rungs.size() - 1);
    EXPECT_EQ(top.move, LadderMove::Stay);
    EXPECT_EQ(top.reasons, only(LadderReason::HighestRung));
    const auto bottom = step_after(with_losses(2'000'000'000), 0);
    EXPECT_EQ(bottom.move, LadderMove::Stop);
    EXPECT_EQ(bottom.rung, 0U);
}

TEST(CapitalLadder, AllReasonsAreTold) {
    auto trade = trade_on(1, 0, 10);
    trade.is_reconciled = false;
    EXPECT_EQ(step_after({trade}).reasons,
              (std::vector{LadderReason::NotReconciled, LadderReason::TooFewTrades,
                           LadderReason::NoEvidence}));
}

// No bound, no test.
TEST(CapitalLadder, WithoutALossBoundThereIsNoEvidence) {
    RungState state = on_rung(1);
    state.loss_bound = Lamports{};
    EXPECT_EQ(next_rung({}, state, sample_of(good_trades(), 30)).reasons,
              only(LadderReason::NoEvidence));
}

TEST(CapitalLadder, RulesAreChecked) {
    EXPECT_TRUE(check_ladder({}));
    LadderRules rules;
    rules.rungs = {};
    EXPECT_FALSE(check_ladder(rules));
    rules.rungs = {MicroUsd{5}, MicroUsd{5}};
    EXPECT_EQ(check_ladder(rules).error().text,
              "rungs of a capital ladder must rise: 5 micro-USD comes after 5");
    rules.rungs = {MicroUsd{5}, MicroUsd{6}};
    EXPECT_TRUE(check_ladder(rules));
    rules.alpha = 1;
    EXPECT_FALSE(check_ladder(rules));
    rules.alpha = 0.05;
    rules.drawdown_up_max = BasisPoints{2'000};
    EXPECT_TRUE(check_ladder(rules));
    rules.drawdown_up_max = BasisPoints{2'001};
    EXPECT_FALSE(check_ladder(rules));
}

}  // namespace
}  // namespace sniperforge::analytics
