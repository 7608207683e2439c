// SPDX-License-Identifier: MIT
#include "sniperforge/engine/recorder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/journal/journal.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

namespace fs = std::filesystem;

constexpr WallTime kNow{1'767'225'600'000'000'000};

using sniperforge::test::key_of;

[[nodiscard]] Signature signature_of(std::uint8_t seed) { return Signature::from(Bytes(64, seed)); }

[[nodiscard]] ExecutionReport landed(std::uint64_t intent) {
    ExecutionReport report;
    report.intent_id = IntentId{intent};
    report.strategy = StrategyId::Momentum;
    report.mint = key_of(7);
    report.outcome = Outcome::Landed;
    report.signature = signature_of(3);
    report.fill.wallet = LamportsDelta{-100'009'000};
    report.fill.base_fee = Lamports{5'000};
    report.fill.tokens = {{key_of(7), TokenDelta{1'000}}};
    return report;
}

[[nodiscard]] SignedOrder signed_order(std::uint64_t intent) {
    SignedOrder order;
    order.intent.intent_id = IntentId{intent};
    order.signed_as = {IntentId{intent}, signature_of(3), BlockHeight{250}};
    return order;
}

// The life of one order, and one that was denied.
[[nodiscard]] std::vector<RecorderItem> story() {
    OrderIntent intent;
    intent.intent_id = IntentId{1};
    intent.strategy = StrategyId::Momentum;
    OrderIntent refused = intent;
    refused.intent_id = IntentId{2};
    return {RunNote{"started"},
            intent,
            IntentApproved{IntentId{1}},
            OrderSigned{IntentId{1}, signature_of(3), BlockHeight{250}},
            refused,
            IntentDenied{IntentId{2}, StrategyId::Momentum, {DenialReason::FeedBlind, "blind"}},
            landed(1),
            PositionOpened{PositionId{1}, StrategyId::Momentum, key_of(7), TokenAmount{1'000},
                           Lamports{100'009'000}},
            PositionClosed{PositionId{1}, StrategyId::Momentum, key_of(7), LamportsDelta{-4'000},
                           ExitReason::TimeLimit}};
}

// Takes half of a write, and nothing more.
class FullDisk final : public journal::Disk {
 public:
    std::size_t take(std::uint64_t, std::size_t bytes) override {
        return !is_full ? bytes : std::exchange(is_half_taken, true) ? 0 : bytes / 2;
    }
    bool sync() override { return true; }
    bool is_stalled() const override { return false; }
    bool is_full = false, is_half_taken = false;
};

class RecorderTest : public ::testing::Test {
 protected:
    RecorderTest() {
        directory = fs::path{::testing::TempDir()} /
                    ("sf_recorder_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~RecorderTest() override { fs::remove_all(directory); }

    [[nodiscard]] std::unique_ptr<Recorder> open(bool is_threaded, std::size_t capacity = 2'048,
                                                 const std::string& run = "run-1") {
        RecorderOptions options;
        options.state_dir = directory.string();
        options.is_threaded = is_threaded;
        options.ring_capacity = capacity;
        // Threaded: nothing is written before the recorder is told to stop.
        options.settings.commit_interval = std::chrono::hours{1};
        options.settings.is_journal_synced = is_synced;
        options.settings.journal_bytes_max = journal_bytes_max;
        options.disk = disk;
        analytics::RunInfo info;
        info.run_id = run;
        info.started_wall_ns = kNow.ns;
        auto recorder = Recorder::open(options, info);
        EXPECT_TRUE(recorder) << recorder.error().text;
        return recorder ? std::move(*recorder) : nullptr;
    }
    [[nodiscard]] RecorderSummary tell(Recorder& recorder) {
        for (RecorderItem& item : story()) {
            EXPECT_TRUE(recorder.record(std::move(item), kNow));
        }
        const auto summary = recorder.close(kNow, R"({"report":1})");
        EXPECT_TRUE(summary) << summary.error().text;
        return summary ? *summary : RecorderSummary{};
    }
    // Behind the records that each run begins with.
    [[nodiscard]] std::vector<journal::Record> journalled() const {
        std::vector<journal::Record> records;
        const auto read = journal::read_journal(
            directory / "journal.sfj",
            [&](const journal::Record& record) { records.push_back(record); });
        EXPECT_TRUE(read);
        EXPECT_EQ(read->problem, "");
        EXPECT_EQ(records.front().kind, journal::RecordKind::RunStarted);
        std::erase_if(records, [](const journal::Record& record) {
            return record.kind == journal::RecordKind::RunStarted;
        });
        return records;
    }

    fs::path directory;
    journal::Disk* disk = nullptr;
    bool is_synced = false;
    std::uint64_t journal_bytes_max = 1U << 30U;
};

TEST_F(RecorderTest, WritesTheSameJournalWithAndWithoutAThread) {
    const RecorderSummary inline_one = tell(*open(false));
    const auto first = journalled();
    fs::remove_all(directory);
    fs::create_directories(directory);
    const RecorderSummary threaded = tell(*open(true));
    const auto second = journalled();
    EXPECT_EQ(first.size(), 9U);
    EXPECT_EQ(inline_one.decision_sha256, threaded.decision_sha256);
    EXPECT_EQ(inline_one.records, 9U);
    EXPECT_EQ(threaded.records, 9U);
    EXPECT_EQ(inline_one.journal_bytes, threaded.journal_bytes);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].body, second[i].body);
        EXPECT_EQ(first[i].kind, second[i].kind);
    }
}

TEST_F(RecorderTest, JournalsEveryItemInOrderWithItsKindAndTime) {
    (void)tell(*open(false));
    using enum journal::RecordKind;
    const journal::RecordKind kinds[] = {Note,   Intent, Approval, Signed,  Intent,
                                         Denial, Report, Position, Position};
    const auto records = journalled();
    const auto items = story();
    ASSERT_EQ(records.size(), std::size(kinds));
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].kind, kinds[i]) << i;
        EXPECT_EQ(records[i].sequence, i + 2);
        EXPECT_EQ(records[i].wall_ns, kNow.ns);
        EXPECT_EQ(records[i].body, body_of(items[i]));
    }
}

TEST_F(RecorderTest, HashesDecisionsAndNotNotesOrTimes) {
    const auto with_note = [&](const char* note, WallTime at) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        auto recorder = open(false, 2'048, note);
        EXPECT_TRUE(recorder->record(RunNote{note}, at));
        EXPECT_TRUE(recorder->record(IntentApproved{IntentId{5}}, at));
        return recorder->close(at, "{}")->decision_sha256;
    };
    EXPECT_EQ(with_note("one", kNow), with_note("two", kNow + std::chrono::seconds{9}));
    auto recorder = open(false, 2'048, "empty");
    const std::string empty = recorder->flush()->decision_sha256;
    recorder.reset();
    EXPECT_NE(empty, with_note("one", kNow));
}

TEST_F(RecorderTest, FillsTheStoreWithOrdersDenialsPositionsAndTheRun) {
    (void)tell(*open(true));
    auto store = analytics::Store::open((directory / "trades.sqlite").string());
    ASSERT_TRUE(store);
    const auto runs = (*store)->runs(10).value();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].report_json, R"({"report":1})");
    EXPECT_EQ(runs[0].ended_wall_ns, kNow.ns);
    const auto trades = (*store)->trades("run-1", 10).value();
    ASSERT_EQ(trades.size(), 1U);
    EXPECT_EQ(trades[0].outcome, "landed");
    EXPECT_EQ(trades[0].strategy, "momentum");
    EXPECT_EQ(trades[0].wallet_lamports, -100'009'000);
    const auto denials = (*store)->denials("run-1").value();
    ASSERT_EQ(denials.size(), 1U);
    EXPECT_EQ(denials[0].reason, "FEED_BLIND");
    EXPECT_EQ(denials[0].count, 1);
    const auto positions = (*store)->positions("run-1", 10).value();
    ASSERT_EQ(positions.size(), 1U);
    EXPECT_EQ(positions[0].pnl_lamports, -4'000);
    EXPECT_EQ(positions[0].reason, "time_limit");
}

TEST_F(RecorderTest, AMemoOfPaperGoesToTheStoreAndIsNoDecision) {
    for (const bool is_threaded : {false, true}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        const RecorderSummary without = tell(*open(is_threaded));
        fs::remove_all(directory);
        fs::create_directories(directory);
        auto recorder = open(is_threaded);
        OrderOnPaper memo;
        memo.intent_id = IntentId{1};
        memo.live.swap.lamports = LamportsDelta{-7};
        EXPECT_TRUE(recorder->record_on_paper(memo));
        const RecorderSummary with_memo = tell(*recorder);
        EXPECT_EQ(with_memo.decision_sha256, without.decision_sha256);
        EXPECT_EQ(with_memo.records, without.records);
        EXPECT_EQ(with_memo.journal_bytes, without.journal_bytes);
        recorder.reset();
        auto store = analytics::Store::open((directory / "trades.sqlite").string());
        ASSERT_TRUE(store);
        const auto rows = (*store)->orders_on_paper("run-1").value();
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0].on_paper, memo) << is_threaded;
    }
}

