// SPDX-License-Identifier: MIT
// What orders on paper would offer: read from nodes, within the caps of the settings.
#include "sniperforge/execute/order_costs.hpp"

#include <gtest/gtest.h>

#include "unit/execute/offer_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::execute {
namespace {

class OrderCostsTest : public ::testing::Test {
 protected:
    OrderCostsTest()
        : node{reactor, 1'000},
          client{reactor,
                 {{.name = "node", .url = node.rpc_url(), .api_key = {}, .api_key_header = {}}}} {
        node.answer = [](const sniperforge::test::RpcRequest& request) {
            return sniperforge::test::result_of(request, "2074080");
        };
        settings.priority_price = ComputeUnitPrice{10'000};
        settings.trade_fee_max = Lamports{1'000'000};
        settings.daily_fee_max = Lamports{10'000};
    }
    [[nodiscard]] static Offer tipping(std::uint64_t lamports) {
        return {ComputeUnitPrice{10'000}, Lamports{lamports}};
    }

    net::VirtualReactor reactor;
    sniperforge::test::FakeNode node;
    rpc::RpcClient client;
    dex::PoolBook book;
    config::ExecutionSettings settings;
    const ComputeUnits units{100'000};  // 1,000 lamports at that price.
};

TEST_F(OrderCostsTest, TheRentIsUnknownUntilANodeHasToldIt) {
    OrderCosts costs{reactor, client, nullptr, book, settings};
    EXPECT_FALSE(costs.rent());
    costs.start();
    EXPECT_FALSE(costs.rent());
    reactor.run_until(reactor.now() + std::chrono::seconds{1});
    EXPECT_EQ(costs.rent(), Lamports{2'074'080});
}

TEST_F(OrderCostsTest, WithoutLanesAndMarketTheOfferIsThatOfTheSettings) {
    OrderCosts costs{reactor, client, nullptr, book, settings};
    EXPECT_EQ(priced(costs.offer(PoolIndex{0})), (Offer{ComputeUnitPrice{10'000}, {}}));
}

TEST_F(OrderCostsTest, TheDayIsSetAsideWhileAnOrderIsUnderWayAndCountsWhatItCameTo) {
    OrderCosts costs{reactor, client, nullptr, book, settings};
    const auto first = costs.reserve(tipping(9'000), units, false);
    ASSERT_TRUE(first) << "exactly the day";
    EXPECT_FALSE(costs.reserve(tipping(0), units, false));
    costs.settled(*first, units, Lamports{1'000});  // It reverted, and paid no tip.
    EXPECT_FALSE(costs.reserve(tipping(8'001), units, false));
    EXPECT_TRUE(costs.reserve(tipping(8'000), units, false));
}

TEST_F(OrderCostsTest, WhatEarlierProcessesPaidCountsAndAnExitPaysTheLeast) {
    OrderCosts costs{reactor, client, nullptr, book, settings};
    costs.resume(Lamports{10'000});
    EXPECT_FALSE(costs.reserve(tipping(0), units, false));
    const auto exit = costs.reserve({ComputeUnitPrice{90'000}, Lamports{5'000}}, units, true);
    ASSERT_TRUE(exit);
    EXPECT_EQ(priced(*exit), (Offer{ComputeUnitPrice{10'000}, {}}));
}

TEST_F(OrderCostsTest, AnOrdersOwnCapHoldsAndTheTipGoesFirst) {
    settings.trade_fee_max = Lamports{3'000};
    OrderCosts costs{reactor, client, nullptr, book, settings};
    const auto offer = costs.reserve({ComputeUnitPrice{90'000}, Lamports{2'000}}, units, false);
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->tip, Lamports{2'000});
    EXPECT_EQ(offer->price, ComputeUnitPrice{10'000});
}

}  // namespace
}  // namespace sniperforge::execute
