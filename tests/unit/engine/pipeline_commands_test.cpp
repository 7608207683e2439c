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
    void lose(std::int64_t lamports, std::uint64_t id = 7) {
        ExecutionReport report;
        report.intent_id = IntentId{id};
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
    void start_again(std::uint64_t drawdown_max_usd = 10, bool is_drawdown_accepted = false) {
        recorder->write_through();
        auto history =
            read_history(directory.string(), {reactor.now(), reactor.wall_now()}, "", {});
        ASSERT_TRUE(history) << history.error().text;
        settings.risk.drawdown_max = MicroUsd{drawdown_max_usd * kMicroUsdPerUsd};
        history->is_drawdown_accepted = is_drawdown_accepted;
        connect_to(*recorder);
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

// ---- A resume that waits for the disk ----

TEST_F(PipelineCommandsTest, AResumeIsInForceOnceItIsLetGoOfAndNamesEveryCauseThatItEnded) {
    (void)pipeline->obey({.verb = OperatorVerb::Pause, .reason = "why"});
    (void)pipeline->obey(kFlatten);
    ASSERT_TRUE(pipeline->prepare_resume({.verb = OperatorVerb::Resume, .reason = "looked"}));
    EXPECT_TRUE(pipeline->is_resuming());
    EXPECT_EQ(state(), TradingState::Reducing);
    EXPECT_NE(denial().detail.find("`sniperforge resume` was asked for, and its record waits for "
                                   "the disk"),
              std::string::npos)
        << denial().detail;
    const auto resumed = pipeline->let_go();
    EXPECT_TRUE(resumed.is_changed);
    EXPECT_EQ(resumed.before, TradingState::Reducing);
    EXPECT_EQ(resumed.after, TradingState::Active);
    ASSERT_EQ(resumed.ended.size(), 2U);
    EXPECT_EQ(resumed.ended[0].cause, StateCause::PauseRequested);
    EXPECT_EQ(resumed.ended[0].reason, "why") << "as it stood";
    EXPECT_EQ(resumed.ended[0].ending, "");
    EXPECT_EQ(resumed.ended[1].cause, StateCause::FlattenRequested);
    EXPECT_TRUE(resumed.standing.empty());
    EXPECT_FALSE(pipeline->is_resuming());
    EXPECT_FALSE(pipeline->let_go().is_changed);
    start_again();
    EXPECT_EQ(state(), TradingState::Active);
}

// The record of the end is on its way, and the journal's last word counts.
TEST_F(PipelineCommandsTest, APauseWhileAResumeWaitsForTheDiskStands) {
    (void)pipeline->obey({.verb = OperatorVerb::Pause, .reason = "first"});
    (void)pipeline->obey(kFlatten);
    ASSERT_TRUE(pipeline->prepare_resume(kResume));
    EXPECT_TRUE(pipeline->obey({.verb = OperatorVerb::Pause, .reason = "second"}).is_changed);
    const auto resumed = pipeline->let_go();
    ASSERT_EQ(resumed.ended.size(), 1U);
    EXPECT_EQ(resumed.ended[0].cause, StateCause::FlattenRequested);
    ASSERT_EQ(resumed.standing.size(), 1U);
    EXPECT_EQ(resumed.standing[0].reason, "second");
    start_again();
    ASSERT_EQ(pipeline->standing().size(), 1U);
    EXPECT_EQ(pipeline->standing()[0].reason, "second");
}

// ---- A key that is gone ----

TEST_F(PipelineCommandsTest, ALostKeyIsACauseOfItsOwnWithWhatToDo) {
    buy();
    pipeline->lose_key();
    EXPECT_EQ(state(), TradingState::Draining);
    ASSERT_EQ(pipeline->standing().size(), 1U);
    const StandingCause lost = pipeline->standing()[0];
    EXPECT_EQ(to_string(lost.cause), "the process with the key is gone");
    EXPECT_EQ(lost.figures, "1 positions are open, and none of them can be sold");
    EXPECT_NE(lost.ending.find("`sniperforge stop` and a start"), std::string::npos);
    EXPECT_NE(denial().detail.find("no entries while the process with the key is gone"),
              std::string::npos)
        << denial().detail;
    EXPECT_EQ(denial().detail.find("a stop is under way"), std::string::npos);
    pipeline->halt();
    EXPECT_EQ(pipeline->standing().size(), 2U);
}

// ---- What the signer keeps ----

TEST_F(PipelineCommandsTest, APositionThatTheSignerKeepsIsSoldByNothing) {
    buy();
    settings.signer.tokens_kept = {kSoldOutOf.mint_b};
    const auto answer = pipeline->obey(kFlatten);
    EXPECT_TRUE(answer.selling.empty());
    EXPECT_TRUE(sold_next().empty());
    EXPECT_EQ(pipeline->standing()[0].figures,
              "0 positions are left, and 1 that signer.tokens_kept has and that are not sold");
    EXPECT_TRUE(pipeline->portfolio().is_sold_out(settings.signer.tokens_kept));
    settings.signer.tokens_kept = {dex::test::key_of(77)};
    EXPECT_FALSE(pipeline->portfolio().is_sold_out(settings.signer.tokens_kept));
    EXPECT_EQ(pipeline->standing()[0].figures, "1 positions are left");
    EXPECT_EQ(sold_next().size(), 1U);
}

TEST_F(PipelineCommandsTest, AFlatteningLeavesWhatTheSignerKeepsAndNamesIt) {
    const Pubkey gift = dex::test::key_of(77);
    pipeline->take_in(
        {.wallet = {},
         .tokens = {{gift, TokenAmount{5}}, {dex::test::key_of(78), TokenAmount{6}}}});
    buy();
    settings.signer.tokens_kept = {gift, kSoldOutOf.mint_b};
    const auto answer = pipeline->obey({.verb = OperatorVerb::Flatten, .is_outside_sold = true});
    EXPECT_TRUE(answer.selling.empty());
    EXPECT_EQ(answer.kept,
              (std::map<Pubkey, TokenAmount>{{gift, TokenAmount{5}},
                                             {kSoldOutOf.mint_b, TokenAmount{1'000'000'000}}}));
    pipeline->adopt_outside();
    ASSERT_EQ(pipeline->portfolio().positions().size(), 2U) << "of the gift no position is made";
    EXPECT_EQ(pipeline->portfolio().positions()[1].mint, dex::test::key_of(78));
    EXPECT_TRUE(pipeline->portfolio().is_nothing_to_adopt(settings.signer.tokens_kept));
    EXPECT_FALSE(pipeline->portfolio().is_nothing_to_adopt({}));
    (void)pipeline->obey(kResume);
    EXPECT_TRUE(pipeline->obey(kFlatten).kept.contains(kSoldOutOf.mint_b));
    EXPECT_FALSE(pipeline->obey(kFlatten).kept.contains(gift)) << "nobody asked for it";
}

// ---- A journal that takes nothing ----

// Takes as many records as it is told, and then has failed.
struct FailingKeeper final : RecordKeeper {
    bool record(RecorderItem /*item*/, WallTime /*at*/) override {
        const bool is_taken = left > 0;
        left -= is_taken ? 1 : 0;
        is_lost = is_lost || !is_taken;
        return is_taken;
    }
    bool record_signed(const OrderIntent& /*intent*/, const OrderSigned& /*order*/,
                       WallTime /*at*/) override {
        return false;
    }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return is_lost; }
    void write_waiting() override {}
    std::size_t left = 1'000;
    bool is_lost = false;
};

class PipelineFailingJournalTest : public test::PipelineTest {
 protected:
    PipelineFailingJournalTest() {
        connect_to(keeper);
        pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
        tell_sol_price();
        tell(FeedRestored{"a"});
    }
    [[nodiscard]] bool stands(StateCause cause) const {
        const auto standing = pipeline->standing();
        return std::ranges::find(standing, cause, &StandingCause::cause) != standing.end();
    }
    FailingKeeper keeper;
};

TEST_F(PipelineFailingJournalTest, APauseAndAFlatteningAreDoneAndSaidToEndWithTheProcess) {
    keeper.left = 0;
    const auto paused = pipeline->obey(kPause);
    EXPECT_TRUE(paused.is_changed);
    EXPECT_FALSE(paused.is_journalled);
    EXPECT_TRUE(paused.refused.empty());
    EXPECT_EQ(paused.after, TradingState::Reducing);
    const auto flattened = pipeline->obey(kFlatten);
    EXPECT_TRUE(flattened.is_changed);
    EXPECT_FALSE(flattened.is_journalled);
    EXPECT_TRUE(stands(StateCause::PauseRequested) && stands(StateCause::FlattenRequested));
    EXPECT_NE(pipeline->recheck(OrderIntent{}), std::nullopt);
}

TEST_F(PipelineFailingJournalTest, AResumeIsRefusedAndChangesNothing) {
    ASSERT_TRUE(pipeline->obey(kPause).is_journalled);
    keeper.left = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {  // It fails with this record, and had failed.
        const auto answer = pipeline->obey(kResume);
        EXPECT_NE(answer.refused.find("\"trading is paused\" stands"), std::string::npos)
            << answer.refused;
        EXPECT_FALSE(answer.is_changed || answer.is_journalled);
        EXPECT_EQ(answer.after, TradingState::Reducing);
        EXPECT_TRUE(stands(StateCause::PauseRequested));
    }
}

TEST_F(PipelineFailingJournalTest, AResumeOfWhichHalfIsTakenKeepsTheOtherHalf) {
    (void)pipeline->obey(kPause);
    (void)pipeline->obey(kFlatten);
    keeper.left = 1;
    const auto answer = pipeline->obey(kResume);
    EXPECT_FALSE(answer.refused.empty());
    EXPECT_FALSE(stands(StateCause::PauseRequested)) << "that is in the journal";
    EXPECT_TRUE(stands(StateCause::FlattenRequested));
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