TEST_F(RecorderTest, TakesAsMuchAsTheRingHoldsAndRefusesTheNext) {
    auto recorder = open(true, 4);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(recorder->is_pressed(), i > 2) << i;  // Above half of four.
        EXPECT_TRUE(recorder->record(RunNote{"x"}, kNow)) << i;
    }
    EXPECT_TRUE(recorder->is_pressed());
    EXPECT_FALSE(recorder->record(RunNote{"lost"}, kNow));
    EXPECT_EQ(recorder->flush()->records, 4U);
    EXPECT_FALSE(recorder->is_pressed());
    EXPECT_TRUE(recorder->record(RunNote{"after"}, kNow));  // In place from now on.
    EXPECT_EQ(recorder->flush()->records, 5U);
}

// Whoever is told so may kill the process.
TEST_F(RecorderTest, HasOnTheDiskWhatItSaysThatItHasWrittenWhateverItsSettings) {
    for (const bool is_threaded : {false, true}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        is_synced = false;
        auto recorder = open(is_threaded);
        EXPECT_TRUE(recorder->record(RunNote{"one"}, kNow));
        EXPECT_TRUE(journalled().empty()) << "it waits in memory";
        const std::uint64_t number = recorder->write_soon();
        while (!recorder->is_written(number)) {
            std::this_thread::yield();
        }
        EXPECT_FALSE(recorder->is_written(number + 1));
        ASSERT_EQ(journalled().size(), 1U) << is_threaded;
        EXPECT_TRUE(recorder->record(RunNote{"two"}, kNow));
        EXPECT_EQ(journalled().size(), 1U);
    }
}

