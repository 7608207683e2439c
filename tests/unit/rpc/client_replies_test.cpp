// SPDX-License-Identifier: MIT
// What answers mean, method by method, and that no answer does harm.
#include <gtest/gtest.h>

#include <optional>

#include "rpc/reply.hpp"
#include "sniperforge/core/rng.hpp"
#include "unit/rpc/client_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::FakeNode;
using test::key_of;
using test::ok;
using test::result_of;
using test::RpcRequest;

TEST_F(RpcClientTest, HandsOutTheRawResultOfAnyMethod) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(request, R"( {"a":[1,2,{"b":null}]} )");
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<std::string>> result;
    client.call("getSomething", R"([1,"x"])", [&](auto got) { result = std::move(got); });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result);
    EXPECT_EQ(**result, R"({"a":[1,2,{"b":null}]})");
    EXPECT_EQ(first_.requests[0].params, R"([1,"x"])");
}

TEST_F(RpcClientTest, ReadsAccountsInRequestOrderWithNothingForTheAbsent) {
    const Bytes data{0, 1, 2};
    first_.answer = [&](const RpcRequest& request) {
        return result_of(request, fmt::format(R"({{"context":{{"apiVersion":"2.0.15","slot":55}},)"
                                              R"("value":[{},null]}})",
                                              test::account_json(2039280, data)));
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<MultipleAccounts>> result;
    const std::vector<Pubkey> keys{key_of(1), key_of(2)};
    client.get_multiple_accounts(keys, Commitment::Confirmed, [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().text();
    EXPECT_EQ((*result)->context_slot.value, 55U);
    ASSERT_TRUE((*result)->accounts[0]);
    EXPECT_EQ((*result)->accounts[0]->pubkey, key_of(1));
    EXPECT_EQ((*result)->accounts[0]->owner, key_of(9));
    EXPECT_EQ((*result)->accounts[0]->lamports, Lamports{2039280});
    EXPECT_EQ((*result)->accounts[0]->data, data);
    EXPECT_FALSE((*result)->accounts[1]);

    // One account more or fewer than asked for cannot be assigned to keys.
    client.get_multiple_accounts(std::span{keys}.first(1), Commitment::Confirmed,
                                 [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, RpcError::Kind::BadReply);
}

TEST_F(RpcClientTest, ReadsKeyedAccountListsBareOrWrapped) {
    RpcClient client{reactor_, only_first()};
    const std::string list = fmt::format(R"([{{"pubkey":"{}","account":{}}}])",
                                         key_of(4).to_string(), test::account_json(5, Bytes{9}));
    for (const std::string& shape :
         {list, fmt::format(R"({{"context":{{"slot":1}},"value":{}}})", list)}) {
        first_.answer = [&](const RpcRequest& request) { return result_of(request, shape); };
        std::optional<RpcResult<KeyedAccounts>> result;
        client.get_program_accounts(key_of(8), {.data_size = 637}, Commitment::Confirmed,
                                    [&](auto got) { result = got; });
        test::run_for(reactor_, milliseconds{20});
        ASSERT_TRUE(result);
        ASSERT_TRUE(*result) << result->error().text();
        ASSERT_EQ((*result)->accounts.size(), 1U);
        EXPECT_EQ((*result)->accounts[0].pubkey, key_of(4));
        EXPECT_EQ((*result)->accounts[0].data, Bytes{9});
        EXPECT_EQ((*result)->context_slot.value, shape == list ? 0U : 1U);
    }
    EXPECT_NE(first_.requests.back().params.find(R"("filters":[{"dataSize":637}])"),
              std::string::npos);
}

TEST_F(RpcClientTest, ReadsTheLargestAccountsOfAMintByTheirRawAmounts) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(
            request, fmt::format(R"({{"context":{{"slot":341197933}},"value":[{{"address":"{}",)"
                                 R"("amount":"18446744073709551615","decimals":2,"uiAmount":7.71,)"
                                 R"("uiAmountString":"7.71"}}]}})",
                                 key_of(3).to_string()));
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<LargestAccounts>> result;
    client.get_token_largest_accounts(key_of(1), {.commitment = Commitment::Processed},
                                      [&](auto got) { result = std::move(got); });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().text();
    EXPECT_EQ((*result)->context_slot, Slot{341'197'933});
    ASSERT_EQ((*result)->accounts.size(), 1U);
    EXPECT_EQ((*result)->accounts[0].account, key_of(3));
    EXPECT_EQ((*result)->accounts[0].amount, TokenAmount::max());
    EXPECT_EQ(first_.requests[0].params,
              fmt::format(R"(["{}",{{"commitment":"processed"}}])", key_of(1).to_string()));
}

TEST_F(RpcClientTest, ReadsSignatureStatuses) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(
            request,
            R"({"context":{"slot":9},"value":[)"
            R"({"confirmationStatus":"confirmed","confirmations":10,"err":null,"slot":5,"status":{"Ok":null}},)"
            R"(null,)"
            R"({"confirmationStatus":"finalized","confirmations":null,"err":{"InstructionError":[4,{"Custom":6004}]},"slot":6,"status":{"Err":1}},)"
            R"({"confirmationStatus":"processed","confirmations":0,"err":null,"slot":7},)"
            R"({"confirmations":null,"err":null,"slot":8}]})");
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<SignatureStatuses>> result;
    client.get_signature_statuses(std::vector<Signature>(5), StatusSearch::Recent,
                                  [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().text();
    EXPECT_EQ((*result)->context_slot, Slot{9});
    EXPECT_NE(first_.requests[0].params.find(R"({"searchTransactionHistory":false})"),
              std::string::npos);
    const auto& statuses = (*result)->statuses;
    EXPECT_TRUE(statuses[0]->is_confirmed);
    EXPECT_FALSE(statuses[0]->is_finalized);
    EXPECT_EQ(statuses[0]->error, "");
    EXPECT_FALSE(statuses[1]);
    EXPECT_TRUE(statuses[2]->is_finalized);
    EXPECT_EQ(statuses[2]->error, R"({"InstructionError":[4,{"Custom":6004}]})");
    EXPECT_FALSE(statuses[3]->is_confirmed);
    EXPECT_TRUE(statuses[4]->is_finalized) << "null confirmations: rooted";
    client.get_signature_statuses(std::vector<Signature>(5), StatusSearch::History,
                                  [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    EXPECT_NE(first_.requests[1].params.find(R"({"searchTransactionHistory":true})"),
              std::string::npos);
}

// A silence of unknown age is not evidence of anything.
TEST_F(RpcClientTest, AsksForNoMoreSignaturesThanANodeTakes) {
    first_.answer = [](const RpcRequest& request) {
        std::string nulls = "null";
        for (int i = 1; i < 256; ++i) {
            nulls += ",null";
        }
        return result_of(request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})", nulls));
    };
    RpcClient client{reactor_, only_first()};
    for (const std::size_t count : {256U, 257U}) {
        std::optional<RpcResult<SignatureStatuses>> result;
        client.get_signature_statuses(std::vector<Signature>(count), StatusSearch::Recent,
                                      [&](auto got) { result = got; });
        EXPECT_FALSE(result) << "not from inside the call";
        test::run_for(reactor_, milliseconds{20});
        ASSERT_TRUE(result);
        EXPECT_EQ(result->has_value(), count == 256U);
        if (!*result) {
            EXPECT_EQ(result->error().code, -32602);
            EXPECT_NE(result->error().text().find("257 signatures"), std::string::npos);
        }
    }
    EXPECT_EQ(first_.requests.size(), 1U);
}

TEST_F(RpcClientTest, DoesNotTakeStatusesWithoutTheirSlot) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(request, R"({"value":[null]})");
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<SignatureStatuses>> result;
    client.get_signature_statuses(std::vector<Signature>(1), StatusSearch::Recent,
                                  [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, RpcError::Kind::BadReply);
}

TEST_F(RpcClientTest, ReadsSlotAndHeightOfOneBlock) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(
            request,
            R"({"absoluteSlot":300000040,"blockHeight":280000031,"epoch":694,"slotIndex":192040,)"
            R"("slotsInEpoch":432000,"transactionCount":null})");
    };
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<ChainHeight>> result;
    client.get_chain_height(Commitment::Finalized, [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().text();
    EXPECT_EQ((*result)->slot, Slot{300'000'040});
    EXPECT_EQ((*result)->height, BlockHeight{280'000'031});
    EXPECT_EQ(first_.requests[0].method, "getEpochInfo");
    EXPECT_NE(first_.requests[0].params.find(R"({"commitment":"finalized"})"), std::string::npos);
}

TEST_F(RpcClientTest, DeclaresTransactionVersionOneAndTakesNullForNotVisible) {
    RpcClient client{reactor_, only_first()};
    std::optional<RpcResult<std::optional<TransactionDetail>>> result;
    client.get_transaction(Signature{}, Commitment::Processed, [&](auto got) { result = got; });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result);
    EXPECT_FALSE(**result);
    EXPECT_NE(first_.requests[0].params.find(R"("maxSupportedTransactionVersion":1)"),
              std::string::npos);
    EXPECT_NE(first_.requests[0].params.find(R"("commitment":"confirmed")"), std::string::npos);
}

TEST_F(RpcClientTest, SurvivesAnythingThatAServerMayAnswer) {
    Rng rng{42};
    const std::string good =
        R"({"jsonrpc":"2.0","result":{"context":{"slot":1},"value":[{"data":["AAEC","base64"],)"
        R"("executable":false,"lamports":1,"owner":"11111111111111111111111111111111",)"
        R"("rentEpoch":18446744073709551615,"space":3}]},"id":1})";
    for (int i = 0; i < 20'000; ++i) {
        std::string body = good.substr(0, rng.below(good.size() + 1));
        for (std::uint64_t changes = rng.below(6); changes > 0 && !body.empty(); --changes) {
            body[rng.below(body.size())] = static_cast<char>(rng.below(256));
        }
        const auto reply = read_reply(
            net::HttpResponse{.status = rng.chance(0.9) ? 200 : 429, .headers = {}, .body = body},
            {.id = 1, .now = {}});
        EXPECT_TRUE(reply.body || !reply.body.error().text().empty());
        if (reply.body) {
            static_cast<void>(result_json(*reply.body));
        }
    }
}

}  // namespace
}  // namespace sniperforge::rpc
