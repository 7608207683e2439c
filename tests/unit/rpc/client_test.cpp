// SPDX-License-Identifier: MIT
// Which node answers a call, when, and what is told when none does. What the answers mean:
// client_replies_test.cpp; transactions: client_sends_test.cpp.
#include "sniperforge/rpc/client.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "rpc/latency_window.hpp"
#include "rpc/reply.hpp"
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

TEST_F(RpcClientTest, DecodesASlotAndSendsAProperEnvelope) {
    first_.answer = slot_answer(341197933);
    auto endpoints = only_first();
    endpoints[0].api_key = "secret";
    endpoints[0].api_key_header = "x-token";
    RpcClient client{reactor_, endpoints};

    const auto slot = slot_through(client);

    ASSERT_TRUE(slot) << slot.error().text();
    EXPECT_EQ(slot->value, 341197933U);
    ASSERT_EQ(first_.requests.size(), 1U);
    EXPECT_EQ(first_.requests[0].method, "getSlot");
    EXPECT_EQ(first_.requests[0].params, R"([{"commitment":"processed"}])");
    net::HttpResponse headers;
    headers.headers = first_.last_headers;
    EXPECT_EQ(headers.header("content-type"), "application/json");
    EXPECT_EQ(headers.header("x-token"), "secret");
}

TEST_F(RpcClientTest, RefusesAnAnswerToAnotherRequest) {
    first_.answer = [](const RpcRequest&) {
        return ok(R"({"jsonrpc":"2.0","result":5,"id":4711})");
    };
    RpcClient client{reactor_, only_first()};

    const auto slot = slot_through(client);

    ASSERT_FALSE(slot);
    EXPECT_EQ(slot.error().kind, RpcError::Kind::BadReply);
    EXPECT_NE(slot.error().message.find("id"), std::string::npos);
}

TEST_F(RpcClientTest, AcceptsItsIdAsAString) {
    first_.answer = [](const RpcRequest& request) {
        return ok(fmt::format(R"({{"jsonrpc":"2.0","result":5,"id":"{}"}})", request.id));
    };
    RpcClient client{reactor_, only_first()};
    const auto slot = slot_through(client);
    ASSERT_TRUE(slot);
    EXPECT_EQ(slot->value, 5U);
}

TEST_F(RpcClientTest, NamesTheMemberThatIsMissingOrMistyped) {
    RpcClient client{reactor_, only_first()};
    for (const auto& [result, member] : std::vector<std::pair<std::string, std::string>>{
             {R"({"context":{"slot":1},"value":{"lastValidBlockHeight":5}})", "blockhash"},
             {R"({"context":{"slot":1},"value":{"blockhash":7,"lastValidBlockHeight":5}})",
              "blockhash"},
             {R"({"context":{"slot":1},"value":{"blockhash":"0OIl","lastValidBlockHeight":5}})",
              "blockhash"},
             {R"({"context":{"slot":-1},"value":{}})", "slot"},
             {R"({"context":{"slot":1},"value":[]})", "value"},
             {R"({"value":{}})", "context"},
             {R"([])", "result"},
             {R"({"context":{"slot":1},"value":{"blockhash":"11111111111111111111111111111111"}})",
              "lastValidBlockHeight"}}) {
        first_.answer = [result](const RpcRequest& request) { return result_of(request, result); };
        std::optional<RpcResult<LatestBlockhash>> answer;
        client.get_latest_blockhash(Commitment::Confirmed, [&](auto got) { answer = got; });
        test::run_for(reactor_, milliseconds{20});
        ASSERT_TRUE(answer);
        ASSERT_FALSE(*answer) << result;
        EXPECT_EQ(answer->error().kind, RpcError::Kind::BadReply);
        EXPECT_NE(answer->error().message.find(member), std::string::npos)
            << answer->error().message << " should name " << member;
    }
}

TEST_F(RpcClientTest, ReportsABodyThatIsNotJsonOrCutShort) {
    RpcClient client{reactor_, only_first()};
    for (const std::string body : {"<html>welcome</html>", "", "[]", "{", "5",
                                   R"({"jsonrpc":"2.0","result":)", R"({"jsonrpc":"2.0"})"}) {
        first_.answer = [body](const RpcRequest&) { return ok(body); };
        const auto slot = slot_through(client);
        ASSERT_FALSE(slot) << body;
        EXPECT_EQ(slot.error().kind, RpcError::Kind::BadReply) << body;
    }
}

TEST_F(RpcClientTest, FailsOverWhenAnEndpointDoesNotListen) {
    first_.stop_http();
    second_.answer = slot_answer(7);
    RpcClient client{reactor_, both()};

    const auto slot = slot_through(client);

    ASSERT_TRUE(slot) << slot.error().text();
    EXPECT_EQ(slot->value, 7U);
    EXPECT_EQ(client.health()[0].failures, 1U);
}

