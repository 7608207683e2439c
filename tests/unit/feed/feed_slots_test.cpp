// SPDX-License-Identifier: MIT
// Slots that cannot be: a node that tells of one counts for nothing, and misleads nobody.
#include <limits>

#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

constexpr std::uint64_t kAbsurd[] = {1'000'000'102, std::numeric_limits<std::uint64_t>::max()};

class FeedSlotsTest : public FeedFixture {};

TEST_F(FeedSlotsTest, IsNotMisledByOneNodesAbsurdSlot) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1), key_of(2)}, {&a_, &b_});
    ASSERT_TRUE(b_.carries(key_of(2)));
    for (const std::uint64_t absurd : kAbsurd) {
        b_.tell_slot(absurd, absurd - 1);
        run_slots(2, {&a_});
        EXPECT_EQ(feed_->statistics().slot.value, world_.slot);
        EXPECT_EQ(feed_->statistics().sockets[0].state, "live");
        EXPECT_NE(feed_->statistics().sockets[1].state, "live");
        EXPECT_FALSE(feed_->is_blind());
        run_slots(8, {&a_, &b_});
        EXPECT_EQ(feed_->statistics().sockets[1].state, "live") << "it has come to its senses";
        EXPECT_TRUE(listener_.blind_now.empty());
    }
    EXPECT_EQ(listener_.slots.back(), world_.slot);
    EXPECT_EQ(feed_->statistics().problems, 2U);
}

// An account's newest state wins: one of a slot that never comes would win for ever.
TEST_F(FeedSlotsTest, TakesNoStateOfAnAbsurdSlotAndReadsTheAccount) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    for (const std::uint64_t absurd : kAbsurd) {
        a_.tell_account(key_of(1), absurd, 666);
        run(milliseconds{20});
        EXPECT_TRUE(feed_->is_blind()) << "what it says of accounts is worth nothing";
        run_slots(3, {&a_});
        EXPECT_FALSE(feed_->is_blind());
        EXPECT_NE(listener_.state[key_of(1)], 666U);
    }
    write(key_of(1), 9, {&a_});
    EXPECT_EQ(listener_.state[key_of(1)], 9U);
}

TEST_F(FeedSlotsTest, TakesNoReadOfAnAbsurdSlot) {
    make({a_.settings(1)});
    a_.rpc_slot = kAbsurd[0];
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run();
    run_slots(2, {&a_});
    EXPECT_EQ(feed_->statistics().accounts_new, 1U);
    a_.rpc_slot.reset();
    run_slots(4, {&a_});
    EXPECT_EQ(feed_->statistics().accounts_new, 0U);
    write(key_of(1), 9, {&a_});
    EXPECT_EQ(listener_.state[key_of(1)], 9U);
}

TEST_F(FeedSlotsTest, StartsWithAndComesBackToASingleNodeAfterALongGap) {
    make({a_.settings(1)});
    world_.slot = 400'000'000;
    start_sighted({key_of(1)}, {&a_});
    a_.silent.insert(a_.peers[0]);
    run(seconds{60});
    EXPECT_TRUE(feed_->is_blind());
    a_.silent.clear();
    world_.slot += 150;
    run_slots(2, {&a_});
    EXPECT_FALSE(feed_->is_blind());
    // The machine slept: no time has passed, and 100,000 slots have.
    world_.slot += 100'000;
    run_slots(3, {&a_});
    EXPECT_TRUE(feed_->is_blind());
    run_slots(14, {&a_});
    EXPECT_FALSE(feed_->is_blind());
    EXPECT_EQ(feed_->statistics().slot.value, world_.slot);
}

}  // namespace
}  // namespace sniperforge::feed
