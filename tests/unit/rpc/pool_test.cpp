// SPDX-License-Identifier: MIT
// Which endpoint of the pool is asked for what.
#include <gtest/gtest.h>

#include "rpc/endpoint.hpp"
#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::key_of;
using test::result_of;
using test::RpcRequest;

TEST_F(PoolTest, ReadsOnlyWhereReadsAreAllowedAndSendsOnlyWhereSendsAre) {
    auto pool = first(3);
    pool[0].role = EndpointRole::Send;
    pool[1].role = EndpointRole::Read;
    pool[2].role = EndpointRole::Read;
    RpcClient client{reactor_, pool};
    client.warm_up();
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_EQ(node(0).requests.size(), 0U);
    EXPECT_EQ(node(1).requests.size(), 3U);
    EXPECT_EQ(node(2).requests.size(), 3U);
    client.send_transaction(Bytes{1}, true, nullptr, [](auto) {});
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(node(0).calls_of("sendTransaction"), 1U);
}

TEST_F(PoolTest, SaysThatNoEndpointHasTheRole) {
    auto pool = first(1);
    pool[0].role = EndpointRole::Send;
    RpcClient client{reactor_, pool};
    const auto slot = slot_through(client);
    ASSERT_FALSE(slot);
    EXPECT_NE(slot.error().text().find("a role that serves getSlot"), std::string::npos)
        << slot.error().text();
}

TEST_F(PoolTest, SharesReadsByWeightAmongEquals) {
    auto pool = first(3);
    pool[1].weight = 3;
    pool[2].weight = 2;
    for (auto& endpoint : pool) {
        endpoint.requests_per_second = 1'000;
    }
    RpcClient client{reactor_, pool};
    ASSERT_EQ(slot_through(client)->value, 2U) << "the largest weight first";
    for (int i = 1; i < 60; ++i) {
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_EQ(node(0).requests.size(), 10U);
    EXPECT_EQ(node(1).requests.size(), 30U);
    EXPECT_EQ(node(2).requests.size(), 20U);
}

TEST_F(PoolTest, GivesNoShareToAnEndpointThatIsMuchSlower) {
    node(0).delay = milliseconds{40};
    auto pool = first(2);
    pool[0].weight = 100;
    RpcClient client{reactor_, pool};
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_EQ(node(0).requests.size(), 1U);
}

TEST_F(PoolTest, ANodeThatFailsAccountReadsIsOutForThoseAndInForOthers) {
    bool is_broken = true;
    node(0).answer = [&](const RpcRequest& request) {
        if (request.method == "getMultipleAccounts" && is_broken) {
            return unavailable();
        }
        return node_at(10)(request);
    };
    node(1).answer = node_at(10);
    RpcClient client{reactor_, first(2)};
    while (node(0).calls_of("getMultipleAccounts") < kBreakerFailures) {
        ASSERT_TRUE(accounts_through(client, keys_)) << "answered by the other one";
    }
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(accounts_through(client, keys_));
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_EQ(node(0).calls_of("getMultipleAccounts"), kBreakerFailures);
    EXPECT_GE(node(0).calls_of("getSlot"), 4U);
    const auto health = client.health()[0];
    EXPECT_FALSE(health.is_open);
    EXPECT_FALSE(health.is_healthy);
    EXPECT_EQ(health.methods[0].name, "getMultipleAccounts");
    EXPECT_TRUE(health.methods[0].is_open);
    EXPECT_FALSE(health.methods[1].is_open);

    // The probe is the method that failed, and decides.
    test::run_for(reactor_, seconds{2});
    EXPECT_GT(node(0).calls_of("getMultipleAccounts"), kBreakerFailures);
    EXPECT_EQ(node(0).calls_of("getHealth"), 0U);
    EXPECT_TRUE(client.health()[0].methods[0].is_open);
    is_broken = false;
    test::run_for(reactor_, seconds{5});
    EXPECT_TRUE(client.health()[0].is_healthy);
    const auto before = node(0).calls_of("getMultipleAccounts");
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(accounts_through(client, keys_));
    }
    EXPECT_EQ(node(0).calls_of("getMultipleAccounts"), before + 2);
}

