// SPDX-License-Identifier: MIT
// Several sockets: who carries what, what a loss or a stall blinds, and how it is repaired.
#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedSocketsTest : public FeedFixture {
 protected:
    [[nodiscard]] std::size_t copies_of(const Pubkey& account) const {
        return (a_.carries(account) ? 1U : 0U) + (b_.carries(account) ? 1U : 0U) +
               (c_.carries(account) ? 1U : 0U);
    }
    [[nodiscard]] std::vector<Pubkey> keys(std::uint8_t count) const {
        std::vector<Pubkey> all;
        for (std::uint8_t i = 1; i <= count; ++i) {
            all.push_back(key_of(i));
        }
        return all;
    }
};

TEST_F(FeedSocketsTest, SpreadsAccountsEvenlyAndDoublesThemByPriority) {
    make({a_.settings(2), b_.settings(1), c_.settings(1)});
    feed_->watch(keys(40));
    feed_->start();
    run();
    EXPECT_EQ(a_.count_on(0), 10U);
    EXPECT_EQ(a_.count_on(1), 10U);
    EXPECT_EQ(b_.count_on(0), 10U);
    EXPECT_EQ(c_.count_on(0), 10U);
    feed_->watch(std::vector{key_of(50)}, Priority::Armed);
    feed_->watch(std::vector{key_of(51)}, Priority::Position);
    run();
    EXPECT_EQ(copies_of(key_of(50)), 2U);
    EXPECT_EQ(copies_of(key_of(51)), 3U) << "each on an endpoint of its own";
    EXPECT_EQ(
        a_.count("accountSubscribe") + b_.count("accountSubscribe") + c_.count("accountSubscribe"),
        45U);
}

TEST_F(FeedSocketsTest, OpensNoSocketOfAnExcludedEndpointUntilItIsAdmitted) {
    make({a_.settings(1), b_.settings(1)});
    feed_->exclude("b");
    feed_->watch(keys(10));
    feed_->start();
    run();
    EXPECT_EQ(a_.count_on(0), 10U);
    EXPECT_EQ(b_.connections, 0U);
    feed_->admit("b");
    feed_->watch(std::vector{key_of(50)}, Priority::Position);
    run();
    EXPECT_EQ(b_.connections, 1U);
    EXPECT_EQ(copies_of(key_of(50)), 2U);
}

// Otherwise a wrong pubsub_url shows as "no market data" and nothing else.
TEST_F(FeedSocketsTest, SaysOnceWhichSocketCannotBeHadAndAgainWhenTheReasonChanges) {
    const auto count_in = [](std::string_view text, std::string_view part) {
        std::size_t count = 0;
        for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
            ++count;
        }
        return count;
    };
    auto nobody = a_.settings(2);
    nobody.pubsub_url = "ws://node:9/?api-key=abcdef123456";
    make({nobody});
    testing::internal::CaptureStderr();
    feed_->start();
    run(seconds{60});
    std::string told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count_in(told, "the WebSocket at ws://node:9/?*** cannot be used: node:9: "), 1U)
        << told;
    EXPECT_EQ(count_in(told, "RPC port + 1"), 1U) << told;
    EXPECT_NE(told.find("refused"), std::string::npos) << told;
    EXPECT_EQ(told.find("abcdef"), std::string::npos) << told;
    EXPECT_EQ(count_in(feed_->statistics().socket_trouble, "ws://node:9/?***"), 1U);

    testing::internal::CaptureStderr();
    const auto server =
        net::HttpServer::start(reactor_, {.host = "node", .port = 9},
                               [](const net::HttpRequest&, net::HttpResponder respond) {
                                   respond({.status = 404, .headers = {}, .body = "no such page"});
                               });
    ASSERT_TRUE(server);
    run(seconds{60});
    told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count_in(told, "the server answered 404"), 1U) << told;
    EXPECT_NE(feed_->statistics().socket_trouble.find("404"), std::string::npos);
    EXPECT_EQ(feed_->statistics().socket_trouble.find("refused"), std::string::npos);

    testing::internal::CaptureStderr();
    run(seconds{480});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    testing::internal::CaptureStderr();
    run(seconds{90});
    EXPECT_EQ(count_in(testing::internal::GetCapturedStderr(), "the server answered 404"), 1U);
}

