// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/client.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "rpc/client_state.hpp"
#include "support/data.hpp"
#include "unit/rpc/fake_node.hpp"

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

class RpcClientTest : public testing::Test {
 protected:
    RpcClientTest() : first_{reactor_, 1000}, second_{reactor_, 2000} {}

    [[nodiscard]] Endpoint endpoint(const FakeNode& node, std::string name) const {
        return {.name = std::move(name),
                .url = node.rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 50,
                .connections = 2};
    }
    [[nodiscard]] std::vector<Endpoint> both() const {
        return {endpoint(first_, "first"), endpoint(second_, "second")};
    }
    [[nodiscard]] std::vector<Endpoint> only_first() const { return {endpoint(first_, "first")}; }

    // The answer to getSlot.
    RpcResult<Slot> slot_through(RpcClient& client, Duration patience = seconds{20}) {
        std::optional<RpcResult<Slot>> answer;
        client.get_slot(Commitment::Processed, [&](auto slot) { answer = std::move(slot); });
        EXPECT_FALSE(answer) << "a handler must not be called from inside the call";
        const MonoTime end = reactor_.now() + patience;
        while (!answer && reactor_.now() < end) {
            test::run_for(reactor_, milliseconds{1});
        }
        EXPECT_TRUE(answer);
        return answer ? *answer : std::unexpected(RpcError{.message = "never answered"});
    }
    static FakeNode::Answer slot_answer(std::uint64_t slot) {
        return [slot](const RpcRequest& request) {
            return result_of(request, fmt::format("{}", slot));
        };
    }

    net::VirtualReactor reactor_;
    FakeNode first_, second_;
};

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
        client.get_program_accounts(key_of(8), 637, Commitment::Confirmed,
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
