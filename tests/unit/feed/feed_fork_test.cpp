// SPDX-License-Identifier: MIT
// Forks: what was written in an abandoned slot did not happen, and no notification says so.
#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedForkTest : public FeedFixture {
 protected:
    // Two accounts that are sighted and known at slot 102.
    void start() {
        make({a_.settings(1)});
        start_sighted({key_of(1), key_of(2)}, {&a_});
    }
};

TEST_F(FeedForkTest, ReadsAgainWhatWasWrittenInASlotThatTheChainLeftOut) {
    start();
    next_slot({&a_});
    a_.tell_account(key_of(1), 103, 66);  // Processed there, and never on the chain.
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 103 lamports 66"});
    next_slot({&a_}, 102);
    EXPECT_EQ(listener_.take(), (Lines{"blind 1", "read 1 slot 104 lamports 5", "heard 1"}))
        << "back to what it was before, and account 2 is not concerned";
    EXPECT_EQ(feed_->statistics().slots_abandoned, 1U);
    EXPECT_EQ(feed_->statistics().fork_accounts, 1U);
    EXPECT_FALSE(feed_->is_blind());
}

TEST_F(FeedForkTest, IsBlindThereUntilANodeOnTheNewChainAnswers) {
    start();
    next_slot({&a_});
    a_.tell_account(key_of(1), 103, 66);
    run();
    listener_.take();
    a_.rpc_slot = 103;  // Still on the abandoned one.
    next_slot({&a_}, 102);
    next_slot({&a_});
    EXPECT_EQ(listener_.take(), Lines{"blind 1"});
    a_.rpc_slot.reset();
    next_slot({&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 106 lamports 5", "heard 1"}));
}

TEST_F(FeedForkTest, TakesAWriteOnTheNewChainForAnAnswer) {
    start();
    next_slot({&a_});
    a_.tell_account(key_of(1), 103, 66);
    run();
    listener_.take();
    a_.is_failing = true;
    next_slot({&a_}, 102);
    EXPECT_EQ(listener_.take(), Lines{"blind 1"});
    write(key_of(1), 70, {&a_});
    EXPECT_EQ(listener_.take(), (Lines{"account 1 slot 104 lamports 70", "heard 1"}));
}

TEST_F(FeedForkTest, LeavesOutWhatIsToldOfAnAbandonedSlotAndReadsItWhenTheChainReturns) {
    start();
    next_slot({&a_});       // 103 on 102.
    next_slot({&a_}, 102);  // 104 on 102: 103 is abandoned.
    listener_.take();
    a_.tell_account(key_of(1), 103, 66);
    run();
    EXPECT_EQ(listener_.take(), Lines{});
    world_.lamports[key_of(1)] = 66;
    next_slot({&a_}, 103);  // 105 on 103: it happened after all.
    EXPECT_EQ(listener_.take(), (Lines{"blind 1", "read 1 slot 105 lamports 66", "heard 1"}));
    expect_no_lost_update();
}

TEST_F(FeedForkTest, RestsOnTheForkOfTheNewestSlotWhenNodesDiffer) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    next_slot({&a_});  // 103, on a's fork only.
    a_.tell_account(key_of(1), 103, 66);
    run();
    world_.lamports[key_of(1)] = 5;
    next_slot({&b_}, 102);  // 104, on b's.
    b_.tell_account(key_of(1), 104, 71);
    world_.lamports[key_of(1)] = 71;
    run();
    next_slot({&a_, &b_});  // 105: both go on from there.
    EXPECT_TRUE(listener_.blind_now.empty());
    expect_no_lost_update();
}

TEST_F(FeedForkTest, TreatsSkippedSlotsAsNothingAtAll) {
    start();
    write(key_of(1), 8, {&a_});
    world_.slot += 3;
    next_slot({&a_}, 102);
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 102 lamports 8"});
    EXPECT_EQ(feed_->statistics().slots_abandoned, 0U);
}

}  // namespace
}  // namespace sniperforge::feed
