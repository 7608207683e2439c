// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/log.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>
#include <vector>

#include "sniperforge/telemetry/rate_limited_log.hpp"

namespace sniperforge::telemetry {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream in{path};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

class Log : public ::testing::Test {
 protected:
    void SetUp() override {
        path_ =
            std::filesystem::path{::testing::TempDir()} /
            (std::string{"log_"} + ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove(path_);
        ::testing::internal::CaptureStderr();
    }
    void TearDown() override {
        stop_logging();
        (void)::testing::internal::GetCapturedStderr();
        ASSERT_TRUE(start_logging(Level::Info, ""));
        std::filesystem::remove(path_);
    }
    std::filesystem::path path_;
};

TEST_F(Log, WritesTimeLevelComponentAndText) {
    ASSERT_TRUE(start_logging(Level::Debug, path_));
    info("engine", "started with {} pools", 3);
    warning("rpc", "slow");
    error("execution", "stopped");
    const auto lines = lines_of(path_);
    ASSERT_EQ(lines.size(), 3U);
    const std::string time = R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z )";
    EXPECT_TRUE(
        std::regex_match(lines[0], std::regex{time + "info  engine   started with 3 pools"}))
        << lines[0];
    EXPECT_TRUE(std::regex_match(lines[1], std::regex{time + "warn  rpc      slow"})) << lines[1];
    EXPECT_TRUE(std::regex_match(lines[2], std::regex{time + "error execution stopped"}))
        << lines[2];
}

TEST_F(Log, LeavesOutLevelsBelowItsOwn) {
    ASSERT_TRUE(start_logging(Level::Warning, path_));
    EXPECT_FALSE(is_enabled(Level::Info));
    EXPECT_TRUE(is_enabled(Level::Warning));
    EXPECT_FALSE(is_enabled(Level::Off));
    info("a", "not this");
    write_line(Level::Info, "a", "nor this");
    warning("a", "this");
    EXPECT_EQ(lines_of(path_).size(), 1U);

    ASSERT_TRUE(start_logging(Level::Off, path_));
    error("a", "not this either");
    EXPECT_EQ(lines_of(path_).size(), 1U);
}

TEST_F(Log, AppendsToAFileThatItCreatesForOwnerAndGroupOnly) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    info("a", "one");
    stop_logging();
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0137U, 0U);  // Nothing beyond 0640, whatever the umask.
    ASSERT_TRUE(start_logging(Level::Info, path_));
    info("a", "two");
    EXPECT_EQ(lines_of(path_).size(), 2U);
}

TEST_F(Log, AfterStoppingLinesNoLongerReachTheFile) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    stop_logging();
    info("a", "late");
    const std::string written = ::testing::internal::GetCapturedStderr();
    ::testing::internal::CaptureStderr();
    EXPECT_NE(written.find("info  a        late"), std::string::npos) << written;
    EXPECT_TRUE(lines_of(path_).empty());
}

TEST_F(Log, RefusesAFileInAMissingDirectoryAndNamesIt) {
    const auto started = start_logging(Level::Info, "/nonexistent-directory/x.log");
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text.find("/nonexistent-directory/x.log"), std::string::npos);
    EXPECT_NE(started.error().text.find("No such file or directory"), std::string::npos);
}

TEST_F(Log, EscapesControlCharactersSoThatNoTextForgesALine) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    info("detect", "token {}", "A\n2026-01-01T00:00:00.000Z info  risk fake\x1b[2J\x7f\t\r");
    info("a\nb", "{{}} stays");
    const auto lines = lines_of(path_);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(
        lines[0].find("token A\\n2026-01-01T00:00:00.000Z info  risk fake\\x1b[2J\\x7f\\t\\r"),
        std::string::npos)
        << lines[0];
    EXPECT_NE(lines[1].find("a\\nb"), std::string::npos);
    EXPECT_NE(lines[1].find("{} stays"), std::string::npos);
}

TEST(EscapeControl, CoversBothEndsOfBothRangesAndKeepsOtherText) {
    EXPECT_EQ(escape_control(std::string_view{"\0\x1f ~\x7f", 5}), "\\x00\\x1f ~\\x7f");
    EXPECT_EQ(escape_control("\xc2\x80\xc2\x9f\xc2\xa0\xc3\xa9"),
              "\\xc2\\x80\\xc2\\x9f\xc2\xa0\xc3\xa9");
    EXPECT_EQ(escape_control("\xc2"), "\xc2");
    EXPECT_EQ(escape_control(""), "");
}

