// SPDX-License-Identifier: MIT
// A copy of the journal while it is written, and what may become a state directory again.
#include "app/journal_backup.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/journal.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr WallTime kFirst{1'767'225'600'000'000'000};
constexpr WallTime kMuchLater{1'767'312'000'000'000'000};

class JournalBackupTest : public ::testing::Test {
 protected:
    JournalBackupTest()
        : root{fs::path{::testing::TempDir()} /
               ("sf_backup_" + std::to_string(::getpid()) + "_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(root);
        fs::create_directories(state());
    }
    ~JournalBackupTest() override { fs::remove_all(root); }

    [[nodiscard]] std::string state() const { return (root / "state").string(); }
    [[nodiscard]] std::string copy() const { return (root / "copy").string(); }
    [[nodiscard]] std::string anew() const { return (root / "anew").string(); }

    // Two records on the disk, a third one torn.
    void write(bool is_torn) const {
        auto writer = journal::JournalWriter::open(state() + "/journal.sfj");
        ASSERT_TRUE(writer);
        const engine::RunStarted run{"run", "build", "boot", test::key_of(1)};
        portfolio::ChainBalances funds{Lamports{5}, {}};
        for (const engine::RecorderItem& item :
             {engine::RecorderItem{run},
              engine::RecorderItem{engine::LedgerOpened{Hash{}, funds}}}) {
            const auto kind = std::holds_alternative<engine::RunStarted>(item)
                                  ? journal::RecordKind::RunStarted
                                  : journal::RecordKind::LedgerEntry;
            ASSERT_TRUE((*writer)->append(kind, kFirst.ns, engine::body_of(item)));
        }
        ASSERT_TRUE((*writer)->sync());
        if (is_torn) {
            std::ofstream{state() + "/journal-000001.sfj", std::ios::app | std::ios::binary}
                << "JFCR+";
        }
    }
    // Three segments of an account that pays a fee now and then.
    void write_segments(int records_behind = 0) const {
        engine::RecorderOptions options{.state_dir = state(),
                                        .run = {"run", "build", "boot", test::key_of(1)},
                                        .is_threaded = false,
                                        .settings = {}};
        options.settings.segment_bytes = 20'000;
        auto recorder = engine::Recorder::open(options, {});
        ASSERT_TRUE(recorder) << recorder.error().text;
        (*recorder)->record(engine::LedgerOpened{Hash::from(Bytes(32, 5)), {kFunds, {}}}, kFirst);
        for (WallTime at = kFirst; journal::files_of(state() + "/journal.sfj").size() < 3;
             at = at + std::chrono::milliseconds{1}) {
            (*recorder)->record(engine::GiftTaken{{Lamports{1}, {}}}, at);
        }
        for (int i = 0; i < records_behind; ++i) {
            (*recorder)->record(engine::GiftTaken{{Lamports{1}, {}}}, kMuchLater);
        }
    }
    [[nodiscard]] static Lamports wallet_in(const std::string& directory) {
        const auto history = engine::read_history(directory, {MonoTime{1}, kMuchLater}, "boot", {});
        EXPECT_TRUE(history) << history.error().text;
        return history ? history->portfolio.ledger().wallet() : Lamports{};
    }
    // The names in the order in which a cut comes between them: the newest has its own first.
    static void move(const std::string& from, const std::string& name, const std::string& to,
                     const std::string& name_then, std::uint64_t count) {
        for (std::uint64_t left = 3; left > 3 - count; --left) {
            fs::rename(fmt::format("{}/{}-00000{}.sfj", from, name, left),
                       fmt::format("{}/{}-00000{}.sfj", to, name_then, left));
        }
    }

    static constexpr Lamports kFunds{5};
    fs::path root;
};

TEST_F(JournalBackupTest, CopiesAndRestoresEverySegmentOfAJournal) {
    write_segments();
    const Lamports wallet = wallet_in(state());
    EXPECT_GT(wallet, kFunds);
    const auto copied = backup_journal(state(), copy());
    ASSERT_TRUE(copied) << copied.error().text;
    EXPECT_EQ(copied->summary.segments, 3U);
    EXPECT_EQ(copied->summary.records_gone, 0U);
    EXPECT_EQ(copied->summary.problem, "");
    const auto restored = restore_journal(copy(), anew(), kMuchLater);
    ASSERT_TRUE(restored) << restored.error().text;
    EXPECT_EQ(restored->left_out, "");
    EXPECT_EQ(wallet_in(anew()), wallet);
    const auto verified = verify_journal(anew());
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->summary.problem, "");
    EXPECT_EQ(verified->summary.records, copied->summary.records + 2);
    // A journal of which old ones are gone says so, also in the copy and in what is made of it.
    fs::remove(state() + "/journal-000001.sfj");
    const auto later = backup_journal(state(), (root / "later").string());
    ASSERT_TRUE(later) << later.error().text;
    EXPECT_EQ(later->summary.segments, 2U);
    EXPECT_GT(later->summary.records_gone, 0U);
    EXPECT_EQ(later->summary.problem, "");
    const std::string again = (root / "again").string();
    ASSERT_TRUE(restore_journal((root / "later").string(), again, kMuchLater));
    EXPECT_EQ(wallet_in(again), wallet);
}

