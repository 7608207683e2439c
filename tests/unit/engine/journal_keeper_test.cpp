// SPDX-License-Identifier: MIT
// The journal within its budget: what is deleted when, and that nothing of the books goes with it.
#include "engine/journal_keeper.hpp"

#include <map>

#include "unit/engine/books_story.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

constexpr std::uint64_t kSegmentBytes = 20'000;

// Without room for a new segment.
class FullDisk final : public journal::Disk {
 public:
    std::size_t take(std::uint64_t offset, std::size_t bytes) override {
        return is_full && offset == 0 ? bytes / 2 : bytes;
    }
    bool sync() override { return true; }
    bool is_stalled() const override { return false; }
    bool is_full = false;
};

class JournalKeeperTest : public HistoryTest {
 protected:
    [[nodiscard]] RecorderOptions options(const std::string& name) const {
        RecorderOptions options;
        options.state_dir = (directory / name).string();
        fs::create_directories(options.state_dir);
        options.run = {"run", "build", "boot", kWallet};
        options.is_threaded = false;
        options.settings.segment_bytes = kSegmentBytes;
        options.settings.segments_max = 10'000;
        options.settings.journal_bytes_max = 1U << 30U;
        return options;
    }
    [[nodiscard]] static std::unique_ptr<JournalKeeper> keeper_of(const RecorderOptions& options) {
        auto keeper = JournalKeeper::open(options);
        EXPECT_TRUE(keeper) << keeper.error().text;
        return std::move(*keeper);
    }
    static void add(JournalKeeper& keeper, const RecorderItem& item) {
        ASSERT_TRUE(keeper.append(std::holds_alternative<RunNote>(item)
                                      ? journal::RecordKind::Note
                                      : journal::RecordKind::LedgerEntry,
                                  kOpening.ns, body_of(item)));
    }
    static void turn(JournalKeeper& keeper) {
        ASSERT_TRUE(keeper.sync());
        ASSERT_TRUE(keeper.turn(kOpening));
    }
    // So many turns, each of a segment that has reached its size.
    static void fill(JournalKeeper& keeper, int turns) {
        for (; turns > 0; --turns) {
            for (std::uint64_t begun = keeper.bytes(); keeper.bytes() < begun + kSegmentBytes;) {
                add(keeper, RunNote{std::string(500, 'x')});
            }
            turn(keeper);
        }
    }
    [[nodiscard]] static std::vector<std::string> files(const RecorderOptions& options) {
        return journal::files_of(options.state_dir + "/journal.sfj");
    }
    [[nodiscard]] static std::string problem_of(const RecorderOptions& options) {
        const auto checked = check_checkpoints(options.state_dir + "/journal.sfj");
        return checked ? *checked : checked.error().text;
    }
    [[nodiscard]] static History history_of(const RecorderOptions& options,
                                            WallTime now = kOpening + kLater) {
        auto history = read_history(options.state_dir, {MonoTime{1'000}, now}, "boot", {});
        EXPECT_TRUE(history) << history.error().text;
        return history ? std::move(*history) : History{};
    }
};

TEST_F(JournalKeeperTest, BeginsASegmentAtItsSizeAndNotOneByteBefore) {
    const RecorderOptions one = options("one");
    const auto keeper = keeper_of(one);
    const std::uint64_t head = keeper->bytes();
    while (keeper->bytes() - head < kSegmentBytes - 300) {
        add(*keeper, RunNote{std::string(100, 'x')});
    }
    const std::uint64_t rest = kSegmentBytes - (keeper->bytes() - head);
    const std::uint64_t frame = 32 + body_of(RecorderItem{RunNote{}}).size();
    add(*keeper, RunNote{std::string(rest - 2 * frame - 1, 'x')});  // One byte is lacking with it
    add(*keeper, RunNote{});                                        // and this one.
    turn(*keeper);
    EXPECT_EQ(files(one).size(), 1U) << "one byte is lacking";
    const RecorderOptions two = options("two");
    const auto other = keeper_of(two);
    while (other->bytes() - head < kSegmentBytes - 300) {
        add(*other, RunNote{std::string(100, 'x')});
    }
    add(*other, RunNote{std::string(rest - 2 * frame, 'x')});
    add(*other, RunNote{});
    turn(*other);
    EXPECT_EQ(files(two).size(), 2U);
}

TEST_F(JournalKeeperTest, KeepsAsManySegmentsAsItMayAndDeletesTheOldestOfOneMore) {
    RecorderOptions few = options("few");
    few.settings.segments_max = 3;
    const auto keeper = keeper_of(few);
    fill(*keeper, 2);
    EXPECT_EQ(files(few).front(), "journal-000001.sfj");
    EXPECT_EQ(files(few).size(), 3U);
    fill(*keeper, 1);
    EXPECT_EQ(files(few).front(), "journal-000002.sfj");
    EXPECT_EQ(files(few).size(), 3U);
}

TEST_F(JournalKeeperTest, LeavesRoomForASegmentInItsBudgetAndDeletesWhereAByteOfItIsLacking) {
    RecorderOptions budget = options("budget");
    std::uint64_t bytes = 0;
    {
        const auto keeper = keeper_of(budget);
        fill(*keeper, 2);
        bytes = keeper->bytes();
    }
    ASSERT_EQ(files(budget).size(), 3U);
    budget.settings.journal_bytes_max = bytes + kSegmentBytes;
    {
        const auto keeper = keeper_of(budget);
        turn(*keeper);
        EXPECT_EQ(files(budget).size(), 3U) << "there is room for one more";
    }
    budget.settings.journal_bytes_max = bytes + kSegmentBytes - 1;
    {
        const auto keeper = keeper_of(budget);
        turn(*keeper);
        EXPECT_EQ(files(budget).front(), "journal-000002.sfj");
        EXPECT_EQ(files(budget).size(), 2U);
        EXPECT_LT(keeper->bytes() + kSegmentBytes, budget.settings.journal_bytes_max);
    }
    // Never the newest, whatever the budget.
    budget.settings.journal_bytes_max = 1;
    const auto keeper = keeper_of(budget);
    turn(*keeper);
    EXPECT_EQ(files(budget).size(), 1U);
    EXPECT_EQ(problem_of(budget), "");
}

// What the wallet's history told counts with its end only, and a start that finds no end reads it
// again: both are in one segment.
TEST_F(JournalKeeperTest, BeginsNoSegmentBetweenTheMarksOfARecovery) {
    const RecorderOptions marked = options("marked");
    const auto keeper = keeper_of(marked);
    add(*keeper, RecoveryBegun{});
    fill(*keeper, 1);
    EXPECT_EQ(files(marked).size(), 1U);
    add(*keeper, RecoveryEnded{});
    turn(*keeper);
    EXPECT_EQ(files(marked).size(), 2U);
}

// Entries stop at the limit while what was written last waits for its commit, and go on when that
// has made room.
TEST_F(JournalKeeperTest, PressesTheEntriesUntilOldSegmentsAreGone) {
    RecorderOptions tight = options("tight");
    tight.settings.journal_bytes_max = 100'000;
    FullDisk disk;
    tight.disk = &disk;
    auto recorder = std::move(*Recorder::open(tight, {}));
    recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    const auto note = [&] { recorder->record(RunNote{std::string(500, 'x')}, kOpening); };
    for (int notes = 0; notes < 256; ++notes) {
        note();
    }
    EXPECT_GT(files(tight).front(), "journal-000001.sfj");
    EXPECT_FALSE(recorder->is_pressed()) << "the segment that was too large is gone";
    // Where a new one has no room the old one goes on, and nothing can be deleted.
    disk.is_full = true;
    for (int notes = 0; notes < 512; ++notes) {
        note();
    }
    EXPECT_TRUE(recorder->is_pressed());
    EXPECT_EQ(files(tight).size(), 1U);
    EXPECT_FALSE(recorder->has_failed()) << "what is in flight is still written down";
    disk.is_full = false;
    for (int notes = 0; notes < 256; ++notes) {
        note();
    }
    EXPECT_FALSE(recorder->is_pressed());
    ASSERT_TRUE(recorder->flush());
    EXPECT_EQ(problem_of(tight), "");
    EXPECT_EQ(history_of(tight).portfolio.ledger().wallet(), kFunds);
}

// A clock that stepped ahead and back: a checkpoint is of the time of the last record.
TEST_F(JournalKeeperTest, ForgetsNothingOfTodayWhereTheClockHasBeenAheadOfItself) {
    const RecorderOptions ahead = options("ahead");
    {
        auto recorder = std::move(*Recorder::open(ahead, {}));
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(RunNote{"ahead"}, kOpening + std::chrono::hours{24 * 40});
        recorder->record(entry(1).intent, kOpening);
        recorder->record(IntentApproved{IntentId{1}}, kOpening);
        ASSERT_TRUE(recorder->record_signed(entry(1).intent, entry(1).signed_as, kOpening));
        ExecutionReport report = landed(entry(1));
        report.outcome = Outcome::Reverted;
        recorder->record(report, kOpening);
        for (int notes = 0; notes < 60; ++notes) {
            recorder->record(RunNote{std::string(500, 'x')}, kOpening);
        }
    }
    ASSERT_EQ(files(ahead).size(), 2U);
    EXPECT_EQ(problem_of(ahead), "");
    const History history = history_of(ahead);
    EXPECT_EQ(history.signed_lately.size(), 1U);
    EXPECT_EQ(history.reverted.size(), 1U);
}

// Its last two segments are what a start has; older ones go before what is in flight is lost.
TEST_F(JournalKeeperTest, DeletesOldSegmentsWhereTheDiskIsFullAndKeepsTheLastTwo) {
    class Shared final : public journal::Disk {
     public:
        std::size_t take(std::uint64_t /*offset*/, std::size_t bytes) override {
            return is_full ? 0 : bytes;
        }
        bool sync() override { return true; }
        bool is_stalled() const override { return false; }
        void pruned() override { is_full = is_full && is_full_of_others; }
        bool is_full = false, is_full_of_others = false;
    } disk;
    RecorderOptions shared = options("shared");
    shared.disk = &disk;
    const auto keeper = keeper_of(shared);
    fill(*keeper, 3);
    ASSERT_EQ(files(shared).size(), 4U);
    disk.is_full = true;
    add(*keeper, RunNote{"one"});
    EXPECT_TRUE(keeper->sync());
    EXPECT_EQ(files(shared).size(), 3U);
    // Where that makes no room it is tried once.
    disk.is_full = disk.is_full_of_others = true;
    add(*keeper, RunNote{"two"});
    EXPECT_FALSE(keeper->sync());
    EXPECT_EQ(files(shared).size(), 2U);
    EXPECT_FALSE(keeper->sync());
    EXPECT_EQ(files(shared).size(), 2U) << "of two segments none is deleted";
    disk.is_full = false;
    EXPECT_TRUE(keeper->sync());
    EXPECT_EQ(problem_of(shared), "");
    // A new segment, too, gets the room of an old one.
    fill(*keeper, 1);
    ASSERT_EQ(files(shared).size(), 3U);
    for (int notes = 0; notes < 60; ++notes) {
        add(*keeper, RunNote{std::string(500, 'x')});
    }
    ASSERT_TRUE(keeper->sync());
    disk.is_full = true;
    disk.is_full_of_others = false;
    ASSERT_TRUE(keeper->turn(kOpening));
    EXPECT_EQ(files(shared).size(), 3U);
    EXPECT_EQ(files(shared).back(), "journal-000006.sfj");
    EXPECT_EQ(problem_of(shared), "");
}

// A directory that is not empty stands where the oldest segment was: it cannot be removed.
TEST_F(JournalKeeperTest, TriesAFailedDeletionAtEachTurnAndTellsOfItEachTimeTheirNumberHasDoubled) {
    RecorderOptions few = options("few");
    few.settings.segments_max = 3;
    const auto keeper = keeper_of(few);
    fill(*keeper, 2);
    const fs::path oldest = fs::path{few.state_dir} / files(few).front();
    const auto warnings_of = [&](int turns) {
        ::testing::internal::CaptureStderr();
        for (; turns > 0; --turns) {
            EXPECT_TRUE(keeper->turn(kOpening));
        }
        const std::string said = ::testing::internal::GetCapturedStderr();
        std::size_t count = 0;
        for (auto at = said.find("deleting "); at != std::string::npos;
             at = said.find("deleting ", at + 1)) {
            ++count;
        }
        return std::pair{count, said};
    };
    const auto block = [&](const fs::path& path) {
        fs::rename(path, path.string() + ".away");
        fs::create_directories(path / "in_the_way");
    };
    block(oldest);
    fill(*keeper, 1);  // The first attempt.
    EXPECT_EQ(warnings_of(1).first, 1U) << "the second";
    EXPECT_EQ(warnings_of(1).first, 0U);
    EXPECT_NE(warnings_of(1).second.find("attempt 4 in a row"), std::string::npos);
    EXPECT_EQ(warnings_of(1'020).first, 8U) << "of 5 to 1,024";
    fs::remove(oldest / "in_the_way");
    EXPECT_EQ(warnings_of(1).first, 0U);
    EXPECT_FALSE(fs::exists(oldest)) << "it is gone at the next attempt";
    // The next trouble is a new one.
    block(fs::path{few.state_dir} / files(few).front());
    ::testing::internal::CaptureStderr();
    fill(*keeper, 1);
    EXPECT_NE(::testing::internal::GetCapturedStderr().find("attempt 1 in a row"),
              std::string::npos);
}

// By the files and their text: one journal whole, the other in segments of which most are gone.
TEST_F(JournalKeeperTest, LosesNothingOfTheBooksWithTheSegmentsThatItDeletes) {
    RecorderOptions whole = options("whole"), pruned = options("pruned");
    whole.settings.segment_bytes = 1U << 30U;
    pruned.settings.segments_max = 2;
    Story story{7};
    {
        auto first = std::move(*Recorder::open(whole, {}));
        auto second = std::move(*Recorder::open(pruned, {}));
        std::map<std::uint64_t, OrderIntent> intents;
        const auto tell = [&](const RecorderItem& item, WallTime at) {
            if (const auto* intent = std::get_if<OrderIntent>(&item)) {
                intents[intent->intent_id.value] = *intent;
            }
            for (Recorder* recorder : {first.get(), second.get()}) {
                const auto* order = std::get_if<OrderSigned>(&item);
                EXPECT_TRUE(order == nullptr ? recorder->record(item, at)
                                             : recorder->record_signed(
                                                   intents[order->intent_id.value], *order, at));
            }
        };
        for (const auto& [item, at] : story.told) {
            tell(item, at);
        }
        story.listener = tell;
        for (int step = 0; step < 900; ++step) {
            story.step();
        }
    }
    EXPECT_EQ(files(whole).size(), 1U);
    EXPECT_EQ(files(pruned).size(), 2U);
    EXPECT_GT(files(pruned).front(), "journal-000003.sfj");
    EXPECT_EQ(problem_of(pruned), "");
    const History kept = history_of(pruned, story.at()), all = history_of(whole, story.at());
    expect_same(kept, all);
    EXPECT_FALSE(kept.signed_lately.empty());
    EXPECT_TRUE(std::ranges::includes(all.signatures, kept.signatures));
}

}  // namespace
}  // namespace sniperforge::engine
