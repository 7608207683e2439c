// SPDX-License-Identifier: MIT
#include "feed/slot_gauge.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sniperforge::feed {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kSlotTime = milliseconds{400};

class SlotGaugeTest : public ::testing::Test {
 protected:
    bool tell(std::size_t endpoint, std::uint64_t slot) {
        return gauge_.observe(endpoint, Slot{slot}, now_, kSlotTime);
    }
    SlotGauge gauge_{3};
    MonoTime now_ = MonoTime{} + seconds{1'000};
};

TEST_F(SlotGaugeTest, BelievesWhatFitsIntoTheTimeAndAMinuteAndNotOneSlotMore) {
    EXPECT_TRUE(tell(0, 1'000));
    EXPECT_FALSE(gauge_.is_plausible(Slot{1'151}, now_, kSlotTime));
    EXPECT_TRUE(gauge_.is_plausible(Slot{1'150}, now_, kSlotTime));
    now_ = now_ + seconds{4};
    EXPECT_TRUE(gauge_.is_plausible(Slot{1'190}, now_, kSlotTime));
    EXPECT_FALSE(gauge_.is_plausible(Slot{1'191}, now_, kSlotTime));
    EXPECT_TRUE(tell(0, 1'190));
    EXPECT_TRUE(tell(1, 3)) << "old is not absurd";
}

TEST_F(SlotGaugeTest, HoldsTheFirstAnnouncementAgainstWhatNodesHaveAnswered) {
    EXPECT_FALSE(gauge_.has_begun());
    gauge_.begin(Slot{SlotGauge::kFirstMax + 1}, now_);
    EXPECT_FALSE(gauge_.has_begun()) << "absurd";
    gauge_.begin(Slot{1'000}, now_);
    EXPECT_FALSE(tell(0, 1'151));
    EXPECT_TRUE(tell(0, 1'150));
    gauge_.begin(Slot{5'000}, now_);
    EXPECT_FALSE(tell(0, 5'000)) << "it has begun long ago";
}

TEST_F(SlotGaugeTest, BelievesALongSilenceOfASingleNodeAtOnce) {
    EXPECT_TRUE(tell(0, 1'000));
    now_ = now_ + std::chrono::hours{8};
    EXPECT_TRUE(tell(0, 1'000 + 72'000));
}

TEST_F(SlotGaugeTest, BelievesALeapOfOneNodeNeverWhileAnotherGoesOn) {
    for (std::uint64_t i = 0; i < 100; ++i) {
        EXPECT_TRUE(tell(0, 1'000 + i));
        EXPECT_FALSE(tell(1, 50'000 + i));
        now_ = now_ + kSlotTime;
    }
}

TEST_F(SlotGaugeTest, BelievesALeapThatTwoTellOfAtOnce) {
    EXPECT_TRUE(tell(0, 1'000));
    EXPECT_TRUE(tell(1, 1'000));
    EXPECT_TRUE(tell(2, 1'000));
    EXPECT_FALSE(tell(0, 50'000));
    EXPECT_TRUE(tell(1, 50'001)) << "the third is one against two";
    EXPECT_TRUE(tell(0, 50'001));
}

// Nobody else says anything: the machine may have slept, and its clock with it.
TEST_F(SlotGaugeTest, BelievesALeapOfASingleNodeAfterFiveSecondsOfProgress) {
    EXPECT_TRUE(tell(0, 1'000));
    EXPECT_FALSE(tell(0, 50'000));
    now_ = now_ + milliseconds{4'999};
    EXPECT_FALSE(tell(0, 50'012));
    now_ = now_ + milliseconds{1};
    EXPECT_FALSE(tell(0, 50'000)) << "it stands still";
    EXPECT_TRUE(tell(0, 50'013));
}

TEST_F(SlotGaugeTest, NeverBelievesALeapOfMoreThanAYearNorTheLargestNumber) {
    EXPECT_TRUE(tell(0, 400'000'000));
    for (std::uint64_t i = 0; i < 100; ++i) {
        EXPECT_FALSE(tell(0, 1'400'000'000 + i));
        EXPECT_FALSE(tell(1, 1'400'000'000 + i));
        EXPECT_FALSE(tell(2, std::numeric_limits<std::uint64_t>::max()));
        now_ = now_ + kSlotTime;
    }
    EXPECT_TRUE(tell(0, 400'000'100));
}

TEST_F(SlotGaugeTest, TakesNoAbsurdNumberForTheFirstSlot) {
    EXPECT_FALSE(tell(0, std::numeric_limits<std::uint64_t>::max()));
    EXPECT_FALSE(tell(1, 1'400'000'000));
    EXPECT_TRUE(tell(2, 400'000'000));
    EXPECT_FALSE(tell(1, 1'400'000'001));
}

}  // namespace
}  // namespace sniperforge::feed