TEST_F(FeedSocketsTest, HasNoTroubleToTellOnceASocketIsLive) {
    make({a_.settings(1)});
    a_.stop();
    feed_->start();
    run(seconds{1});
    EXPECT_NE(feed_->statistics().socket_trouble, "");
    a_.listen();
    run(seconds{15});
    run_slots(2, {&a_});
    ASSERT_FALSE(feed_->is_blind());
    EXPECT_EQ(feed_->statistics().socket_trouble, "");
}

// Both vaults of a pool are written by every swap: in one stream they arrive in order.
TEST_F(FeedSocketsTest, PutsWhatBelongsTogetherOnTheSameSocketsWhileThereIsRoom) {
    make({a_.settings(2, 6), b_.settings(1, 6)});
    for (std::uint8_t pool = 0; pool < 3; ++pool) {
        std::vector<Pubkey> accounts;
        for (std::uint8_t i = 1; i <= 3; ++i) {
            accounts.push_back(key_of(static_cast<std::uint8_t>(10 * pool + i)));
        }
        feed_->watch_together(accounts, Priority::Scanned);
    }
    feed_->start();
    run();
    EXPECT_EQ(a_.count_on(0), 3U);
    EXPECT_EQ(a_.count_on(1), 3U);
    EXPECT_EQ(b_.count_on(0), 3U);
    EXPECT_EQ(a_.peer_of(key_of(1)), a_.peer_of(key_of(3)));
    EXPECT_TRUE(b_.carries(key_of(21)) && b_.carries(key_of(23)));
    b_.stop();
    run();
    EXPECT_EQ(a_.peer_of(key_of(21)), a_.peer_of(key_of(22))) << "also when they move";
    EXPECT_EQ(a_.peer_of(key_of(21)), a_.peer_of(key_of(23)));
}

// A slot tells the pipeline that what was written before it was told.
TEST_F(FeedSocketsTest, HoldsASlotUntilEveryLiveSocketHasAnnouncedItOrTheWindowEnds) {
    settings_.reorder_window = milliseconds{40};
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys(2), {&a_, &b_});
    ASSERT_TRUE(b_.carries(key_of(2)));
    const auto run_for = [&](int ms) { sniperforge::test::run_for(reactor_, milliseconds{ms}); };
    a_.tell_slot(103, 102);
    run_for(20);
    b_.tell_account(key_of(2), 102, 9);
    run_for(5);
    EXPECT_EQ(listener_.take(), Lines{"account 2 slot 102 lamports 9"}) << "states do not wait";
    EXPECT_EQ(listener_.slots.back(), 102U);
    b_.tell_slot(103, 102);
    run_for(5);
    EXPECT_EQ(listener_.slots.back(), 103U);
    a_.tell_slot(104, 103);
    run_for(39);
    EXPECT_EQ(listener_.slots.back(), 103U);
    run_for(5);
    EXPECT_EQ(listener_.slots.back(), 104U) << "b is late: the window is over";
}

TEST_F(FeedSocketsTest, AddsAndDropsCopiesAsThePriorityChangesWithoutABlindMoment) {
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_, &c_});
    EXPECT_EQ(copies_of(key_of(1)), 1U);
    feed_->set_priority(std::vector{key_of(1)}, Priority::Position);
    run_slots(2, {&a_, &b_, &c_});
    EXPECT_EQ(copies_of(key_of(1)), 3U);
    a_.stop();
    b_.stop();
    run();
    EXPECT_EQ(listener_.take(), Lines{}) << "the third has held it since it was active";
    write(key_of(1), 77, {&c_});
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 104 lamports 77"});
    a_.listen();
    b_.listen();
    run_slots(12, {&a_, &b_, &c_});
    EXPECT_EQ(copies_of(key_of(1)), 3U);
    feed_->set_priority(std::vector{key_of(1)}, Priority::Scanned);
    run_slots(2, {&a_, &b_, &c_});
    EXPECT_EQ(copies_of(key_of(1)), 1U);
    EXPECT_EQ(listener_.take(), Lines{});
}