TEST_F(RpcClientTest, FailsOverWhenAnEndpointDoesNotAnswerInTime) {
    first_.is_mute = true;
    second_.answer = slot_answer(7);
    RpcClient client{reactor_, both(), {.timeout = seconds{1}, .attempts_max = 3}};

    const auto slot = slot_through(client);

    ASSERT_TRUE(slot) << slot.error().text();
    EXPECT_EQ(slot->value, 7U);
    EXPECT_EQ(first_.requests.size(), 1U);
}

TEST_F(RpcClientTest, FailsOverOnGatewayErrorsAndOnNodesThatAreBehind) {
    second_.answer = slot_answer(7);
    const std::vector<FakeNode::Answer> answers{
        [](const RpcRequest&) {
            return net::HttpResponse{.status = 503, .headers = {}, .body = "<x>"};
        },
        [](const RpcRequest&) {
            return net::HttpResponse{.status = 401, .headers = {}, .body = ""};
        },
        [](const RpcRequest& r) {
            return error_of(r, -32005, "Node is behind by 42 slots", R"({"numSlotsBehind":42})");
        },
        [](const RpcRequest& r) {
            return error_of(r, -32005, "Node is unhealthy", R"({"numSlotsBehind":null})");
        },
        [](const RpcRequest& r) { return error_of(r, -32004, "Block not available for slot 5"); },
        [](const RpcRequest& r) { return error_of(r, -32014, "Block status not yet available"); },
        [](const RpcRequest& r) {
            return error_of(r, -32016, "Minimum context slot has not been reached",
                            R"({"contextSlot":5})");
        },
        [](const RpcRequest& r) { return error_of(r, 429, "Too many requests"); }};
    for (const auto& answer : answers) {
        first_.answer = answer;
        RpcClient client{reactor_, both()};
        const std::size_t before = first_.requests.size();
        const auto slot = slot_through(client);
        ASSERT_TRUE(slot) << slot.error().text();
        EXPECT_EQ(slot->value, 7U);
        EXPECT_EQ(first_.requests.size(), before + 1);
    }
}

TEST_F(RpcClientTest, NeverFailsOverOnAGenuineNodeAnswer) {
    second_.answer = slot_answer(7);
    for (const int code : {-32002, -32003, -32007, -32009, -32015, -32602, -32700, -32099}) {
        first_.answer = [code](const RpcRequest& request) {
            return error_of(request, code, "no", R"({"err":"BlockhashNotFound"})");
        };
        RpcClient client{reactor_, both()};
        const auto slot = slot_through(client);
        ASSERT_FALSE(slot);
        EXPECT_EQ(slot.error().kind, RpcError::Kind::Node);
        EXPECT_EQ(slot.error().code, code);
        EXPECT_EQ(slot.error().message, "no");
        EXPECT_EQ(slot.error().data, R"({"err":"BlockhashNotFound"})");
    }
    EXPECT_TRUE(second_.requests.empty());
}

TEST_F(RpcClientTest, StopsAfterTheLastAttemptAndTellsTheLastError) {
    first_.answer = [](const RpcRequest&) {
        return net::HttpResponse{.status = 502, .headers = {}, .body = "bad gateway"};
    };
    second_.answer = first_.answer;
    RpcClient client{reactor_, both(), {.timeout = seconds{5}, .attempts_max = 3}};

    const auto slot = slot_through(client);

    ASSERT_FALSE(slot);
    EXPECT_EQ(slot.error().kind, RpcError::Kind::Http);
    EXPECT_EQ(slot.error().code, 502);
    EXPECT_EQ(first_.requests.size() + second_.requests.size(), 3U);
}

