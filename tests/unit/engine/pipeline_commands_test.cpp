// SPDX-License-Identifier: MIT
// What a person orders of a running pipeline.
#include "unit/engine/pipeline_commands_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace commanded;

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

// ---- What is not heard ----

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
