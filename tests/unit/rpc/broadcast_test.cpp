// SPDX-License-Identifier: MIT
// One transaction to all endpoints at once, and what may be concluded from the answers.
#include <gtest/gtest.h>

#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::result_of;
using test::RpcRequest;

class BroadcastTest : public test::PoolFixture {
 protected:
    BroadcastTest() : PoolFixture{3} {
        signature_.bytes.fill(7);
        for (std::size_t i = 0; i < 3; ++i) {
            node(i).answer = refusal();
        }
    }
    [[nodiscard]] test::FakeNode::Answer acceptance() const {
        return [text = signature_.to_string()](const RpcRequest& request) {
            return result_of(request, fmt::format("\"{}\"", text));
        };
    }
    static test::FakeNode::Answer refusal() {
        return [](const RpcRequest& request) {
            return error_of(request, -32002, "Transaction simulation failed");
        };
    }
    std::optional<BroadcastResult> send(RpcClient& client, Duration patience = seconds{1},
                                        const Bytes& wire = {1, 2, 3}) {
        // Shared: an answer may come after the patience has ended.
        const auto results = std::make_shared<std::vector<BroadcastResult>>();
        client.broadcast_transaction(wire, false, nullptr, [results](BroadcastResult got) {
            EXPECT_TRUE(results->empty() || !results->back().is_over());
            results->push_back(std::move(got));
        });
        EXPECT_TRUE(results->empty());
        test::run_for(reactor_, patience);
        partial_.clear();
        for (const BroadcastResult& result : *results) {
            if (result.is_over()) {
                return result;
            }
            partial_.push_back(result);
        }
        return std::nullopt;
    }
    [[nodiscard]] std::size_t sends() {
        std::size_t count = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            count += node(i).calls_of("sendTransaction");
        }
        return count;
    }

    Signature signature_;
    std::vector<BroadcastResult> partial_;  // What was told before the end of the last one.
};

TEST_F(BroadcastTest, GoesToEachEndpointThatMaySendAndToNoOther) {
    auto pool = endpoints();
    pool[1].role = EndpointRole::Read;
    pool[2].role = EndpointRole::Send;
    RpcClient client{reactor_, pool};
    ASSERT_TRUE(send(client));
    EXPECT_EQ(node(0).calls_of("sendTransaction"), 1U);
    EXPECT_EQ(node(1).calls_of("sendTransaction"), 0U);
    EXPECT_EQ(node(2).calls_of("sendTransaction"), 1U);
}

TEST_F(BroadcastTest, TheFirstAcceptanceAnswersWhateverTheOthersSay) {
    node(2).answer = acceptance();
    node(2).delay = milliseconds{20};
    node(0).is_mute = true;
    RpcClient client{reactor_, endpoints()};
    const auto result = send(client, milliseconds{100});
    ASSERT_TRUE(result) << "the silent one is not waited for";
    EXPECT_EQ(result->accepted, signature_);
    EXPECT_EQ(result->answers.size(), 2U);
    EXPECT_FALSE(result->is_refused());
    EXPECT_EQ(sends(), 3U);
}

TEST_F(BroadcastTest, IsRefusedWhenEveryEndpointRefuses) {
    RpcClient client{reactor_, endpoints()};
    const auto result = send(client);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->accepted);
    EXPECT_EQ(result->answers.size(), 3U);
    EXPECT_TRUE(result->is_refused());
    EXPECT_NE(result->text().find("1: node error -32002"), std::string::npos) << result->text();
}

// Not answered, or answered by a gateway in place of the node: it may be on its way.
TEST_F(BroadcastTest, IsNotRefusedWhileOneEndpointMayHaveTakenIt) {
    node(1).answer = [](const RpcRequest&) {
        return net::HttpResponse{.status = 503, .headers = {}, .body = ""};
    };
    RpcClient client{reactor_, endpoints()};
    auto result = send(client);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->answers.size(), 3U);
    EXPECT_FALSE(result->is_refused());

    node(1).answer = refusal();
    node(1).is_mute = true;
    RpcClient patient{reactor_, endpoints(), {.timeout = seconds{1}}};
    result = send(patient, milliseconds{900});
    EXPECT_FALSE(result) << "it is still waited for";
    result = send(patient, seconds{2});
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->is_refused());
}

