// SPDX-License-Identifier: MIT
// Both sides of MET, of trades as a run's store has them.
#include "app/run_evidence.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "sniperforge/analytics/store_retention.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

using analytics::VerdictReason;

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::int64_t kBegun = 20'000 * kDayNs;  // Of October 2024, at midnight.
constexpr std::uint64_t kDays = 60;

class RunEvidenceTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ = std::filesystem::path{::testing::TempDir()} /
                     (std::string{"run_evidence_"} +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        store_ = analytics::Store::open(directory_ / "trades.sqlite").value();
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void begin(Provenance provenance, const std::string& run_id = "run", std::int64_t at = kBegun) {
        ASSERT_TRUE(store_->begin_run({run_id, provenance, "", 1.0, 1, at, "b"}));
    }
    // A cycle of 1 SOL.
    void trade(std::uint64_t id, std::int64_t at, std::int64_t gross) {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.kind = OrderKind::Cycle;
        intent.amount_in = TokenAmount{kLamportsPerSol};
        store_->add_intent(intent);
        ExecutionReport report;
        report.intent_id = IntentId{id};
        report.kind = OrderKind::Cycle;
        report.outcome = Outcome::Landed;
        report.signature.bytes[0] = 1;
        report.signature.bytes[1] = static_cast<std::uint8_t>(id % 256);
        report.signature.bytes[2] = static_cast<std::uint8_t>(id / 256);
        report.fill.base_fee = Lamports{5'000};
        report.fill.wallet = LamportsDelta{gross - 5'000};
        store_->add_report(report, at);
        store_->add_finalized({report.intent_id, report.signature, Slot{9}});
    }
    // Ten trades a day that gain 9 or 11 thousandths each, but for one in ten, which loses 5.
    void trade_well() {
        for (std::uint64_t i = 0; i < 10 * kDays; ++i) {
            const auto day = static_cast<std::int64_t>(i / 10);
            const std::int64_t won = i % 3 == 0 ? 9'000'000 : 11'000'000;
            trade(i + 1, kBegun + day * kDayNs + static_cast<std::int64_t>(i % 10) * 60'000'000'000,
                  i % 10 == static_cast<std::uint64_t>(day) % 10 ? -5'000'000 : won);
        }
    }
    void reconcile() {
        store_->add_books_equal();
        store_->add_books_equal();
    }
    [[nodiscard]] analytics::EvidenceReport report() {
        EXPECT_TRUE(store_->end_run(kBegun + static_cast<std::int64_t>(kDays) * kDayNs - 1, "{}"));
        auto report = run_evidence(*store_, {"build", "again", WallTime{kBegun}});
        EXPECT_TRUE(report) << report.error().text;
        return report ? *std::move(report) : analytics::EvidenceReport{};
    }
    [[nodiscard]] static const analytics::ReportStrategy& portfolio(
        const analytics::EvidenceReport& report) {
        EXPECT_TRUE(report.strategies.back().is_portfolio);
        return report.strategies.back();
    }
    [[nodiscard]] static bool says(const analytics::EvidenceReport& report, std::string_view part) {
        return std::ranges::any_of(report.notes, [&](const std::string& note) {
            return note.find(part) != std::string::npos;
        });
    }

    std::filesystem::path directory_;
    std::unique_ptr<analytics::Store> store_;
};

TEST_F(RunEvidenceTest, LiveReconciledTradesThatEarnEnoughMeetBothTargets) {
    begin(Provenance::Live);
    trade_well();
    reconcile();
    const auto made = report();
    ASSERT_EQ(made.strategies.size(), 2U) << "arbitrage and the portfolio";
    for (const auto& strategy : made.strategies) {
        const analytics::Evidence& evidence = strategy.result.evidence;
        EXPECT_EQ(evidence.grounds.trades, 600U);
        EXPECT_EQ(evidence.win_rate->wins, 540U);
        EXPECT_EQ(evidence.win_rate_target.verdict, analytics::Verdict::Met) << evidence_text(made);
        EXPECT_EQ(evidence.sharpe_target.verdict, analytics::Verdict::Met) << evidence_text(made);
        EXPECT_EQ(evidence.time_in_market.stake_max, Lamports{kLamportsPerSol});
    }
    EXPECT_EQ(provenance_stamp(made), "LIVE");
    EXPECT_TRUE(says(made, "1 runs, on 60 of the 60 days"));
    EXPECT_TRUE(says(made, "without a trade: sniper, momentum"));
    const std::string text = evidence_text(made);
    EXPECT_NE(text.find("yes every fill is final and equal to the books: 0 of 600 trades"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("    no "), std::string::npos);
}

// One look at the chain too few, and the same figures are a hypothesis.
TEST_F(RunEvidenceTest, WithoutASecondLookAtTheChainTheyAreAHypothesis) {
    begin(Provenance::Live);
    trade_well();
    store_->add_books_equal();
    const auto made = report();
    const analytics::Evidence& evidence = portfolio(made).result.evidence;
    EXPECT_EQ(evidence.win_rate_target.verdict, analytics::Verdict::Hypothesis);
    EXPECT_EQ(evidence.win_rate_target.reasons, std::vector{VerdictReason::NotReconciled});
    EXPECT_NE(
        evidence_text(made).find("no  every fill is final and equal to the books: 600 of 600"),
        std::string::npos);
}

TEST_F(RunEvidenceTest, WhoeverReadsGivesTheStoreBack) {
    begin(Provenance::Live);
    trade(1, kBegun + 5, 9'000'000);
    ASSERT_TRUE(store_->commit());
    ASSERT_TRUE(run_evidence(*store_, {}));
    trade(2, kBegun + 6, 9'000'000);
    ASSERT_TRUE(store_->commit());
    EXPECT_EQ(portfolio(*run_evidence(*store_, {})).result.evidence.grounds.trades, 2U);
}

TEST_F(RunEvidenceTest, OnPaperAndInSimulationTheyAreAHypothesisWithItsFigure) {
    for (const Provenance provenance : {Provenance::Paper, Provenance::Sim, Provenance::Test}) {
        SetUp();
        begin(provenance);
        trade_well();
        reconcile();
        const auto made = report();
        const analytics::Evidence& evidence = portfolio(made).result.evidence;
        EXPECT_EQ(evidence.sharpe_target.verdict, analytics::Verdict::Hypothesis)
            << to_string(provenance);
        EXPECT_GT(evidence.sharpe_annual->ci95->low, 2);
        std::vector<VerdictReason> reasons{VerdictReason::NotLive};
        if (provenance == Provenance::Paper) {
            reasons.insert(reasons.begin(), VerdictReason::FillsNotOnChain);
            EXPECT_FALSE(made.on_paper->compared);
        }
        EXPECT_EQ(evidence.sharpe_target.reasons, reasons);
    }
}

TEST_F(RunEvidenceTest, FewTradesHaveNoInterval) {
    begin(Provenance::Live);
    trade(1, kBegun + 5, 9'000'000);
    trade(2, kBegun + 6, 11'000'000);
    reconcile();
    const auto made = report();
    const std::string text = evidence_text(made);
    EXPECT_EQ(portfolio(made).result.evidence.win_rate_target.verdict,
              analytics::Verdict::Hypothesis);
    EXPECT_NE(text.find("no interval: too few trades"), std::string::npos) << text;
}

// Two days of the period have a result of 0: one without a trade, one without a run.
TEST_F(RunEvidenceTest, DaysWithoutATradeAndWithoutARunCountAsZero) {
    begin(Provenance::Live);
    trade(1, kBegun + 5, 4'005'000);
    begin(Provenance::Live, "later", kBegun + 3 * kDayNs);
    trade(2, kBegun + 3 * kDayNs + 5, 8'005'000);
    ASSERT_TRUE(store_->commit());
    const auto made = run_evidence(*store_, {});
    ASSERT_TRUE(made);
    const analytics::Sample& sample = portfolio(*made).result.sample;
    EXPECT_EQ(daily_nets(sample), (std::vector<double>{4'000'000, 0, 0, 8'000'000}));
    // Mean 3,000,000; squares of 1, -3, -3, 5 million: 44/3 millions squared; by the root of 365.
    EXPECT_NEAR(portfolio(*made).result.evidence.sharpe_annual->value,
                3 / std::sqrt(44.0 / 3) * std::sqrt(365.0), 1e-9);
    EXPECT_TRUE(says(*made, "2 runs, on 2 of the 4 days"));
}

// Nobody said when it ended. Idle days are days with a result of 0, whoever ends the run.
TEST_F(RunEvidenceTest, ARunThatWasKilledIsAsLongAsItWasHeardAndOneThatGoesOnLastsUntilNow) {
    begin(Provenance::Live);
    trade(1, kBegun + 5, 4'005'000);
    const auto days = [&](bool is_running) {
        EXPECT_TRUE(store_->commit());
        const auto made =
            run_evidence(*store_, {"build", "again", WallTime{kBegun + 9 * kDayNs}, is_running});
        EXPECT_TRUE(made);
        return daily_nets(portfolio(*made).result.sample).size();
    };
    EXPECT_EQ(days(false), 1U);
    store_->add_denial(StrategyId::Sniper, DenialReason::FeedBlind, "blind", kBegun + kDayNs);
    EXPECT_EQ(days(false), 1U) << "of the second day nothing was seen";
    store_->add_denial(StrategyId::Sniper, DenialReason::FeedBlind, "blind", kBegun + kDayNs + 1);
    EXPECT_EQ(days(false), 2U);
    ExecutionReport rejected;
    rejected.intent_id = IntentId{900};
    rejected.outcome = Outcome::Rejected;
    store_->add_report(rejected, kBegun + 2 * kDayNs + 1);
    EXPECT_EQ(days(false), 3U);
    store_->add_heard(kBegun + 4 * kDayNs - 1);
    EXPECT_EQ(days(false), 4U);
    store_->add_heard(kBegun + 4 * kDayNs);
    EXPECT_EQ(days(false), 4U);
    store_->add_heard(kBegun + 4 * kDayNs + 1);
    store_->add_heard(kBegun);
    EXPECT_EQ(days(false), 5U) << "what was heard once was heard";
    EXPECT_EQ(days(true), 9U);
    EXPECT_TRUE(store_->end_run(kBegun + 5 * kDayNs, "{}"));
    EXPECT_EQ(days(true), 5U) << "whoever has the directory has not begun a run yet";
}

// Books that were rebuilt from the chain: orders are told with the time of their block.
TEST_F(RunEvidenceTest, OrdersOfBeforeTheFirstRunAreInThePeriod) {
    begin(Provenance::Live);
    trade(1, kBegun - 2 * kDayNs, 4'005'000);
    trade(2, kBegun + 5, 8'005'000);
    ASSERT_TRUE(store_->commit());
    const auto made = run_evidence(*store_, {});
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(daily_nets(portfolio(*made).result.sample),
              (std::vector<double>{4'000'000, 0, 8'000'000}));
}

TEST_F(RunEvidenceTest, RunsOfAnotherProvenanceAreLeftOutAndSaid) {
    begin(Provenance::Paper, "before", kBegun - kDayNs);
    trade(900, kBegun - 10, 1'000);
    begin(Provenance::Live);
    trade(1, kBegun + 5, 9'000'000);
    const auto made = report();
    EXPECT_EQ(portfolio(made).result.evidence.grounds.trades, 1U);
    EXPECT_TRUE(says(made, "1 runs in this directory are not live"));
}

TEST_F(RunEvidenceTest, WhatWasMissingAndAcceptedIsSaid) {
    begin(Provenance::Live);
    trade(1, kBegun + 5, 9'000'000);
    store_->add_shortfall(Lamports{250'000'000}, kBegun + 6);
    EXPECT_TRUE(says(report(), "0.25 SOL were missing and accepted"));
}

// Nobody knows what it was lost with.
TEST_F(RunEvidenceTest, SolThatWasMissingAndAcceptedKeepsEveryTargetFromBeingMet) {
    begin(Provenance::Live);
    trade_well();
    reconcile();
    store_->add_shortfall(Lamports{1}, kBegun + 6);
    const auto made = report();
    for (const auto& strategy : made.strategies) {
        EXPECT_EQ(strategy.result.evidence.win_rate_target.reasons,
                  std::vector{VerdictReason::SolMissing});
        EXPECT_EQ(strategy.result.evidence.sharpe_target.reasons,
                  std::vector{VerdictReason::SolMissing});
    }
    EXPECT_NE(evidence_text(made).find("no  no SOL is missing: 0.000000001 SOL were"),
              std::string::npos)
        << evidence_text(made);
}

TEST_F(RunEvidenceTest, WhatWasLostOutsideTheTradesKeepsEveryTargetFromBeingMetAndWhatCameNot) {
    begin(Provenance::Live);
    trade_well();
    ExecutionReport sweep;
    sweep.strategy = StrategyId::Housekeeping;
    sweep.kind = OrderKind::Sweep;
    sweep.outcome = Outcome::Landed;
    for (const auto& [id, wallet] : {std::pair{7'000, 2'034'280}, std::pair{7'001, -2'034'281}}) {
        sweep.intent_id = IntentId{static_cast<std::uint64_t>(id)};
        sweep.signature.bytes.fill(static_cast<std::uint8_t>(id % 256));
        sweep.fill.wallet = LamportsDelta{wallet};
        store_->add_report(sweep, kBegun + id);
        reconcile();
        const auto made = report();
        const analytics::Judgement& judged = portfolio(made).result.evidence.sharpe_target;
        if (wallet > 0) {
            EXPECT_EQ(judged.verdict, analytics::Verdict::Met) << evidence_text(made);
        } else {
            EXPECT_EQ(judged.reasons, std::vector{VerdictReason::MoneyInNoTrade});
            EXPECT_NE(evidence_text(made).find("no  nothing was lost outside the trades: "
                                               "-0.000000001 SOL"),
                      std::string::npos)
                << evidence_text(made);
        }
    }
}

// Momentum wins 180 of 180 and 0.546 SOL; arbitrage pays for 180 reverts and never lands. The
// wallet has lost, and the portfolio says so.
TEST_F(RunEvidenceTest, FeesOfAStrategyThatNeverLandedAreInItsOwnRowAndInThePortfolio) {
    begin(Provenance::Live);
    const auto tell = [&](std::uint64_t id, StrategyId strategy, Outcome outcome, std::int64_t at) {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = strategy;
        intent.kind = OrderKind::Cycle;
        intent.amount_in = TokenAmount{kLamportsPerSol};
        store_->add_intent(intent);
        ExecutionReport report;
        report.intent_id = intent.intent_id;
        report.strategy = strategy;
        report.kind = OrderKind::Cycle;
        report.outcome = outcome;
        report.signature.bytes[0] = 1;
        report.signature.bytes[1] = static_cast<std::uint8_t>(id % 256);
        report.signature.bytes[2] = static_cast<std::uint8_t>(id / 256);
        const bool is_won = outcome == Outcome::Landed;
        report.fill.base_fee = Lamports{5'000};
        report.fill.priority_fee = Lamports{is_won ? 0U : 4'995'000U};
        report.fill.wallet = LamportsDelta{
            is_won ? 3'000'000 + static_cast<std::int64_t>(id % 7) * 10'000 - 5'000 : -5'000'000};
        store_->add_report(report, at);
        store_->add_finalized({report.intent_id, report.signature, Slot{9}});
    };
    for (std::uint64_t i = 0; i < 3 * kDays; ++i) {
        const std::int64_t at = kBegun + static_cast<std::int64_t>(i / 3) * kDayNs +
                                static_cast<std::int64_t>(i % 3) * 60'000'000'000;
        tell(2 * i + 1, StrategyId::Momentum, Outcome::Landed, at);
        tell(2 * i + 2, StrategyId::Arbitrage, Outcome::Reverted, at + 1);
    }
    reconcile();
    const auto made = report();
    ASSERT_EQ(made.strategies.size(), 3U) << evidence_text(made);
    const analytics::Evidence& arbitrage = made.strategies[0].result.evidence;
    EXPECT_EQ(arbitrage.grounds.landed, 0U);
    EXPECT_EQ(arbitrage.grounds.trades, 180U);
    EXPECT_EQ(arbitrage.totals.net, LamportsDelta{-900'000'000});
    EXPECT_EQ(arbitrage.win_rate_target.verdict, analytics::Verdict::Missed);
    EXPECT_EQ(made.strategies[1].result.evidence.win_rate_target.verdict, analytics::Verdict::Met);
    const analytics::Evidence& all = portfolio(made).result.evidence;
    EXPECT_EQ(all.totals.net,
              made.strategies[1].result.evidence.totals.net - LamportsDelta{900'000'000});
    EXPECT_TRUE(all.totals.net.is_negative());
    EXPECT_EQ(all.win_rate->attempts, 360U);
    EXPECT_EQ(all.win_rate->wins, 180U);
    EXPECT_EQ(all.win_rate->of_landed(), 1.0);
    EXPECT_EQ(all.win_rate_target.verdict, analytics::Verdict::Missed);
    EXPECT_EQ(all.sharpe_target.verdict, analytics::Verdict::Missed);
    for (const double day : daily_nets(portfolio(made).result.sample)) {
        EXPECT_LT(day, 0) << "on the day that they were paid";
    }
    const std::string text = evidence_text(made);
    EXPECT_NE(text.find("and 180 attempts that failed"), std::string::npos) << text;
    EXPECT_NE(text.find("0 of 360 trades and failed attempts"), std::string::npos) << text;
}

TEST_F(RunEvidenceTest, ASaleWithoutItsPurchaseKeepsEveryTargetFromBeingMet) {
    begin(Provenance::Live);
    trade_well();
    ExecutionReport sale;
    sale.intent_id = IntentId{5'000};
    sale.strategy = StrategyId::Sniper;
    sale.kind = OrderKind::Exit;
    sale.outcome = Outcome::Landed;
    sale.position_id = PositionId{3};
    sale.signature.bytes.fill(9);
    store_->add_report(sale, kBegun + 77);
    reconcile();
    const auto made = report();
    EXPECT_EQ(portfolio(made).result.evidence.sharpe_target.reasons,
              std::vector{VerdictReason::TradesMissing});
    EXPECT_TRUE(says(made, "1 sales are of positions whose purchase"));
}

// Days whose orders are gone are no days of 0.
TEST_F(RunEvidenceTest, ThePeriodBeginsBehindWhatWasDeletedAndNothingIsMet) {
    begin(Provenance::Live);
    trade_well();
    reconcile();
    ASSERT_TRUE(store_->end_run(kBegun + static_cast<std::int64_t>(kDays) * kDayNs - 1, "{}"));
    const std::int64_t last_gone = kBegun + 9 * kDayNs + 9 * 60'000'000'000;
    const auto sweep = [&](std::int64_t age_max) {
        auto retention = analytics::StoreRetention::open(
            directory_ / "trades.sqlite", {Duration{age_max}, std::uint64_t{1} << 40U, "run"},
            Duration{1});
        ASSERT_TRUE(retention);
        const std::int64_t now = kBegun + static_cast<std::int64_t>(kDays) * kDayNs;
        ASSERT_TRUE((*retention)->begin(now));
        while ((*retention)->is_sweeping()) {
            ASSERT_TRUE((*retention)->step());
        }
    };
    sweep(static_cast<std::int64_t>(kDays) * kDayNs);
    EXPECT_EQ(portfolio(report()).result.evidence.sharpe_target.verdict, analytics::Verdict::Met)
        << "what is exactly as old stays";
    sweep((static_cast<std::int64_t>(kDays) - 10) * kDayNs);
    const auto made = report();
    const analytics::Sample& sample = portfolio(made).result.sample;
    EXPECT_EQ(sample.trades().size(), 500U);
    EXPECT_EQ(sample.period().from, WallTime{last_gone + 1});
    EXPECT_EQ(portfolio(made).result.evidence.win_rate_target.reasons,
              std::vector{VerdictReason::RecordsDeleted});
    EXPECT_TRUE(says(made, "1 runs, on 51 of the 51 days"));
    EXPECT_TRUE(says(made, "orders up to 2024-10-13T00:09:00Z"));
    EXPECT_NE(evidence_text(made).find(
                  "no  no record was deleted or left out: those of the time before were"),
              std::string::npos);
}

TEST_F(RunEvidenceTest, ThePageHasItsChartsAndLoadsNothing) {
    begin(Provenance::Live);
    trade_well();
    const std::string page = evidence_html(report());
    for (const auto* part : {"Summed net results", "Fall below the highest sum", "Costs by class",
                             "trades are drawn", "Live orders less what paper assumed", "LIVE"}) {
        EXPECT_NE(page.find(part), std::string::npos) << part;
    }
    for (const auto* part : {"<script", "<link", "src=", "href=", "http:", "https:", "url("}) {
        EXPECT_EQ(page.find(part), std::string::npos) << part;
    }
}

}  // namespace
}  // namespace sniperforge::app