TEST_F(FeedSocketsTest, RaisesAndDoesNotLowerThePriorityOfWhatIsWatchedAgain) {
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    feed_->watch(std::vector{key_of(1)}, Priority::Armed);
    feed_->watch(std::vector{key_of(1)}, Priority::Scanned);
    feed_->start();
    run();
    EXPECT_EQ(copies_of(key_of(1)), 2U);
    feed_->watch(std::vector{key_of(1)}, Priority::Position);
    run();
    EXPECT_EQ(copies_of(key_of(1)), 3U);
}

TEST_F(FeedSocketsTest, DeliversTheFirstArrivalOfSeveralSockets) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_}, Priority::Armed);
    b_.tell_account(key_of(1), 110, 7);
    run();
    a_.tell_account(key_of(1), 110, 7);
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 110 lamports 7"});
    EXPECT_EQ(listener_.slots, (std::vector<std::uint64_t>{101, 102})) << "each slot once";
}

TEST_F(FeedSocketsTest, BlindsExactlyWhatALostSocketAloneCarriedAndMovesItAtOnce) {
    make({a_.settings(1), b_.settings(1)});
    const auto all = keys(4);
    feed_->watch(std::span{all}.first(1), Priority::Armed);
    start_sighted(all, {&a_, &b_});
    // 1 on both, then 2 on a, 3 on b, 4 on a.
    ASSERT_TRUE(a_.carries(key_of(1)) && b_.carries(key_of(1)));
    ASSERT_TRUE(a_.carries(key_of(2)) && b_.carries(key_of(3)) && a_.carries(key_of(4)));
    a_.stop();
    run();
    EXPECT_EQ(listener_.take(), Lines{"blind 2 4"});
    EXPECT_NE(listener_.reason.find("a: "), std::string::npos) << listener_.reason;
    EXPECT_FALSE(feed_->is_blind());
    EXPECT_TRUE(b_.carries(key_of(2)) && b_.carries(key_of(4))) << "not after five seconds";
    write(key_of(3), 33, {&b_});
    EXPECT_EQ(listener_.take(), Lines{"account 3 slot 102 lamports 33"}) << "others go on";
    world_.lamports[key_of(2)] = 22;
    next_slot({&b_});
    EXPECT_EQ(listener_.take(), (Lines{"read 2 slot 103 lamports 22", "heard 2 4"}))
        << "what was read is told first, and what did not change is not told";
    EXPECT_EQ(feed_->statistics().accounts_lost, 2U);
    expect_no_lost_update();
}

TEST_F(FeedSocketsTest, ReturnsWhatASocketCarriedWhenThereIsNoOther) {
    make({a_.settings(1)});
    start_sighted(keys(2), {&a_});
    a_.drop(0);
    run();
    EXPECT_EQ(listener_.take(), Lines{"lost a"}) << "nothing at all is heard";
    run_slots(2, {&a_});
    EXPECT_EQ(listener_.take(), Lines{"restored a"});
    EXPECT_EQ(feed_->statistics().accounts_blind, 0U);
}

TEST_F(FeedSocketsTest, SeesAgainWithTheFirstAccountsAndNamesThoseThatFollow) {
    make({a_.settings(1)});
    std::vector<Pubkey> all;
    for (std::uint32_t i = 0; i < 450; ++i) {
        all.push_back(key_of(i));
    }
    start_sighted(all, {&a_});
    feed_->set_priority(std::span{all}.subspan(440, 1), Priority::Position);
    a_.drop(0);
    run(milliseconds{300});
    listener_.take();
    a_.reads.clear();
    next_slot({&a_});
    const Lines lines = listener_.take();
    ASSERT_GE(lines.size(), 3U);
    EXPECT_TRUE(lines[0].starts_with("blind"));
    EXPECT_EQ(lines[1], "restored a");
    EXPECT_EQ(a_.reads[0][0], all[440].to_string()) << "positions first";
    EXPECT_TRUE(listener_.blind_now.empty()) << "and all in the end";
}

