// SPDX-License-Identifier: MIT
// The feed as a whole: sight, backfill, what is handed on.
#include "sniperforge/feed/feed.hpp"

#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedTest : public FeedFixture {};

TEST_F(FeedTest, IsBlindUntilSubscribedAndEveryAccountIsRead) {
    make({a_.settings(1)});
    EXPECT_TRUE(feed_->is_blind());
    feed_->watch(std::vector{key_of(1), key_of(2)});
    feed_->start();
    run();
    EXPECT_TRUE(a_.carries(key_of(1)));
    EXPECT_TRUE(a_.reads.empty()) << "from which slot on it hears all is not known yet";
    EXPECT_EQ(feed_->statistics().accounts_new, 2U);
    next_slot({&a_});

    EXPECT_EQ(listener_.take(),
              (Lines{"read 1 slot 101 lamports 5", "read 2 slot 101 lamports 5", "restored a"}));
    EXPECT_FALSE(feed_->is_blind());
    const FeedStatistics statistics = feed_->statistics();
    EXPECT_EQ(statistics.accounts_watched, 2U);
    EXPECT_EQ(statistics.accounts_new, 0U);
    EXPECT_EQ(statistics.backfilled, 2U);
    EXPECT_EQ(statistics.slot.value, 101U);
    EXPECT_EQ(a_.reads.size(), 1U);
}

TEST_F(FeedTest, ReadsInBatchesOfOneHundredByPriority) {
    make({a_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 201; ++i) {
        keys.push_back(key_of(i));
    }
    feed_->watch(keys);
    feed_->set_priority(std::span{keys}.subspan(150, 1), Priority::Armed);
    feed_->set_priority(std::span{keys}.subspan(200, 1), Priority::Position);
    feed_->start();
    run();
    next_slot({&a_});
    ASSERT_EQ(a_.reads.size(), 3U);
    EXPECT_EQ(a_.reads[0].size(), 100U);
    EXPECT_EQ(a_.reads[1].size(), 100U);
    EXPECT_EQ(a_.reads[2].size(), 1U);
    EXPECT_EQ(a_.reads[0][0], keys[200].to_string());
    EXPECT_EQ(a_.reads[0][1], keys[150].to_string());
    EXPECT_EQ(a_.requests[1].params.find(keys[200].to_string()), 2U) << "subscribed first too";
    EXPECT_FALSE(feed_->is_blind());
}

TEST_F(FeedTest, WatchesThePoolsOfTheSettingsAndAccountsFoundOnTheWay) {
    settings_.pools = {key_of(1)};
    make({a_.settings(1)});
    // As the pipeline does: the pool's account names its vaults.
    listener_.on_account = [&](const AccountUpdate& update) {
        if (update.pubkey == key_of(1)) {
            feed_->watch(std::vector{key_of(2), key_of(3)});
        }
    };
    feed_->start();
    run();
    run_slots(2, {&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 101 lamports 5", "read 2 slot 101 lamports 5",
                                       "read 3 slot 101 lamports 5", "restored a"}))
        << "sight returns after the vaults, not after the pool";
}

TEST_F(FeedTest, ReadsWhatIsWatchedLaterAtOnce) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    feed_->watch(std::vector{key_of(2)});
    run(milliseconds{20});
    EXPECT_EQ(listener_.take(), Lines{"read 2 slot 102 lamports 5"}) << "not a slot later";
}

TEST_F(FeedTest, ReadsAgainWhenTheAnsweringNodeIsBehindTheNotifyingOne) {
    make({a_.settings(1)});
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run();
    a_.rpc_slot = 100;
    a_.tell_slot(101, 100);
    run(milliseconds{100});
    EXPECT_EQ(a_.reads.size(), 1U);
    EXPECT_TRUE(listener_.take().empty()) << "what happened in slot 101 may be missing";
    a_.rpc_slot = 101;
    run(milliseconds{500});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 101 lamports 5", "restored a"}));
}

