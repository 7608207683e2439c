// SPDX-License-Identifier: MIT
#include "app/state_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

class StateDirTest : public ::testing::Test {
 protected:
    StateDirTest() {
        root = fs::path{::testing::TempDir()} / ("sf_state_" + std::to_string(::getpid()));
        fs::remove_all(root);
        fs::create_directories(root);
        ::setenv("XDG_STATE_HOME", root.c_str(), 1);
    }
    ~StateDirTest() override {
        ::unsetenv("XDG_STATE_HOME");
        fs::remove_all(root);
    }
    [[nodiscard]] std::string directory() const { return (root / "sim").string(); }

    fs::path root;
};

TEST_F(StateDirTest, CreatesAPrivateDirectoryAndLocksIt) {
    const auto lock = open_state_dir(directory());
    ASSERT_TRUE(lock) << lock.error().text;
    struct stat status{};
    ASSERT_EQ(::stat(directory().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(StateDirTest, KeepsASecondDaemonOutUntilTheFirstIsGone) {
    {
        const auto first = open_state_dir(directory());
        ASSERT_TRUE(first);
        const auto second = open_state_dir(directory());
        ASSERT_FALSE(second);
        EXPECT_NE(second.error().text.find("is in use by another sniperforge"), std::string::npos);
        EXPECT_NE(second.error().text.find(directory()), std::string::npos);
        EXPECT_TRUE(open_state_dir((root / "other").string()));
    }
    EXPECT_TRUE(open_state_dir(directory()));
}

TEST_F(StateDirTest, TellsWhetherItIsHeldAndTakesNothing) {
    const std::string path = directory() + "/lock";
    EXPECT_FALSE(FileLock::is_held(path)) << "there is none";
    {
        const auto lock = open_state_dir(directory());
        ASSERT_TRUE(lock);
        EXPECT_TRUE(FileLock::is_held(path));
    }
    EXPECT_FALSE(FileLock::is_held(path));
    EXPECT_TRUE(open_state_dir(directory()));
}

TEST_F(StateDirTest, KeepsTheLockWithWhoeverItWasMovedTo) {
    auto first = open_state_dir(directory());
    ASSERT_TRUE(first);
    FileLock kept;
    kept = std::move(*first);
    EXPECT_FALSE(open_state_dir(directory()));
    FileLock moved{std::move(kept)};
    EXPECT_FALSE(open_state_dir(directory()));
    moved = FileLock{};
    EXPECT_TRUE(open_state_dir(directory()));
}

TEST_F(StateDirTest, RemovesTheFilesOfAnEarlierRunAndNothingElse) {
    ASSERT_TRUE(open_state_dir(directory()));
    for (const char* name : {"journal-000001.sfj", "journal-000002.sfj", "trades.sqlite",
                             "intents.ring", "creators.sfc", "notes.txt"}) {
        std::ofstream{fs::path{directory()} / name} << "x";
    }
    ASSERT_TRUE(clear_run_files(directory()));
    EXPECT_FALSE(fs::exists(fs::path{directory()} / "journal-000001.sfj"));
    EXPECT_FALSE(fs::exists(fs::path{directory()} / "journal-000002.sfj"));
    EXPECT_FALSE(fs::exists(fs::path{directory()} / "trades.sqlite"));
    EXPECT_FALSE(fs::exists(fs::path{directory()} / "intents.ring"));
    EXPECT_FALSE(fs::exists(fs::path{directory()} / "creators.sfc"));
    EXPECT_TRUE(fs::exists(fs::path{directory()} / "notes.txt"));
    EXPECT_TRUE(clear_run_files(directory()));  // Nothing left to remove is fine.
}

TEST_F(StateDirTest, FollowsTheUsersStateHome) {
    EXPECT_EQ(default_state_dir("sim").value(), root.string() + "/sniperforge/sim");
    ::setenv("XDG_STATE_HOME", "relative", 1);  // Not a path by the standard: ignored.
    ::setenv("HOME", root.c_str(), 1);
    EXPECT_EQ(default_state_dir("live").value(), root.string() + "/.local/state/sniperforge/live");
}

TEST_F(StateDirTest, SaysWhatCouldNotBeCreated) {
    std::ofstream{root / "file"} << "x";
    const auto refused = open_state_dir((root / "file" / "below").string());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("below"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::app
