// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/recent_fees.hpp"

#include "unit/rpc/fake_node.hpp"

namespace sniperforge::rpc {
namespace {

using sniperforge::test::key_of;

TEST(RecentFees, AreReadInTheNodesOrder) {
    const auto fees = parse_recent_fees(
        R"([{"slot":7,"prioritizationFee":0},{"prioritizationFee":18446744073709551615,"slot":8}])");
    ASSERT_TRUE(fees) << fees.error().text;
    EXPECT_EQ(*fees, (std::vector<RecentFee>{{Slot{7}, ComputeUnitPrice{0}},
                                             {Slot{8}, ComputeUnitPrice::max()}}));
    EXPECT_TRUE(parse_recent_fees("[]")->empty());
}

TEST(RecentFees, AreNotGuessedFromWhatIsNone) {
    for (const auto* text :
         {"", "{}", "null", "[1]", R"([{"slot":7}])", R"([{"slot":7,)",
          R"([{"slot":7,"prioritizationFee":-1}])", R"([{"slot":7,"prioritizationFee":"1"}])"}) {
        EXPECT_FALSE(parse_recent_fees(text)) << text;
    }
}

// 128 accounts is what a node takes; the 129th would cost the answer about all of them.
TEST(RecentFees, AreAskedOfAtMostAsManyAccountsAsANodeTakes) {
    net::VirtualReactor reactor;
    sniperforge::test::FakeNode node{reactor, 1'000};
    node.answer = [](const sniperforge::test::RpcRequest& request) {
        return sniperforge::test::result_of(request, R"([{"slot":7,"prioritizationFee":5}])");
    };
    RpcClient client{
        reactor, {{.name = "node", .url = node.rpc_url(), .api_key = {}, .api_key_header = {}}}};
    std::vector<Pubkey> accounts;
    for (std::uint64_t i = 0; i < kFeeAccountsMax + 1; ++i) {
        accounts.push_back(key_of(i));
    }
    std::vector<RecentFee> got;
    get_recent_fees(client, accounts, [&](RpcResult<std::vector<RecentFee>> fees) {
        ASSERT_TRUE(fees) << fees.error().text();
        got = *fees;
    });
    reactor.run_until(reactor.now() + std::chrono::seconds{1});
    EXPECT_EQ(got.size(), 1U);
    ASSERT_EQ(node.requests.size(), 1U);
    EXPECT_EQ(node.requests[0].method, "getRecentPrioritizationFees");
    const std::string& params = node.requests[0].params;
    EXPECT_NE(params.find(accounts[kFeeAccountsMax - 1].to_string()), std::string::npos);
    EXPECT_EQ(params.find(accounts[kFeeAccountsMax].to_string()), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::rpc
