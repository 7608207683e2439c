// SPDX-License-Identifier: MIT
// What a person orders of a running pipeline, and what the next start makes of it.
#include <gtest/gtest.h>

#include <string>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

const dex::test::TestPool kSoldOutOf{.number = 4, .mint_b = dex::test::key_of(9)};
constexpr OperatorCommand kPause{.verb = OperatorVerb::Pause};
constexpr OperatorCommand kResume{.verb = OperatorVerb::Resume};
constexpr OperatorCommand kFlatten{.verb = OperatorVerb::Flatten};

[[nodiscard]] config::Settings with_drawdown_of(std::uint64_t usd) {
    config::Settings settings;
    settings.risk.drawdown_max = MicroUsd{usd * kMicroUsdPerUsd};
    return settings;
}

class PipelineCommandsTest : public test::PipelineTest {
 protected:
    PipelineCommandsTest() : PipelineTest{with_drawdown_of(10)} {
        tell_sol_price();
        tell_pool(kSoldOutOf, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    void buy() {
        ExecutionReport bought;
        bought.intent_id = IntentId{1};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = kSoldOutOf.mint_b;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{kSoldOutOf.mint_b, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
    }
    void lose(std::int64_t lamports) {
        ExecutionReport report;
        report.intent_id = IntentId{7};
        report.kind = OrderKind::Entry;
        report.outcome = Outcome::Reverted;
        report.slot = Slot{5};
        report.fill.wallet = LamportsDelta{-lamports};
        pipeline->on_report(report);
        (void)pipeline->recheck(OrderIntent{});
    }
    // Why nothing is entered now.
    [[nodiscard]] Denial denial() {
        return pipeline->recheck(OrderIntent{}).value_or(Denial{DenialReason::DataStale, ""});
    }
    [[nodiscard]] bool is_exit_let_out() {
        OrderIntent exit;
        exit.kind = OrderKind::Exit;
        return !pipeline->recheck(exit);
    }
    // What the next slot has the pipeline sell.
    [[nodiscard]] std::vector<OrderIntent> sold_next() {
        heard.intents.clear();
        slot += 40;  // Longer than anybody waits for a sale that failed.
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{1}});
        return heard.intents;
    }
    // Another process on the same files, killed or not; its recorder has written everything.
    void start_again(std::uint64_t drawdown_max_usd = 10) {
        recorder->write_through();
        auto history =
            read_history(directory.string(), {reactor.now(), reactor.wall_now()}, "", {});
        ASSERT_TRUE(history) << history.error().text;
        settings.risk.drawdown_max = MicroUsd{drawdown_max_usd * kMicroUsdPerUsd};
        executor.reset();
        feed.reset();
        pipeline = std::make_unique<Pipeline>(reactor, settings, *recorder);
        feed =
            std::make_unique<feed::Feed>(reactor, rpc, settings.network, settings.feed, *pipeline);
        executor = std::make_unique<execute::Executor>(
            execute::ExecutorDependencies{reactor, rpc, *jupiter, signer, pipeline->book(),
                                          *pipeline},
            settings.execution);
        pipeline->connect(*feed, *executor);
        pipeline->resume(std::move(*history), Hash{});
        pipeline->reconciled();
        tell_sol_price();
        tell_pool(kSoldOutOf, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    [[nodiscard]] TradingState state() {
        (void)pipeline->recheck(OrderIntent{});
        return pipeline->state();
    }

    test::OrdersHeard heard;
    std::uint64_t slot = 10;
};

TEST_F(PipelineCommandsTest, APauseDeniesEntriesWithItsReasonAndLetsExitsOut) {
    ASSERT_EQ(state(), TradingState::Active);
    const auto answer = pipeline->obey({.verb = OperatorVerb::Pause, .reason = "maintenance"});
    EXPECT_TRUE(answer.is_changed && answer.is_journalled);
    EXPECT_EQ(answer.before, TradingState::Active);
    EXPECT_EQ(answer.after, TradingState::Reducing);
    EXPECT_EQ(denial().reason, DenialReason::EngineHalted);
    EXPECT_NE(denial().detail.find("no entries while trading is paused, by `pause` "
                                   "(\"maintenance\"); ends with `sniperforge resume`"),
              std::string::npos)
        << denial().detail;
    EXPECT_TRUE(is_exit_let_out());
    ASSERT_TRUE(pipeline->enter({PoolIndex{0}, Lamports{10'000'000}, BasisPoints{100}}));
    ASSERT_EQ(heard.denials.size(), 1U);
    EXPECT_EQ(to_string(heard.denials[0]), "ENGINE_HALTED");
    EXPECT_TRUE(heard.reports.empty()) << "nothing was handed to the executor";
}

TEST_F(PipelineCommandsTest, TheSameCommandAgainChangesNothingAndKeepsWhatWasSaidFirst) {
    EXPECT_TRUE(pipeline->obey({.verb = OperatorVerb::Pause, .reason = "first"}).is_changed);
    const auto again = pipeline->obey({.verb = OperatorVerb::Pause, .reason = "second"});
    EXPECT_FALSE(again.is_changed);
    ASSERT_EQ(again.standing.size(), 1U);
    EXPECT_EQ(again.standing[0].reason, "first");
    EXPECT_TRUE(pipeline->obey(kResume).is_changed);
    EXPECT_EQ(state(), TradingState::Active);
    EXPECT_FALSE(pipeline->obey(kResume).is_changed);
}

TEST_F(PipelineCommandsTest, AFlatteningSellsWhatIsHeldAndBuysNothingUntilResumed) {
    buy();
    EXPECT_TRUE(sold_next().empty()) << "no reason to sell";
    const auto answer = pipeline->obey(kFlatten);
    ASSERT_EQ(answer.selling.size(), 1U);
    EXPECT_EQ(answer.selling[0].amount, TokenAmount{1'000'000'000});
    const auto sales = sold_next();
    ASSERT_EQ(sales.size(), 1U);
    EXPECT_EQ(sales[0].exit_reason, ExitReason::Manual);
    EXPECT_GT(sales[0].receive_min, TokenAmount{1}) << "its floor";
    EXPECT_EQ(denial().reason, DenialReason::EngineHalted);
    EXPECT_NE(denial().detail.find("1 positions are left; ends with `sniperforge resume`"),
              std::string::npos)
        << denial().detail;
    EXPECT_EQ(pipeline->obey(kResume).after, TradingState::Active);
    EXPECT_TRUE(sold_next().empty()) << "what is held has no reason to be sold any more";
}

TEST_F(PipelineCommandsTest, TokensOfNoPositionAreSoldOnlyWhereThatIsAsked) {
    (void)pipeline->obey(kFlatten);
    EXPECT_FALSE(pipeline->is_outside_sold());
    const OperatorCommand all{.verb = OperatorVerb::Flatten, .is_outside_sold = true};
    EXPECT_TRUE(pipeline->obey(all).is_changed);
    EXPECT_TRUE(pipeline->is_outside_sold());
    EXPECT_FALSE(pipeline->obey(all).is_changed);
    EXPECT_FALSE(pipeline->obey(kFlatten).is_changed);
    EXPECT_TRUE(pipeline->is_outside_sold()) << "what was asked for is not taken back so";
    (void)pipeline->obey(kResume);
    EXPECT_FALSE(pipeline->is_outside_sold());
}

TEST_F(PipelineCommandsTest, ResumingEndsNoDrawdownAndNoDoubtAndSaysWhatStands) {
    (void)pipeline->obey(kPause);
    lose(100'000'000);  // 10 USD.
    const portfolio::BalanceMismatch missing[] = {{"wallet", 10, 7}};
    pipeline->books_differ(missing);
    (void)state();
    const auto answer = pipeline->obey(kResume);
    EXPECT_TRUE(answer.is_changed);
    EXPECT_EQ(answer.after, TradingState::Halted);
    ASSERT_EQ(answer.standing.size(), 2U);
    EXPECT_EQ(answer.standing[0].cause, StateCause::DrawdownReached);
    EXPECT_EQ(answer.standing[0].figures,
              "100000000 lamports below the peak when it was reached, 100000000 now; drawdown_max "
              "was 10 USD");
    EXPECT_EQ(answer.standing[1].cause, StateCause::BooksDoubted);
    EXPECT_EQ(answer.standing[1].figures, "wallet: the books have 10, the chain has 7");
    pipeline->reconciled();
    EXPECT_EQ(denial().reason, DenialReason::DrawdownReached);
}

// ---- The next start ----

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

// ---- What is not heard and not written ----

TEST_F(PipelineCommandsTest, ALostFeedSaysHowLongAndWhichLimit) {
    tell(FeedLost{"node", "silent for 5 slots"});
    reactor.run_until(reactor.now() + std::chrono::seconds{3});
    EXPECT_EQ(denial().reason, DenialReason::FeedBlind);
    EXPECT_NE(denial().detail.find("for 3 s (node: silent for 5 slots); the newest slot heard is "
                                   "0, feed.stall_slots is 4"),
              std::string::npos)
        << denial().detail;
}

}  // namespace
}  // namespace sniperforge::engine
