// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/evidence.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::sample_of;
using test::trade_on;

bool has(const Judgement& judgement, VerdictReason reason) {
    return std::find(judgement.reasons.begin(), judgement.reasons.end(), reason) !=
           judgement.reasons.end();
}

// 400 trades of 100 days, `win_share` of which win `win_bps`; the rest lose `loss_bps`.
std::vector<TradeResult> trades_with(double win_share, double win_bps, double loss_bps) {
    Rng rng{4};
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 400; ++i) {
        trades.push_back(trade_on(i, static_cast<std::int64_t>(i % 100),
                                  rng.chance(win_share) ? win_bps : -loss_bps));
    }
    return trades;
}

TEST(Evidence, MeetsBothTargetsOnLiveUnseenFills) {
    const auto evidence = evidence_of(sample_of(trades_with(0.85, 50, 60), 100), {}, {1, 0});
    EXPECT_EQ(evidence.win_rate_target.verdict, Verdict::Met);
    EXPECT_EQ(evidence.sharpe_target.verdict, Verdict::Met);
    EXPECT_GT(evidence.expectancy_bps->ci95->low, 0);
    EXPECT_GT(*evidence.sharpe_probabilistic, 0.99);
    EXPECT_EQ(evidence.provenance, Provenance::Live);
}

TEST(Evidence, OfTheSameFiguresOnPaperIsAHypothesis) {
    auto trades = trades_with(0.85, 50, 60);
    for (auto& trade : trades) {
        trade.provenance = Provenance::Paper;
        trade.basis = FillBasis::PoolState;
    }
    const auto evidence = evidence_of(sample_of(trades, 100), {}, {1, 0});
    EXPECT_EQ(evidence.win_rate_target.verdict, Verdict::Hypothesis);
    EXPECT_EQ(evidence.sharpe_target.verdict, Verdict::Hypothesis);
    EXPECT_TRUE(has(evidence.sharpe_target, VerdictReason::NotLive));
}

// Tight take-profits: 85 % winners that lose money. The win rate alone would have been a success.
TEST(Evidence, WinnersThatLoseMoneyMissTheWinRateToo) {
    const auto evidence = evidence_of(sample_of(trades_with(0.85, 50, 900), 100), {}, {1, 0});
    EXPECT_GT(evidence.win_rate->widest()->low, kWinRateTarget);
    EXPECT_EQ(evidence.win_rate_target.verdict, Verdict::Missed);
    EXPECT_EQ(evidence.sharpe_target.verdict, Verdict::Missed);
    EXPECT_TRUE(has(evidence.win_rate_target, VerdictReason::LosesMoney));
}

TEST(Evidence, TrialsThatWereNotCountedDeflateNothing) {
    const Sample sample = sample_of(trades_with(0.6, 50, 50), 100);
    EXPECT_EQ(evidence_of(sample, {}, {}).sharpe_deflated.error(), Lack::NotRecorded);
    EXPECT_TRUE(evidence_of(sample, {}, {}).sharpe_probabilistic);
    EXPECT_LT(*evidence_of(sample, {}, {1'000, 0.01}).sharpe_deflated,
              *evidence_of(sample, {}, {1, 0}).sharpe_deflated);
}

TEST(Evidence, CostsAreSummedByClassAndExplainTheNet) {
    auto told = trade_on(1, 0, 100);
    told.costs = {Lamports{1}, Lamports{2},       Lamports{3},
                  Lamports{4}, LamportsDelta{-5}, VenueFees{Lamports{60}, Lamports{7}}};
    auto untold = trade_on(2, 0, 100);
    untold.costs.tip = Lamports{10};
    const auto totals = cost_totals_of(sample_of({told, untold}, 1));
    EXPECT_EQ(totals.base_fee, LamportsDelta{1});
    EXPECT_EQ(totals.priority_fee, LamportsDelta{2});
    EXPECT_EQ(totals.tip, LamportsDelta{13});
    EXPECT_EQ(totals.reverts, LamportsDelta{4});
    EXPECT_EQ(totals.rent, LamportsDelta{-5});
    EXPECT_EQ(totals.amm_fee, LamportsDelta{60});
    EXPECT_EQ(totals.transfer_fee, LamportsDelta{7});
    EXPECT_EQ(totals.venue_fees_unknown, 1U);
    EXPECT_EQ(totals.stake, LamportsDelta{2'000'000'000});
    EXPECT_EQ(totals.net, totals.gross - LamportsDelta{1 + 2 + 13 + 4 - 5 + 60 + 7});
}

// Who leaves failed attempts out leaves losers out: of cycles, what does not win reverts.
TEST(Evidence, AttemptsThatFailedLoseTheirFeesAndCountAsNotWon) {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 200; ++i) {
        auto trade = trade_on(i, static_cast<std::int64_t>(i % 50),
                              i % 2 == 0 ? 0.0 : 40.0 + static_cast<double>(i % 9));
        trade.is_landed = i % 2 != 0;
        trade.costs.reverts = Lamports{trade.is_landed ? 0U : 10'000U};
        trades.push_back(trade);
    }
    const auto evidence = evidence_of(sample_of(trades, 50), {}, {});
    EXPECT_EQ(evidence.win_rate->wins, 100U);
    EXPECT_EQ(evidence.win_rate->attempts, 200U);
    EXPECT_EQ(evidence.win_rate->value, 0.5);
    EXPECT_EQ(evidence.win_rate->of_landed(), 1.0);
    EXPECT_EQ(evidence.win_rate_target.verdict, Verdict::Missed);
    EXPECT_EQ(evidence.totals.reverts, LamportsDelta{1'000'000});
    EXPECT_EQ(evidence.totals.stake, LamportsDelta{100'000'000'000}) << "of what landed";
    EXPECT_EQ(evidence.totals.venue_fees_unknown, 100U);
    EXPECT_EQ(evidence.time_in_market.trades_per_day, 2.0);
    EXPECT_EQ(evidence.grounds.landed, 100U);
}

TEST(Evidence, OfNothingIsAllLacks) {
    const auto evidence = evidence_of(sample_of({}, 50), {}, {1, 0});
    EXPECT_EQ(evidence.provenance, std::nullopt);
    EXPECT_EQ(evidence.win_rate.error(), Lack::NoTrades);
    EXPECT_EQ(evidence.sharpe_deflated.error(), Lack::NoTrades);
    EXPECT_EQ(evidence.drawdown.error(), Lack::NoTrades);
    EXPECT_EQ(evidence.capacity.error(), Lack::NoTrades);
    EXPECT_EQ(evidence.sharpe_target.verdict, Verdict::Hypothesis);
    EXPECT_EQ(evidence.sharpe_target.reasons,
              (std::vector{VerdictReason::NoFigure, VerdictReason::MeanNotPositive}));
}

TEST(Evidence, OfOneTradeClaimsNothing) {
    const auto evidence = evidence_of(sample_of({trade_on(1, 3, 500)}, 50), {}, {1, 0});
    EXPECT_EQ(evidence.win_rate->value, 1.0);
    EXPECT_EQ(evidence.win_rate_target.verdict, Verdict::Hypothesis);
    EXPECT_TRUE(has(evidence.win_rate_target, VerdictReason::NoInterval));
    EXPECT_EQ(evidence.sharpe_target.verdict, Verdict::Hypothesis);
}

}  // namespace
}  // namespace sniperforge::analytics
