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

TEST(SlotBoard, BelievesALeapThatASecondEndpointTellsOfToo) {
    SlotBoard board{3, 8};
    board.note(0, Processed, Slot{1'000}, kStart);  // A node that stands still, first to answer.
    board.note(1, Processed, Slot{500'000}, kStart + seconds{1});
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    EXPECT_EQ(board.newest(1), Slot{500'000});
    EXPECT_FALSE(board.has_reached(1, Processed, Slot{500'000})) << "not before it is believed";
    board.note(2, Processed, Slot{500'000 + kSlotJumpMax}, kStart + seconds{1});
    EXPECT_EQ(board.best(Processed), Slot{500'000 + kSlotJumpMax});
    board.note(0, Processed, Slot{1'000}, kStart + seconds{2});
    EXPECT_TRUE(board.is_lagging(0));
}

TEST(SlotBoard, DoesNotTakeTwoDifferentLeapsForOne) {
    SlotBoard board{3, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{500'000}, kStart);
    board.note(2, Processed, Slot{500'000 + kSlotJumpMax + 1}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000});
}

TEST(SlotBoard, BelievesOneAgainstOneThatKeepsToItsLeapAndGoesOnFromThere) {
    SlotBoard board{2, 8};
    const auto note_both = [&board](Duration later, std::uint64_t slot) {
        board.note(0, Processed, Slot{1'000}, kStart + later);
        board.note(1, Processed, Slot{slot}, kStart + later);
    };
    note_both(seconds{0}, 500'000);
    note_both(kLeapProof + Duration{-1}, 500'012);
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    note_both(kLeapProof, 500'012);
    EXPECT_EQ(board.best(Processed), Slot{500'012});

    SlotBoard stuck{2, 8};
    for (int i = 0; i < 30; ++i) {
        stuck.note(0, Processed, Slot{1'000}, kStart + seconds{i});
        stuck.note(1, Processed, Slot{500'000}, kStart + seconds{i});
    }
    EXPECT_EQ(stuck.best(Processed), Slot{1'000});
}

TEST(SlotBoard, DoesNotBelieveOneAgainstTwoHoweverOftenItSaysSo) {
    SlotBoard board{3, 8};
    for (std::uint64_t i = 0; i < 100; ++i) {
        const MonoTime now = kStart + seconds{i};
        board.note(0, Processed, Slot{1'000 + i}, now);
        board.note(1, Processed, Slot{1'000 + i}, now);
        board.note(2, Processed, Slot{500'000 + i}, now);
    }
    EXPECT_EQ(board.best(Processed), Slot{1'099});
    EXPECT_FALSE(board.is_lagging(0));
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
