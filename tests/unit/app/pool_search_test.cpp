// SPDX-License-Identifier: MIT
// What looking for a pool costs, and what it says where there is none; under virtual time.
#include "app/pool_search.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using sniperforge::test::FakeNode;
using sniperforge::test::key_of;
using sniperforge::test::RpcRequest;

class PoolSearchTest : public ::testing::Test {
 protected:
    PoolSearchTest() {
        node.answer = [this](const RpcRequest& request) { return answer(request); };
    }
    [[nodiscard]] net::HttpResponse answer(const RpcRequest& request) const {
        using sniperforge::test::result_of;
        if (request.method == "getSignaturesForAddress") {
            std::string list;
            for (std::size_t i = 0; i < listed; ++i) {
                Signature signature;
                signature.bytes.fill(static_cast<std::uint8_t>(i + 1));
                list += fmt::format(R"({}{{"signature":"{}","slot":7,"err":{},"blockTime":null}})",
                                    list.empty() ? "" : ",", signature.to_string(),
                                    i < failed ? R"({"InstructionError":[0,"Custom"]})" : "null");
            }
            return result_of(request, "[" + list + "]");
        }
        if (request.method == "getTransaction") {
            return transaction(request);
        }
        if (request.method == "getMultipleAccounts") {
            return result_of(request, R"({"context":{"slot":7},"value":[null,null]})");
        }
        return sniperforge::test::error_of(request, -32601, "Method not found");
    }
    // One swap of AMM v4 that names two accounts, neither of which is there.
    [[nodiscard]] net::HttpResponse transaction(const RpcRequest& request) const {
        if (!is_swapping) {
            return sniperforge::test::result_of(request, "null");
        }
        return sniperforge::test::result_of(
            request,
            fmt::format(
                R"({{"slot":7,"blockTime":null,"version":"legacy","transaction":{{"signatures":["{}"],)"
                R"("message":{{"accountKeys":["{}","{}"],"header":{{"numRequiredSignatures":1,)"
                R"("numReadonlySignedAccounts":0,"numReadonlyUnsignedAccounts":1}},)"
                R"("recentBlockhash":"{}","instructions":[{{"programIdIndex":1,"accounts":[0,1],)"
                R"("data":"{}"}}]}}}},"meta":{{"err":null,"fee":5000,"preBalances":[1,1],)"
                R"("postBalances":[1,1],"innerInstructions":[],"logMessages":[],)"
                R"("preTokenBalances":[],"postTokenBalances":[],)"
                R"("loadedAddresses":{{"writable":[],"readonly":[]}}}}}})",
                Signature{}.to_string(), key_of(3).to_string(),
                dex::program_of(VenueId::RaydiumAmmV4).to_string(), Hash{}.to_string(),
                base58_encode(swap_data)));
    }
    [[nodiscard]] std::string why(VenueId venue = VenueId::RaydiumAmmV4) {
        rpc::RpcClient rpc{
            reactor, {{.name = "one", .url = node.rpc_url(), .api_key = {}, .api_key_header = {}}}};
        const auto found = find_live_pool(reactor, rpc, venue);
        EXPECT_FALSE(found);
        return found ? "" : found.error().text;
    }
    [[nodiscard]] bool says(std::string_view part) {
        const std::string text = why();
        EXPECT_NE(text.find(part), std::string::npos) << text;
        return text.find(part) != std::string::npos;
    }

    net::VirtualReactor reactor;
    FakeNode node{reactor, 1'000};
    std::size_t listed = 0, failed = 0;
    bool is_swapping = false;
    Bytes swap_data = Bytes(17, 0);  // swap_base_in, once its first byte is 9.
};

TEST_F(PoolSearchTest, AProgramThatNobodyCalledCostsOneCall) {
    EXPECT_TRUE(says("0 transactions of its program listed"));
    EXPECT_EQ(node.requests.size(), 1U);
}

TEST_F(PoolSearchTest, OneThatOnlyFailedOnesCalledCostsOneCallToo) {
    listed = failed = 30;
    EXPECT_TRUE(says("30 transactions of its program listed"));
    EXPECT_TRUE(says("none of them succeeded"));
    EXPECT_EQ(node.calls_of("getTransaction"), 0U);
}

TEST_F(PoolSearchTest, NoMoreTransactionsAreReadThanSaidHoweverManyThereAre) {
    listed = 100;
    EXPECT_TRUE(says("6 of at most 6 read"));
    EXPECT_EQ(node.calls_of("getTransaction"), kSearchTransactions);
    // The first, and those further on: not six in a row.
    Signature ninth;
    ninth.bytes.fill(84);
    EXPECT_NE(node.requests.back().params.find(ninth.to_string()), std::string::npos)
        << node.requests.back().params;
    listed = 3;
    EXPECT_TRUE(says("3 of at most 6 read"));
}

TEST_F(PoolSearchTest, WhatIsNoSwapNamesNothing) {
    listed = 1;
    is_swapping = true;
    EXPECT_TRUE(says("none of them swaps in a way that is known here"));
    swap_data[0] = 9;
    EXPECT_TRUE(says("2 accounts that they name"));
    EXPECT_TRUE(says("none of them is a pool that is open and trades SOL"));
    EXPECT_EQ(node.calls_of("getProgramAccounts"), 0U);
}

TEST_F(PoolSearchTest, ANodeThatRefusesIsQuoted) {
    node.answer = [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32011, "history is not available");
    };
    EXPECT_TRUE(says("history is not available"));
}

}  // namespace
}  // namespace sniperforge::app
