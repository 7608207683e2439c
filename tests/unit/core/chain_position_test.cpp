// SPDX-License-Identifier: MIT
#include "sniperforge/core/chain_position.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "sniperforge/core/time.hpp"

namespace sniperforge {
namespace {

static_assert(!std::is_convertible_v<Slot, BlockHeight>);
static_assert(!std::is_constructible_v<Slot, BlockHeight>);
static_assert(!std::is_convertible_v<MonoTime, WallTime>);

TEST(Slot, CountsHowFarItIsPastAnotherAndNeverBackwards) {
    EXPECT_EQ(Slot{10}.since(Slot{7}), 3U);
    EXPECT_EQ(Slot{7}.since(Slot{7}), 0U);
    EXPECT_EQ(Slot{7}.since(Slot{10}), 0U);
    EXPECT_EQ(Slot{7}.plus(3), Slot{10});
    EXPECT_LT(Slot{7}, Slot{8});
}

TEST(WallTime, TurnsTheUtcDayAtMidnight) {
    constexpr std::int64_t kDay = 86'400;
    EXPECT_EQ(WallTime{(kDay - 1) * 1'000'000'000}.utc_day(), 0);
    EXPECT_EQ(WallTime{kDay * 1'000'000'000}.utc_day(), 1);
    EXPECT_EQ((WallTime{1} + std::chrono::seconds{2}).seconds(), 2);
}

TEST(MonoTime, MeasuresDifferences) {
    EXPECT_EQ((MonoTime{5} - MonoTime{7}).count(), -2);
    EXPECT_EQ(MonoTime{5} + Duration{3}, MonoTime{8});
}

}  // namespace
}  // namespace sniperforge
