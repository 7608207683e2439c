// SPDX-License-Identifier: MIT
// Records that were on the disk and are not there any more: what stood is not known, so entries are
// held. The end of a file that was being written was never there, and holds nothing.
#include <fmt/format.h>

#include <fstream>

#include "sniperforge/journal/intent_ring.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

constexpr WallTime kPausedAt = kOpening + kLater;

class HistoryMissingTest : public HistoryTest {
 protected:
    [[nodiscard]] fs::path segment() const { return directory / "journal-000001.sfj"; }
    static CauseChanged pause() {
        return {.cause = StateCause::PauseRequested, .stands = true, .by = "pause"};
    }
    // A life that opens the books and is paused at its end, killed right after the answer.
    void live_and_be_paused() {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->write_through();
        before_pause = fs::file_size(segment());
        recorder->record(pause(), kPausedAt);
        EXPECT_TRUE(recorder->is_written(recorder->write_soon()));
        killed = directory.string() + ".killed";
        fs::remove_all(killed);
        fs::copy(directory, killed);
        recorder.reset();
        fs::remove_all(directory);
        fs::rename(killed, directory);
    }
    void cut(std::uint64_t size) const { fs::resize_file(segment(), size); }
    [[nodiscard]] std::unique_ptr<Recorder> go_on(const History& history, const std::string& run) {
        analytics::RunInfo info;
        info.run_id = run;
        auto opened = Recorder::open({.state_dir = directory.string(),
                                      .run = {run, "build", "boot", kWallet},
                                      .gap = history.gap(),
                                      .records_missing = history.records_missing,
                                      .is_threaded = false,
                                      .settings = {}},
                                     info);
        EXPECT_TRUE(opened) << opened.error().text;
        return std::move(*opened);
    }

    std::uint64_t before_pause = 0;
    fs::path killed;
};

TEST_F(HistoryMissingTest, AKillBehindTheAnswerLosesNothingAndHoldsNothingBesides) {
    live_and_be_paused();
    const History history = read();
    EXPECT_FALSE(history.records_missing);
    ASSERT_NE(history.held.find(StateCause::PauseRequested), nullptr);
    EXPECT_EQ(history.held.all().size(), 1U);
}

// A record that was being written when the process, or the machine, went down: it was on no disk.
TEST_F(HistoryMissingTest, ATornLastRecordThatWasNeverSyncedHoldsNothing) {
    live_and_be_paused();
    std::ofstream{segment(), std::ios::app | std::ios::binary} << std::string(20, 'x');
    EXPECT_FALSE(read().records_missing);
    EXPECT_FALSE(read("another boot").records_missing);
    fs::remove(directory / "intents.ring");  // With the machine's memory.
    EXPECT_FALSE(read("another boot").records_missing);
}

// By its last byte, by its last record, or an older copy of it that was put back: the same.
TEST_F(HistoryMissingTest, AnEndThatWasOnTheDiskAndIsGoneHoldsEntriesUntilResumed) {
    live_and_be_paused();
    for (const std::uint64_t size : {fs::file_size(segment()) - 1, before_pause}) {
        cut(size);
        const History history = read();
        EXPECT_EQ(history.held.find(StateCause::PauseRequested), nullptr) << "nobody knows of it";
        const HeldCause* const missing = history.held.find(StateCause::RecordsMissing);
        ASSERT_NE(missing, nullptr) << size;
        EXPECT_EQ(missing->since, kOpening + kLater) << "when it was found";
        EXPECT_EQ(missing->change.reason,
                  "records are missing since 2026-01-01T00:00:00Z: the journal ends with record 5, "
                  "and had 6 on the disk");
        EXPECT_FALSE(history.is_gap_found) << "of orders the ring has all";
        EXPECT_EQ(history.orders_open.size(), 1U);
    }
    // It is written down before all else: what is cut off can be found by nobody again.
    (void)go_on(read(), "next");
    const History next = read();
    EXPECT_FALSE(next.records_missing);
    ASSERT_NE(next.held.find(StateCause::RecordsMissing), nullptr);
    {
        auto recorder = go_on(next, "looked");
        recorder->record(CauseChanged{.cause = StateCause::RecordsMissing, .by = "resume"},
                         kPausedAt);
    }
    EXPECT_TRUE(read().held.all().empty());
}

// What was lifted in the lost ones stands again: the safer of the two.
TEST_F(HistoryMissingTest, DamageWithRecordsBehindItKeepsWhatStoodBeforeAndHoldsWhatMayHave) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(pause(), kOpening);
        recorder->record(CauseChanged{.cause = StateCause::PauseRequested, .by = "resume"},
                         kPausedAt);
        recorder->record(RunNote{"behind it"}, kPausedAt);
    }
    std::fstream file{segment(), std::ios::in | std::ios::out | std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    file.seekp(static_cast<std::streamoff>(bytes.find("\"by\":\"resume\"")));
    file << '!';
    file.close();
    const History history = read();
    EXPECT_TRUE(history.is_gap_found);
    ASSERT_EQ(history.held.all().size(), 2U);
    EXPECT_EQ(history.held.all()[0].change.cause, StateCause::PauseRequested);
    EXPECT_EQ(history.held.all()[1].change.reason,
              "records are missing since 2026-01-01T00:00:00Z: the journal is sound up to record 3 "
              "only, and there was more");
    EXPECT_LE(history.held.all()[1].change.reason.size(), kReasonBytesMax);
    (void)go_on(history, "next");
    EXPECT_EQ(read().held.all().size(), 2U);
}

// Of a version that noted nothing in its ring.
TEST_F(HistoryMissingTest, ARingThatSaysNothingOfTheJournalAccusesNobody) {
    live_and_be_paused();
    cut(before_pause);
    std::fstream ring{directory / "intents.ring", std::ios::in | std::ios::out | std::ios::binary};
    ring.seekp(journal::kRingJournalAt);
    ring << std::string(journal::kRingJournalBytes, '\0');
    ring.close();
    EXPECT_FALSE(read().records_missing);
}

}  // namespace
}  // namespace sniperforge::engine
