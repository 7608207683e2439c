// SPDX-License-Identifier: MIT
#include "app/manual_command.hpp"

#include <gtest/gtest.h>

#include <string>

#include "app/commands.hpp"
#include "sniperforge/engine/held_causes.hpp"

namespace sniperforge::app {
namespace {

using engine::OperatorCommand;
using engine::OperatorVerb;

TEST(ManualCommand, IsReadAsItWasAsked) {
    for (const OperatorVerb verb :
         {OperatorVerb::Pause, OperatorVerb::Resume, OperatorVerb::Flatten}) {
        for (const bool is_outside_sold : {false, true}) {
            const OperatorCommand asked{.verb = verb,
                                        .reason = R"(he said "no" \ \n, {"outside":true})",
                                        .is_outside_sold = is_outside_sold};
            const std::string line = line_of(asked);
            EXPECT_EQ(line.find('\n'), std::string::npos);
            const auto read = command_of(line);
            ASSERT_TRUE(read && *read) << line;
            EXPECT_EQ((*read)->verb, verb);
            EXPECT_EQ((*read)->reason, asked.reason);
            EXPECT_EQ((*read)->is_outside_sold, is_outside_sold);
        }
    }
}

TEST(ManualCommand, IsTakenWithoutAReasonAndNotForAnotherWord) {
    const auto bare = command_of("flatten");
    ASSERT_TRUE(bare && *bare);
    EXPECT_EQ((*bare)->verb, OperatorVerb::Flatten);
    EXPECT_FALSE((*bare)->is_outside_sold);
    for (const char* other : {"", "stop", "status", "paused", "pause_", "Pause", " pause"}) {
        EXPECT_FALSE(command_of(other)) << other;
    }
    for (const char* wrong :
         {"pause ", "pause now", "pause {}", R"(pause {"reason":5})", R"(pause {"reason":"a"})",
          R"(pause {"reason":"a\nb","outside":false})"}) {
        const auto read = command_of(wrong);
        ASSERT_TRUE(read) << wrong;
        EXPECT_FALSE(*read) << wrong;
    }
}

TEST(ManualCommand, KeepsAReasonOfTheLongestAndRefusesOneByteMore) {
    EXPECT_TRUE(check_reason(std::string(engine::kReasonBytesMax, 'x')));
    const auto refused = check_reason(std::string(engine::kReasonBytesMax + 1, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("201 bytes, at most 200"), std::string::npos);
    EXPECT_TRUE(check_reason("\xc3\xa9t\xc3\xa9"));
    EXPECT_FALSE(check_reason("\xc3"));
    EXPECT_FALSE(check_reason("a\tb"));
}

TEST(ManualCommand, SaysOfWhatTheJournalHasNotTakenWhatTheNextStartWouldDo) {
    ManualResult paused, resumed;
    note_unwritten({.verb = OperatorVerb::Pause}, paused);
    note_unwritten({.verb = OperatorVerb::Resume}, resumed);
    EXPECT_EQ(paused.exit_code, kExitFailed);
    EXPECT_FALSE(paused.answer.is_journalled || resumed.answer.is_journalled);
    EXPECT_NE(paused.problem.find("ends with the process"), std::string::npos);
    EXPECT_NE(resumed.problem.find("it is not done yet"), std::string::npos);
    EXPECT_NE(resumed.problem.find("what stood stands, also at a start"), std::string::npos);
}

TEST(ManualCommand, AnswersWithWhatItDidAndWhatStands) {
    ManualResult result{.exit_code = kExitRefused, .problem = "no \"entries\""};
    result.write_number = 1;
    result.answer.before = TradingState::Active;
    result.answer.after = TradingState::Reducing;
    result.answer.is_changed = true;
    result.answer.standing = {{.cause = StateCause::PauseRequested,
                               .since = WallTime{1'767'225'600'000'000'000},
                               .by = "pause",
                               .reason = "why",
                               .ending = "`sniperforge resume`"},
                              {.cause = StateCause::FeedLost, .figures = "for 3 s"}};
    PositionView position;
    position.position_id = PositionId{7};
    position.amount = TokenAmount{kU64Max};
    result.answer.selling = {position};
    result.answer.kept = {{Pubkey{}, TokenAmount{5}}};
    result.answer.ended = {{.cause = StateCause::RecordsMissing, .reason = "cut"}};
    EXPECT_EQ(
        to_json({.verb = OperatorVerb::Flatten}, result),
        R"({"ok":false,"exit_code":4,"command":"flatten","problem":"no \"entries\"",)"
        R"("is_changed":true,"is_journalled":true,"state_before":"ACTIVE","state":"REDUCING",)"
        R"("standing":[{"cause":"pause","text":"trading is paused","since":"2026-01-01T00:00:00Z",)"
        R"("by":"pause","reason":"why","figures":"","ends_with":"`sniperforge resume`"},)"
        R"({"cause":"feed","text":"the feed is blind","since":null,"by":"","reason":"",)"
        R"("figures":"for 3 s","ends_with":""}],)"
        R"("ended":[{"cause":"records","text":"records of the journal are missing","since":null,)"
        R"("by":"","reason":"cut","figures":"","ends_with":""}],)"
        R"("is_selling":false,"selling":[{"position":7,"mint":"11111111111111111111111111111111",)"
        R"("amount":"18446744073709551615"}],)"
        R"("kept":[{"mint":"11111111111111111111111111111111","amount":"5","reason":)"
        R"("signer.tokens_kept has it, so that no order for it is signed: take it out and restart to )"
        R"(sell it"}]})");
}

