// SPDX-License-Identifier: MIT
#include "sniperforge/core/slot_clock.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SlotClock, StartsAtFourHundredMillisecondsAndConvergesToWhatItMeasures) {
    SlotClock clock;
    EXPECT_EQ(clock.slot_time(), milliseconds{400});
    MonoTime now{1};
    for (std::uint64_t slot = 1; slot <= 200; ++slot) {
        EXPECT_TRUE(clock.observe(Slot{slot}, now));
        now = now + milliseconds{200};
    }
    EXPECT_GE(clock.slot_time(), milliseconds{200});
    EXPECT_LT(clock.slot_time(), milliseconds{201});
}

TEST(SlotClock, SpreadsAGapOverTheSkippedSlots) {
    SlotClock clock;
    EXPECT_TRUE(clock.observe(Slot{10}, MonoTime{0}));
    EXPECT_TRUE(clock.observe(Slot{15}, MonoTime{0} + milliseconds{2'000}));
    EXPECT_EQ(clock.slot_time(), milliseconds{400});
}

TEST(SlotClock, TakesAGapOf150SlotsForTimeAndNotOneSlotMore) {
    for (const std::uint64_t slots : {150, 151}) {
        SlotClock clock;
        EXPECT_TRUE(clock.observe(Slot{10}, MonoTime{0}));
        EXPECT_TRUE(clock.observe(Slot{10 + slots}, MonoTime{0} + seconds{300}));
        EXPECT_EQ(clock.slot_time(), slots == 150 ? milliseconds{500} : milliseconds{400});
        EXPECT_EQ(clock.slot(), Slot{10 + slots});
    }
}

TEST(SlotClock, IgnoresSlotsHeardBefore) {
    SlotClock clock;
    EXPECT_TRUE(clock.observe(Slot{10}, MonoTime{0}));
    EXPECT_FALSE(clock.observe(Slot{10}, MonoTime{5}));
    EXPECT_FALSE(clock.observe(Slot{9}, MonoTime{6}));
    EXPECT_EQ(clock.slot().value, 10U);
    EXPECT_EQ(clock.slot_time(), milliseconds{400});
}

TEST(SlotClock, StaysWithinFiftyMillisecondsAndTwoSeconds) {
    SlotClock fast, slow;
    for (std::uint64_t slot = 1; slot <= 500; ++slot) {
        static_cast<void>(fast.observe(Slot{slot}, MonoTime{static_cast<std::int64_t>(slot)}));
        static_cast<void>(
            slow.observe(Slot{slot}, MonoTime{0} + seconds{static_cast<std::int64_t>(slot * 60)}));
    }
    EXPECT_GE(fast.slot_time(), milliseconds{50});
    EXPECT_LT(fast.slot_time(), milliseconds{51});
    EXPECT_LE(slow.slot_time(), seconds{2});
    EXPECT_GT(slow.slot_time(), milliseconds{1'999});
}

}  // namespace
}  // namespace sniperforge
