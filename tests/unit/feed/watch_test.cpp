// SPDX-License-Identifier: MIT
#include "feed/watch.hpp"

#include <gtest/gtest.h>

namespace sniperforge::feed {
namespace {

Watch watch_of(std::initializer_list<std::uint64_t> active_slots) {
    Watch watch;
    std::size_t place = 0;
    for (const std::uint64_t slot : active_slots) {
        watch.copies[place].stage = Copy::Stage::Active;
        watch.copies[place].active_slot = Slot{slot};
        watch.copies[place].socket = static_cast<SocketIndex>(place);
        ++place;
    }
    return watch;
}

TEST(Watch, IsNewUntilReadAndBlindWhileNobodyHoldsIt) {
    Watch watch = watch_of({10});
    EXPECT_EQ(standing_of(watch), Standing::New);
    watch.is_read = true;
    EXPECT_EQ(standing_of(watch), Standing::Blind);
    hold_since(watch, Slot{9});
    EXPECT_EQ(standing_of(watch), Standing::Blind) << "something of slot 10 may be missing";
    hold_since(watch, Slot{10});
    EXPECT_EQ(standing_of(watch), Standing::Heard);
}

// The copy that takes over must have been active no later than the slot that the lost one was heard
// up to: one slot more and a write between the two was heard by neither.
TEST(Watch, HandsWhatALostCopyHeldToThoseThatOverlapWithIt) {
    for (const auto& [heard, is_covered] : {std::pair{20U, true}, std::pair{19U, false}}) {
        Watch watch = watch_of({10, 20});
        watch.copies[0].is_holding = true;
        release(watch, watch.copies[0], Slot{heard});
        EXPECT_EQ(is_heard(watch), is_covered) << heard;
    }
}

TEST(Watch, HandsNothingOverFromACopyThatHeldNothing) {
    Watch watch = watch_of({10, 11});
    release(watch, watch.copies[0], Slot{20});
    EXPECT_FALSE(is_heard(watch));
}

TEST(Watch, IsHeldByWhatTellsItsNewestState) {
    Watch watch;
    watch.copies[2].stage = Copy::Stage::Acknowledged;
    hold(watch.copies[2], Slot{15});
    EXPECT_TRUE(is_heard(watch));
    EXPECT_EQ(watch.copies[2].active_slot, Slot{15});
    hold(watch.copies[2], Slot{17});
    EXPECT_EQ(watch.copies[2].active_slot, Slot{15}) << "active since";
}

TEST(Watch, FindsACopyByItsSocketAndNoFreePlace) {
    Watch watch = watch_of({10});
    EXPECT_EQ(copy_on(watch, 0), &watch.copies[0]);
    EXPECT_EQ(copy_on(watch, 1), nullptr);
    watch.copies[0].stage = Copy::Stage::None;
    EXPECT_EQ(copy_on(watch, 0), nullptr);
}

}  // namespace
}  // namespace sniperforge::feed
