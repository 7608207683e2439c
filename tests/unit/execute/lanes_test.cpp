// SPDX-License-Identifier: MIT
#include "sniperforge/execute/lanes.hpp"

#include "unit/execute/fake_lane.hpp"

namespace sniperforge::execute {
namespace {

using namespace lane_test;
using sniperforge::test::key_of;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Bytes kLaneWire{1, 2, 3};  // AQID.

class LanesTest : public ::testing::Test {
 protected:
    void make(std::vector<config::LaneSettings> settings) {
        auto made = Lanes::create(reactor, settings, seconds{1});
        ASSERT_TRUE(made) << made.error().text;
        lanes = std::move(*made);
        run(milliseconds{100});
    }
    void run(Duration duration) {
        const MonoTime end = reactor.now() + duration;
        while (reactor.now() < end) {
            lanes->on_tick(reactor.now());
            reactor.run_until(reactor.now() + milliseconds{50});
        }
    }
    std::size_t send(Lamports tip = Lamports{10'000}) {
        const std::size_t sent = lanes->send(kLaneWire, {kTipAccount, tip});
        run(milliseconds{50});
        return sent;
    }
    [[nodiscard]] LaneStatistics of(std::size_t lane = 0) const {
        return lanes->statistics().at(lane);
    }

    net::VirtualReactor reactor;
    FakeLane first{reactor, "first"}, second{reactor, "second"};
    std::unique_ptr<Lanes> lanes;
};

TEST_F(LanesTest, AreAskedInTheWordsOfTheirKind) {
    auto jito = first.settings();
    jito.kind = "jito_transaction";
    jito.auth = config::Secret{"env:X", "a-uuid"};
    make({jito});
    EXPECT_EQ(send(), 1U);
    ASSERT_EQ(first.requests.size(), 1U);
    EXPECT_EQ(first.requests[0].target, "/fast");
    EXPECT_EQ(first.requests[0].body,
              R"({"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["AQID",)"
              R"({"encoding":"base64"}]})");
    const auto auth =
        std::ranges::find(first.requests[0].headers, "x-jito-auth", &net::HttpHeader::name);
    ASSERT_NE(auth, first.requests[0].headers.end());
    EXPECT_EQ(auth->value, "a-uuid");
    jito.kind = "jito_bundle";
    make({jito, second.settings()});
    EXPECT_EQ(send(), 2U);
    EXPECT_EQ(first.requests.back().body,
              R"({"jsonrpc":"2.0","id":1,"method":"sendBundle","params":[["AQID"],)"
              R"({"encoding":"base64"}]})");
    EXPECT_EQ(second.requests.back().body,
              R"({"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["AQID",)"
              R"({"encoding":"base64","skipPreflight":true,"maxRetries":0}]})");
    EXPECT_EQ(of(1).accepted, 1U);
}

// A tip is worth nothing at a lane that does not list its account, or wants more.
TEST_F(LanesTest, GetOnlyTransactionsWhoseTipTheyTake) {
    auto other = second.settings();
    other.tip_accounts = {key_of(402)};
    make({first.settings(), other});
    EXPECT_EQ(send(), 1U);
    EXPECT_TRUE(second.requests.empty());
    EXPECT_EQ(send(Lamports{9'999}), 0U);
    EXPECT_EQ(first.requests.size(), 1U);
}

TEST_F(LanesTest, KeepToTheirRate) {
    auto slow = first.settings();
    slow.requests_per_second = 1;
    make({slow});
    EXPECT_EQ(send(), 1U);
    EXPECT_FALSE(lanes->tip());  // An order now would pay for what it does not get.
    run(milliseconds{900});
    EXPECT_EQ(send(), 0U);  // 950 ms later.
    EXPECT_EQ(of().held_back, 1U);
    run(milliseconds{50});
    EXPECT_TRUE(lanes->tip());
    EXPECT_EQ(send(), 1U);
}

// 15 a second may come at once.
TEST_F(LanesTest, TakeAsManyAtOnceAsASecondHolds) {
    auto sender = first.settings();
    sender.requests_per_second = 15;
    make({sender});
    std::size_t sent = 0;
    for (int i = 0; i < 20; ++i) {
        sent += lanes->send(kLaneWire, {kTipAccount, Lamports{10'000}});
    }
    EXPECT_EQ(sent, 15U);
}

TEST_F(LanesTest, AreLeftAloneForAsLongAsTheySay) {
    first.answer = [] {
        net::HttpResponse response = lane_error(-32097);
        response.status = 429;
        response.headers.push_back({"Retry-After", "7"});
        return response;
    };
    make({first.settings(), second.settings()});
    EXPECT_EQ(send(), 2U);
    EXPECT_EQ(of().limited, 1U);
    EXPECT_TRUE(of().is_resting);
    run(milliseconds{6'800});
    EXPECT_EQ(send(), 1U);  // The second alone.
    run(milliseconds{200});
    EXPECT_EQ(send(), 2U);
}

// The congestion that Jito tells with HTTP 200.
TEST_F(LanesTest, AreLeftAloneForASecondThatDoublesWhenTheyAreLimited) {
    first.answer = [] { return lane_error(-32097); };
    make({first.settings()});
    EXPECT_EQ(send(), 1U);
    run(milliseconds{900});
    EXPECT_EQ(send(), 0U);
    run(milliseconds{50});
    EXPECT_EQ(send(), 1U);
    run(milliseconds{1'850});
    EXPECT_EQ(send(), 0U);  // Two seconds now.
    run(milliseconds{150});
    first.answer = lane_accepts;
    EXPECT_EQ(send(), 1U);
    EXPECT_EQ(send(), 1U);
    EXPECT_FALSE(of().is_resting);
}

TEST_F(LanesTest, RestAfterThreeFailuresInARow) {
    make({first.settings()});
    first.go_away();
    run(milliseconds{50});
    EXPECT_EQ(send(), 1U);
    EXPECT_EQ(send(), 1U);
    EXPECT_FALSE(of().is_resting);
    EXPECT_EQ(send(), 1U);
    EXPECT_TRUE(of().is_resting);
    EXPECT_EQ(send(), 0U);
    run(seconds{1});
    EXPECT_EQ(of().failed, 3U);
    EXPECT_FALSE(of().accepted);
    first.listen();
    run(seconds{1});
    EXPECT_EQ(send(), 1U);
    EXPECT_EQ(of().accepted, 1U);
}

// One that refuses everything, a list of tip accounts that is out of date say, costs tips for
// nothing.
TEST_F(LanesTest, RestWhenTheyRefuseThreeTimesInARow) {
    first.answer = [] { return lane_error(-32602); };
    make({first.settings()});
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(lanes->tip());
        send();
    }
    EXPECT_EQ(of().refused, 3U);
    EXPECT_FALSE(lanes->tip());
}

TEST_F(LanesTest, OfferTheTipOfTheFirstThatWouldTakeATransactionNow) {
    auto slow = first.settings();
    slow.requests_per_second = 1;
    auto dear = second.settings();
    dear.tip_floor = Lamports{200'000};
    dear.tip_accounts = {key_of(402)};
    make({slow, dear});
    EXPECT_EQ(lanes->tip()->min, Lamports{10'000});
    EXPECT_EQ(lanes->account(Lamports{10'000}, IntentId{1}, {}), kTipAccount);
    send();
    EXPECT_EQ(lanes->tip()->min, Lamports{200'000});
    EXPECT_FALSE(lanes->account(Lamports{199'999}, IntentId{1}, {}));
    EXPECT_EQ(lanes->account(Lamports{200'000}, IntentId{1}, {}), key_of(402));
}

TEST_F(LanesTest, TakeTheirTipAccountsInTurnAndNoneOutOfALookupTable) {
    auto many = first.settings();
    many.tip_accounts = {key_of(1), key_of(2), key_of(3)};
    make({many});
    const auto account = [&](std::uint64_t order, std::vector<Pubkey> in_table) {
        const std::vector<solana::AddressLookupTable> tables{{key_of(9), std::move(in_table)}};
        return lanes->account(Lamports{10'000}, IntentId{order}, tables);
    };
    EXPECT_EQ(account(0, {}), key_of(1));
    EXPECT_EQ(account(1, {}), key_of(2));
    EXPECT_EQ(account(3, {}), key_of(1));
    EXPECT_EQ(account(0, {key_of(1)}), key_of(2));
    EXPECT_FALSE(account(0, {key_of(1), key_of(2), key_of(3)}));
}

TEST_F(LanesTest, OfferWhatLandedWhereThatIsMoreThanTheFloorAndForAMinute) {
    auto informed = first.settings();
    informed.tip_floor_url = "http://first/floor";
    first.floor = R"([{"landed_tips_50th_percentile":0.00003}])";
    make({informed});
    run(seconds{1});
    EXPECT_EQ(lanes->tip()->wanted, Lamports{30'000});
    EXPECT_EQ(lanes->tip()->min, Lamports{10'000});
    first.floor = R"([{"landed_tips_50th_percentile":0.000001}])";
    run(seconds{11});
    EXPECT_EQ(lanes->tip()->wanted, Lamports{10'000});
    first.floor = R"([{"landed_tips_50th_percentile":0.00003}])";
    run(seconds{11});
    first.floor = "<html>";
    run(seconds{45});
    EXPECT_EQ(lanes->tip()->wanted, Lamports{30'000});
    run(seconds{20});
    EXPECT_EQ(lanes->tip()->wanted, Lamports{10'000});
    EXPECT_LE(first.floor_requests.size(), 10U);
}

TEST_F(LanesTest, KnowTheTipAccountsOfTheirKindsUnlessTheyListTheirOwn) {
    EXPECT_EQ(tip_accounts_of_kind("jito_transaction").size(), 8U);
    EXPECT_EQ(tip_accounts_of_kind("sender").size(), 10U);
    auto jito = first.settings();
    jito.kind = "jito_bundle";
    jito.tip_accounts.clear();
    const std::vector lanes_set{jito, jito, second.settings()};
    EXPECT_EQ(tip_accounts_of(lanes_set).size(), 9U);
    EXPECT_EQ(tip_accounts_known(lanes_set).size(), 19U);
}

}  // namespace
}  // namespace sniperforge::execute