TEST_F(PoolTest, AnEndpointThatCannotBeReachedIsOutForEverything) {
    node(0).stop_http();
    auto pool = first(2);
    pool[0].weight = 100;  // Always the first choice.
    RpcClient client{reactor_, pool};
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(slot_through(client));
    }
    EXPECT_TRUE(client.health()[0].is_open);
    node(0).answer = node_at(10);
    node(1).answer = node_at(10);
    node(0).listen_http();
    ASSERT_TRUE(accounts_through(client, keys_));
    EXPECT_EQ(node(0).requests.size(), 0U) << "another method is not tried either";
    test::run_for(reactor_, seconds{2});
    EXPECT_EQ(node(0).calls_of("getHealth"), 1U) << "any answer shows that it can be reached";
    EXPECT_FALSE(client.health()[0].is_open);
}

TEST_F(PoolTest, AsksAMethodThatAProviderDoesNotServeElsewhereFromThenOn) {
    node(0).answer = [](const RpcRequest& request) {
        return error_of(request, -32601, "Method not found");
    };
    RpcClient client{reactor_, first(2)};
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(slot_through(client)->value, 2U);
    }
    EXPECT_EQ(node(0).requests.size(), 1U);
}

TEST_F(PoolTest, DoesNotRepeatWhatTheSameEndpointWouldSayAgain) {
    for (const int code : {-32601, -32011, -32010}) {
        node(0).requests.clear();
        node(0).answer = [code](const RpcRequest& request) {
            return error_of(request, code, "not here");
        };
        RpcClient client{reactor_, first(1)};
        const MonoTime start = reactor_.now();
        const auto slot = slot_through(client);
        ASSERT_FALSE(slot);
        EXPECT_EQ(slot.error().code, code);
        EXPECT_EQ(node(0).requests.size(), 1U);
        EXPECT_LT(reactor_.now() - start, milliseconds{50});
    }
}

// ---- Budgets ----

TEST_F(PoolTest, AStormOfRateLimitsOnReadsLeavesTheSendsAlone) {
    node(0).answer = [](const RpcRequest& request) {
        return request.method == "sendTransaction"
                   ? result_of(request, fmt::format("\"{}\"", Signature{}.to_string()))
                   : net::HttpResponse{.status = 429, .headers = {}, .body = "slow down"};
    };
    RpcClient client{reactor_, first(1)};
    client.warm_up();
    for (int i = 0; i < 200; ++i) {
        client.get_slot(Commitment::Processed, [](auto) {});
    }
    test::run_for(reactor_, milliseconds{100});
    EXPECT_GT(client.health()[0].pause_reads, Duration{0});
    const MonoTime start = reactor_.now();
    const auto sent = answer_to<Signature>([&](auto handler) {
        client.send_transaction(Bytes{1}, true, nullptr, std::move(handler));
    });
    EXPECT_TRUE(sent);
    EXPECT_LT(reactor_.now() - start, milliseconds{5});
}

