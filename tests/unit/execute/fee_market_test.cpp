// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_market.hpp"

#include "unit/rpc/fake_node.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
using std::chrono::milliseconds;
using std::chrono::seconds;

[[nodiscard]] std::vector<rpc::RecentFee> fees_of(std::initializer_list<std::uint64_t> prices) {
    std::vector<rpc::RecentFee> fees;
    for (const std::uint64_t price : prices) {
        fees.push_back({Slot{fees.size()}, ComputeUnitPrice{price}});
    }
    return fees;
}

TEST(FeePercentile, IsThePriceThatSoManyPercentOfTheSlotsDidNotExceed) {
    const auto fees = fees_of({50, 10, 40, 20, 30});
    const auto at = [&](std::uint32_t percent) { return percentile_of(fees, percent).raw(); };
    EXPECT_EQ(at(1), 10U);
    EXPECT_EQ(at(20), 10U);
    EXPECT_EQ(at(21), 20U);
    EXPECT_EQ(at(60), 30U);
    EXPECT_EQ(at(61), 40U);
    EXPECT_EQ(at(100), 50U);
    EXPECT_EQ(percentile_of({}, 60), ComputeUnitPrice{});
}

class FeeMarketTest : public ::testing::Test {
 protected:
    FeeMarketTest()
        : node{reactor, 1'000},
          client{reactor,
                 {{.name = "node", .url = node.rpc_url(), .api_key = {}, .api_key_header = {}}}} {
        node.answer = [this](const sniperforge::test::RpcRequest& request) {
            ++requests;
            if (is_failing) {
                return sniperforge::test::error_of(request, -32601, "Method not found");
            }
            const auto& price = price_of[sniperforge::test::first_text(request.params)];
            return sniperforge::test::result_of(
                request, fmt::format(R"([{{"slot":1,"prioritizationFee":{}}}])", price));
        };
        settings.fee_poll_interval = seconds{1};
    }
    void run(FeeMarket& market, Duration duration) {
        const MonoTime end = reactor.now() + duration;
        while (reactor.now() < end) {
            market.on_tick(reactor.now());
            reactor.run_until(reactor.now() + milliseconds{100});
        }
    }
    // Pool n has one account, key n + 100.
    void want(FeeMarket& market, std::uint64_t pool, std::uint64_t price) {
        price_of[key_of(pool + 100).to_string()] = price;
        market.want(key_of(pool), {key_of(pool + 100)});
    }

    net::VirtualReactor reactor;
    sniperforge::test::FakeNode node;
    rpc::RpcClient client;
    config::ExecutionSettings settings;
    std::map<std::string, std::uint64_t> price_of;
    bool is_failing = false;
    std::uint64_t requests = 0;
};

TEST_F(FeeMarketTest, KnowsAPoolsPriceOnceItWasAskedAndForAMinute) {
    FeeMarket market{reactor, client, settings};
    want(market, 1, 700);
    EXPECT_FALSE(market.price(key_of(1)));
    run(market, seconds{1});
    EXPECT_EQ(market.price(key_of(1)), ComputeUnitPrice{700});
    is_failing = true;
    run(market, seconds{58});
    EXPECT_EQ(market.price(key_of(1)), ComputeUnitPrice{700});
    run(market, seconds{2});
    EXPECT_FALSE(market.price(key_of(1)));
}

TEST_F(FeeMarketTest, AsksNoFasterThanItsIntervalAndOfOnePoolEveryTenSeconds) {
    FeeMarket market{reactor, client, settings};
    run(market, seconds{5});
    EXPECT_EQ(requests, 0U);  // Nobody wants anything.
    for (std::uint64_t pool = 1; pool <= 3; ++pool) {
        want(market, pool, 1);
    }
    run(market, seconds{2});
    EXPECT_EQ(requests, 2U);
    run(market, seconds{7});
    EXPECT_EQ(requests, 3U);
    run(market, seconds{2});
    EXPECT_EQ(requests, 4U);
}

TEST_F(FeeMarketTest, AsksAboutThePoolThatWasWantedLastFirst) {
    FeeMarket market{reactor, client, settings};
    want(market, 1, 10);
    want(market, 2, 20);
    want(market, 1, 10);
    run(market, seconds{1});
    ASSERT_EQ(node.requests.size(), 1U);
    EXPECT_NE(node.requests[0].params.find(key_of(101).to_string()), std::string::npos);
}

TEST_F(FeeMarketTest, TakesTheMiddleOfWhatItKnowsForAPoolThatItDoesNot) {
    FeeMarket market{reactor, client, settings};
    want(market, 1, 10);
    want(market, 2, 500);
    want(market, 3, 30);
    run(market, seconds{4});
    EXPECT_EQ(market.price(key_of(9)), ComputeUnitPrice{30});
    EXPECT_EQ(market.price(), ComputeUnitPrice{30});
    EXPECT_EQ(market.price(key_of(2)), ComputeUnitPrice{500});
}

}  // namespace
}  // namespace sniperforge::execute