// Two slots: one is the usual difference between providers, and slots that nobody announced are no
// lag at all.
TEST_F(FeedSocketsTest, CallsASocketStalledTwoSlotsBehindTheBestAndNotOne) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys(2), {&a_, &b_});
    ASSERT_TRUE(b_.carries(key_of(2)));
    world_.slot += 5;  // Skipped.
    next_slot({&a_}, 102);
    EXPECT_EQ(listener_.take(), Lines{});
    EXPECT_EQ(feed_->statistics().sockets[1].slot_lag, 1U);
    next_slot({&a_});
    EXPECT_EQ(listener_.lines.at(0), "blind 2");
    EXPECT_EQ(feed_->statistics().sockets[1].stalls, 1U);
    EXPECT_TRUE(a_.carries(key_of(2)));
    next_slot({&a_});
    EXPECT_EQ(listener_.take(), (Lines{"blind 2", "heard 2"}));
}

TEST_F(FeedSocketsTest, TrustsAStalledSocketAgainFromItsNextSlotOn) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys(1), {&a_, &b_}, Priority::Armed);
    run_slots(3, {&a_});
    EXPECT_EQ(feed_->statistics().sockets[1].state, "silent");
    b_.tell_account(key_of(1), 103, 9);
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 103 lamports 9"}) << "news all the same";
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().sockets[1].state, "live");
    a_.stop();
    run();
    EXPECT_EQ(listener_.take(), Lines{}) << "held by b since";
}

// What a silent socket missed before the other copy was active was heard by neither.
TEST_F(FeedSocketsTest, ReadsWhatFellBetweenTwoCopies) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys(2), {&a_, &b_});
    ASSERT_TRUE(a_.carries(key_of(1)));
    a_.silent.insert(a_.peers[0]);
    ++world_.slot;  // Nobody but b tells of it, a is silent from here on.
    b_.tell_slot(103, 102);
    run(milliseconds{10});
    feed_->set_priority(std::vector{key_of(1)}, Priority::Armed);
    run(milliseconds{10});
    ASSERT_TRUE(b_.carries(key_of(1)));
    world_.lamports[key_of(1)] = 44;  // Written in 103, before b's subscription counts.
    next_slot({&b_});
    EXPECT_EQ(listener_.take(), (Lines{"blind 1", "read 1 slot 104 lamports 44", "heard 1"}));
}

TEST_F(FeedSocketsTest, CountsAnUntoldSlotOfOneSocketAsNoReasonToMoveTheOthers) {
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted(keys(3), {&a_, &b_, &c_}, Priority::Armed);
    for (int i = 0; i < 20; ++i) {
        next_slot(i % 2 == 0 ? std::vector<Node*>{&a_, &b_, &c_} : std::vector<Node*>{&a_, &c_});
    }
    EXPECT_EQ(feed_->statistics().sockets[1].stalls, 0U);
    EXPECT_EQ(listener_.take(), Lines{});
}

TEST_F(FeedSocketsTest, MovesWhatIsHeardElsewhereOnlyWhenASocketStaysAway) {
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted(keys(1), {&a_, &b_, &c_}, Priority::Armed);
    ASSERT_FALSE(c_.carries(key_of(1)));
    a_.stop();
    run_slots(10, {&b_, &c_});
    EXPECT_FALSE(c_.carries(key_of(1))) << "it may come back";
    run_slots(4, {&b_, &c_});
    EXPECT_TRUE(c_.carries(key_of(1)));
    EXPECT_EQ(listener_.take(), Lines{});
    a_.listen();
    run_slots(30, {&a_, &b_, &c_});
    EXPECT_EQ(copies_of(key_of(1)), 2U);
    b_.stop();
    run_slots(1, {&a_, &c_});
    EXPECT_EQ(listener_.take(), Lines{});
}

// When an endpoint's only well socket took over from its silent one, and both are well again, they
// are one copy: the endpoint can still be lost as a whole.
TEST_F(FeedSocketsTest, CountsTwoSocketsOfOneEndpointAsOneCopy) {
    make({a_.settings(2), b_.settings(1)});
    start_sighted(keys(1), {&a_, &b_}, Priority::Armed);
    const std::size_t first = a_.peer_of(key_of(1));
    b_.stop();
    run_slots(14, {&a_});  // It is given up.
    a_.silent.insert(a_.peers[first]);
    run_slots(3, {&a_});
    ASSERT_EQ(a_.subscriptions_of(key_of(1)), 2U) << "the other socket of a has it too";
    a_.silent.clear();
    run_slots(3, {&a_});
    b_.listen();
    run_slots(20, {&a_, &b_});
    EXPECT_TRUE(b_.carries(key_of(1)));
    EXPECT_EQ(a_.subscriptions_of(key_of(1)), 1U);
    listener_.take();
    a_.stop();
    run();
    EXPECT_EQ(listener_.take(), Lines{}) << "b holds it";
}

