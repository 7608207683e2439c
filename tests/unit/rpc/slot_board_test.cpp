// SPDX-License-Identifier: MIT
#include "rpc/slot_board.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

using enum Commitment;
using std::chrono::seconds;

constexpr MonoTime kStart{1'000'000'000'000};

TEST(SlotBoard, CallsALaggardWhoIsFurtherBehindThanAllowed) {
    SlotBoard board{2, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{992}, kStart);
    EXPECT_EQ(board.lag(1), 8U);
    EXPECT_FALSE(board.is_lagging(1));
    board.note(1, Processed, Slot{991}, kStart);
    EXPECT_TRUE(board.is_lagging(1));
    EXPECT_FALSE(board.is_lagging(0));
    board.note(1, Processed, Slot{1'001}, kStart);
    EXPECT_FALSE(board.is_lagging(1));
    EXPECT_EQ(board.best(Processed), Slot{1'001});
}

TEST(SlotBoard, ComparesEqualCommitmentsOnly) {
    SlotBoard board{2, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Finalized, Slot{968}, kStart);
    EXPECT_FALSE(board.is_lagging(1));
    EXPECT_EQ(board.newest(1), Slot{968});
    EXPECT_EQ(board.best(Confirmed), std::nullopt);
}

TEST(SlotBoard, DoesNotTakeASlowAnswerForALaggingNode) {
    SlotBoard board{2, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    // Asked when the best was 985, answered with 986 four seconds later.
    board.note(1, Processed, Slot{986}, kStart, Slot{985});
    EXPECT_FALSE(board.is_lagging(1));
    board.note(1, Processed, Slot{976}, kStart, Slot{985});
    EXPECT_TRUE(board.is_lagging(1));
}

TEST(SlotBoard, BelievesANodeThatSaysItIsBehindWithoutSayingHowFar) {
    SlotBoard board{2, 8};
    board.note_behind(0, 0);
    EXPECT_TRUE(board.is_lagging(0));
    EXPECT_EQ(board.lag(0), 9U);
    board.note_behind(0, 42);
    EXPECT_EQ(board.lag(0), 42U);
    board.note(0, Processed, Slot{5}, kStart);
    EXPECT_FALSE(board.is_lagging(0));
}

TEST(SlotBoard, DoesNotBelieveALeapThatNoChainMakes) {
    SlotBoard board{2, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{1'000 + kSlotJumpMax + 1}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    board.note(1, Processed, Slot{1'000 + kSlotJumpMax}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000 + kSlotJumpMax});
    // After a long silence anything may be.
    board.note(1, Processed, Slot{1'000'000}, kStart + kSlotTrust);
    EXPECT_EQ(board.best(Processed), Slot{1'000'000});
}

TEST(SlotBoard, KnowsWhoHasComeToASlotAtACommitmentOrAStrongerOne) {
    SlotBoard board{1, 8};
    EXPECT_FALSE(board.has_reached(0, Processed, Slot{0}));
    board.note(0, Confirmed, Slot{100}, kStart);
    EXPECT_TRUE(board.has_reached(0, Processed, Slot{100}));
    EXPECT_TRUE(board.has_reached(0, Confirmed, Slot{100}));
    EXPECT_FALSE(board.has_reached(0, Confirmed, Slot{101}));
    EXPECT_FALSE(board.has_reached(0, Finalized, Slot{1}));
}

}  // namespace
}  // namespace sniperforge::rpc
