// SPDX-License-Identifier: MIT
// What holds entries, over the next start.
#include "unit/engine/pipeline_commands_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace commanded;

TEST_F(PipelineCommandsTest, APauseOutlivesTheProcessAndSoDoesItsEnd) {
    (void)pipeline->obey({.verb = OperatorVerb::Pause, .reason = "why"});
    const WallTime since = pipeline->standing()[0].since;
    reactor.run_until(reactor.now() + std::chrono::seconds{5});
    start_again();
    EXPECT_EQ(state(), TradingState::Reducing);
    ASSERT_EQ(pipeline->standing().size(), 1U);
    EXPECT_EQ(pipeline->standing()[0].reason, "why");
    EXPECT_EQ(pipeline->standing()[0].since, since);
    (void)pipeline->obey(kResume);
    start_again();
    EXPECT_EQ(state(), TradingState::Active);
}

TEST_F(PipelineCommandsTest, AFlatteningGoesOnAfterAStart) {
    (void)pipeline->obey(kFlatten);
    start_again();
    buy();  // As an order that was on its way then.
    const auto sales = sold_next();
    ASSERT_EQ(sales.size(), 1U);
    EXPECT_EQ(sales[0].exit_reason, ExitReason::Manual);
    EXPECT_EQ(state(), TradingState::Reducing);
}

TEST_F(PipelineCommandsTest, AFlatteningOfARescueEndsWithItsRun) {
    pipeline->flatten();
    EXPECT_EQ(pipeline->standing()[0].ending, "the end of this run");
    start_again();
    EXPECT_EQ(state(), TradingState::Active);
}

// The loss was taken back: what was reached was reached, until a person raises the limit.
TEST_F(PipelineCommandsTest, AReachedDrawdownOutlivesTheProcessUntilTheLimitIsHigher) {
    lose(100'000'000);
    ASSERT_EQ(pipeline->state(), TradingState::Reducing);
    pipeline->on_reversed({IntentId{7}, {}, Slot{5}});
    start_again(10);
    EXPECT_EQ(state(), TradingState::Reducing);
    EXPECT_EQ(denial().reason, DenialReason::DrawdownReached);
    EXPECT_NE(denial().detail.find("100000000 lamports below the peak when it was reached, 0 now; "
                                   "drawdown_max was 10 USD; ends with a start with "
                                   "risk.drawdown_max_usd above 10"),
              std::string::npos)
        << denial().detail;
    start_again(9);
    EXPECT_EQ(state(), TradingState::Reducing) << "a lower limit ends nothing";
    start_again(11);
    EXPECT_EQ(state(), TradingState::Active);
    start_again(11);
    EXPECT_EQ(state(), TradingState::Active) << "that it ended is written down";
}

// Nothing is higher than the highest. Then a person says that he knows, and the next fall is
// measured from there; where the limit can be raised that is no way around it.
TEST_F(PipelineCommandsTest, ADrawdownAtTheHighestLimitEndsWhereAPersonAcceptsIt) {
    start_again(config::kDrawdownMaxUsd);
    lose(49'999'999'999);  // 5,000 USD are 50 SOL.
    ASSERT_EQ(state(), TradingState::Active);
    lose(1, 8);
    ASSERT_EQ(state(), TradingState::Reducing);
    EXPECT_NE(denial().detail.find("ends with a start with --accept-drawdown: 5000 USD is the "
                                   "highest limit"),
              std::string::npos)
        << denial().detail;
    start_again(config::kDrawdownMaxUsd);
    EXPECT_EQ(state(), TradingState::Reducing);
    start_again(config::kDrawdownMaxUsd, true);
    EXPECT_EQ(state(), TradingState::Active);
    EXPECT_EQ(pipeline->portfolio().drawdown(), Lamports{});
    start_again(config::kDrawdownMaxUsd);
    EXPECT_EQ(state(), TradingState::Active) << "that it was accepted is written down";
    EXPECT_EQ(pipeline->portfolio().drawdown(), Lamports{});
    start_again(10, true);
    lose(100'000'000, 9);
    EXPECT_EQ(state(), TradingState::Reducing) << "the next one counts";
    start_again(10, true);
    EXPECT_EQ(state(), TradingState::Reducing) << "a limit that can be raised is raised";
}

TEST_F(PipelineCommandsTest, RecordsThatAreMissingHoldEntriesUntilAPersonHasLooked) {
    recorder->record(CauseChanged{.cause = StateCause::RecordsMissing,
                                  .stands = true,
                                  .reason = "records are missing since then"},
                     reactor.wall_now());
    start_again();
    EXPECT_EQ(state(), TradingState::Reducing);
    EXPECT_EQ(denial().reason, DenialReason::EngineHalted);
    EXPECT_NE(
        denial().detail.find("no entries while records of the journal are missing (\"records are "
                             "missing since then\"); ends with `sniperforge resume`, when you have "
                             "looked at what stood before"),
        std::string::npos)
        << denial().detail;
    EXPECT_TRUE(is_exit_let_out());
    EXPECT_TRUE(pipeline->obey(kPause).is_changed);
    EXPECT_EQ(pipeline->obey(kResume).after, TradingState::Active);
    start_again();
    EXPECT_EQ(state(), TradingState::Active);
}

// Who starts on an empty directory begins anew.
TEST_F(PipelineCommandsTest, BooksThatAreRebuiltWithoutAnyJournalHoldNothing) {
    pipeline->rebuild({}, {Lamports{10 * kLamportsPerSol}, {}}, Hash{});
    for (const StandingCause& each : pipeline->standing()) {
        EXPECT_NE(each.cause, StateCause::RecordsMissing);
    }
    start_again();
    EXPECT_EQ(state(), TradingState::Active);
}

// The journal is damaged before its ledger: what it still tells of stands all the same.
TEST_F(PipelineCommandsTest, BooksThatAreRebuiltHoldWhatEarlierRunsHeld) {
    HeldCauses held;
    held.note({.cause = StateCause::PauseRequested, .stands = true, .by = "pause", .reason = "why"},
              WallTime{5});
    held.note({.cause = StateCause::DrawdownReached,
               .stands = true,
               .drawdown = Lamports{7},
               .drawdown_max = MicroUsd{10 * kMicroUsdPerUsd}},
              WallTime{6});
    connect_to(*recorder);
    pipeline->rebuild({}, {Lamports{10 * kLamportsPerSol}, {}}, Hash{});
    pipeline->hold_again(held, false);
    pipeline->reconciled();
    tell_sol_price();
    pipeline->go_live();
    tell(FeedRestored{"a"});
    EXPECT_EQ(state(), TradingState::Reducing);
    ASSERT_EQ(pipeline->standing().size(), 2U);
    EXPECT_EQ(pipeline->standing()[0].since, WallTime{5});
    EXPECT_EQ(denial().reason, DenialReason::DrawdownReached);
    const auto resumed = pipeline->obey(kResume);
    ASSERT_EQ(resumed.ended.size(), 1U);
    EXPECT_EQ(resumed.ended[0].cause, StateCause::PauseRequested);
    EXPECT_EQ(resumed.ended[0].reason, "why");
    start_again(11);
    EXPECT_EQ(state(), TradingState::Active) << "the limit was raised";
}

}  // namespace
}  // namespace sniperforge::engine