TEST_F(BroadcastTest, TellsARefusalWhileAnotherEndpointHangs) {
    node(1).is_mute = true;
    node(2).delay = milliseconds{50};
    RpcClient client{reactor_, endpoints(), {.timeout = seconds{1}}};
    EXPECT_FALSE(send(client, milliseconds{20}));
    ASSERT_EQ(partial_.size(), 1U);
    EXPECT_EQ(partial_[0].waiting, 2U);
    EXPECT_TRUE(partial_[0].has_refusal());
    EXPECT_FALSE(partial_[0].is_refused()) << "two may have taken it";
    const auto result = send(client, seconds{2});
    ASSERT_TRUE(result);
    ASSERT_EQ(partial_.size(), 2U);
    EXPECT_EQ(partial_[1].answers.size(), 2U);
    EXPECT_EQ(partial_[1].waiting, 1U);
    EXPECT_FALSE(partial_[1].is_refused());
    EXPECT_EQ(result->waiting, 0U);
    EXPECT_FALSE(result->is_refused()) << "the bytes were written";
}

TEST_F(BroadcastTest, AnEndpointThatGotNoByteOfItDoesNotCount) {
    node(1).stop_http();
    RpcClient client{reactor_, endpoints()};
    const auto result = send(client);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->is_refused());

    node(0).stop_http();
    node(2).stop_http();
    const auto unsent = send(client);
    ASSERT_TRUE(unsent);
    EXPECT_FALSE(unsent->is_refused()) << "nobody refused it";
}

TEST_F(BroadcastTest, LeavesOutEndpointsThatAreDownWhileOthersAreNot) {
    node(0).stop_http();
    for (std::size_t i = 1; i < 3; ++i) {
        node(i).answer = acceptance();
    }
    RpcClient client{reactor_, endpoints()};
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(send(client, milliseconds{10}));
    }
    ASSERT_TRUE(client.health()[0].is_open);
    const auto before = client.health()[0].requests;
    ASSERT_TRUE(send(client, milliseconds{10})->accepted);
    EXPECT_EQ(client.health()[0].requests, before);
}

TEST_F(BroadcastTest, IsSentEvenWhenNoEndpointHasBudgetLeft) {
    auto pool = endpoints();
    pool.resize(1);
    pool[0].requests_per_second = 2;
    node(0).answer = acceptance();
    RpcClient client{reactor_, pool};
    for (std::uint8_t i = 0; i < 4; ++i) {
        const auto result = send(client, milliseconds{10}, {i});
        ASSERT_TRUE(result);
        EXPECT_TRUE(result->accepted);
    }
    EXPECT_EQ(sends(), 4U);
}

TEST_F(BroadcastTest, IsRepeatedWithinBudgetOnly) {
    auto pool = endpoints();
    pool.resize(1);
    pool[0].requests_per_second = 2;
    node(0).answer = acceptance();
    RpcClient client{reactor_, pool};
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(send(client, milliseconds{10})->accepted);
    }
    const auto held = send(client, milliseconds{10});
    ASSERT_TRUE(held) << "answered all the same";
    EXPECT_TRUE(held->answers.empty());
    EXPECT_EQ(sends(), 2U);
    test::run_for(reactor_, seconds{1});
    EXPECT_TRUE(send(client, milliseconds{10})->accepted);
}

TEST_F(BroadcastTest, IsNotRepeatedInAPause) {
    auto pool = endpoints();
    pool.resize(1);
    node(0).answer = [](const RpcRequest&) {
        return net::HttpResponse{.status = 429, .headers = {{"Retry-After", "3"}}, .body = ""};
    };
    RpcClient client{reactor_, pool};
    ASSERT_TRUE(send(client, milliseconds{10}));
    node(0).answer = acceptance();
    ASSERT_TRUE(send(client, milliseconds{10}));
    EXPECT_EQ(sends(), 1U);
    EXPECT_TRUE(send(client, milliseconds{10}, {4})->accepted) << "a new one goes out";
    test::run_for(reactor_, seconds{3});
    EXPECT_TRUE(send(client, milliseconds{10})->accepted);
}

TEST_F(BroadcastTest, IsRepeatedToABrokenEndpointWhenThereIsNoOther) {
    auto pool = endpoints();
    pool.resize(1);
    node(0).stop_http();
    RpcClient client{reactor_, pool};
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(send(client, milliseconds{10}));
    }
    ASSERT_TRUE(client.health()[0].is_open);
    node(0).answer = acceptance();
    node(0).listen_http();
    EXPECT_TRUE(send(client, milliseconds{10})->accepted);
}

TEST_F(BroadcastTest, TellsWhenTheFirstCopyWasWritten) {
    RpcClient client{reactor_, endpoints()};
    client.warm_up();
    test::run_for(reactor_, seconds{1});
    MonoTime sent_at;
    client.broadcast_transaction(Bytes{1}, true, &sent_at, [](auto) {});
    EXPECT_EQ(sent_at, reactor_.now());
}

TEST_F(BroadcastTest, AnswersWithoutAnyEndpoint) {
    RpcClient client{reactor_, {}};
    const auto result = send(client);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->accepted);
    EXPECT_FALSE(result->is_refused());
    EXPECT_EQ(result->text(), "no endpoint was asked");
}

}  // namespace
}  // namespace sniperforge::rpc
