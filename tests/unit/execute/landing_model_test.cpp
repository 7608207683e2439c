// SPDX-License-Identifier: MIT
#include "sniperforge/execute/landing_model.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sniperforge::execute {
namespace {

TEST(LandingModel, DrawsAsManyOfAHundredAsTheSettingsSay) {
    const config::PaperSettings settings{
        .landed_after_1_percent = 50, .landed_after_2_percent = 25, .landed_after_3_percent = 15};
    std::array<std::uint64_t, 4> drawn{};
    constexpr std::uint64_t kOrders = 100'000;
    for (std::uint64_t i = 1; i <= kOrders; ++i) {
        ++drawn[landing_of(settings, 7, IntentId{i}).value_or(0)];
    }
    // Three standard deviations of 100,000 draws are below 500.
    EXPECT_NEAR(static_cast<double>(drawn[1]), 50'000, 500);
    EXPECT_NEAR(static_cast<double>(drawn[2]), 25'000, 500);
    EXPECT_NEAR(static_cast<double>(drawn[3]), 15'000, 500);
    EXPECT_NEAR(static_cast<double>(drawn[0]), 10'000, 500);
}

TEST(LandingModel, LandsAllOrNoneWhereTheSettingsSaySo) {
    const config::PaperSettings all{
        .landed_after_1_percent = 100, .landed_after_2_percent = 0, .landed_after_3_percent = 0};
    const config::PaperSettings none{
        .landed_after_1_percent = 0, .landed_after_2_percent = 0, .landed_after_3_percent = 0};
    for (std::uint64_t i = 1; i <= 1'000; ++i) {
        EXPECT_EQ(landing_of(all, 1, IntentId{i}), 1U);
        EXPECT_EQ(landing_of(none, 1, IntentId{i}), std::nullopt);
    }
}

TEST(LandingModel, AnswersByTheSeedAndTheOrderAlone) {
    const config::PaperSettings settings;
    std::uint64_t apart = 0;
    for (std::uint64_t i = 1; i <= 1'000; ++i) {
        EXPECT_EQ(landing_of(settings, 3, IntentId{i}), landing_of(settings, 3, IntentId{i}));
        apart +=
            landing_of(settings, 3, IntentId{i}) == landing_of(settings, 4, IntentId{i}) ? 0 : 1;
    }
    EXPECT_GT(apart, 300U);
}

TEST(LandingModel, SomebodyElseTakesMoreTheLongerItLasts) {
    std::uint64_t within_one = 0, within_two = 0;
    for (std::uint64_t i = 1; i <= 100'000; ++i) {
        within_one += is_taken_within(1, 60, 1, IntentId{i}) ? 1 : 0;
        within_two += is_taken_within(2, 60, 1, IntentId{i}) ? 1 : 0;
        EXPECT_FALSE(is_taken_within(3, 0, 1, IntentId{i}));
    }
    EXPECT_NEAR(static_cast<double>(within_one), 60'000, 500);
    EXPECT_NEAR(static_cast<double>(within_two), 84'000, 500);
}

}  // namespace
}  // namespace sniperforge::execute
