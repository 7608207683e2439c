// SPDX-License-Identifier: MIT
#include "app/two_readings.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

using Mismatches = std::vector<portfolio::BalanceMismatch>;

[[nodiscard]] BalanceReading reading(std::size_t endpoint, std::uint64_t slot,
                                     Mismatches mismatches, bool is_alone = false) {
    return {endpoint, {Slot{slot}, Slot{slot}}, std::move(mismatches), is_alone};
}

TEST(TwoReadings, OneNodeIsNotBelievedHoweverOftenItSaysSoAndTwoAre) {
    TwoReadings readings;
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}})).empty());
    EXPECT_TRUE(readings.add(reading(0, 20, {{"a", 5, 0}})).empty());
    EXPECT_EQ(readings.add(reading(1, 20, {{"a", 5, 0}})), (Mismatches{{"a", 5, 0}}));
}

TEST(TwoReadings, TheOnlyNodeIsBelievedAtALaterSlotAndNotAtTheSame) {
    TwoReadings readings;
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}}, true)).empty());
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}}, true)).empty());
    EXPECT_EQ(readings.add(reading(0, 11, {{"a", 5, 0}}, true)), (Mismatches{{"a", 5, 0}}));
}

// Another one that may be asked again is asked.
TEST(TwoReadings, WhatTheOnlyNodeSaidIsBorneOutByOneThatIsAskedLater) {
    TwoReadings readings;
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}}, true)).empty());
    EXPECT_TRUE(readings.add(reading(0, 11, {{"a", 5, 0}})).empty());
    EXPECT_EQ(readings.add(reading(1, 11, {{"a", 5, 0}})), (Mismatches{{"a", 5, 0}}));
}

TEST(TwoReadings, OnlyWhatBothLackIsMissingAndNoMoreThanBothLackOfIt) {
    TwoReadings readings;
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}, {"b", 9, 2}, {"c", 1, 2}})).empty());
    // Of b 3 were sold meanwhile; of c one says more, the other less.
    EXPECT_EQ(readings.add(reading(1, 10, {{"b", 6, 1}, {"c", 1, 0}})), (Mismatches{{"b", 6, 1}}));
    EXPECT_EQ(readings.add(reading(0, 12, {{"b", 6, 0}})), (Mismatches{{"b", 6, 1}}));
    // Too much of something is agreed on as well.
    EXPECT_TRUE(readings.add(reading(0, 13, {{"d", 1, 9}})).empty());
    EXPECT_EQ(readings.add(reading(1, 13, {{"d", 1, 4}})), (Mismatches{{"d", 1, 4}}));
}

TEST(TwoReadings, WhatWasSaidBeforeAContradictionDoesNotCount) {
    TwoReadings readings;
    EXPECT_TRUE(readings.add(reading(0, 10, {{"a", 5, 0}})).empty());
    readings.clear();
    EXPECT_TRUE(readings.add(reading(1, 11, {{"a", 5, 0}})).empty());
}

}  // namespace
}  // namespace sniperforge::app
