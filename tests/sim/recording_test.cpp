// SPDX-License-Identifier: MIT
// Whole runs, recorded and decided again: a first one, and one that goes on with what a killed one
// held.
#include <gtest/gtest.h>

#include "sim/lives.hpp"
#include "sniperforge/recording/replay.hpp"

namespace sniperforge {
namespace {

class RecordedRuns : public ::testing::Test {
 protected:
    void record(const std::string& name) {
        lives.on_options = [this, name](app::DaemonOptions& options) {
            // What is bought is held; as high as a settings file can say it.
            config::ExitSettings& exits = options.settings.exits;
            config::sell_by_time_alone(exits, std::chrono::hours{1});
            exits.take_profit = exits.trailing_arm = BasisPoints{1'000'000};
            options.record_to = file(name);
        };
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return lives.root() + "/" + name;
    }
    void expect_equal(const recording::ReplayResult& result) {
        EXPECT_TRUE(result.is_equal());
        EXPECT_EQ(result.sha256_recorded, result.sha256_replayed);
        EXPECT_FALSE(result.is_damaged);
        EXPECT_EQ(result.answers_missing, 0U);
        if (result.difference) {
            ADD_FAILURE() << result.difference->decision << " "
                          << result.difference->recorded.value_or(recording::Decision{}).body << " "
                          << result.difference->replayed.value_or(recording::Decision{}).body;
        }
    }
    test::Lives lives{7};
};

TEST_F(RecordedRuns, DecideTheSameAgainAlsoWhereTheyGoOnWithWhatAKilledRunHeld) {
    record("killed");
    lives.live_and_die(std::chrono::seconds{40});
    ASSERT_FALSE(lives.history().portfolio.positions().empty());
    record("resumed");
    const auto lived = lives.live(std::chrono::seconds{20});
    ASSERT_EQ(lived.error, "");

    const auto killed = recording::replay(file("killed"));
    ASSERT_TRUE(killed) << killed.error().text;
    expect_equal(*killed);
    EXPECT_GT(killed->decisions, 20U);
    EXPECT_EQ(killed->calls.at("start"), 1U);

    const auto resumed = recording::replay(file("resumed"));
    ASSERT_TRUE(resumed) << resumed.error().text;
    expect_equal(*resumed);
    EXPECT_EQ(resumed->problem, "");
    EXPECT_EQ(resumed->calls.at("resume"), 1U);
    EXPECT_EQ(resumed->sha256_replayed, lived.report.journal_sha256);
    EXPECT_GT(resumed->stream_bytes, 100'000U);
}

}  // namespace
}  // namespace sniperforge