// Before it is sent: the signature is in the mapped ring although the journal has not been told.
TEST_F(RecorderTest, WritesASignatureAheadBeforeItReturns) {
    auto recorder = open(true);
    EXPECT_TRUE(recorder->record_signed(signed_order(9).intent, signed_order(9).signed_as, kNow));
    const auto ring = journal::read_intent_ring((directory / "intents.ring").string());
    ASSERT_TRUE(ring);
    ASSERT_EQ(ring->records.size(), 1U);
    const std::string& body = ring->records[0].body;
    const BytesView bytes = bytes_of(body);
    EXPECT_EQ(read_le<std::uint64_t>(bytes, 0), 9U);
    EXPECT_EQ(read_le<std::uint64_t>(bytes, 8), 250U);
    EXPECT_EQ(Signature::from(bytes.subspan(16)), signature_of(3));
    EXPECT_TRUE(journalled().empty());
}

TEST_F(RecorderTest, RefusesASignatureThatTheRingHasNoRoomFor) {
    auto recorder = open(true, 1);
    EXPECT_TRUE(recorder->record(RunNote{"fills the ring"}, kNow));
    EXPECT_FALSE(recorder->record_signed(signed_order(9).intent, signed_order(9).signed_as, kNow));
}

// A journal that went on behind it would be believed.
TEST_F(RecorderTest, EndsTheJournalWhereSomethingThatTheBooksRestOnIsLost) {
    auto recorder = open(true, 1);
    EXPECT_TRUE(recorder->record(RunNote{"fills the ring"}, kNow));
    EXPECT_FALSE(recorder->record(RunNote{"lost, and no matter"}, kNow));
    EXPECT_FALSE(recorder->has_failed());
    EXPECT_FALSE(recorder->record(IntentApproved{IntentId{9}}, kNow));
    EXPECT_TRUE(recorder->has_failed());
    EXPECT_FALSE(recorder->record_signed(signed_order(9).intent, signed_order(9).signed_as, kNow));
    EXPECT_FALSE(recorder->flush());
    EXPECT_EQ(journalled().size(), 1U);
}

