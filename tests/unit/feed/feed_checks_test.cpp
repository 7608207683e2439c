// SPDX-License-Identifier: MIT
// Subscriptions that tell nothing: found by their twins, or by the audit.
#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedChecksTest : public FeedFixture {};

TEST_F(FeedChecksTest, RenewsASubscriptionThatMissesWhatItsTwinTold) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    run_slots(1, {&a_, &b_});
    b_.deafen(key_of(1));
    write(key_of(1), 8, {&a_, &b_});
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().deaf_found, 0U) << "it may be on its way";
    run_slots(1, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().deaf_found, 1U);
    EXPECT_EQ(feed_->statistics().sockets[1].renewed, 1U);
    run_slots(1, {&a_, &b_});
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 103 lamports 8"}) << "never blind";
    a_.stop();
    run();
    write(key_of(1), 9, {&b_});
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 107 lamports 9"}) << "it works again";
}

TEST_F(FeedChecksTest, LeavesACopyAloneThatTellsTheSameLater) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    run_slots(1, {&a_, &b_});
    for (int i = 0; i < 10; ++i) {
        write(key_of(1), 10 + static_cast<std::uint64_t>(i), {&a_});
        const std::uint64_t slot = world_.slot;
        next_slot({&a_, &b_});
        b_.tell_account(key_of(1), slot, world_.lamports[key_of(1)]);
    }
    EXPECT_EQ(feed_->statistics().deaf_found, 0U);
}

TEST_F(FeedChecksTest, FindsAChangeThatNobodyToldByReading) {
    settings_.audit_interval = seconds{1};
    make({a_.settings(1)});
    start_sighted({key_of(1), key_of(2)}, {&a_});
    run_slots(3, {&a_});
    a_.deafen(key_of(1));
    write(key_of(1), 8, {&a_});
    run_slots(8, {&a_});
    EXPECT_EQ(listener_.take(), (Lines{"blind 1", "read 1 slot 112 lamports 8", "heard 1"}));
    EXPECT_EQ(feed_->statistics().gaps_found, 1U);
    EXPECT_GE(feed_->statistics().audited, 4U);
    write(key_of(1), 9, {&a_});
    EXPECT_EQ(listener_.take().size(), 1U) << "its new subscription works";
    expect_no_lost_update();
}

TEST_F(FeedChecksTest, CallsNothingAGapThatIsToldWithinTwoSlots) {
    settings_.audit_interval = milliseconds{400};
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    for (int i = 0; i < 20; ++i) {
        // Read before it is told.
        world_.lamports[key_of(1)] = 100 + static_cast<std::uint64_t>(i);
        const std::uint64_t slot = world_.slot;
        next_slot({&a_});
        a_.tell_account(key_of(1), slot, world_.lamports[key_of(1)]);
        run(milliseconds{20});
    }
    EXPECT_EQ(feed_->statistics().gaps_found, 0U);
    EXPECT_GE(feed_->statistics().audited, 10U);
    EXPECT_TRUE(listener_.blind_now.empty());
}

// Each copy's acknowledgement asks for it; an audit of one account twice would wait for ever for
// its second answer.
TEST_F(FeedChecksTest, GoesOnAuditingAccountsThatHaveSeveralCopies) {
    settings_.audit_interval = seconds{1};
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1), key_of(2)}, {&a_, &b_}, Priority::Armed);
    feed_->watch(std::vector{key_of(3), key_of(4)}, Priority::Armed);
    run_slots(20, {&a_, &b_});
    const std::uint64_t audited = feed_->statistics().audited;
    EXPECT_GE(audited, 4U * 5U);
    run_slots(10, {&a_, &b_});
    EXPECT_GE(feed_->statistics().audited, audited + 4U * 3U);
}