TEST_F(Log, CutsATextAboveTheLimitAndNotOneAtIt) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    write_line(Level::Info, "a", std::string(kTextBytesMax, 'x'));
    write_line(Level::Info, "a", std::string(kTextBytesMax + 1, 'x'));
    // A two-byte character across the limit is left out whole.
    write_line(Level::Info, "a", std::string(kTextBytesMax - 1, 'x') + "\xc3\xa9");
    const auto lines = lines_of(path_);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].find("cut]"), std::string::npos);
    EXPECT_TRUE(lines[1].ends_with("x [1 bytes cut]"));
    EXPECT_TRUE(lines[2].ends_with("x [2 bytes cut]"));
}

TEST_F(Log, KeepsLinesOfSeveralThreadsWhole) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([thread] {
            for (int i = 0; i < 200; ++i) {
                info("t", "thread {} line {:03} {}", thread, i, std::string(100, '='));
            }
        });
    }
    threads.clear();
    const auto lines = lines_of(path_);
    ASSERT_EQ(lines.size(), 800U);
    const std::regex form{R"(\S+ info  t        thread \d line \d{3} ={100})"};
    for (const auto& line : lines) {
        EXPECT_TRUE(std::regex_match(line, form)) << line;
    }
}

TEST(ParseLevel, KnowsTheSixNamesAndListsThemOtherwise) {
    EXPECT_EQ(parse_level("trace"), Level::Trace);
    EXPECT_EQ(parse_level("warning"), Level::Warning);
    EXPECT_EQ(parse_level("off"), Level::Off);
    const auto bad = parse_level("warn");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().text,
              "\"warn\" is not a log level; write trace, debug, info, warning, error or off");
}

TEST(RateLimitedLog, AllowsTheLimitPerIntervalAndCountsTheRest) {
    RateLimitedLog limited{2, std::chrono::seconds{1}};
    const MonoTime start{5'000};
    EXPECT_TRUE(limited.allow(start));
    EXPECT_TRUE(limited.allow(start + Duration{1}));
    EXPECT_FALSE(limited.allow(start + (std::chrono::seconds{1} - Duration{1})));
    EXPECT_EQ(limited.suppressed(), 1U);
    EXPECT_TRUE(limited.allow(start + std::chrono::seconds{1}));
    EXPECT_EQ(limited.suppressed_total(), 1U);
}

TEST_F(Log, RateLimitedLineSaysHowManyWereLeftOut) {
    ASSERT_TRUE(start_logging(Level::Info, path_));
    RateLimitedLog limited{1, std::chrono::seconds{1}};
    for (int i = 0; i < 4; ++i) {
        limited.write(MonoTime{i}, Level::Info, "a", "frame {}", i);
    }
    limited.write(MonoTime{2'000'000'000}, Level::Info, "a", "frame {}", 9);
    limited.write(MonoTime{4'000'000'000}, Level::Info, "a", "frame {}", 10);
    limited.write(MonoTime{4'000'000'001}, Level::Debug, "a", "disabled, so not even counted");
    const auto lines = lines_of(path_);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(lines[0].ends_with("frame 0"));
    EXPECT_TRUE(lines[1].ends_with("frame 9 (3 similar lines left out before this one)"));
    EXPECT_TRUE(lines[2].ends_with("frame 10"));
    EXPECT_EQ(limited.suppressed(), 0U);
    EXPECT_EQ(limited.suppressed_total(), 3U);
}

TEST_F(Log, CountsWarningsErrorsAndWhatARateLimitLeftOut) {
    ASSERT_TRUE(start_logging(Level::Warning, path_));
    const LogCounts before = log_counts();
    RateLimitedLog limited{1, std::chrono::seconds{1}};
    limited.write(MonoTime{0}, Level::Error, "a", "first");
    limited.write(MonoTime{1}, Level::Error, "a", "left out");
    warning("a", "one");
    info("a", "disabled");
    const LogCounts after = log_counts();
    EXPECT_EQ(after.errors - before.errors, 1U);
    EXPECT_EQ(after.warnings - before.warnings, 1U);
    EXPECT_EQ(after.left_out - before.left_out, 1U);
}

}  // namespace
}  // namespace sniperforge::telemetry
