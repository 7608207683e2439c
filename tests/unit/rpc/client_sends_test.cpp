// SPDX-License-Identifier: MIT
// A transaction goes out once, and the caller knows whether it may have.
#include <gtest/gtest.h>

#include <optional>

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

TEST_F(RpcClientTest, NeverSendsATransactionTwiceThatMayHaveArrived) {
    const Bytes wire(100, 7);
    const std::vector<FakeNode::Answer> answers{
        [](const RpcRequest&) {
            return net::HttpResponse{.status = 503, .headers = {}, .body = ""};
        },
        [](const RpcRequest& r) {
            return error_of(r, -32005, "Node is unhealthy", R"({"numSlotsBehind":null})");
        }};
    for (const auto& answer : answers) {
        first_.requests.clear();
        second_.requests.clear();
        first_.answer = answer;
        second_.answer = answer;
        RpcClient client{reactor_, both()};
        std::optional<RpcResult<Signature>> result;
        client.send_transaction(wire, true, nullptr, [&](auto got) { result = got; });
        test::run_for(reactor_, seconds{10});
        ASSERT_TRUE(result);
        ASSERT_FALSE(*result);
        EXPECT_TRUE(result->error().was_written);
        EXPECT_EQ(first_.calls_of("sendTransaction") + second_.calls_of("sendTransaction"), 1U);
    }
}

TEST_F(RpcClientTest, NeverSendsATransactionTwiceAfterATimeout) {
    first_.is_mute = true;
    RpcClient client{reactor_, both(), {.timeout = seconds{1}, .attempts_max = 3}};
    std::optional<RpcResult<Signature>> result;
    client.send_transaction(Bytes(100, 7), true, nullptr, [&](auto got) { result = got; });
    test::run_for(reactor_, seconds{10});
    ASSERT_TRUE(result);
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, RpcError::Kind::Transport);
    EXPECT_TRUE(result->error().was_written);
    EXPECT_EQ(first_.calls_of("sendTransaction"), 1U);
    EXPECT_EQ(second_.calls_of("sendTransaction"), 0U);
}

TEST_F(RpcClientTest, SendsATransactionElsewhereWhenNothingOfItWasWritten) {
    first_.stop_http();
    Signature signature;
    signature.bytes.fill(5);
    second_.answer = [&](const RpcRequest& request) {
        return result_of(request, fmt::format("\"{}\"", signature.to_string()));
    };
    RpcClient client{reactor_, both()};
    std::optional<RpcResult<Signature>> result;
    client.send_transaction(Bytes{1, 2, 3}, false, nullptr, [&](auto got) { result = got; });
    test::run_for(reactor_, seconds{1});
    ASSERT_TRUE(result);
    ASSERT_TRUE(*result) << result->error().text();
    EXPECT_EQ(**result, signature);
    ASSERT_EQ(second_.requests.size(), 1U);
    EXPECT_EQ(second_.requests[0].params, R"(["AQID",{"encoding":"base64","skipPreflight":false,)"
                                          R"("preflightCommitment":"processed","maxRetries":0}])");
}

TEST_F(RpcClientTest, TellsWhenAWarmSendWasWrittenBeforeTheCallReturns) {
    RpcClient client{reactor_, only_first()};
    client.warm_up();
    test::run_for(reactor_, seconds{1});
    MonoTime sent_at;
    client.send_transaction(Bytes{1}, true, &sent_at, [](auto) {});
    EXPECT_EQ(sent_at, reactor_.now());

    RpcClient cold{reactor_, only_first()};
    MonoTime unknown;
    cold.send_transaction(Bytes{1}, true, &unknown, [](auto) {});
    EXPECT_EQ(unknown, MonoTime{}) << "it waits for a connection";
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(unknown, MonoTime{}) << "the pointer is not touched after the call returned";
}

TEST_F(RpcClientTest, DoesNotTouchTheCallersTimeWhenASendMovesOnLater) {
    RpcClient client{reactor_, both()};
    client.warm_up();
    test::run_for(reactor_, seconds{1});
    first_.stop_http();
    test::run_for(reactor_, seconds{1});
    MonoTime sent_at;
    bool is_answered = false;
    client.send_transaction(Bytes{1}, true, &sent_at, [&](auto) { is_answered = true; });
    ASSERT_EQ(sent_at, MonoTime{}) << "the first endpoint has no connection";
    test::run_for(reactor_, seconds{1});
    EXPECT_TRUE(is_answered);
    EXPECT_EQ(second_.calls_of("sendTransaction"), 1U);
    EXPECT_EQ(sent_at, MonoTime{}) << "its owner may be gone by then";
}

}  // namespace
}  // namespace sniperforge::rpc
