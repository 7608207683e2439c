// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/recent_lines.hpp"

#include <gtest/gtest.h>

namespace sniperforge::telemetry {
namespace {

class RecentLinesTest : public ::testing::Test {
 protected:
    void SetUp() override { ::testing::internal::CaptureStderr(); }
    void TearDown() override { (void)::testing::internal::GetCapturedStderr(); }
};

TEST_F(RecentLinesTest, KeepsWarningsAndErrorsAndNothingLess) {
    warning("rpc", "before");
    info("engine", "not kept");
    error("engine", "stopped: {}", "line\nbreak");
    const auto lines = recent_warnings();
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines[lines.size() - 2].text, "before");
    EXPECT_EQ(lines[lines.size() - 2].component, "rpc");
    EXPECT_EQ(lines[lines.size() - 2].level, Level::Warning);
    EXPECT_EQ(lines.back().level, Level::Error);
    EXPECT_EQ(lines.back().text, "stopped: line\\nbreak");
    EXPECT_GT(lines.back().at.ns, 0);
}

TEST_F(RecentLinesTest, KeepsTheNewestOfManyInTheirOrder) {
    for (std::size_t i = 0; i <= kRecentLinesMax; ++i) {
        warning("engine", "line {}", i);
    }
    const auto lines = recent_warnings();
    ASSERT_EQ(lines.size(), kRecentLinesMax);
    EXPECT_EQ(lines.front().text, "line 1");
    EXPECT_EQ(lines.back().text, fmt::format("line {}", kRecentLinesMax));
}

TEST_F(RecentLinesTest, CutsALongTextBetweenCharacters) {
    warning("engine", "{}", std::string(kRecentTextBytesMax, 'x'));
    EXPECT_EQ(recent_warnings().back().text.size(), kRecentTextBytesMax);
    warning("engine", "{}", std::string(kRecentTextBytesMax - 1, 'x') + "é");
    EXPECT_EQ(recent_warnings().back().text, std::string(kRecentTextBytesMax - 1, 'x'));
}

}  // namespace
}  // namespace sniperforge::telemetry
