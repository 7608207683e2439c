// SPDX-License-Identifier: MIT
// What a person has stopped stays stopped: over a journal that is damaged before its ledger, and
// while the disk has not taken that he wants to go on.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.hpp"
#include "sim/wallet_lives.hpp"

namespace sniperforge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Lives;

constexpr engine::OperatorCommand kPause{.verb = engine::OperatorVerb::Pause};
constexpr engine::OperatorCommand kResume{.verb = engine::OperatorVerb::Resume};

// Takes all of it, unless it keeps its writers waiting or is out of order.
struct StallingDisk final : journal::Disk {
    std::size_t take(std::uint64_t, std::size_t bytes) override { return is_broken ? 0 : bytes; }
    bool sync() override { return !is_broken; }
    bool is_stalled() const override { return is_stalling; }
    bool is_stalling = false, is_broken = false;
};

// What a person orders of the daemons of one cluster, and what he is answered.
struct Person {
    struct Order {
        MonoTime at;
        engine::OperatorCommand command;
    };
    explicit Person(Lives& all) : lives{all}, begun{all.reactor().now()} {
        lives.on_options = [this](app::DaemonOptions& options) {
            test::hold_what_is_bought(options);
            options.disk = &disk;
            options.next_command = [this]() -> std::optional<engine::OperatorCommand> {
                if (given == orders.size() || lives.reactor().now() < orders[given].at) {
                    return std::nullopt;
                }
                return orders[given++].command;
            };
            options.on_obeyed = [this](const app::ManualResult& result) {
                answers.push_back(result);
            };
        };
    }
    void say(Duration after, engine::OperatorCommand command) {
        orders.push_back({begun + after, std::move(command)});
    }
    void stall(Duration from, Duration to) {
        lives.reactor().schedule_at(begun + from, [this] { disk.is_stalling = true; });
        lives.reactor().schedule_at(begun + to, [this] { disk.is_stalling = false; });
    }

    Lives& lives;
    MonoTime begun;
    StallingDisk disk;
    std::vector<Order> orders;
    std::size_t given = 0;
    std::vector<app::ManualResult> answers;
};

// Entries and cycles that the gate let through behind the last record with these words, and the
// denials with these other ones.
struct Told {
    std::size_t entered = 0, denied = 0;
};
[[nodiscard]] Told told_since(const Lives& lives, std::string_view words,
                              std::string_view denial = "no such denial") {
    Told told;
    bool is_found = false;
    std::map<std::string, bool> is_entry;
    const auto id_of = [](const std::string& body) {
        const std::size_t at = body.find(R"("intent":)") + 9;
        return body.substr(at, body.find_first_of(",}", at) - at);
    };
    const auto read = journal::read_journal(lives.journal(), [&](const journal::Record& record) {
        if (record.body.find(words) != std::string::npos) {
            told = {};
            is_found = true;
        }
        const std::string& body = record.body;
        if (record.kind == journal::RecordKind::Intent) {
            is_entry[id_of(body)] = body.find(R"("kind":"entry")") != std::string::npos ||
                                    body.find(R"("kind":"cycle")") != std::string::npos;
        }
        told.entered += record.kind == journal::RecordKind::Approval && is_entry[id_of(body)];
        told.denied +=
            record.kind == journal::RecordKind::Denial && body.find(denial) != std::string::npos;
    });
    SF_ASSERT(read.has_value());
    SF_ASSERT(is_found);  // Else it would be of all that was ever told.
    return told;
}

// As a start that was paused and killed before it had rebuilt anything would leave them.
void pause_before_the_ledger(const Lives& lives, const engine::History& history) {
    analytics::RunInfo info;
    info.run_id = "before the ledger";
    engine::RecorderOptions options{.state_dir = lives.path(),
                                    .run = {info.run_id, "build", "boot", lives.wallet()},
                                    .is_threaded = false,
                                    .settings = {}};
    auto recorder = engine::Recorder::open(options, info);
    ASSERT_TRUE(recorder) << recorder.error().text;
    (*recorder)->record(engine::CauseChanged{.cause = StateCause::PauseRequested,
                                             .stands = true,
                                             .by = "pause",
                                             .reason = "maintenance"},
                        *history.written_last);
}