TEST_F(RpcClientTest, TellsARateLimitFromANodeThatIsBehind) {
    const auto reply_to = [](int status, std::string body) {
        return read_reply(
            net::HttpResponse{.status = status, .headers = {}, .body = std::move(body)},
            {.id = 1, .now = {}});
    };
    const auto limited = reply_to(
        429, R"({"jsonrpc":"2.0","error":{"code":-32005,"message":"Too many requests"},"id":"1"})");
    ASSERT_FALSE(limited.body);
    EXPECT_EQ(limited.body.error().kind, RpcError::Kind::RateLimited);
    EXPECT_EQ(limited.body.error().message, "Too many requests");
    EXPECT_EQ(limited.action, FailureAction::Pause);

    const auto limited_in_200 = reply_to(
        200, R"({"jsonrpc":"2.0","error":{"code":-32005,"message":"Too many requests"},"id":1})");
    ASSERT_FALSE(limited_in_200.body);
    EXPECT_EQ(limited_in_200.body.error().kind, RpcError::Kind::RateLimited);

    const auto behind = reply_to(
        200,
        R"({"jsonrpc":"2.0","error":{"code":-32005,"message":"Node is behind by 42 slots","data":{"numSlotsBehind":42}},"id":1})");
    ASSERT_FALSE(behind.body);
    EXPECT_EQ(behind.body.error().kind, RpcError::Kind::Node);
    EXPECT_EQ(behind.action, FailureAction::Behind);
    EXPECT_EQ(behind.slots_behind, 42U);

    // numSlotsBehind decides, whatever the words are.
    const auto reworded = reply_to(
        200,
        R"({"jsonrpc":"2.0","error":{"code":-32005,"message":"lagging","data":{"numSlotsBehind":null}},"id":1})");
    ASSERT_FALSE(reworded.body);
    EXPECT_EQ(reworded.body.error().kind, RpcError::Kind::Node);

    // The same codes as Agave's, from a gateway: the status decides.
    const auto unauthorized = reply_to(
        401, R"({"jsonrpc":"2.0","error":{"code":-32001,"message":"Unauthorized"},"id":1})");
    ASSERT_FALSE(unauthorized.body);
    EXPECT_EQ(unauthorized.body.error().kind, RpcError::Kind::Http);
    EXPECT_EQ(unauthorized.body.error().code, 401);
    const auto plain = reply_to(429, "slow down, \x01 please");
    ASSERT_FALSE(plain.body);
    EXPECT_EQ(plain.body.error().message, "slow down,   please");
}

TEST_F(RpcClientTest, WaitsAsLongAsRetryAfterSays) {
    std::vector<MonoTime> asked_at;
    first_.answer = [&](const RpcRequest& request) {
        asked_at.push_back(reactor_.now());
        if (asked_at.size() == 1) {
            return net::HttpResponse{
                .status = 429, .headers = {{"Retry-After", "2"}}, .body = "slow down"};
        }
        return result_of(request, "7");
    };
    RpcClient client{reactor_, only_first()};

    const auto slot = slot_through(client);

    ASSERT_TRUE(slot) << slot.error().text();
    ASSERT_EQ(asked_at.size(), 2U);
    EXPECT_GE(asked_at[1] - asked_at[0], seconds{2});
    EXPECT_LT(asked_at[1] - asked_at[0], milliseconds{2100});
    EXPECT_EQ(client.health()[0].rate_limited, 1U);
}

TEST_F(RpcClientTest, PausesARateLimitedEndpointForOtherCallsToo) {
    first_.answer = [](const RpcRequest&) {
        return net::HttpResponse{.status = 429, .headers = {{"Retry-After", "3"}}, .body = ""};
    };
    second_.answer = slot_answer(7);
    RpcClient client{reactor_, both()};
    ASSERT_TRUE(slot_through(client));
    ASSERT_EQ(first_.requests.size(), 1U);
    EXPECT_FALSE(client.health()[0].is_healthy);

    test::run_for(reactor_, milliseconds{2800});
    ASSERT_TRUE(slot_through(client));
    EXPECT_EQ(first_.requests.size(), 1U) << "still paused";

    first_.answer = slot_answer(8);
    test::run_for(reactor_, milliseconds{300});
    EXPECT_TRUE(client.health()[0].is_healthy);
}

TEST_F(RpcClientTest, GivesUpAtOnceWhenEveryEndpointIsPausedBeyondTheTimeout) {
    first_.answer = [](const RpcRequest&) {
        return net::HttpResponse{.status = 429, .headers = {{"Retry-After", "60"}}, .body = ""};
    };
    RpcClient client{reactor_, only_first()};
    const MonoTime start = reactor_.now();
    const auto slot = slot_through(client);
    ASSERT_FALSE(slot);
    EXPECT_EQ(slot.error().kind, RpcError::Kind::RateLimited);
    EXPECT_LT(reactor_.now() - start, milliseconds{100});
}