TEST_F(FeedSocketsTest, ReplacesACopyOfAPositionAtOnce) {
    settings_.copies_position = 2;
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted(keys(1), {&a_, &b_, &c_}, Priority::Position);
    ASSERT_FALSE(c_.carries(key_of(1)));
    a_.stop();
    run();
    EXPECT_TRUE(c_.carries(key_of(1)));
}

TEST_F(FeedSocketsTest, FillsSocketsToTheirCapacityAndNotOneMore) {
    make({a_.settings(1, 3), b_.settings(1, 2)});
    feed_->watch(keys(5));
    EXPECT_EQ(feed_->statistics().problems, 0U);
    feed_->watch(keys(6));
    EXPECT_EQ(feed_->statistics().problems, 1U);
    EXPECT_EQ(feed_->statistics().accounts_watched, 5U);
    feed_->start();
    run();
    EXPECT_EQ(a_.count_on(0), 3U);
    EXPECT_EQ(b_.count_on(0), 2U);
}

TEST_F(FeedSocketsTest, MakesRoomForAPositionAtTheCostOfAScannedAccount) {
    make({a_.settings(1, 2), b_.settings(1, 2)});
    start_sighted(keys(4), {&a_, &b_});
    feed_->set_priority(std::vector{key_of(1)}, Priority::Position);
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(copies_of(key_of(1)), 2U);
    EXPECT_EQ(listener_.take(), Lines{"blind 2"}) << "the first that gave way";
    feed_->set_priority(std::vector{key_of(1)}, Priority::Scanned);
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(listener_.take(), Lines{"heard 2"}) << "there is room again";
}

TEST_F(FeedSocketsTest, TakesAnAccountElsewhereWhenItIsRefused) {
    a_.is_refusing = true;
    make({a_.settings(1), b_.settings(1)});
    feed_->watch(keys(4));
    feed_->start();
    run();
    run_slots(2, {&a_, &b_});
    EXPECT_FALSE(feed_->is_blind());
    EXPECT_EQ(b_.count_on(0), 4U);
    EXPECT_EQ(feed_->statistics().problems, 2U);
}

TEST_F(FeedSocketsTest, GivesASocketThatIsBackItsShare) {
    make({a_.settings(2)});
    std::vector<Pubkey> all;
    for (std::uint32_t i = 0; i < 200; ++i) {
        all.push_back(key_of(i));
    }
    start_sighted(all, {&a_});
    const std::size_t kept = 1 - a_.peer_of(all[0]);
    net::WebSocketPeer* const other = a_.peers[kept];
    a_.drop(1 - kept);
    run();
    EXPECT_EQ(a_.count_on(static_cast<std::size_t>(
                  std::find(a_.peers.begin(), a_.peers.end(), other) - a_.peers.begin())),
              200U);
    run_slots(30, {&a_});
    EXPECT_NEAR(static_cast<double>(a_.count_on(0)), 100.0, 20.0);
    EXPECT_EQ(a_.count("accountSubscribe"), 200U);
    EXPECT_TRUE(listener_.blind_now.empty());
    listener_.take();
    for (const Pubkey& key : all) {
        write(key, 9, {&a_});
    }
    EXPECT_EQ(listener_.take().size(), 200U) << "each is heard, once";
}

TEST_F(FeedSocketsTest, OpensASocketAnewThatIsSilentWhileOthersSpeak) {
    make({a_.settings(1), b_.settings(1)});
    start_sighted(keys(2), {&a_, &b_});
    run_slots(4, {&a_});
    EXPECT_EQ(b_.connections, 1U);
    run_slots(3, {&a_});
    EXPECT_EQ(b_.connections, 2U);
    run_slots(2, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().sockets[1].state, "live");
}

}  // namespace
}  // namespace sniperforge::feed
