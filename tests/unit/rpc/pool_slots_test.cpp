// SPDX-License-Identifier: MIT
// Nodes that lag, and reads that need a slot.
#include <gtest/gtest.h>

#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::key_of;
using test::result_of;
using test::RpcRequest;

TEST_F(PoolTest, DoesNotReadFromALaggardUntilItHasCaughtUp) {
    std::uint64_t slot_of_first = 991;
    node(0).answer = [&](const RpcRequest& request) { return node_at(slot_of_first)(request); };
    node(1).answer = node_at(1'000);
    RpcClient client{reactor_, first(2)};
    client.note_slot("1", Slot{1'000});
    ASSERT_TRUE(accounts_through(client, keys_));
    EXPECT_TRUE(client.health()[0].is_lagging);
    EXPECT_EQ(client.health()[0].slot_lag, 9U);
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(accounts_through(client, keys_)->context_slot.value, 1'000U);
    }
    EXPECT_EQ(node(0).calls_of("getMultipleAccounts"), 1U);
    EXPECT_EQ(client.slot_best(), Slot{1'000});

    slot_of_first = 1'000;
    test::run_for(reactor_, seconds{2});
    EXPECT_GE(node(0).calls_of("getSlot"), 1U) << "asked how far it is, or nobody would hear of it";
    EXPECT_FALSE(client.health()[0].is_lagging);
}

TEST_F(PoolTest, EightSlotsBehindIsNotLagging) {
    node(0).answer = node_at(992);
    node(1).answer = node_at(1'000);
    RpcClient client{reactor_, first(2)};
    client.note_slot("1", Slot{1'000});
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(accounts_through(client, keys_));
    }
    EXPECT_EQ(node(0).calls_of("getMultipleAccounts"), 2U);
}

TEST_F(PoolTest, ReadsFromALaggardRatherThanNotAtAll) {
    node(0).answer = node_at(10);
    RpcClient client{reactor_, first(2)};
    client.note_slot("1", Slot{1'000});
    client.note_slot("0", Slot{10});
    node(1).stop_http();
    const auto read = accounts_through(client, keys_);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->context_slot.value, 10U);
}

TEST_F(PoolTest, AsksTheNodeForASlotAndGoesOnToOneThatHasReachedIt) {
    node(0).answer = [](const RpcRequest& request) {
        return error_of(request, -32016, "Minimum context slot has not been reached",
                        R"({"contextSlot":95})");
    };
    node(1).answer = node_at(100);
    RpcClient client{reactor_, first(2)};
    const auto read = accounts_through(
        client, keys_, {.commitment = Commitment::Processed, .context_slot_min = Slot{100}});
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->context_slot.value, 100U);
    EXPECT_NE(node(0).requests.at(0).params.find(R"("minContextSlot":100)"), std::string::npos);
    EXPECT_EQ(client.health()[0].slot, Slot{95});
    EXPECT_TRUE(client.health()[0].is_healthy) << "not there yet is not ill";
}

// Whoever waits for finality asks each second, and is told that it is not there yet.
TEST_F(PoolTest, WhatIsNotFinalYetMakesNoLaggard) {
    for (const std::string_view data : {R"({"contextSlot":973})", "null"}) {
        for (std::size_t i = 0; i < 2; ++i) {
            node(i).answer = [data](const RpcRequest& request) {
                return request.params.find("minContextSlot") == std::string::npos
                           ? test::accounts_answer(request, 1'000)
                           : error_of(request, -32016, "Minimum context slot has not been reached",
                                      data);
            };
        }
        RpcClient client{reactor_, first(2)};
        ReadOptions options{.commitment = Commitment::Finalized};
        ASSERT_TRUE(accounts_through(client, keys_, options));
        ASSERT_TRUE(accounts_through(client, keys_, options));
        options.context_slot_min = Slot{1'001};
        EXPECT_FALSE(accounts_through(client, keys_, options));
        for (const EndpointHealth& each : client.health()) {
            EXPECT_EQ(each.slot_lag, 0U) << data;
            EXPECT_FALSE(each.is_lagging) << data;
        }
        // Of the tip the same words say that it is behind.
        options.commitment = Commitment::Processed;
        EXPECT_FALSE(accounts_through(client, keys_, options));
        EXPECT_EQ(client.health()[0].is_lagging, data == "null");
    }
}

TEST_F(PoolTest, DoesNotTakeAnOlderAnswerFromANodeThatIgnoresTheMinimum) {
    node(0).answer = node_at(99);
    node(1).answer = node_at(100);
    RpcClient client{reactor_, first(2)};
    const auto read = accounts_through(client, keys_, {.context_slot_min = Slot{100}});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->context_slot.value, 100U);

    RpcClient alone{reactor_, first(1)};
    const auto refused = accounts_through(alone, keys_, {.context_slot_min = Slot{100}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, RpcError::Kind::Node);
    EXPECT_EQ(refused.error().code, kMinContextSlotNotReached);
    EXPECT_TRUE(accounts_through(alone, keys_, {.context_slot_min = Slot{99}}));
}

TEST_F(PoolTest, AsksHowFarAnEndpointIsBeforeAMethodThatCannotBeToldTheSlot) {
    const auto answer = [](std::uint64_t slot) {
        return [slot](const RpcRequest& request) {
            if (request.method == "getTransaction") {
                return result_of(request, "null");
            }
            return request.params.find(R"("minContextSlot":100)") != std::string::npos && slot < 100
                       ? error_of(request, -32016, "Minimum context slot has not been reached",
                                  fmt::format(R"({{"contextSlot":{}}})", slot))
                       : result_of(request, fmt::format("{}", slot));
        };
    };
    node(0).answer = answer(99);
    node(1).answer = answer(100);
    RpcClient client{reactor_, first(2)};
    const auto ask = [&] {
        return answer_to<std::optional<TransactionDetail>>([&](auto handler) {
            client.get_transaction(Signature{}, {.context_slot_min = Slot{100}},
                                   std::move(handler));
        });
    };
    ASSERT_TRUE(ask());
    EXPECT_EQ(node(0).calls_of("getTransaction"), 0U) << "its null would prove nothing";
    EXPECT_EQ(node(1).calls_of("getSlot"), 1U);
    EXPECT_EQ(node(1).calls_of("getTransaction"), 1U);
    while (node(1).calls_of("getTransaction") < 3) {
        ASSERT_TRUE(ask());
    }
    EXPECT_EQ(node(1).calls_of("getSlot"), 1U) << "known by now";
    EXPECT_EQ(node(0).calls_of("getTransaction"), 0U);
}

}  // namespace
}  // namespace sniperforge::rpc