TEST_F(RpcClientTest, KeepsWithinTheRequestsPerSecondAfterABurst) {
    std::vector<MonoTime> asked_at;
    first_.answer = [&](const RpcRequest& request) {
        asked_at.push_back(reactor_.now());
        return result_of(request, "7");
    };
    auto endpoints = only_first();
    endpoints[0].requests_per_second = 10;
    endpoints[0].connections = 8;
    RpcClient client{reactor_, endpoints};
    std::size_t answered = 0;
    for (int i = 0; i < 30; ++i) {
        client.get_slot(Commitment::Processed, [&](auto slot) { answered += slot ? 1 : 0; });
    }

    test::run_for(reactor_, milliseconds{50});
    EXPECT_EQ(asked_at.size(), 8U) << "a second's worth, less what is kept for transactions";
    test::run_for(reactor_, milliseconds{1000});
    EXPECT_EQ(asked_at.size(), 18U);
    test::run_for(reactor_, milliseconds{1000});
    EXPECT_EQ(asked_at.size(), 28U);
    test::run_for(reactor_, milliseconds{1000});
    EXPECT_EQ(answered, 30U);
}

TEST_F(RpcClientTest, OpensTheBreakerAfterThreeFailuresAndClosesItByAProbe) {
    bool is_down = true;
    first_.answer = [&](const RpcRequest& request) {
        return is_down ? net::HttpResponse{.status = 503, .headers = {}, .body = ""}
                       : result_of(request, "1");
    };
    second_.answer = slot_answer(2);
    RpcClient client{reactor_, both()};
    for (int failures = 0; failures < 2; ++failures) {
        ASSERT_TRUE(slot_through(client));
        EXPECT_TRUE(client.health()[0].is_healthy) << "a hiccup";
    }
    ASSERT_TRUE(slot_through(client));
    EXPECT_FALSE(client.health()[0].is_healthy);
    ASSERT_EQ(first_.requests.size(), 3U);
    ASSERT_TRUE(slot_through(client));
    EXPECT_EQ(first_.requests.size(), 3U) << "an open breaker is not asked";

    test::run_for(reactor_, seconds{3});
    EXPECT_GT(first_.calls_of("getSlot"), 3U) << "but probed, with the method that failed";
    EXPECT_FALSE(client.health()[0].is_healthy) << "the probe failed too";

    is_down = false;
    test::run_for(reactor_, seconds{5});
    EXPECT_TRUE(client.health()[0].is_healthy);
    const std::size_t probes = first_.calls_of("getSlot");
    test::run_for(reactor_, seconds{60});
    EXPECT_EQ(first_.calls_of("getSlot"), probes) << "no probes of a healthy endpoint";
}

TEST_F(RpcClientTest, StillAsksTheOnlyEndpointWhenItsBreakerIsOpen) {
    first_.stop_http();
    RpcClient client{reactor_, only_first()};
    ASSERT_FALSE(slot_through(client));
    EXPECT_FALSE(client.health()[0].is_healthy);

    first_.answer = slot_answer(7);
    first_.listen_http();
    const auto slot = slot_through(client);
    ASSERT_TRUE(slot) << "exits need RPC even from an endpoint that failed a moment ago";
    EXPECT_TRUE(client.health()[0].is_healthy);
}

TEST_F(RpcClientTest, PrefersTheEndpointThatAnswersFaster) {
    first_.delay = milliseconds{20};
    first_.answer = slot_answer(1);
    second_.answer = slot_answer(2);
    RpcClient client{reactor_, both()};
    ASSERT_EQ(slot_through(client)->value, 1U) << "nothing measured yet: configured order";
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(slot_through(client)->value, 2U);
    }
    EXPECT_GT(client.health()[0].latency_ewma, client.health()[1].latency_ewma);

    // Five half-lives later the old 20 ms count less than the other's millisecond.
    first_.delay = Duration{0};
    const std::size_t asked = first_.requests.size();
    for (Duration idle{0}; idle < kLatencyHalfLife * 6; idle += seconds{1}) {
        test::run_for(reactor_, seconds{1});
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_GT(first_.requests.size(), asked) << "it became fast, and is found out";
}

TEST_F(RpcClientTest, DropsPendingHandlersWhenDestroyed) {
    first_.is_mute = true;
    bool is_called = false;
    {
        RpcClient client{reactor_, only_first()};
        client.get_slot(Commitment::Processed, [&](auto) { is_called = true; });
        test::run_for(reactor_, milliseconds{10});
    }
    test::run_for(reactor_, seconds{60});
    EXPECT_FALSE(is_called);
}

TEST_F(RpcClientTest, FailsWithAReasonWithoutAnyEndpoint) {
    RpcClient none{reactor_, {}};
    EXPECT_FALSE(slot_through(none));
    auto endpoints = only_first();
    endpoints[0].url = "gopher://node";
    RpcClient unreadable{reactor_, endpoints};
    const auto slot = slot_through(unreadable);
    ASSERT_FALSE(slot);
    EXPECT_NE(slot.error().text().find("URL"), std::string::npos);
    EXPECT_FALSE(unreadable.health()[0].is_healthy);
}

}  // namespace
}  // namespace sniperforge::rpc
