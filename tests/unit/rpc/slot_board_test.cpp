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

// A node may answer at finalized with the slot of its tip, and refuse with the finalized one.
TEST(SlotBoard, WhatIsFinalizedMakesNoLaggardAndEndsNoLag) {
    SlotBoard board{2, 8};
    board.note(0, Finalized, Slot{1'000}, kStart);
    board.note(0, Finalized, Slot{973}, kStart);
    EXPECT_EQ(board.lag(0), 0U);
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{990}, kStart);
    board.note(1, Finalized, Slot{1'000}, kStart);
    EXPECT_EQ(board.lag(1), 10U);
    board.note(1, Confirmed, Slot{990}, kStart);
    EXPECT_EQ(board.lag(1), 0U);
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
    SlotBoard board{3, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(2, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{1'000 + kSlotAheadMax + 1}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    board.note(1, Processed, Slot{1'000 + kSlotAheadMax}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000 + kSlotAheadMax});
    // What a chain with slots of 40 ms makes in 2 s.
    board.note(1, Processed, Slot{1'000 + 2 * kSlotAheadMax + 51}, kStart + seconds{2});
    EXPECT_EQ(board.best(Processed), Slot{1'000 + kSlotAheadMax});
    board.note(1, Processed, Slot{1'000 + 2 * kSlotAheadMax + 50}, kStart + seconds{2});
    EXPECT_EQ(board.best(Processed), Slot{1'000 + 2 * kSlotAheadMax + 50});
    // After a long silence anything may be.
    board.note(1, Processed, Slot{1'000'000}, kStart + seconds{2} + kSlotTrust);
    EXPECT_EQ(board.best(Processed), Slot{1'000'000});
}

// It leaps by less than what is absurd, and stays there: the others would be laggards for good.
TEST(SlotBoard, DoesNotBelieveOneThatLeapsAboveOthersThatGoOn) {
    for (const std::uint64_t leap : {kSlotAheadMax + 4, kSlotJumpMax}) {
        SlotBoard board{3, 8};
        for (std::uint64_t i = 0; i < 100; ++i) {
            for (std::size_t endpoint = 0; endpoint < 3; ++endpoint) {
                const bool is_wrong = endpoint == 1 && i >= 10;
                board.note(endpoint, Processed, Slot{1'000 + 2 * i + (is_wrong ? leap : 0)},
                           kStart + seconds{i});
                EXPECT_FALSE(board.is_lagging(endpoint)) << leap << " at " << i;
            }
        }
        EXPECT_EQ(board.best(Processed), Slot{1'198});
        // Nobody else is heard any more.
        const std::uint64_t silent_s = 99 + 60;  // kSlotTrust behind the last word.
        board.note(1, Processed, Slot{1'000 + 2 * silent_s + leap}, kStart + seconds{silent_s});
        EXPECT_EQ(board.best(Processed), Slot{1'000 + 2 * silent_s + leap});
    }
}

// Which of the two lags or lies cannot be seen: the best is the higher one, whoever told first, and
// both are read from. Beyond kSlotJumpMax the one that goes on from the best is in pace.
TEST(SlotBoard, OfTwoThatAreApartTheHigherIsTheBestAndDoesNotDrawAllReads) {
    for (const std::uint64_t apart : {kSlotAheadMax + 2, kSlotJumpMax, kSlotJumpMax + 1}) {
        for (const std::size_t higher : {0U, 1U}) {
            SlotBoard board{2, 8};
            const bool is_believed = higher == 0 || apart <= kSlotJumpMax;
            for (std::uint64_t i = 0; i < 100; ++i) {
                for (const std::size_t endpoint : {0U, 1U}) {
                    const Slot slot{1'000 + i + (endpoint == higher ? apart : 0)};
                    board.note(endpoint, Processed, slot, kStart + seconds{i});
                    EXPECT_EQ(board.is_lagging(endpoint),
                              endpoint == 1 && higher == 0 && apart > kSlotJumpMax)
                        << apart << " at " << i;
                }
                EXPECT_EQ(board.best(Processed), Slot{1'000 + i + (is_believed ? apart : 0)});
                EXPECT_EQ(board.has_reached(higher, Processed, *board.best(Processed)),
                          is_believed);
            }
        }
    }
}

// An honest one falls behind a best that both have told of: it does not count as in pace again by
// lagging more.
TEST(SlotBoard, WhoFallsBehindABestThatTwoHaveTold) {
    const auto is_lagging_after = [](std::uint64_t behind_first) {
        SlotBoard board{2, 8};
        for (std::uint64_t i = 0; i < 400; ++i) {
            board.note(0, Processed, Slot{1'000 + 2 * i}, kStart + seconds{i});
            board.note(1, Processed, Slot{1'000 - behind_first + i}, kStart + seconds{i});
        }
        return board.is_lagging(1);
    };
    EXPECT_TRUE(is_lagging_after(PaceGauge::kBehindMax));
    EXPECT_FALSE(is_lagging_after(PaceGauge::kBehindMax + 1)) << "they never told the same";
}

// One tells too high a slot before anybody else tells any.
TEST(SlotBoard, GivesUpAFirstSlotThatMoreAreFarBelow) {
    for (const std::uint64_t above : {kSlotAheadMax, kSlotAheadMax + 1, kSlotJumpMax}) {
        SlotBoard board{3, 8};
        for (std::uint64_t i = 0; i < 20; ++i) {
            const MonoTime now = kStart + seconds{i};
            board.note(0, Processed, Slot{1'000 + i + above}, now);
            if (i >= 10) {  // It has gone on by itself until then.
                board.note(1, Processed, Slot{1'000 + i}, now);
                EXPECT_EQ(board.is_lagging(1), above <= kSlotAheadMax) << above;
                board.note(2, Processed, Slot{1'000 + i}, now);
                EXPECT_EQ(board.is_lagging(2), above <= kSlotAheadMax) << above;
            }
        }
        EXPECT_EQ(board.best(Processed) == Slot{1'019}, above > kSlotAheadMax) << above;
        EXPECT_EQ(board.has_reached(0, Processed, Slot{1'100}), above <= kSlotAheadMax);
    }
}

// What a node said before it went away speaks for nobody.
TEST(SlotBoard, DoesNotCountWhatWasToldLongAgo) {
    const auto best_with = [](Duration ago) {
        SlotBoard board{3, 8};
        const MonoTime now = kStart + ago;
        board.note(0, Processed, Slot{1'000}, kStart);
        board.note(1, Processed, Slot{1'400}, now);
        board.note(2, Processed, Slot{1'020}, now);
        return board.best(Processed);
    };
    EXPECT_EQ(best_with(kSlotTrust), Slot{1'020});
    EXPECT_EQ(best_with(kSlotTrust + Duration{1}), Slot{1'400});
}

// Both were behind, and have caught up.
TEST(SlotBoard, BelievesAShortLeapThatASecondEndpointTellsOfToo) {
    SlotBoard board{3, 8};
    for (const std::size_t endpoint : {0U, 1U, 2U}) {
        board.note(endpoint, Processed, Slot{1'000}, kStart);
    }
    board.note(0, Processed, Slot{1'400}, kStart + seconds{1});
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    board.note(1, Processed, Slot{1'401}, kStart + seconds{1});
    EXPECT_EQ(board.best(Processed), Slot{1'401});
    board.note(2, Processed, Slot{1'002}, kStart + seconds{1});
    EXPECT_TRUE(board.is_lagging(2));
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

// One node is wrong by so many, for good; all reads would go to it.
TEST(SlotBoard, DoesNotBelieveOneAgainstOneThatGoesOnFromTheBest) {
    SlotBoard board{2, 8};
    for (std::uint64_t i = 0; i < 100; ++i) {
        const MonoTime now = kStart + seconds{i};
        board.note(0, Processed, Slot{1'000 + i}, now);
        board.note(1, Processed, Slot{500'000 + i}, now);
    }
    EXPECT_EQ(board.best(Processed), Slot{1'099});
    EXPECT_FALSE(board.is_lagging(0));
    // It is not heard any more: the other one is all there is.
    board.note(1, Processed, Slot{500'100}, kStart + seconds{99} + kLeapProof + Duration{-1});
    EXPECT_EQ(board.best(Processed), Slot{1'099});
    board.note(1, Processed, Slot{500'101}, kStart + seconds{99} + kLeapProof);
    EXPECT_EQ(board.best(Processed), Slot{500'101});
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

// One node says a thousand million, before any other has said anything.
TEST(SlotBoard, GivesUpAnAbsurdFirstSlotThatMoreEndpointsSpeakAgainst) {
    SlotBoard board{3, 8};
    board.note(0, Processed, Slot{1'000'000'000}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000'000'000});
    board.note(1, Processed, Slot{1'000}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000'000'000}) << "one against one";
    EXPECT_TRUE(board.is_lagging(1));
    board.note(2, Processed, Slot{1'002}, kStart, Slot{1'000'000'000});
    EXPECT_EQ(board.best(Processed), Slot{1'002});
    EXPECT_EQ(board.lag(1), 2U);
    EXPECT_EQ(board.lag(2), 0U) << "asked while the absurd slot was the best";
    EXPECT_FALSE(board.has_reached(0, Processed, Slot{1'000'000}));
    for (int i = 0; i < 10; ++i) {
        board.note(0, Processed, Slot{1'000'000'000}, kStart + seconds{i});
    }
    EXPECT_EQ(board.best(Processed), Slot{1'002});
}

TEST(SlotBoard, GivesUpAFirstSlotThatItsOwnEndpointDoesNotRepeat) {
    SlotBoard board{1, 8};
    board.note(0, Processed, Slot{1'000 + kSlotAheadMax + 1}, kStart);
    board.note(0, Processed, Slot{1'001}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000 + kSlotAheadMax + 1}) << "near enough to be late";
    board.note(0, Processed, Slot{1'000}, kStart);
    EXPECT_EQ(board.best(Processed), Slot{1'000});
    EXPECT_FALSE(board.is_lagging(0));
}

TEST(SlotBoard, GivesUpAnAbsurdFirstSlotThatStandsStillWhileTheOnlyOtherEndpointGoesOn) {
    const auto best_after = [](std::uint64_t steps_of_best, bool is_best_asked) {
        SlotBoard board{2, 8};
        for (std::uint64_t i = 0; i < 7; ++i) {
            const MonoTime now = kStart + seconds{i};
            if (i == 0 || is_best_asked) {
                board.note(0, Processed, Slot{1'000'000 + i * steps_of_best}, now);
            }
            board.note(1, Processed, Slot{1'000 + 2 * i}, now);
        }
        return board.best(Processed);
    };
    EXPECT_EQ(best_after(0, true), Slot{1'012});
    EXPECT_EQ(best_after(2, true), Slot{1'000'012}) << "the other one is 1,000,000 slots behind";
    EXPECT_EQ(best_after(0, false), Slot{1'000'000}) << "nobody has asked it again";
}

TEST(SlotBoard, KeepsABestThatIsProvenHoweverManyHaveFallenBehindIt) {
    const auto best_after = [](bool is_confirmed, std::uint64_t progress, Duration after) {
        SlotBoard board{4, 8};
        board.note(0, Processed, Slot{500'000}, kStart);
        board.note(0, Processed, Slot{500'000 + progress}, kStart + after);
        if (is_confirmed) {
            board.note(3, Processed, Slot{500'000}, kStart + after);
        }
        for (const std::size_t endpoint : {1U, 2U, 1U, 2U}) {
            board.note(endpoint, Processed, Slot{1'000}, kStart + after);
        }
        board.note(0, Processed, Slot{500'000 + progress}, kStart + after);
        return board.best(Processed);
    };
    EXPECT_EQ(best_after(true, 0, seconds{0}), Slot{500'000}) << "two have told of it";
    EXPECT_EQ(best_after(false, 1, kLeapProof), Slot{500'001}) << "it has gone on";
    EXPECT_EQ(best_after(false, 1, kLeapProof + Duration{-1}), Slot{1'000}) << "not long enough";
    EXPECT_EQ(best_after(false, 0, kLeapProof), Slot{1'000});
}

TEST(SlotBoard, DoesNotTrustTheFirstSlotAfterASilenceMoreThanTheVeryFirst) {
    SlotBoard board{3, 8};
    board.note(0, Processed, Slot{1'000}, kStart);
    board.note(1, Processed, Slot{1'000}, kStart);
    const MonoTime later = kStart + kSlotTrust;
    board.note(2, Processed, Slot{1'000'000'000}, later);
    EXPECT_EQ(board.best(Processed), Slot{1'000'000'000});
    board.note(0, Processed, Slot{1'150}, later);
    EXPECT_EQ(board.best(Processed), Slot{1'150});
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
