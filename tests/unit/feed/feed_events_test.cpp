// SPDX-License-Identifier: MIT
// What is not the state of watched accounts: new pools, logs, signatures, each told once.
#include "sniperforge/dex/venue.hpp"
#include "unit/feed/feed_support.hpp"

namespace sniperforge::feed {
namespace {

using namespace test;

class FeedEventsTest : public FeedFixture {
 protected:
    static Signature signature(std::uint8_t number) {
        Signature signature;
        signature.bytes.fill(number);
        return signature;
    }
    const Pubkey cpmm_ = dex::program_of(VenueId::RaydiumCpmm);
};

TEST_F(FeedEventsTest, ListensForNewPoolsOnTwoEndpointsAndTellsEachStateOnce) {
    settings_.is_watching_new_pools = true;
    make({a_.settings(2), b_.settings(1), c_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_, &c_});
    EXPECT_EQ(a_.count("programSubscribe"), 8U) << "all venues, on one of its sockets";
    EXPECT_EQ(b_.count("programSubscribe"), 8U);
    EXPECT_EQ(c_.count("programSubscribe"), 0U);
    a_.tell_program(cpmm_, key_of(77), 110, 3);
    b_.tell_program(cpmm_, key_of(77), 110, 3);
    b_.tell_program(cpmm_, key_of(77), 111, 4);
    a_.tell_program(cpmm_, key_of(77), 110, 3);
    a_.tell_program(cpmm_, key_of(77), 111, 4);
    run();
    EXPECT_EQ(listener_.take(),
              (Lines{"account 77 slot 110 lamports 3", "account 77 slot 111 lamports 4"}));
}

TEST_F(FeedEventsTest, TellsNothingTwiceWhenAnAccountFoundThroughItsProgramIsWatched) {
    settings_.is_watching_new_pools = true;
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_});
    a_.tell_program(cpmm_, key_of(77), 102, 5);
    run();
    feed_->watch(std::vector{key_of(77)});
    b_.tell_program(cpmm_, key_of(77), 102, 5);
    run();
    run_slots(1, {&a_, &b_});
    EXPECT_EQ(feed_->statistics().accounts_new, 0U);
    EXPECT_EQ(listener_.state[key_of(77)], 5U);
    const Lines lines = listener_.take();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "account 77 slot 102 lamports 5"), 1);
}

TEST_F(FeedEventsTest, MovesNewPoolsToAnotherEndpointWhenOneStaysAway) {
    settings_.is_watching_new_pools = true;
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_, &c_});
    a_.stop();
    run_slots(5, {&b_, &c_});
    EXPECT_EQ(c_.count("programSubscribe"), 8U);
    a_.listen();
    run_slots(10, {&a_, &b_, &c_});
    EXPECT_EQ(a_.count("programSubscribe"), 0U);
    EXPECT_EQ(b_.count("programSubscribe"), 8U);
}

// Before the feed is started, while the wallet's money is waited for say, sockets are all away
// alike: none of them listens better than another.
TEST_F(FeedEventsTest, DoesNotMoveNewPoolsToASocketThatIsAwayAsWell) {
    settings_.is_watching_new_pools = true;
    make({a_.settings(2)});
    testing::internal::CaptureStderr();
    run_slots(20, {});
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(told.find("listens for new pools"), std::string::npos) << told;
    start_sighted({key_of(1)}, {&a_});
    EXPECT_EQ(a_.count("programSubscribe"), 8U);
}

// Of the program's accounts only those that are pools, as far as length and first bytes tell.
TEST_F(FeedEventsTest, ListensForThePoolsOfTheConfiguredVenuesOnly) {
    settings_.is_watching_new_pools = true;
    settings_.venues = {"pump", "raydium_amm_v4", "meteora_dlmm"};
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    std::vector<std::string> asked;
    for (const RpcRequest& request : a_.requests) {
        if (request.method == "programSubscribe") {
            asked.push_back(request.params.substr(request.params.find("filters")));
        }
    }
    EXPECT_EQ(
        asked,
        (Lines{R"(filters":[{"memcmp":{"offset":0,"bytes":"4y6pru6YvC7"}}]}])",
               R"(filters":[{"dataSize":752}]}])",
               R"(filters":[{"dataSize":904},{"memcmp":{"offset":0,"bytes":"6XZoLajBWVJ"}}]}])"}));
}

TEST_F(FeedEventsTest, TellsEveryLoggedTransactionOnceAndBySlotWithinTheWindow) {
    settings_.reorder_window = milliseconds{20};
    make({a_.settings(1), b_.settings(1)});
    feed_->watch_logs(key_of(5));
    start_sighted({key_of(1)}, {&a_, &b_});
    EXPECT_EQ(a_.count("logsSubscribe") + b_.count("logsSubscribe"), 2U);
    a_.tell_logs(signature(2), 112);
    sniperforge::test::run_for(reactor_, milliseconds{10});
    b_.tell_logs(signature(1), 111);
    b_.tell_logs(signature(2), 112);
    run();
    EXPECT_EQ(listener_.take(),
              (Lines{"logs 1 slot 111 Program log: 111", "logs 2 slot 112 Program log: 112"}));
    EXPECT_EQ(feed_->statistics().events_late, 0U);
    a_.tell_logs(signature(3), 110);
    run();
    EXPECT_EQ(listener_.take(), Lines{"logs 3 slot 110 Program log: 110"});
    EXPECT_EQ(feed_->statistics().events_late, 1U);
}

TEST_F(FeedEventsTest, WatchesTheLogsOfSixtyFourAccountsAndNotOfOneMore) {
    make({a_.settings(1)});
    for (std::uint8_t i = 1; i <= 64; ++i) {
        feed_->watch_logs(key_of(i));
    }
    feed_->watch_logs(key_of(1));
    EXPECT_EQ(feed_->statistics().problems, 0U);
    feed_->watch_logs(key_of(65));
    EXPECT_EQ(feed_->statistics().problems, 1U);
    feed_->start();
    run();
    EXPECT_EQ(a_.count("logsSubscribe"), 64U);
}

TEST_F(FeedEventsTest, DeliversASignatureOnceFromWhicheverEndpointIsFirst) {
    make({a_.settings(2), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_});
    feed_->watch_signature(signature(4));
    feed_->watch_signature(signature(4));
    run();
    EXPECT_EQ(a_.count("signatureSubscribe"), 1U) << "one socket of each endpoint";
    b_.tell_signature(signature(4), 120);
    run();
    a_.tell_signature(signature(4), 120);
    run();
    EXPECT_EQ(listener_.take(), Lines{"signature 4 slot 120"});
}

TEST_F(FeedEventsTest, KeepsAtMostFiveHundredAndTwelveSignatures) {
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    for (std::uint32_t i = 0; i < 600; ++i) {
        Signature one;
        write_le(std::span{one.bytes}, 0, i);
        feed_->watch_signature(one);
        run(milliseconds{2});
    }
    EXPECT_EQ(a_.count("signatureSubscribe"), 512U);
}

}  // namespace
}  // namespace sniperforge::feed