// What the books rest on has the rest of the ring.
TEST_F(RecorderTest, MemosGiveWayWhereHalfOfTheRingWaitsAndAreCounted) {
    auto recorder = open(true, 6);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(recorder->record_on_paper({}), i < 3) << i;
    }
    EXPECT_FALSE(recorder->is_pressed()) << "memos alone stop no entry";
    for (std::uint64_t id = 1; id <= 3; ++id) {
        EXPECT_TRUE(recorder->record(IntentApproved{IntentId{id}}, kNow)) << id;
    }
    EXPECT_FALSE(recorder->has_failed());
    const auto written = recorder->flush();
    ASSERT_TRUE(written);
    EXPECT_EQ(written->records, 3U);
    EXPECT_EQ(written->memos_lost, 2U);
    EXPECT_TRUE(recorder->record_on_paper({})) << "in place from now on";
}

// A long run under virtual time: nothing but a commit empties the write-ahead ring.
TEST_F(RecorderTest, SignsMoreOrdersInOneRunThanTheWriteAheadRingHolds) {
    auto recorder = open(false);
    for (std::uint64_t i = 1; i <= 3 * journal::kRingSlotsDefault; ++i) {
        ASSERT_TRUE(
            recorder->record_signed(signed_order(i).intent, signed_order(i).signed_as, kNow))
            << i;
    }
    EXPECT_EQ(recorder->flush()->records, 3 * journal::kRingSlotsDefault);
}

// Without journal_synced as well: at the end everything is in the file.
TEST_F(RecorderTest, LeavesNothingInMemoryWhenARunEndsWhateverItsSettings) {
    for (const bool synced : {false, true}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        is_synced = synced;
        auto recorder = open(false);
        EXPECT_TRUE(recorder->record(RunNote{"one"}, kNow));
        EXPECT_TRUE(recorder->flush());
        EXPECT_EQ(journalled().size(), 1U) << synced;
        EXPECT_TRUE(recorder->record(RunNote{"two"}, kNow));
        EXPECT_TRUE(recorder->close(kNow, "{}"));
        EXPECT_EQ(journalled().size(), 2U) << synced;
        EXPECT_TRUE(recorder->record(RunNote{"three"}, kNow));
        recorder.reset();
        EXPECT_EQ(journalled().size(), 3U) << synced;
    }
}

