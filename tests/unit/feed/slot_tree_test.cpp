// SPDX-License-Identifier: MIT
#include "feed/slot_tree.hpp"

#include <gtest/gtest.h>

namespace sniperforge::feed {
namespace {

using Slots = std::vector<std::uint64_t>;

class SlotTreeTest : public testing::Test {
 protected:
    // Whether it is the newest; what was abandoned and revived stands in the members.
    bool announce(std::uint64_t slot, std::uint64_t parent) {
        const auto change = tree.observe({Slot{slot}, Slot{parent}, Slot{}});
        abandoned = revived = {};
        for (const Slot one : change.abandoned) {
            abandoned.push_back(one.value);
        }
        for (const Slot one : change.revived) {
            revived.push_back(one.value);
        }
        return change.is_head;
    }
    [[nodiscard]] bool is_abandoned(std::uint64_t slot) const {
        return tree.is_abandoned(Slot{slot});
    }
    SlotTree tree;
    Slots abandoned, revived;
};

TEST_F(SlotTreeTest, GoesOnSlotBySlotWhateverIsSkipped) {
    EXPECT_TRUE(announce(100, 99));
    EXPECT_TRUE(announce(101, 100));
    EXPECT_TRUE(announce(105, 101)) << "three were skipped";
    EXPECT_FALSE(announce(101, 100)) << "from another socket";
    EXPECT_EQ(tree.head(), Slot{105});
    EXPECT_EQ(tree.heads(), 3U);
    EXPECT_EQ(tree.order_of(Slot{105}), 3U);
    EXPECT_EQ(tree.order_of(Slot{103}), std::nullopt);
    EXPECT_TRUE(abandoned.empty());
    EXPECT_FALSE(is_abandoned(101));
    EXPECT_FALSE(is_abandoned(103)) << "nobody announced it";
}

TEST_F(SlotTreeTest, AbandonsWhatTheNewestSlotIsNotBuiltOn) {
    announce(100, 99);
    announce(101, 100);
    announce(102, 101);
    EXPECT_TRUE(announce(103, 100));
    EXPECT_EQ(abandoned, (Slots{101, 102}));
    EXPECT_TRUE(is_abandoned(101) && is_abandoned(102));
    EXPECT_FALSE(is_abandoned(100) || is_abandoned(103));
}

TEST_F(SlotTreeTest, RevivesABranchThatTheChainReturnsTo) {
    announce(100, 99);
    announce(101, 100);
    announce(102, 100);
    EXPECT_EQ(abandoned, Slots{101});
    announce(103, 101);
    EXPECT_EQ(abandoned, Slots{102});
    EXPECT_EQ(revived, Slots{101});
    EXPECT_FALSE(is_abandoned(101));
}

TEST_F(SlotTreeTest, TakesALateSlotForWhatItsDescendantsSay) {
    announce(100, 99);
    announce(102, 101);
    EXPECT_TRUE(abandoned.empty()) << "what 101 is built on is not known";
    EXPECT_FALSE(announce(101, 100));
    EXPECT_TRUE(abandoned.empty());
    EXPECT_FALSE(is_abandoned(101));
    announce(105, 102);
    EXPECT_FALSE(announce(104, 102));
    EXPECT_EQ(abandoned, Slots{104}) << "the chain passes it by";
}

TEST_F(SlotTreeTest, JudgesABranchAsSoonAsTheGapInItCloses) {
    announce(100, 99);
    announce(101, 100);
    announce(104, 103);
    EXPECT_FALSE(is_abandoned(101)) << "103 may be built on it";
    announce(103, 100);
    EXPECT_EQ(abandoned, Slots{101});
}

TEST_F(SlotTreeTest, LeavesWhatIsBelowItsFirstSlotAlone) {
    announce(100, 99);
    announce(101, 100);
    announce(102, 100);
    EXPECT_FALSE(announce(99, 98));
    EXPECT_TRUE(abandoned.empty()) << "100 is built on it";
    EXPECT_FALSE(announce(97, 96));
    EXPECT_TRUE(abandoned.empty()) << "98 may be";
}

TEST_F(SlotTreeTest, ForgetsAfterFiveHundredAndTwelveSlots) {
    announce(1000, 999);
    announce(1001, 1000);
    announce(1002, 1000);
    EXPECT_TRUE(is_abandoned(1001));
    announce(1512, 1002);
    EXPECT_TRUE(is_abandoned(1001)) << "511 slots ago";
    EXPECT_FALSE(announce(1000, 999));
    announce(1513, 1512);
    EXPECT_FALSE(is_abandoned(1001));
    EXPECT_FALSE(announce(1001, 1000));
    EXPECT_EQ(tree.order_of(Slot{1001}), std::nullopt);
}

TEST_F(SlotTreeTest, IgnoresSlotsThatAreTheirOwnAncestors) {
    announce(100, 99);
    EXPECT_FALSE(announce(101, 101));
    EXPECT_FALSE(announce(102, 200));
    EXPECT_EQ(tree.head(), Slot{100});
    EXPECT_TRUE(announce(300'000'000, 0))
        << "a parent far below is no reason to look at all between";
    EXPECT_FALSE(is_abandoned(100));
}

}  // namespace
}  // namespace sniperforge::feed
