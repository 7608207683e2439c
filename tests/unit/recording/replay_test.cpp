// SPDX-License-Identifier: MIT
// What is decided again, and how a difference is found.
#include "sniperforge/recording/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/recording/scripted_run.hpp"

namespace sniperforge::recording {
namespace {

using test::kPriced;
using ReplayTest = test::ScriptedRun;

TEST_F(ReplayTest, DecidesTheSameToTheByte) {
    buy_twice();
    keeper->record(engine::RunNote{"somebody else's"}, {});
    keeper->record(engine::ShortfallAccepted{}, {});
    close();
    ASSERT_GE(std::ranges::count_if(journal.bodies,
                                    [](const std::string& body) {
                                        return body.find("\"outcome\":\"landed\"") !=
                                               std::string::npos;
                                    }),
              2);
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_TRUE(result->is_equal());
    EXPECT_FALSE(result->difference);
    EXPECT_EQ(result->problem, "");
    EXPECT_EQ(result->sha256_recorded, journal.digest.text());
    EXPECT_EQ(result->sha256_replayed, journal.digest.text());
    EXPECT_EQ(result->decisions, journal.bodies.size() - 2);  // The others are nobody's decisions.
    EXPECT_EQ(result->answers_missing, 0U);
    EXPECT_EQ(result->calls.at("signed"), 2U);
    EXPECT_EQ(result->calls.at("recheck"), 2U);
}

// Log lines are an input, and so is what came of the look-up that they asked for: here from inside
// it, as the pipeline may be called.
TEST_F(ReplayTest, LooksUpWhatLogsNameWhereTheRecordedRunDid) {
    struct AnsweredAtOnce final : test::NoTransactions {
        using test::NoTransactions::look_up;
        explicit AnsweredAtOnce(engine::Pipeline& its) : pipeline{its} {}
        void look_up(const Signature& signature) override {
            ++asked;
            ChainTransaction transaction;
            transaction.signature = signature;
            pipeline.on_transaction(transaction);
        }
        engine::Pipeline& pipeline;
        int asked = 0;
    } transactions{*pipeline};
    pipeline->connect(transactions);
    const std::string begin = "Program " + solana::kRaydiumCpmmProgram.to_string() + " invoke [1]";
    const std::array<std::string_view, 2> lines{begin, "Program log: Instruction: Initialize"};
    Signature signature;
    signature.bytes.fill(3);
    tell(LogsUpdate{Slot{5}, signature, false, lines});
    tell(LogsUpdate{Slot{5}, signature, false, lines});
    EXPECT_EQ(transactions.asked, 1);
    buy_twice();
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_TRUE(result->is_equal());
    EXPECT_EQ(result->problem, "");
    EXPECT_EQ(result->answers_missing, 0U);
    EXPECT_EQ(result->calls.at("transaction"), 1U);
}

TEST_F(ReplayTest, ASingleChangedEventIsADifferenceWithBothTexts) {
    buy_twice();
    close();
    // The second purchase is quoted on this.
    std::uint64_t changed = 0;
    const auto result = replay_changed([&](Frame& frame) {
        // Behind two times, what kind of update it is, and a slot of one byte.
        constexpr std::size_t kKeyAt = 18;
        const Pubkey key = kPriced.vault_b();
        const bool is_vault =
            frame.args.size() > kKeyAt + Pubkey::kSize &&
            std::ranges::equal(BytesView{frame.args}.subspan(kKeyAt, 32), key.bytes);
        if (frame.kind == Kind::ChainUpdate && is_vault && ++changed == 2) {
            frame.args[frame.args.size() - solana::kTokenAccountBytes + 64 + 3] ^= 1;
        }
    });
    ASSERT_EQ(changed, 2U);
    ASSERT_TRUE(result.difference);
    EXPECT_FALSE(result.is_equal());
    const Difference& difference = *result.difference;
    EXPECT_EQ(difference.slot, Slot{6});
    EXPECT_EQ(difference.call, "enter");
    ASSERT_TRUE(difference.recorded && difference.replayed);
    EXPECT_EQ(difference.recorded->kind, journal::RecordKind::Intent);
    EXPECT_EQ(difference.replayed->kind, journal::RecordKind::Intent);
    EXPECT_NE(difference.recorded->body, difference.replayed->body);
    EXPECT_EQ(difference.decision, result.decisions + 1);
    EXPECT_EQ(difference.recorded->body, journal.bodies.at(difference.decision - 1));
}

TEST_F(ReplayTest, AnotherKindOfEventIsADifferenceWhereADecisionRestsOnIt) {
    buy_twice();
    close();
    // Nothing is bought while nothing is heard: one update less.
    const auto result = replay_changed([](Frame& frame) {
        if (frame.kind == Kind::ChainUpdate && frame.args[16] == 5) {
            frame.args[16] = 4;  // FeedLost in place of FeedRestored.
            frame.args.push_back(0);
        }
    });
    ASSERT_TRUE(result.difference);
    ASSERT_TRUE(result.difference->replayed);
    EXPECT_EQ(result.difference->replayed->kind, journal::RecordKind::Denial);
}

TEST_F(ReplayTest, WhatWasDecidedAndIsNotDecidedAgainIsADifference) {
    buy_twice();
    close();
    const auto result = replay_changed([](Frame& frame) {
        if (frame.kind == Kind::Enter) {
            frame.kind = Kind::Halt;
        }
    });
    ASSERT_TRUE(result.difference);
    EXPECT_TRUE(result.difference->recorded);
    EXPECT_FALSE(result.difference->replayed);
}

TEST_F(ReplayTest, WhatIsDecidedAndWasNotIsADifference) {
    buy_twice();
    close();
    const auto result = replay_changed([](Frame& frame) {
        if (frame.kind == Kind::Enter) {
            frame.decisions = {};
        }
    });
    ASSERT_TRUE(result.difference);
    EXPECT_FALSE(result.difference->recorded);
    EXPECT_TRUE(result.difference->replayed);
}

// What came from inside a call that is not made again is not told.
TEST_F(ReplayTest, WhatHappenedInsideACallThatIsNotMadeAgainIsADifference) {
    buy_twice();
    close();
    const auto result = replay_changed([](Frame& frame) {
        for (Frame::Nested& inner : frame.nested) {
            inner.count += frame.kind == Kind::Enter ? 1 : 0;
        }
    });
    ASSERT_TRUE(result.difference);
    ASSERT_TRUE(result.difference->recorded);
    EXPECT_EQ(result.difference->recorded->kind, journal::RecordKind::Signed);
    EXPECT_FALSE(result.difference->replayed);
}

TEST_F(ReplayTest, AskingForMoreThanWasAnsweredIsCounted) {
    buy_twice();
    close();
    const auto result = replay_changed([](Frame& frame) {
        if (frame.kind == Kind::Tick) {
            frame.offers = {};
        }
    });
    EXPECT_FALSE(result.difference);
    EXPECT_GT(result.answers_missing, 0U);
}

TEST_F(ReplayTest, AJournalThatHasMoreThanTheRecordingIsADifference) {
    buy_twice();
    ASSERT_TRUE(recording->close("of another journal"));
    const auto result = replay(path);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->difference);
    EXPECT_FALSE(result->is_of_journal());
    EXPECT_FALSE(result->is_equal());
}

TEST_F(ReplayTest, SettingsThatThisVersionDoesNotKnowAreNamed) {
    recording.reset();
    Header with = header();
    with.settings = "risk:\n  no_such_key: 1\n";
    {
        auto opened = Writer::open({.path = path, .is_threaded = false}, with);
        ASSERT_TRUE(opened);
        ASSERT_TRUE((*opened)->close({}));
    }
    const auto result = replay(path);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().text.find("no_such_key"), std::string::npos) << result.error().text;
}

TEST_F(ReplayTest, ARecordOutOfPlaceIsDamage) {
    recording.reset();
    Header with = header();
    with.settings = settings_text(settings);
    for (const std::uint8_t kind : std::initializer_list<std::uint8_t>{64, 70, 66, 200}) {
        auto opened = Writer::open({.path = path, .is_threaded = false}, with);
        ASSERT_TRUE(opened);
        add(**opened, kind, 0);
        ASSERT_TRUE((*opened)->close({}));
        const auto result = replay(path);
        ASSERT_TRUE(result);
        EXPECT_TRUE(result->is_damaged) << int{kind};
    }
}

}  // namespace
}  // namespace sniperforge::recording
