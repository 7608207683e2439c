// SPDX-License-Identifier: MIT
#include "sniperforge/core/utc_day.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

constexpr Duration kWholeDay = std::chrono::hours{24};
constexpr WallTime kMidnight{1'767'225'600'000'000'000};  // Of 2026.
constexpr WallTime kYearsAhead = kMidnight + 3'000 * kWholeDay;
constexpr WallTime kNoBattery{0};

TEST(UtcDay, IsOverAtMidnightUtcAndNotBefore) {
    UtcDay day{kMidnight};
    const WallTime next = kMidnight + kWholeDay;
    EXPECT_FALSE(day.is_over(WallTime{next.ns - 1}));
    EXPECT_FALSE(day.turn(WallTime{next.ns - 1}));
    EXPECT_TRUE(day.is_over(next));
    EXPECT_TRUE(day.turn(next));
    EXPECT_FALSE(day.turn(next)) << "it has begun";
    EXPECT_TRUE(day.turn(next + 5 * kWholeDay)) << "a machine that was off";
}

TEST(UtcDay, IsNotBegunAgainByAClockThatIsSetBack) {
    UtcDay day{kMidnight};
    const WallTime before{kMidnight.ns - 1};
    day.meet(before);
    EXPECT_FALSE(day.turn(before));
    EXPECT_FALSE(day.turn(kMidnight)) << "it is the same day still";
    EXPECT_TRUE(day.turn(kMidnight + kWholeDay));
}

// Else its counters would stand until the years have passed.
TEST(UtcDay, EndsWithTheDayOfTheClockWhenItIsAheadOfItByMoreThanADay) {
    for (const Duration ahead : {kWholeDay, 2 * kWholeDay, 3'000 * kWholeDay}) {
        UtcDay day{kMidnight + ahead};
        day.meet(kMidnight);
        EXPECT_FALSE(day.is_over(kMidnight)) << "the counters go on";
        EXPECT_EQ(day.is_over(kMidnight + kWholeDay), ahead > kWholeDay);
        EXPECT_EQ(day.turn(kMidnight + kWholeDay), ahead > kWholeDay);
    }
}

// A machine without a battery begins in 1970 until it was told the time: no day has passed by that.
TEST(UtcDay, GoesOnWhenAClockThatWasBehindIsRightAgain) {
    for (const bool is_next_day : {false, true}) {
        UtcDay day{kMidnight};
        day.meet(kNoBattery);
        EXPECT_FALSE(day.turn(kNoBattery));
        const WallTime right = is_next_day ? kMidnight + kWholeDay : kMidnight + Duration{1};
        EXPECT_EQ(day.is_over(right), is_next_day);
        EXPECT_EQ(day.turn(right), is_next_day);
        EXPECT_TRUE(day.turn(right + kWholeDay));
    }
}

TEST(UtcDay, TurnsEachMidnightAfterAClockThatWasAhead) {
    UtcDay day{kYearsAhead};
    day.meet(kMidnight);
    for (int i = 1; i < 4; ++i) {
        EXPECT_TRUE(day.turn(kMidnight + i * kWholeDay)) << i;
    }
}

}  // namespace
}  // namespace sniperforge