// Its thread would write in an hour. Nothing is closed: a kill closes nothing either.
TEST_F(RecorderTest, WritesThroughWhatWaitsForItsThreadAndGoesOn) {
    auto recorder = open(true);
    ASSERT_TRUE(recorder->record(LedgerOpened{}, kNow));
    const auto written = [&] {
        const auto history = read_history(directory.string(), {{}, kNow}, "boot", {});
        EXPECT_TRUE(history) << history.error().text;
        return history ? history->intent_last.value : 0;
    };
    OrderIntent intent;
    for (std::uint64_t id = 1; id <= 2; ++id) {
        intent.intent_id = IntentId{id};
        ASSERT_TRUE(recorder->record(intent, kNow));
        EXPECT_EQ(written(), id - 1) << "it waits";
        recorder->write_through();
        EXPECT_EQ(written(), id);
    }
    EXPECT_FALSE(recorder->has_failed());
}

TEST_F(RecorderTest, AsksForNoEntriesOnceTheJournalHasReachedItsLimit) {
    // A header of 256 bytes; each record has 32 and its body. The run's beginning is one, and
    // {"text":""} has 11.
    journal_bytes_max = 256 + 32 + body_of(RunStarted{}).size() + 2 * (32 + 11);
    auto recorder = open(false);
    EXPECT_TRUE(recorder->record(RunNote{""}, kNow));
    EXPECT_FALSE(recorder->is_pressed());
    EXPECT_TRUE(recorder->record(RunNote{""}, kNow));
    EXPECT_TRUE(recorder->is_pressed());
    EXPECT_TRUE(recorder->record(RunNote{"exits go on"}, kNow));  // Nothing is thrown away.
    EXPECT_EQ(recorder->flush()->records, 3U);
}

TEST_F(RecorderTest, SaysThatSomethingCouldNotBeWritten) {
    auto recorder = open(false);
    EXPECT_FALSE(recorder->has_failed());
    EXPECT_TRUE(recorder->record(RunNote{std::string(journal::kBodyBytesMax + 1, 'x')}, kNow));
    EXPECT_TRUE(recorder->has_failed());
    EXPECT_FALSE(recorder->flush());
    EXPECT_FALSE(recorder->close(kNow, "{}"));
}

TEST_F(RecorderTest, ContinuesTheJournalOfAnEarlierRun) {
    (void)tell(*open(false));
    (void)tell(*open(false, 2'048, "run-2"));
    const auto records = journalled();
    ASSERT_EQ(records.size(), 18U);
    EXPECT_EQ(records.back().sequence, 20U);  // Two runs began.
}

TEST_F(RecorderTest, KeepsASecondRecorderOut) {
    auto first = open(false);
    RecorderOptions options;
    options.state_dir = directory.string();
    EXPECT_FALSE(Recorder::open(options, {}));
}

TEST_F(RecorderTest, WritesWhatWaitsWhenItIsDestroyed) {
    {
        auto recorder = open(true);
        EXPECT_TRUE(recorder->record(RunNote{"last words"}, kNow));
    }
    ASSERT_EQ(journalled().size(), 1U);
}

// Between two group commits, too, and where the file is not brought up to date with each.
TEST_F(RecorderTest, FailsAtTheFirstWriteThatAFullDiskRefuses) {
    FullDisk full;
    disk = &full;
    is_synced = false;
    const auto recorder = open(false);
    const RunNote note{std::string(60'000, 'x')};
    full.is_full = true;
    EXPECT_TRUE(recorder->record(note, kNow));
    EXPECT_FALSE(recorder->has_failed()) << "it waits in memory for a write";
    const fs::path behind = directory / "trades.sqlite.behind";
    EXPECT_TRUE(recorder->record(note, kNow));
    EXPECT_TRUE(recorder->has_failed());
    EXPECT_FALSE(fs::exists(behind));
    EXPECT_TRUE(recorder->record(note, kNow));
    EXPECT_TRUE(fs::exists(behind)) << "the trade store is not told of it either";
}

}  // namespace
}  // namespace sniperforge::engine