TEST_F(PoolTest, APauseOfTheScansLeavesTheReadsAlone) {
    node(0).answer = [](const RpcRequest& request) {
        return request.method == "getSlot"
                   ? result_of(request, "7")
                   : net::HttpResponse{
                         .status = 429, .headers = {{"Retry-After", "4"}}, .body = ""};
    };
    auto pool = first(1);
    pool[0].requests_per_second = 5;
    RpcClient client{reactor_, pool};
    const auto scan = [&] {
        client.get_program_accounts(key_of(1), {.data_size = 8}, Commitment::Processed,
                                    [](auto) {});
    };
    scan();
    test::run_for(reactor_, seconds{1});
    ASSERT_GT(client.health()[0].pause_scans, seconds{2});
    for (int i = 0; i < 10; ++i) {
        scan();
    }
    const MonoTime start = reactor_.now();
    ASSERT_TRUE(slot_through(client));
    EXPECT_LT(reactor_.now() - start, milliseconds{10});
    // When the pause is over the waiting ones keep to the rate.
    test::run_for(reactor_, seconds{2});
    const auto before = node(0).calls_of("getProgramAccounts");
    test::run_for(reactor_, milliseconds{1'100});
    EXPECT_LE(node(0).calls_of("getProgramAccounts"), before + 6);
}

TEST_F(PoolTest, ACallThatAPauseLeavesNoRoomForNamesTheAnswerThatAskedForIt) {
    node(0).answer = [](const RpcRequest&) {
        return net::HttpResponse{
            .status = 429, .headers = {{"Retry-After", "60"}}, .body = "plan used up"};
    };
    RpcClient client{reactor_, first(1)};
    const auto refused = slot_through(client);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("429"), std::string::npos) << refused.error().text();
    const auto paused = slot_through(client);
    ASSERT_FALSE(paused);
    EXPECT_EQ(paused.error().kind, RpcError::Kind::RateLimited);
    for (const std::string part :
         {"for now no endpoint takes getSlot within 5000 ms", "0 is given a pause of ",
          "rate limited (429)", "plan used up"}) {
        EXPECT_NE(paused.error().text().find(part), std::string::npos) << paused.error().text();
    }
}

TEST_F(PoolTest, RetriesWhereItHelpsRatherThanWhereItIsNew) {
    // The second is known to be broken for the method, the first fails once.
    node(1).answer = [](const RpcRequest&) { return unavailable(); };
    node(0).answer = node_at(10);
    auto pool = first(2);
    pool[1].weight = 100;
    RpcClient client{reactor_, pool};
    while (client.health()[1].is_healthy) {
        ASSERT_TRUE(slot_through(client));
    }
    const auto before = node(1).requests.size();
    int failures = 1;
    node(0).answer = [&](const RpcRequest& request) {
        return failures-- > 0 ? unavailable() : node_at(10)(request);
    };
    ASSERT_TRUE(slot_through(client));
    EXPECT_EQ(node(1).requests.size(), before);
}

TEST_F(PoolTest, RetriesOnceBeforeItAsksALaggardAndThenDoes) {
    node(0).answer = node_at(900);
    node(1).answer = node_at(1'000);
    RpcClient client{reactor_, first(2)};
    client.note_slot("1", Slot{1'000});
    client.note_slot("0", Slot{900});
    int failures = 1;
    node(1).answer = [&](const RpcRequest& request) {
        return failures-- > 0 ? unavailable() : node_at(1'000)(request);
    };
    EXPECT_EQ(accounts_through(client, keys_)->context_slot.value, 1'000U);
    failures = 2;
    EXPECT_EQ(accounts_through(client, keys_)->context_slot.value, 900U);
}

TEST_F(PoolTest, AnswersAReadOfTooManyAccountsWithAnError) {
    node(0).answer = node(1).answer = node_at(10);
    RpcClient client{reactor_, first(2)};
    const std::vector<Pubkey> hundred(100, key_of(1));
    EXPECT_TRUE(accounts_through(client, hundred));
    const std::vector<Pubkey> more(101, key_of(1));
    const auto read = accounts_through(client, more);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, -32602);
    EXPECT_NE(read.error().text().find("101 accounts"), std::string::npos) << read.error().text();
    const auto two = answer_to<TwoReads>([&](auto handler) {
        client.get_accounts_from_two(more, {.commitment = Commitment::Processed},
                                     std::move(handler));
    });
    EXPECT_FALSE(two);
    EXPECT_EQ(node(0).requests.size() + node(1).requests.size(), 1U);
}

// A second endpoint that is behind, or in trouble, has said nothing about the accounts.
TEST_F(PoolTest, HasNoSecondReadingWhereTheOtherEndpointIsInTroubleAndAnErrorWhereItRefuses) {
    const auto read_two = [&](int code) {
        node(0).answer = node_at(10);
        node(1).answer = [code](const RpcRequest& request) {
            return code == 200 ? test::result_of(request, "no accounts")
                               : test::error_of(request, code, "not this one");
        };
        RpcClient client{reactor_, first(2)};
        client.note_slot("0", Slot{10});
        return answer_to<TwoReads>([&](auto handler) {
            client.get_accounts_from_two(keys_, {.commitment = Commitment::Processed},
                                         std::move(handler));
        });
    };
    for (const int code : {-32005, -32016, -32603, 200}) {
        const auto two = read_two(code);
        ASSERT_TRUE(two) << code << ": " << two.error().text();
        EXPECT_EQ(two->first.context_slot, Slot{10});
        EXPECT_FALSE(two->second);
        ASSERT_TRUE(two->second_unreached);
        EXPECT_EQ(two->second_unreached->code, code);
    }
    EXPECT_FALSE(read_two(-32602));
}

// In whatever order they are asked.
TEST_F(PoolTest, TellsOfTroubleAtOneEndpointRatherThanOfWhatAnotherDoesNotServe) {
    for (const std::size_t refusing : {0U, 1U, 2U}) {
        for (std::size_t i = 0; i < 3; ++i) {
            node(i).answer = [code = i == refusing ? -32011 : -32019](const RpcRequest& request) {
                return test::error_of(request, code, "no");
            };
        }
        RpcClient client{reactor_, first(3)};
        EXPECT_EQ(slot_through(client).error().code, -32019) << refusing;
    }
    for (std::size_t i = 0; i < 3; ++i) {
        node(i).answer = [](const RpcRequest& request) {
            return test::error_of(request, -32011, "no");
        };
    }
    RpcClient client{reactor_, first(3)};
    EXPECT_EQ(slot_through(client).error().code, -32011);
}

TEST_F(PoolTest, DoesNotRepeatASendThatIsCalledByItsName) {
    node(0).answer = node(1).answer = [](const RpcRequest&) { return unavailable(); };
    RpcClient client{reactor_, first(2)};
    const auto sent = answer_to<std::string>([&](auto handler) {
        client.call("sendTransaction", R"(["",{"encoding":"base64"}])", std::move(handler));
    });
    EXPECT_FALSE(sent);
    EXPECT_EQ(node(0).requests.size() + node(1).requests.size(), 1U);
}

// A gateway that refuses says so at once: that makes it no faster than those that answer.
TEST_F(PoolTest, DoesNotTakeFastRefusalsForSpeed) {
    for (const int status : {429, 503, 403}) {
        node(0).answer = node(1).answer = node_at(10);
        node(0).delay = node(1).delay = milliseconds{50};
        RpcClient client{reactor_, first(2)};
        for (int i = 0; i < 10; ++i) {
            ASSERT_TRUE(slot_through(client));
        }
        const Duration before = client.health()[0].latency_ewma;
        ASSERT_GE(before, milliseconds{50});
        node(0).delay = Duration{0};
        node(0).answer = [status](const RpcRequest&) {
            return net::HttpResponse{.status = status, .headers = {}, .body = ""};
        };
        for (int i = 0; i < 10; ++i) {
            ASSERT_TRUE(slot_through(client));
            test::run_for(reactor_, seconds{2});
        }
        EXPECT_GT(client.health()[0].failures, 0U);
        EXPECT_EQ(client.health()[0].latency_ewma, before) << status;
    }
}

TEST_F(PoolTest, LetsCheapReadsShareAConnectionAndNothingElse) {
    const auto time_of_20 = [&](std::uint32_t depth, auto ask) {
        auto pool = first(1);
        pool[0].requests_per_second = 1'000;
        pool[0].connections = 1;
        pool[0].pipeline_depth = depth;
        RpcClient client{reactor_, pool};
        EXPECT_TRUE(slot_through(client));  // Shows that the server keeps connections.
        const MonoTime start = reactor_.now();
        int answered = 0;
        for (int i = 0; i < 20; ++i) {
            ask(client, answered);
        }
        while (answered < 20 && reactor_.now() - start < seconds{5}) {
            test::run_for(reactor_, milliseconds{1});
        }
        return reactor_.now() - start;
    };
    node(0).answer = node_at(10);
    const auto slot = [](RpcClient& client, int& answered) {
        client.get_slot(Commitment::Processed, [&](auto) { ++answered; });
    };
    const auto accounts = [this](RpcClient& client, int& answered) {
        client.get_multiple_accounts(keys_, Commitment::Processed, [&](auto) { ++answered; });
    };
    node(0).delay = milliseconds{10};
    EXPECT_GE(time_of_20(1, slot), milliseconds{200});
    EXPECT_LE(time_of_20(8, slot), milliseconds{100});
    EXPECT_GE(time_of_20(8, accounts), milliseconds{200}) << "a bulk read would hold up the others";
}

TEST_F(PoolTest, TellsItsHealthAsJsonWithNamesOnly) {
    node(0).answer = node_at(7);
    auto pool = first(1);
    pool[0].credits_per_second = 100;
    RpcClient client{reactor_, pool};
    ASSERT_TRUE(accounts_through(client, keys_));
    simdjson::dom::parser parser;
    const std::string text = to_json(client.health());
    const auto json = parser.parse(text);
    const auto endpoint = json.at(0);
    EXPECT_EQ(std::string_view{endpoint["name"]}, "0");
    EXPECT_EQ(std::string_view{endpoint["role"]}, "both");
    EXPECT_EQ(std::uint64_t{endpoint["slot"]}, 7U);
    EXPECT_EQ(std::uint64_t{endpoint["requests"]}, 1U);
    EXPECT_GT(std::uint64_t{endpoint["latency_us"]["p95"]}, 0U);
    EXPECT_EQ(std::string_view{endpoint["methods"].at(0)["name"]}, "getMultipleAccounts");
    EXPECT_DOUBLE_EQ(double{endpoint["credits_left"]}, 99.1);
    EXPECT_EQ(text.find("node:"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::rpc
