// SPDX-License-Identifier: MIT
// A copy of the journal while it is written, and what may become a state directory again.
#include "app/journal_backup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sniperforge/engine/history.hpp"
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
    fs::path root;
};

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
    EXPECT_EQ(history->records, 3U);
    EXPECT_EQ(history->wallet, test::key_of(1));
    EXPECT_TRUE(history->is_cut_by_power) << "orders may be in flight that the copy lacks";
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
    EXPECT_FALSE(restore_journal((root / "nowhere").string(), anew(), kMuchLater));
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