TEST(HeldCausesRun, WhatAJournalTellsThatIsDamagedBeforeItsLedgerHoldsEntriesUntilResumed) {
    Lives lives{7};
    Person person{lives};
    ASSERT_EQ(lives.live(seconds{20}).error, "");
    ASSERT_FALSE(test::held_in(lives.history()).empty());
    {
        const std::string segment = lives.path() + "/journal-000001.sfj";
        std::ifstream file{segment, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
        const std::size_t at = bytes.find(R"({"event":"opened")");
        ASSERT_NE(at, std::string::npos);
        test::fs::resize_file(segment, at);
    }
    lives.lose_power();
    pause_before_the_ledger(lives, lives.history());
    ASSERT_FALSE(lives.history().has_ledger());
    ASSERT_NE(lives.history().held.find(StateCause::PauseRequested), nullptr);

    const Duration later = lives.reactor().now() - person.begun;
    person.say(later + seconds{110}, kResume);
    ASSERT_EQ(lives.live(seconds{100}).error, "");
    EXPECT_TRUE(lives.history().has_ledger());
    ASSERT_NE(lives.history().held.find(StateCause::PauseRequested), nullptr);
    const Told paused =
        told_since(lives, "entries resume", R"(trading is paused, by `pause` (\"maintenance\"))");
    EXPECT_EQ(paused.entered, 0U);
    EXPECT_GT(paused.denied, 0U);
    ASSERT_EQ(lives.live(seconds{30}).error, "");
    ASSERT_EQ(person.answers.size(), 1U);
    EXPECT_EQ(person.answers[0].exit_code, 0) << person.answers[0].problem;
    EXPECT_GT(told_since(lives, R"("cause":"pause","stands":false)").entered, 0U);
}

// Another bad byte there, and nothing is known of what stood.
TEST(HeldCausesRun, RecordsThatAreMissingHoldEntriesAfterTheBooksAreRebuilt) {
    Lives lives{7};
    Person person{lives};
    ASSERT_EQ(lives.live(seconds{20}).error, "");
    {
        std::fstream segment{lives.path() + "/journal-000001.sfj",
                             std::ios::in | std::ios::out | std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{segment}, {}};
        const std::size_t at = bytes.find(R"({"event":"opened")");
        ASSERT_NE(at, std::string::npos);
        segment.clear();
        segment.seekp(static_cast<std::streamoff>(at));
        segment << '\xff';
    }
    ASSERT_FALSE(lives.history().has_ledger());
    ASSERT_EQ(lives.live(seconds{100}).error, "");
    const Told held = told_since(lives, "entries resume", "records of the journal are missing");
    EXPECT_EQ(held.entered, 0U);
    EXPECT_GT(held.denied, 0U);
}

// ---- A resume and the disk ----

TEST(HeldCausesRun, AResumeIsDoneAndAnsweredOnceTheDiskHasIt) {
    Lives lives{7};
    Person person{lives};
    person.say(seconds{6}, kPause);
    person.stall(seconds{8}, seconds{11});
    person.say(seconds{9}, kResume);
    lives.reactor().schedule_at(person.begun + milliseconds{10'900}, [&] {
        EXPECT_EQ(person.given, 2U);
        EXPECT_EQ(person.answers.size(), 1U) << "the pause alone";
    });
    ASSERT_EQ(lives.live(seconds{25}).error, "");
    ASSERT_EQ(person.answers.size(), 2U);
    EXPECT_EQ(person.answers[0].exit_code, app::kExitOk);
    EXPECT_EQ(person.answers[1].exit_code, app::kExitOk) << person.answers[1].problem;
    EXPECT_TRUE(person.answers[1].answer.is_changed);
    ASSERT_EQ(person.answers[1].answer.ended.size(), 1U);
    EXPECT_EQ(told_since(lives, R"("cause":"pause","stands":true)").entered,
              told_since(lives, R"("cause":"pause","stands":false)").entered)
        << "nothing was entered between the two";
    EXPECT_GT(told_since(lives, R"("cause":"pause","stands":false)").entered, 0U);
}

// The disk hangs on: whoever asked is told that it is not done, and it is done by itself later.
TEST(HeldCausesRun, AResumeThatTheDiskKeepsWaitingIsNotCalledDone) {
    Lives lives{7};
    Person person{lives};
    person.say(seconds{6}, kPause);
    person.stall(seconds{8}, seconds{16});
    person.say(seconds{9}, kResume);
    lives.reactor().schedule_at(person.begun + seconds{15}, [&] {
        ASSERT_EQ(person.answers.size(), 2U);
        EXPECT_EQ(person.answers[1].exit_code, app::kExitFailed);
        EXPECT_NE(person.answers[1].problem.find("it is not done yet"), std::string::npos);
        EXPECT_NE(person.answers[1].answer.after, TradingState::Active);
        EXPECT_FALSE(person.answers[1].answer.is_changed);
    });
    ASSERT_EQ(lives.live(seconds{30}).error, "");
    EXPECT_EQ(person.answers.size(), 2U) << "once";
    EXPECT_GT(told_since(lives, R"("cause":"pause","stands":false)").entered, 0U);
    EXPECT_EQ(lives.history().held.find(StateCause::PauseRequested), nullptr);
}

// Nothing of it is on its way: it is told so once, and nothing is let go of, then or later.
TEST(HeldCausesRun, AResumeThatTheJournalDoesNotTakeIsRefusedOnceAndChangesNothing) {
    Lives lives{7};
    Person person{lives};
    person.say(seconds{6}, kPause);
    lives.reactor().schedule_at(person.begun + seconds{8}, [&] { person.disk.is_broken = true; });
    person.say(seconds{10}, kPause);  // So the journal is written, and known to be lost.
    person.say(seconds{12}, kResume);
    ::testing::internal::CaptureStderr();
    (void)lives.live_and_die(seconds{25});
    const std::string log = ::testing::internal::GetCapturedStderr();
    ASSERT_EQ(person.answers.size(), 3U);
    const app::ManualResult& refused = person.answers[2];
    EXPECT_EQ(refused.exit_code, app::kExitFailed);
    EXPECT_NE(refused.problem.find("the journal cannot take it"), std::string::npos)
        << refused.problem;
    EXPECT_FALSE(refused.answer.is_changed);
    EXPECT_NE(refused.answer.after, TradingState::Active);
    EXPECT_NE(log.find("pause: "), std::string::npos) << log;
    EXPECT_EQ(log.find("resume: "), std::string::npos) << log;
    person.disk.is_broken = false;
    EXPECT_NE(lives.history().held.find(StateCause::PauseRequested), nullptr);
}

TEST(HeldCausesRun, AnEndBeforeTheDiskHasTheResumeLeavesThePauseAndNobodyWasToldThatItIsDone) {
    Lives lives{7};
    Person person{lives};
    person.say(seconds{6}, kPause);
    person.stall(seconds{8}, seconds{60});
    person.say(seconds{9}, kResume);
    (void)lives.live_and_die(seconds{11});
    ASSERT_EQ(person.answers.size(), 2U);
    EXPECT_EQ(person.answers[1].exit_code, app::kExitNotReady);
    EXPECT_FALSE(person.answers[1].answer.is_changed);
    ASSERT_NE(lives.history().held.find(StateCause::PauseRequested), nullptr);
    person.disk.is_stalling = false;
    ASSERT_EQ(lives.live(seconds{20}).error, "");
    EXPECT_EQ(told_since(lives, R"("cause":"pause","stands":true)").entered, 0U);
}

}  // namespace
}  // namespace sniperforge
