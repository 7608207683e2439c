// SPDX-License-Identifier: MIT
// What is not the state of watched accounts: new pools, logs, signatures, each told once.
#include "sniperforge/dex/logged_creations.hpp"
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

TEST_F(FeedEventsTest, ListensForNewPoolsInTheWaysThatTheSettingsName) {
    settings_.is_watching_new_pools = true;
    struct Case {
        std::vector<std::string> ways;
        std::size_t programs, logs;
    };
    for (const Case& one :
         {Case{{"accounts"}, 8, 0}, Case{{"logs"}, 0, 8}, Case{{"accounts", "logs"}, 8, 8}}) {
        settings_.new_pools_by = one.ways;
        make({a_.settings(1)});
        feed_->start();
        run();
        EXPECT_EQ(a_.count("programSubscribe"), one.programs);
        EXPECT_EQ(a_.count("logsSubscribe"), one.logs);
    }
    settings_.is_watching_new_pools = false;
    make({a_.settings(1)});
    feed_->start();
    run();
    EXPECT_EQ(a_.count("programSubscribe") + a_.count("logsSubscribe"), 0U);
}

TEST_F(FeedEventsTest, ListensForTheLogsOfWhatMentionsTheVenuesThatAreConfigured) {
    settings_.is_watching_new_pools = true;
    settings_.new_pools_by = {"logs"};
    settings_.venues = {"pump", "raydium_cpmm"};
    make({a_.settings(1), b_.settings(1), c_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_, &c_});
    std::set<std::string> mentioned;
    for (const Node::Subscription& one : a_.subscriptions) {
        if (one.method == "logsSubscribe") {
            mentioned.insert(one.key);
        }
    }
    EXPECT_EQ(mentioned, (std::set{dex::creation_mention(VenueId::PumpCurve).account.to_string(),
                                   cpmm_.to_string()}));
    EXPECT_EQ(b_.count("logsSubscribe"), 2U);
    EXPECT_EQ(c_.count("logsSubscribe"), 0U);
}

// Of everything that a program's logs tell, what made a pool; once, from whoever is first.
TEST_F(FeedEventsTest, HandsOnTheLogsOfCreationsAloneAndEachOnce) {
    settings_.is_watching_new_pools = true;
    settings_.new_pools_by = {"logs"};
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_});
    const Pubkey pump = dex::creation_mention(VenueId::PumpCurve).account;
    const auto lines_of = [&](const std::string& text) {
        return Lines{fmt::format("Program {} invoke [1]", cpmm_.to_string()), text};
    };
    const Lines creation = lines_of("Program log: Instruction: Initialize");
    const Lines swap = lines_of("Program log: Instruction: SwapBaseInput");
    const Lines cut = lines_of("Log truncated");
    const std::string first = fmt::format("Program {} invoke [1]", cpmm_.to_string());
    a_.tell_logs({cpmm_}, signature(1), 110, swap);
    a_.tell_logs({cpmm_}, signature(2), 110, creation, true);
    a_.tell_logs({cpmm_}, signature(3), 110, cut);
    run();
    EXPECT_EQ(listener_.take(), Lines{});
    b_.tell_logs({cpmm_}, signature(4), 111, creation);
    run();
    a_.tell_logs({cpmm_}, signature(4), 111, creation);
    // What was cut may be a creation where nothing else is told.
    a_.tell_logs({pump}, signature(5), 110, cut);
    a_.tell_logs({pump}, signature(6), 110, swap);
    run();
    EXPECT_EQ(listener_.take(), (Lines{"logs 4 slot 111 " + first, "logs 5 slot 110 " + first}));
    EXPECT_EQ(feed_->statistics().logs, 7U);
    EXPECT_EQ(feed_->statistics().logs_of_creations, 2U);
    EXPECT_EQ(feed_->statistics().logs_cut, 1U);
}

TEST_F(FeedEventsTest, ListensInOtherWaysOnceTheSettingsHaveChanged) {
    settings_.is_watching_new_pools = true;
    settings_.venues = {"raydium_cpmm"};
    make({a_.settings(1), b_.settings(1)});
    start_sighted({key_of(1)}, {&a_, &b_});
    const auto expect = [&](std::size_t programs, std::size_t logs) {
        run();
        for (const Node* node : {&a_, &b_}) {
            EXPECT_EQ(node->count("programSubscribe"), programs);
            EXPECT_EQ(node->count("logsSubscribe"), logs);
        }
    };
    expect(1, 0);
    settings_.new_pools_by = {"accounts", "logs"};
    feed_->settings_changed(settings_);
    expect(1, 1);
    const std::size_t asked = a_.requests.size();
    feed_->settings_changed(settings_);
    run();
    EXPECT_EQ(a_.requests.size(), asked) << "nothing is different";
    settings_.new_pools_by = {"logs"};
    feed_->settings_changed(settings_);
    expect(0, 1);
}

// A program subscription that the endpoint does not serve costs chances, and holds back nothing.
TEST_F(FeedEventsTest, HearsNewPoolsByLogsWhereProgramsAreRefused) {
    settings_.is_watching_new_pools = true;
    settings_.new_pools_by = {"accounts", "logs"};
    settings_.venues = {"raydium_cpmm"};
    a_.refused_method = "programSubscribe";
    make({a_.settings(1)});
    start_sighted({key_of(1)}, {&a_});
    EXPECT_EQ(a_.count("programSubscribe"), 0U);
    const std::string first = fmt::format("Program {} invoke [1]", cpmm_.to_string());
    a_.tell_logs({cpmm_}, signature(4), 111, {first, "Program log: Instruction: Initialize"});
    run();
    EXPECT_EQ(listener_.take(), Lines{"logs 4 slot 111 " + first});
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