TEST_F(JournalBackupTest, VerifiesTheRingBesideTheJournal) {
    write_segments();
    const auto sound = verify_journal(state());
    ASSERT_TRUE(sound) << sound.error().text;
    EXPECT_EQ(sound->ring_slots_damaged, 0U);
    EXPECT_FALSE(sound->is_gap_found);
    {
        std::fstream ring{state() + "/intents.ring",
                          std::ios::in | std::ios::out | std::ios::binary};
        ring.seekp(20'000);
        ring << std::string(2'000, '\x5a');
    }
    const auto damaged = verify_journal(state());
    ASSERT_TRUE(damaged) << damaged.error().text;
    EXPECT_EQ(damaged->ring_slots_damaged, 3U) << "slots 32 to 34; the head of 31 is as it was";
}

// Between two records nothing is torn, and only the ring knows that there was more.
TEST_F(JournalBackupTest, VerifiesThatTheJournalHasWhatTheRingSaysWasOnTheDisk) {
    write_segments(3);
    const std::string whole = (root / "whole").string();
    fs::copy(state(), whole);
    ASSERT_TRUE(restore_journal(whole, anew(), kMuchLater));
    EXPECT_EQ(verify_journal(anew())->records_missing, "") << "the restart holds it, and says why";
    EXPECT_EQ(verify_journal(state())->records_missing, "");
    const std::string newest = state() + "/journal-000003.sfj";
    bool is_torn = true;  // Down to the end of the record before the last.
    for (std::uint64_t size = fs::file_size(newest) - 1; is_torn && size > 0; --size) {
        fs::resize_file(newest, size);
        const auto cut = verify_journal(state());
        ASSERT_TRUE(cut) << cut.error().text;
        ASSERT_NE(cut->records_missing.find("on the disk"), std::string::npos) << size;
        is_torn = !cut->summary.problem.empty();
    }
    EXPECT_FALSE(is_torn);
}

TEST_F(JournalBackupTest, LeavesNoneOrAllOfTheBooksWhereARestoreIsCutBetweenTheNames) {
    write_segments();
    const Lamports wallet = wallet_in(state());
    ASSERT_TRUE(backup_journal(state(), copy()));
    for (std::uint64_t named = 0; named <= 3; ++named) {
        fs::remove_all(anew());
        ASSERT_TRUE(restore_journal(copy(), anew(), kMuchLater));
        move(anew(), "journal", anew(), "restoring", 3);
        move(anew(), "restoring", anew(), "journal", named);
        if (named == 0) {
            EXPECT_FALSE(journal::has_journal(anew() + "/journal.sfj"));
            EXPECT_TRUE(restore_journal(copy(), anew(), kMuchLater)) << "as if nothing had been";
            EXPECT_FALSE(journal::has_journal(anew() + "/restoring.sfj"));
        } else {
            const auto refused = restore_journal(copy(), anew(), kMuchLater);
            ASSERT_FALSE(refused) << "there are books";
            EXPECT_EQ(refused.error().text.find("restoring-000001.sfj") != std::string::npos,
                      named < 3)
                << refused.error().text;
        }
        EXPECT_EQ(wallet_in(anew()), wallet) << named;
    }
}

TEST_F(JournalBackupTest, LeavesNoneOrAllOfTheBooksWhereACopyIsCutBetweenTheNames) {
    write_segments();
    const Lamports wallet = wallet_in(state());
    for (std::uint64_t named = 0; named <= 3; ++named) {
        fs::remove_all(copy());
        fs::remove_all(anew());
        ASSERT_TRUE(backup_journal(state(), copy()));
        move(copy(), "journal", copy(), "not_yet", 3);
        move(copy(), "not_yet", copy(), "journal", named);
        const auto restored = restore_journal(copy(), anew(), kMuchLater);
        ASSERT_EQ(restored.has_value(), named > 0);
        if (named > 0) {
            EXPECT_EQ(wallet_in(anew()), wallet) << named;
            EXPECT_EQ(restored->summary.records_gone > 0, named < 3);
        }
    }
}

TEST_F(JournalBackupTest, CopiesEveryWholeRecordAndNothingOfTheOneThatIsBeingWritten) {
    write(true);
    const auto damaged = verify_journal(state());
    ASSERT_TRUE(damaged) << damaged.error().text;
    EXPECT_EQ(damaged->summary.bytes_bad, 5U);
    EXPECT_FALSE(damaged->summary.problem.empty());
    const auto copied = backup_journal(state(), copy());
    ASSERT_TRUE(copied) << copied.error().text;
    EXPECT_EQ(copied->summary.records, 2U);
    EXPECT_TRUE(copied->summary.problem.empty());
    EXPECT_EQ(copied->bytes_left, 5U) << "who copies is told what is not in the copy";
    EXPECT_FALSE(copied->why_left.empty());
    EXPECT_EQ(copied->wallet, test::key_of(1));
    EXPECT_EQ(fs::file_size(copy() + "/journal-000001.sfj") + 5,
              fs::file_size(state() + "/journal-000001.sfj"));
    EXPECT_FALSE(backup_journal(state(), copy())) << "an older copy is not written over";
}

TEST_F(JournalBackupTest, RestoresIntoAnEmptyDirectoryAndMarksWhatItRestored) {
    write(false);
    const auto whole = backup_journal(state(), copy());
    ASSERT_TRUE(whole) << whole.error().text;
    EXPECT_EQ(whole->bytes_left, 0U);
    EXPECT_FALSE(restore_journal(copy(), state(), kMuchLater)) << "there are books";
    const auto restored = restore_journal(copy(), anew(), kMuchLater);
    ASSERT_TRUE(restored) << restored.error().text;
    EXPECT_FALSE(fs::exists(anew() + "/restoring.sfj"));
    const auto history = engine::read_history(anew(), {MonoTime{1}, kMuchLater}, "boot", {});
    ASSERT_TRUE(history);
    EXPECT_EQ(history->records, 4U);
    const engine::HeldCause* const missing = history->held.find(StateCause::RecordsMissing);
    ASSERT_NE(missing, nullptr) << "what was paused since nobody knows";
    EXPECT_EQ(missing->change.by, "journal restore");
    EXPECT_EQ(history->wallet, test::key_of(1));
    EXPECT_TRUE(history->are_orders_lost) << "orders may be in flight that the copy lacks";
    for (const char* name : {"intents.ring", "trades.sqlite"}) {
        const std::string other = (root / "other").string();
        fs::remove_all(other);
        fs::create_directories(other);
        std::ofstream{other + "/" + name} << "x";
        const auto refused = restore_journal(copy(), other, kMuchLater);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().text.find(std::string{"has "} + name), std::string::npos)
            << refused.error().text;
    }
}

// A start needs the newest segment; so does a restore, and takes what is sound in front of it.
TEST_F(JournalBackupTest, RestoresTheSegmentsBehindTheDamageAndSaysWhatItLeavesOut) {
    write_segments();
    const Lamports wallet = wallet_in(state());
    const auto whole = verify_journal(state());
    ASSERT_TRUE(whole) << whole.error().text;
    for (const std::uint64_t damaged : {1U, 2U, 3U}) {
        for (const std::uint64_t at : {100U, 10'000U}) {
            for (const std::string& each : {copy(), anew(), (root / "hurt").string()}) {
                fs::remove_all(each);
            }
            fs::copy(state(), root / "hurt");
            const std::string file =
                fmt::format("{}/journal-00000{}.sfj", (root / "hurt").string(), damaged);
            std::fstream{file, std::ios::in | std::ios::out | std::ios::binary}.seekp(
                static_cast<std::streamoff>(at))
                << '\x7f';
            const auto copied = backup_journal((root / "hurt").string(), copy());
            if (damaged == 3) {
                EXPECT_FALSE(copied && copied->summary.problem.empty() && copied->bytes_left == 0);
                continue;
            }
            ASSERT_TRUE(copied) << copied.error().text;
            EXPECT_NE(copied->summary.problem, "");
            EXPECT_EQ(copied->summary.bytes_bad, 0U) << "it is not at the end";
            const auto restored = restore_journal(copy(), anew(), kMuchLater);
            ASSERT_TRUE(restored) << restored.error().text;
            EXPECT_EQ(restored->summary.segments, 3U - damaged);
            EXPECT_NE(restored->left_out, "");
            EXPECT_GT(restored->from_ns, kFirst.ns);
            EXPECT_EQ(restored->to_ns, whole->to_ns);
            EXPECT_EQ(wallet_in(anew()), wallet);
            const auto verified = verify_journal(anew());
            ASSERT_TRUE(verified);
            EXPECT_EQ(verified->summary.problem, "");
            EXPECT_GT(verified->summary.records_gone, 0U);
        }
    }
}

TEST_F(JournalBackupTest, RestoresNothingThatIsDamagedOrNoJournal) {
    write(false);
    ASSERT_TRUE(backup_journal(state(), copy()));
    const std::string path = copy() + "/journal-000001.sfj";
    fs::resize_file(path, fs::file_size(path) - 1);
    const auto damaged = restore_journal(copy(), anew(), kMuchLater);
    ASSERT_FALSE(damaged);
    EXPECT_NE(damaged.error().text.find("damaged after 1 records"), std::string::npos)
        << damaged.error().text;
    EXPECT_FALSE(fs::exists(anew() + "/journal-000001.sfj"));
    std::ofstream{path} << "something else entirely";
    EXPECT_FALSE(restore_journal(copy(), anew(), kMuchLater));
    const auto none = restore_journal((root / "nowhere").string(), anew(), kMuchLater);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("nowhere has none; name the directory"), std::string::npos)
        << none.error().text;
}

TEST_F(JournalBackupTest, CopiesNothingWhereThereIsNoRecord) {
    EXPECT_FALSE(backup_journal(state(), copy()));
    ASSERT_TRUE(journal::JournalWriter::open(state() + "/journal.sfj"));
    const auto copied = backup_journal(state(), copy());
    ASSERT_FALSE(copied);
    EXPECT_NE(copied.error().text.find("has no record"), std::string::npos) << copied.error().text;
    EXPECT_FALSE(fs::exists(copy() + "/journal-000001.sfj"));
}

}  // namespace
}  // namespace sniperforge::app
