// SPDX-License-Identifier: MIT
#include "engine/store_upkeep.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "sniperforge/analytics/store.hpp"

namespace sniperforge::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMinuteNs = Duration{std::chrono::minutes{1}}.count();
constexpr std::int64_t kHourNs = 60 * kMinuteNs;
constexpr std::int64_t kDayNs = 24 * kHourNs;
constexpr std::int64_t kStart = 20'000 * kDayNs;

class StoreUpkeepTest : public ::testing::Test {
 protected:
    StoreUpkeepTest()
        : directory{fs::path{::testing::TempDir()} /
                    (std::string{"upkeep_"} +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(directory);
        fs::create_directories(directory);
        path = (directory / "trades.sqlite").string();
        store = analytics::Store::open(path).value();
        begin_run("old", kStart - 100 * kDayNs);
        begin_run("now", kStart);
    }
    ~StoreUpkeepTest() override {
        store.reset();
        fs::remove_all(directory);
    }
    void begin_run(const std::string& id, std::int64_t started) const {
        analytics::RunInfo run;
        run.run_id = id;
        run.provenance = Provenance::Live;
        run.started_wall_ns = started;
        EXPECT_TRUE(store->begin_run(run));
    }
    [[nodiscard]] std::size_t runs() const { return store->runs(100).value().size(); }
    // As so many commits of the recorder at this time; what is said.
    static std::string commit(StoreUpkeep& upkeep, std::int64_t wall_ns, int times = 100) {
        ::testing::internal::CaptureStderr();
        for (int i = 0; i < times; ++i) {
            upkeep.on_commit(wall_ns, Duration{});
        }
        return ::testing::internal::GetCapturedStderr();
    }
    [[nodiscard]] analytics::RetentionRules rules() const {
        config::RecorderSettings settings;
        settings.trades_days = 30;  // A month behind the last that the store knows of.
        return retention_rules(settings, "now");
    }

    const fs::path directory;
    std::string path;
    std::unique_ptr<analytics::Store> store;
};

TEST_F(StoreUpkeepTest, TakesItsRulesFromTheSettings) {
    const analytics::RetentionRules by_default = retention_rules({}, "r");
    EXPECT_EQ(by_default.age_max, std::chrono::hours{24 * 3'650});
    EXPECT_EQ(by_default.bytes_max, std::uint64_t{512} << 20U);
    EXPECT_EQ(by_default.run_id, "r");
}

TEST_F(StoreUpkeepTest, SweepsAMinuteAfterTheStartAndEachHourAndSaysWhatItDeleted) {
    StoreUpkeep upkeep{path, rules(), kStart};
    EXPECT_EQ(commit(upkeep, kStart + kMinuteNs - 1), "");
    EXPECT_EQ(runs(), 2U);
    const std::string said = commit(upkeep, kStart + kMinuteNs);
    EXPECT_NE(said.find("0 orders, 0 positions and 1 runs were deleted"), std::string::npos)
        << said;
    EXPECT_EQ(runs(), 1U);

    begin_run("again", kStart - 100 * kDayNs);
    EXPECT_EQ(commit(upkeep, kStart + kMinuteNs + kHourNs - 1), "");
    EXPECT_EQ(runs(), 2U);
    EXPECT_NE(commit(upkeep, kStart + kMinuteNs + kHourNs).find("1 runs"), std::string::npos);
    EXPECT_EQ(runs(), 1U);
}

TEST_F(StoreUpkeepTest, DoesOneStepAtACommit) {
    StoreUpkeep upkeep{path, rules(), kStart};
    commit(upkeep, kStart + kMinuteNs, 2);
    EXPECT_EQ(runs(), 2U) << "a sweep begins, then looks for a run";
    commit(upkeep, kStart + kMinuteNs, 3);
    EXPECT_EQ(runs(), 1U) << "its orders, its positions, itself";
}

TEST_F(StoreUpkeepTest, AClockThatWasSetBackDoesNotPutItOff) {
    StoreUpkeep upkeep{path, rules(), kStart};
    commit(upkeep, kStart - kDayNs);
    EXPECT_EQ(runs(), 1U);
}

TEST_F(StoreUpkeepTest, SaysOnceADayApartThatWhatMustStayIsOverTheLimitUntilItIsNot) {
    analytics::RetentionRules small = rules();
    small.bytes_max = 1;
    StoreUpkeep upkeep{path, small, kStart};
    std::int64_t at = kStart + kMinuteNs;
    const std::string said = commit(upkeep, at);
    EXPECT_NE(said.find("recorder.trades_bytes_max is 1, and the rest of it stays"),
              std::string::npos)
        << said;
    begin_run("again", kStart - 100 * kDayNs);
    EXPECT_EQ(commit(upkeep, at + kHourNs), "") << "each sweep looks at all of it";
    EXPECT_EQ(runs(), 2U);
    at += kDayNs;
    EXPECT_EQ(commit(upkeep, at).find("the rest of it stays"), std::string::npos) << "it was said";
    EXPECT_EQ(runs(), 1U);
}

TEST_F(StoreUpkeepTest, AFileThatCannotBeSweptIsToldAndTriedAgainInAnHour) {
    StoreUpkeep upkeep{(directory / "not-there" / "trades.sqlite").string(), rules(), kStart};
    const std::string said = commit(upkeep, kStart + kMinuteNs);
    EXPECT_NE(said.find("not-there"), std::string::npos);
    EXPECT_EQ(said.find("not-there"), said.rfind("not-there")) << "once: " << said;
    EXPECT_NE(commit(upkeep, kStart + kMinuteNs + kHourNs), "");
}

}  // namespace
}  // namespace sniperforge::engine