TEST_F(FeedTest, DropsNotificationsOlderThanWhatItHolds) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    a_.tell_account(key_of(1), 110, 7);
    a_.tell_account(key_of(1), 109, 6);
    a_.tell_account(key_of(1), 110, 7);
    a_.tell_account(key_of(1), 110, 8);
    run();
    EXPECT_EQ(listener_.take(),
              (Lines{"account 1 slot 110 lamports 7", "account 1 slot 110 lamports 8"}));
    EXPECT_EQ(feed_->statistics().duplicates, 2U);
}

TEST_F(FeedTest, BackfillsEverythingBeforeItSaysThatItSeesAgain) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    world_.lamports[key_of(1)] = 6;
    a_.stop();
    run(milliseconds{100});
    EXPECT_TRUE(feed_->is_blind());
    EXPECT_EQ(listener_.take(), Lines{"lost a"});
    EXPECT_EQ(feed_->statistics().lost, 1U);

    a_.listen();
    world_.slot = 150;
    run(seconds{2});
    EXPECT_TRUE(feed_->is_blind());
    next_slot({&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 151 lamports 6", "restored a"}));
    EXPECT_FALSE(feed_->is_blind());
    expect_no_lost_update();
}

TEST_F(FeedTest, StaysBlindWhileReadsFailAndRecoversWithThem) {
    make({a_.settings(1)});
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run();
    a_.is_failing = true;
    run_slots(5, {&a_});
    EXPECT_TRUE(feed_->is_blind());
    EXPECT_GE(feed_->statistics().problems, 2U);
    a_.is_failing = false;
    run_slots(2, {&a_});
    EXPECT_FALSE(feed_->is_blind());
}

TEST_F(FeedTest, DoesNotCountAReadFromBeforeALossAsOneAfterIt) {
    make({a_.settings(1)});
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run();
    a_.rpc_delay = seconds{2};
    next_slot({&a_});
    ASSERT_EQ(a_.reads.size(), 1U);
    a_.stop();
    run();
    a_.listen();
    run(milliseconds{300});
    world_.lamports[key_of(1)] = 6;
    next_slot({&a_});
    ASSERT_EQ(a_.reads.size(), 2U);
    run_slots(4, {&a_});
    EXPECT_TRUE(listener_.take().empty()) << "only the first read is answered by now";
    EXPECT_TRUE(feed_->is_blind());
    run_slots(2, {&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 102 lamports 6", "restored a"}));
}

TEST_F(FeedTest, GoesBlindAfterStallSlotsOfSilenceAndNotBefore) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    // The last slot was heard 400 ms ago, less the network's delay; four slots are 1600 ms.
    run(milliseconds{1'150});
    EXPECT_FALSE(feed_->is_blind());
    run(milliseconds{100});
    EXPECT_TRUE(feed_->is_blind());
    EXPECT_EQ(listener_.take(), Lines{"lost all endpoints"});
    EXPECT_NE(listener_.reason.find("1600 ms"), std::string::npos) << listener_.reason;
    EXPECT_EQ(a_.connections, 1U) << "four skipped slots are no reason to reconnect";

    world_.lamports[key_of(1)] = 9;
    next_slot({&a_});
    EXPECT_EQ(listener_.take(), (Lines{"read 1 slot 103 lamports 9", "restored a"}));
}

TEST_F(FeedTest, OpensASilentSocketAnew) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    run(seconds{10});
    EXPECT_GE(a_.connections, 2U);
    EXPECT_TRUE(feed_->is_blind());
    run_slots(2, {&a_});
    EXPECT_FALSE(feed_->is_blind());
}

TEST_F(FeedTest, StopsHearingOfUnwatchedAccounts) {
    make({a_.settings(1)});
    start_sighted({key_of(1), key_of(2)}, {&a_});
    feed_->unwatch(std::vector{key_of(1)});
    a_.tell_account(key_of(1), 110, 7);
    run();
    EXPECT_FALSE(a_.carries(key_of(1)));
    EXPECT_TRUE(listener_.take().empty());
    EXPECT_EQ(feed_->statistics().accounts_watched, 1U);
    EXPECT_EQ(feed_->statistics().problems, 0U);
}

TEST_F(FeedTest, RefusesAccountsBeyondItsBound) {
    settings_.pools_max = 1;
    make({a_.settings(1)});
    std::vector<Pubkey> keys;
    for (std::uint8_t i = 1; i <= 5; ++i) {
        keys.push_back(key_of(i));
    }
    feed_->watch(std::span{keys}.first(4));
    EXPECT_EQ(feed_->statistics().problems, 0U);
    feed_->watch(keys);
    EXPECT_EQ(feed_->statistics().accounts_watched, 4U);
    EXPECT_EQ(feed_->statistics().problems, 1U);
}

TEST_F(FeedTest, CountsHostileFramesAndGoesOn) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    for (int i = 0; i < 1'000; ++i) {
        a_.peers[0]->send_text("{\"method\":");
    }
    next_slot({&a_});
    EXPECT_EQ(feed_->statistics().problems, 1'000U);
    EXPECT_FALSE(feed_->is_blind());
}

TEST_F(FeedTest, MayBeDestroyedWithReadsOnTheirWay) {
    make({a_.settings(1)});
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run();
    a_.rpc_delay = milliseconds{100};
    a_.tell_slot(101, 100);
    run(milliseconds{20});
    feed_.reset();
    sniperforge::test::run_for(reactor_, seconds{2});
    EXPECT_TRUE(listener_.take().empty());
}

TEST_F(FeedTest, SumsTheTimeThatItWasBlind) {
    make({a_.settings(1)});
    feed_->watch(std::vector{key_of(1)});
    feed_->start();
    run(seconds{3});
    next_slot({&a_});
    const FeedStatistics sighted = feed_->statistics();
    EXPECT_GE(sighted.time_lost, seconds{3});
    EXPECT_LE(sighted.time_lost, milliseconds{3'100});
    EXPECT_EQ(sighted.time_blind, sighted.time_lost);
    run_slots(3, {&a_});
    EXPECT_EQ(feed_->statistics().time_lost, sighted.time_lost);
    const std::string json = to_json(feed_->statistics());
    EXPECT_NE(json.find(R"("accounts":{"watched":1,"new":0,"blind":0})"), std::string::npos);
    EXPECT_NE(json.find(R"({"name":"a","state":"live","subscriptions":2,"accounts":1,)"),
              std::string::npos)
        << json;
    simdjson::dom::parser parser;
    EXPECT_EQ(parser.parse(json).error(), simdjson::SUCCESS);
}

// 10,000 accounts over four sockets of two endpoints: the loss of one socket blinds what it alone
// carried, and everything is whole again without one lost update.
TEST_F(FeedTest, CarriesTenThousandAccountsAndRepairsTheLossOfOneSocket) {
    listener_.is_keeping_accounts = false;
    make({a_.settings(2), b_.settings(2)});
    std::vector<Pubkey> keys;
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        keys.push_back(key_of(i));
    }
    feed_->watch(keys);
    feed_->start();
    run();
    run_slots(3, {&a_, &b_});
    ASSERT_FALSE(feed_->is_blind());
    ASSERT_EQ(listener_.accounts, 10'000U);
    for (std::size_t peer = 0; peer < 2; ++peer) {
        EXPECT_EQ(a_.count_on(peer), 2'500U);
        EXPECT_EQ(b_.count_on(peer), 2'500U);
    }
    for (std::uint32_t i = 0; i < 10'000; i += 7) {
        world_.lamports[keys[i]] = 1'000 + i;
        a_.tell_account(keys[i], world_.slot, 1'000 + i);
        b_.tell_account(keys[i], world_.slot, 1'000 + i);
    }
    run();
    EXPECT_EQ(listener_.accounts, 10'000U + 1'429U);
    expect_no_lost_update();

    a_.drop(0);
    for (std::uint32_t i = 0; i < 10'000; i += 11) {
        world_.lamports[keys[i]] = 50'000 + i;
        a_.tell_account(keys[i], world_.slot + 1, 50'000 + i);
        b_.tell_account(keys[i], world_.slot + 1, 50'000 + i);
    }
    ++world_.slot;
    run();
    EXPECT_EQ(feed_->statistics().accounts_blind, 2'500U);
    EXPECT_FALSE(feed_->is_blind());
    run_slots(3, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().accounts_blind, 0U);
    EXPECT_TRUE(listener_.blind_now.empty());
    expect_no_lost_update();
}

}  // namespace
}  // namespace sniperforge::feed