TEST(ManualCommand, AFlatteningThatNobodyCanSignIsRefusedWhereThereIsSomethingToSell) {
    ManualResult sold;
    sold.answer.selling.emplace_back();
    judge_flattened(sold);
    EXPECT_EQ(sold.exit_code, kExitOk);
    EXPECT_TRUE(sold.is_selling);

    ManualResult keyless;
    keyless.answer = sold.answer;
    keyless.answer.standing = {{.cause = StateCause::KeyLost}};
    judge_flattened(keyless);
    EXPECT_EQ(keyless.exit_code, kExitRefused);
    EXPECT_NE(keyless.problem.find("1 positions stay"), std::string::npos) << keyless.problem;
    EXPECT_NE(keyless.problem.find("rescue flatten"), std::string::npos);
    EXPECT_FALSE(keyless.is_selling);
    note_unwritten({.verb = OperatorVerb::Flatten}, keyless);
    EXPECT_EQ(keyless.exit_code, kExitFailed);
    EXPECT_TRUE(keyless.problem.starts_with("nothing is sold: ")) << keyless.problem;
    EXPECT_NE(keyless.problem.find("nor has the journal taken it"), std::string::npos);

    ManualResult empty;
    empty.answer.standing = keyless.answer.standing;
    judge_flattened(empty);
    EXPECT_EQ(empty.exit_code, kExitOk) << "nothing is held";
}

// One rule, whether what stands ends by itself or by a person.
TEST(ManualCommand, AResumeEndsWithZeroExactlyWhereEntriesAreLetIn) {
    ManualResult active;
    judge_resumed(active);
    EXPECT_EQ(active.exit_code, kExitOk);
    EXPECT_EQ(active.problem, "");
    for (const TradingState after : {TradingState::Reducing, TradingState::Blind,
                                     TradingState::Halted, TradingState::Draining}) {
        ManualResult held;
        held.answer.after = after;
        held.answer.standing = {
            {.cause = StateCause::DrawdownReached, .figures = "7 lamports", .ending = "a start"},
            {.cause = StateCause::BooksDoubted, .ending = "balances"}};
        judge_resumed(held);
        EXPECT_EQ(held.exit_code, kExitRefused);
        EXPECT_EQ(held.problem,
                  "no entries all the same; the drawdown limit is reached: 7 lamports; ends with a "
                  "start; the books wait to be held against the chain; ends with balances");
    }
}

// Nobody is told of a state that nobody looked at.
TEST(ManualCommand, HasNoStateWhereThePipelineWasNotAsked) {
    const std::string json =
        to_json(OperatorCommand{}, ManualResult{kExitNotReady, "it is starting"});
    EXPECT_NE(json.find(R"("exit_code":3,)"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("state_before":null,"state":null,)"), std::string::npos) << json;
}

}  // namespace
}  // namespace sniperforge::app
