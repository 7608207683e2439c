// SPDX-License-Identifier: MIT
#include "app/run_recording.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

class RunRecordingTest : public ::testing::Test {
 protected:
    RunRecordingTest() {
        directory = fs::path{::testing::TempDir()} / ("sf_record_" + std::to_string(::getpid()));
        fs::remove_all(directory);
        fs::create_directories(directory);
        options.state_dir = directory;
        options.record_to = directory / "run.sf";
        std::ofstream{options.record_to} << "an earlier recording";
    }
    ~RunRecordingTest() override { fs::remove_all(directory); }
    [[nodiscard]] std::string content() const {
        std::ifstream file{options.record_to};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    fs::path directory;
    DaemonOptions options;
    net::VirtualReactor reactor;
};

// Whoever starts with positions must start.
TEST_F(RunRecordingTest, WithoutRoomNothingIsRecordedTheRunGoesOnAndAnEarlierFileStays) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;  // That settings may say.
    if (fs::space(directory).available >= kMost) {
        GTEST_SKIP() << "the disk of " << directory << " has more than a terabyte free";
    }
    options.settings.recorder.journal_bytes_max = kMost;
    ::testing::internal::CaptureStderr();
    const auto opened = open_recording(reactor, Pubkey{}, options);
    const std::string said = ::testing::internal::GetCapturedStderr();
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ(*opened, nullptr);
    EXPECT_EQ(content(), "an earlier recording");
    EXPECT_NE(said.find("1099511627776 are left to the journal"), std::string::npos) << said;
    EXPECT_NE(said.find("The run goes on"), std::string::npos) << said;
}

TEST_F(RunRecordingTest, WithRoomTheFileIsBegunAnew) {
    const auto opened = open_recording(reactor, Pubkey{}, options);
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_NE(*opened, nullptr);
    EXPECT_EQ(content().substr(0, 8), "SFRECORD");
}

}  // namespace
}  // namespace sniperforge::app
