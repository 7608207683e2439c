// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/journal_stream.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

namespace sniperforge::telemetry {
namespace {

// Standard error is a file here, which stands for the journal's socket.
class JournalStream : public ::testing::Test {
 protected:
    void SetUp() override {
        ::testing::internal::CaptureStderr();
        std::filesystem::remove(path_);
    }
    void TearDown() override {
        ::unsetenv("JOURNAL_STREAM");
        stop_logging();
        (void)::testing::internal::GetCapturedStderr();
        ASSERT_TRUE(start_logging(Level::Info, ""));
        std::filesystem::remove(path_);
    }
    static void make_stderr_the_journal(std::uint64_t inode_off = 0) {
        struct stat status{};
        ASSERT_EQ(::fstat(STDERR_FILENO, &status), 0);
        ::setenv("JOURNAL_STREAM",
                 fmt::format("{}:{}", status.st_dev, status.st_ino + inode_off).c_str(), 1);
    }
    // What standard error got, which is captured anew.
    [[nodiscard]] static std::string written() {
        const std::string text = ::testing::internal::GetCapturedStderr();
        ::testing::internal::CaptureStderr();
        return text;
    }
    const std::filesystem::path path_ =
        std::filesystem::path{::testing::TempDir()} / "journal_stream_test.log";
};

TEST_F(JournalStream, IsStandardErrorWhereDeviceAndInodeAreItsOwn) {
    EXPECT_FALSE(is_stderr_journal());
    make_stderr_the_journal();
    EXPECT_TRUE(is_stderr_journal());
    make_stderr_the_journal(1);
    EXPECT_FALSE(is_stderr_journal());
    ::setenv("JOURNAL_STREAM", "", 1);
    EXPECT_FALSE(is_stderr_journal());
}

TEST_F(JournalStream, LinesHaveTheirPriorityAndNoTime) {
    make_stderr_the_journal();
    ASSERT_TRUE(start_logging(Level::Debug, path_));
    debug("engine", "d");
    info("engine", "i");
    warning("engine", "w\n<0>forged");
    error("engine", "e");
    EXPECT_EQ(written(),
              "<7>debug engine   d\n"
              "<6>info  engine   i\n"
              "<4>warn  engine   w\\n<0>forged\n"
              "<3>error engine   e\n");
    std::ifstream file{path_};
    std::string line;
    ASSERT_TRUE(std::getline(file, line));
    EXPECT_TRUE(std::regex_match(line, std::regex{R"(\d{4}-.*Z debug engine   d)"})) << line;
}

TEST_F(JournalStream, ElsewhereLinesHaveTheirTimeAndNoPriority) {
    make_stderr_the_journal(1);
    ASSERT_TRUE(start_logging(Level::Info, ""));
    error("engine", "e");
    const std::string text = written();
    EXPECT_TRUE(std::regex_match(text, std::regex{R"(\d{4}-.*Z error engine   e\n)"})) << text;
}

TEST_F(JournalStream, EveryLineOfATextIsPrioritised) {
    EXPECT_EQ(prioritised(Level::Error, "error: a\nb"), "error: a\nb");
    make_stderr_the_journal();
    EXPECT_EQ(prioritised(Level::Error, "error: a\nb\n"), "<3>error: a\n<3>b\n");
    EXPECT_EQ(prioritised(Level::Warning, "a"), "<4>a");
}

}  // namespace
}  // namespace sniperforge::telemetry