TEST_F(FeedChecksTest, AuditsNewAccountsFirstAndThenAllInTurnWithinItsBudget) {
    settings_.audit_interval = seconds{1};
    make({a_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 250; ++i) {
        keys.push_back(key_of(i));
    }
    start_sighted(keys, {&a_});
    a_.reads.clear();
    const Pubkey fresh = key_of(1'000);
    feed_->watch(std::vector{fresh});
    run(milliseconds{20});
    ASSERT_EQ(a_.reads.size(), 1U);
    run_slots(10, {&a_});
    std::set<std::string> audited;
    ASSERT_GE(a_.reads.size(), 4U);
    EXPECT_LE(a_.reads.size(), 1U + 5U) << "one a second";
    EXPECT_EQ(a_.reads[1][0], fresh.to_string());
    for (std::size_t i = 1; i < a_.reads.size(); ++i) {
        EXPECT_EQ(a_.reads[i].size(), 100U);
        audited.insert(a_.reads[i].begin(), a_.reads[i].end());
    }
    EXPECT_EQ(audited.size(), 251U);
}

// Whoever was told that it is blind has to be told when it is heard again, whatever lies between.
TEST_F(FeedChecksTest, TellsOfAnAccountThatWasUnwatchedWhileBlindWhenItIsHeardAgain) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1), key_of(2)}, {&a_, &b_});
    ASSERT_TRUE(b_.carries(key_of(2)));
    a_.is_failing = b_.is_failing = true;
    b_.stop();
    run();
    EXPECT_EQ(listener_.take(), Lines{"blind 2"});
    feed_->unwatch(std::vector{key_of(2)});
    run_slots(2, {&a_});
    EXPECT_EQ(listener_.take(), Lines{})
        << "nobody hears it: what rests on it is no better for that";
    feed_->watch(std::vector{key_of(2)});
    run_slots(2, {&a_});
    EXPECT_EQ(listener_.take(), Lines{});
    a_.is_failing = false;
    run_slots(4, {&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 2 slot 107 lamports 5", "heard 2"}));
    EXPECT_TRUE(listener_.blind_now.empty());
}

TEST_F(FeedChecksTest, ReadsNextWhatBecameAPositionWhileItsReadWaited) {
    make({a_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 3'000; ++i) {
        keys.push_back(key_of(i));
    }
    a_.rpc_delay = milliseconds{20};
    feed_->watch(keys);
    feed_->start();
    run();
    world_.slot = 101;
    a_.tell_slot(101, 100);
    sniperforge::test::run_for(reactor_, milliseconds{10});
    const std::size_t asked = a_.reads.size();
    ASSERT_LT(asked, 10U) << "of 30 batches";
    feed_->set_priority(std::vector{keys[2'900]}, Priority::Position);
    sniperforge::test::run_for(reactor_, milliseconds{50});
    ASSERT_GT(a_.reads.size(), asked);
    EXPECT_EQ(a_.reads[asked][0], keys[2'900].to_string());
}

// An account that is dropped and watched again before its first audit stands twice in the queue of
// new ones. One audit that waits for an answer too many would be the last.
TEST_F(FeedChecksTest, GoesOnAuditingWhenAnAccountIsWatchedAnewBeforeItsFirstAudit) {
    settings_.audit_interval = seconds{1};
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    run_slots(3, {&a_});
    const std::vector fresh{key_of(9)};
    for (int i = 0; i < 3; ++i) {
        feed_->watch(fresh);
        run(milliseconds{20});
        feed_->unwatch(fresh);
    }
    feed_->watch(fresh);
    run_slots(6, {&a_});
    a_.deafen(key_of(1));
    write(key_of(1), 8, {&a_});
    run_slots(8, {&a_});
    EXPECT_EQ(feed_->statistics().gaps_found, 1U);
    expect_no_lost_update();
}

TEST_F(FeedChecksTest, OpensASocketAnewWhenTooManyOfItsSubscriptionsAreDeaf) {
    make({a_.settings(1), b_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 100; ++i) {
        keys.push_back(key_of(i));
    }
    start_sighted(keys, {&a_, &b_}, Priority::Armed);
    run_slots(1, {&a_, &b_});
    for (const Pubkey& key : keys) {
        b_.deafen(key);
        world_.lamports[key] = 9;
        a_.tell_account(key, world_.slot, 9);
    }
    run_slots(5, {&a_, &b_});
    EXPECT_GE(b_.connections, 2U);
    EXPECT_TRUE(listener_.blind_now.empty());
    expect_no_lost_update();
}

TEST_F(FeedChecksTest, DoesNotBlameASocketForTheDeafnessOfAnother) {
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 150; ++i) {
        keys.push_back(key_of(i));
    }
    start_sighted(keys, {&a_, &b_, &c_}, Priority::Armed);
    run_slots(1, {&a_, &b_, &c_});
    std::optional<Pubkey> last;
    for (const Pubkey& key : keys) {
        if (b_.carries(key)) {
            b_.deafen(key);
            world_.lamports[key] = 9;
            (a_.carries(key) ? a_ : c_).tell_account(key, world_.slot, 9);
        } else {
            last = key;
        }
    }
    ASSERT_TRUE(last && a_.carries(*last) && c_.carries(*last));
    c_.deafen(*last);
    world_.lamports[*last] = 9;
    a_.tell_account(*last, world_.slot, 9);
    run_slots(5, {&a_, &b_, &c_});
    EXPECT_GE(b_.connections, 2U);
    EXPECT_EQ(c_.connections, 1U) << "it missed one";
    EXPECT_EQ(feed_->statistics().sockets[2].renewed, 1U);
    expect_no_lost_update();
}

}  // namespace
}  // namespace sniperforge::feed
