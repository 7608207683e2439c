// SPDX-License-Identifier: MIT
// Nodes that lag, are silent, or repeat themselves: told apart by their own progress, and never
// opened anew in a loop.
#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedLagTest : public FeedFixture {
 protected:
    static constexpr std::uint64_t kLag = 40;

    FeedLagTest() {
        for (std::uint32_t i = 0; i < 100; ++i) {
            keys_.push_back(key_of(i));
        }
    }
    // Every account is written in each slot. Node a tells it at once, node b so many slots later.
    void run_lagging_slots(int count, std::uint64_t lag) {
        for (int i = 0; i < count; ++i) {
            const std::uint64_t slot = ++world_.slot;
            for (const Pubkey& key : keys_) {
                world_.lamports[key] = slot;
                a_.tell_account(key, slot, slot);
                b_.tell_account(key, slot - lag, slot - lag);
            }
            a_.tell_slot(slot, slot - 1);
            b_.tell_slot(slot - lag, slot - lag - 1);
            run(milliseconds{400});
        }
    }
    [[nodiscard]] SocketStatistics of_b() const { return feed_->statistics().sockets[1]; }

    std::vector<Pubkey> keys_;
};

// Its slots were announced by nobody yet, since it is older than we are: no reason to take it for
// one that keeps pace and tells nothing.
TEST_F(FeedLagTest, CallsANodeLaggingThatWasBehindFromTheFirstSlotOn) {
    make({a_.settings(1), b_.settings(1)});
    feed_->watch(keys_, Priority::Armed);
    feed_->start();
    run();
    run_lagging_slots(60, kLag);
    EXPECT_EQ(b_.connections, 1U) << "never opened anew";
    EXPECT_EQ(of_b().state, "lagging");
    EXPECT_GE(of_b().slot_lag, kLag - 1);
    EXPECT_LE(of_b().stalls, 1U);
    EXPECT_EQ(of_b().renewed, 0U);
    EXPECT_EQ(feed_->statistics().deaf_found, 0U);
    EXPECT_FALSE(feed_->is_blind());
    EXPECT_TRUE(listener_.blind_now.empty());
    expect_no_lost_update();
}

TEST_F(FeedLagTest, CallsANodeLaggingThatFallsBehindAndLiveWhenItHasCaughtUp) {
    make({a_.settings(1), b_.settings(1)});
    feed_->watch(keys_, Priority::Armed);
    feed_->start();
    run();
    run_lagging_slots(4, 0);
    ASSERT_EQ(of_b().state, "live");
    run_lagging_slots(2, kLag);
    EXPECT_EQ(of_b().state, "lagging") << "within two slots";
    run_lagging_slots(60, kLag);
    EXPECT_EQ(of_b().state, "lagging");
    EXPECT_EQ(of_b().stalls, 1U);
    EXPECT_EQ(b_.connections, 1U);
    EXPECT_EQ(feed_->statistics().deaf_found, 0U);
    run_lagging_slots(2, 0);
    EXPECT_EQ(of_b().state, "live");
    EXPECT_EQ(of_b().losses, 0U);
    EXPECT_TRUE(listener_.blind_now.empty());
    expect_no_lost_update();
}

// Two slots behind in one moment and one in the next: each change of mind costs a look at every
// account, so a node has to keep pace for longer each time.
TEST_F(FeedLagTest, TrustsASocketLaterTheMoreOftenItFallsBehind) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    for (int i = 0; i < 60; ++i) {
        const std::uint64_t before = world_.slot;
        world_.slot += 2;
        a_.tell_slot(before + 1, before);
        run(milliseconds{10});
        a_.tell_slot(before + 2, before + 1);
        run(milliseconds{390});
        b_.tell_slot(before + 1, before);
        b_.tell_slot(before + 2, before + 1);
        run(milliseconds{400});
    }
    EXPECT_GE(of_b().stalls, 3U);
    EXPECT_LE(of_b().stalls, 9U) << "of 60";
    run_slots(40, {&a_, &b_});
    EXPECT_EQ(of_b().state, "live");
}

// Slots go by, nothing else does: the subscriptions are the fault, and the socket after them.
TEST_F(FeedLagTest, OpensASocketAnewEverLessOftenWhoseSubscriptionsStayDeaf) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys_, {&a_, &b_}, Priority::Armed);
    std::vector<std::size_t> connections;
    for (int i = 0; i < 300; ++i) {
        next_slot({&a_, &b_});
        for (const Pubkey& key : keys_) {
            world_.lamports[key] = world_.slot;
            a_.tell_account(key, world_.slot, world_.slot);
        }
        run(milliseconds{20});
        connections.push_back(b_.connections);
    }
    EXPECT_GE(connections[9], 2U) << "at once the first time";
    EXPECT_LE(connections[299], 7U) << "in two minutes";
    EXPECT_GE(connections[299], 4U) << "and not never";
    EXPECT_EQ(listener_.blind_now.size(), 0U);
    expect_no_lost_update();
}

TEST_F(FeedLagTest, OpensASilentSocketAnewEverLessOften) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    run_slots(300, {&a_});
    EXPECT_GE(b_.connections, 4U);
    EXPECT_LE(b_.connections, 8U) << "in two minutes";
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(of_b().state, "live");
}

// What is put on a node that never speaks has to go elsewhere, or the start waits for it for ever.
TEST_F(FeedLagTest, SeesWithoutANodeThatIsSilentOrLagsFromTheStart) {
    for (const bool is_lagging : {false, true}) {
        SCOPED_TRACE(is_lagging);
        make({a_.settings(1), b_.settings(1)});
        feed_->watch(keys_);
        feed_->start();
        run();
        EXPECT_GT(b_.count("accountSubscribe"), 40U) << "spread before anything is known";
        for (int i = 0; i < 8; ++i) {
            if (is_lagging) {
                b_.tell_slot(world_.slot - kLag, world_.slot - kLag - 1);
            }
            next_slot({&a_});
        }
        EXPECT_FALSE(feed_->is_blind());
        EXPECT_EQ(feed_->statistics().accounts_new, 0U);
        feed_.reset();
        sniperforge::test::run_for(reactor_, seconds{1});
    }
}

// The process was stopped, or the machine busy: what was told meanwhile waits to be read.
TEST_F(FeedLagTest, TakesItsOwnPauseForNoSilenceOfTheSockets) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    const auto pause = [&] {
        for (int i = 0; i < 10; ++i) {
            a_.tell_slot(world_.slot + 1, world_.slot);
            ++world_.slot;
            sniperforge::test::run_for(reactor_, milliseconds{400});
        }
        feed_->on_tick(reactor_.now());
        run(milliseconds{200});
    };
    pause();
    EXPECT_EQ(b_.connections, 1U);
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(b_.connections, 1U) << "it has spoken";
    pause();
    run_slots(2, {&a_});
    EXPECT_EQ(b_.connections, 2U) << "and here it has not";
}

// A node that stands still repeats its slot, as a gateway does: that is no progress.
TEST_F(FeedLagTest, TakesASlotThatIsToldAgainForSilence) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    const std::uint64_t stuck = world_.slot;
    for (int i = 0; i < 8; ++i) {
        b_.tell_slot(stuck, stuck - 1);
        next_slot({&a_});
    }
    EXPECT_EQ(b_.connections, 2U);
    for (int i = 0; i < 6; ++i) {
        b_.tell_slot(stuck, stuck - 1);
        next_slot({&a_});
    }
    EXPECT_EQ(of_b().state, "silent");
}

}  // namespace
}  // namespace sniperforge::feed
