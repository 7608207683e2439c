// SPDX-License-Identifier: MIT
// The connection of a PubSub client: its handshake, its end and its return, and what a node may do
// to it.
#include <array>
#include <utility>

#include "unit/rpc/pubsub_support.hpp"

namespace sniperforge::rpc {
namespace {

using namespace test;

TEST_F(PubSubTest, SubscribesEverythingAgainUnderNewIdsAfterAReset) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    ASSERT_EQ(listener_.subscribed, 1);
    node_.next_subscription = 500;
    reactor_.reset_all_streams();
    run(seconds{1});
    EXPECT_EQ(listener_.lost.size(), 1U);
    EXPECT_EQ(listener_.subscribed, 2);
    EXPECT_EQ(node_.connections, 2U);
    EXPECT_EQ(node_.subscription("accountSubscribe", key_of(1).to_string()), 501U);
    node_.notify_account(key_of(1), 20, 7, Bytes{1});
    run();
    ASSERT_EQ(listener_.accounts.size(), 1U);
    EXPECT_EQ(listener_.accounts[0].pubkey, key_of(1));
    // The old id means nothing on the new connection.
    node_.notify_account(1, 21, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.accounts.size(), 1U);
    EXPECT_EQ(listener_.problems.size(), 1U);
}

// A restart or a balancer ends a connection that served: no reason to wait. One that ended as soon
// as it was opened is.
TEST_F(PubSubTest, OpensAConnectionAgainAtOnceThatLivedForASecondAndNotOneThatDidNot) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.start();
    run(milliseconds{1'050});
    reactor_.reset_all_streams();
    run(milliseconds{10});
    EXPECT_EQ(node_.connections, 2U);
    run(milliseconds{900});
    reactor_.reset_all_streams();
    run(milliseconds{70});
    EXPECT_EQ(node_.connections, 2U) << "75 to 125 ms";
    run(milliseconds{60});
    EXPECT_EQ(node_.connections, 3U);
}

TEST_F(PubSubTest, BacksOffWhileTheNodeIsAwayAndComesBackByItself) {
    node_.stop_pubsub();
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.start();
    run(seconds{60});
    // 0.1 + 0.2 + ... + 6.4 s is 7 attempts in the first 13 s, then one in about 10 s.
    EXPECT_GE(listener_.lost.size(), 9U);
    EXPECT_LE(listener_.lost.size(), 16U);
    node_.listen_pubsub();
    run(seconds{13});
    EXPECT_EQ(listener_.subscribed, 1);
}

TEST_F(PubSubTest, GivesUpANodeThatNeverAnswersASubscription) {
    node_.is_acknowledging = false;
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.start();
    run(milliseconds{9'900});
    EXPECT_TRUE(listener_.lost.empty());
    run(milliseconds{200});
    EXPECT_EQ(listener_.lost.size(), 1U);
    node_.is_acknowledging = true;
    run(seconds{2});
    EXPECT_EQ(listener_.subscribed, 1);
}

TEST_F(PubSubTest, OpensAnotherConnectionWhenAskedTo) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.start();
    run();
    pubsub.reconnect(Error{"silent"});
    EXPECT_EQ(listener_.lost, std::vector<std::string>{"node: silent"});
    run(seconds{1});
    EXPECT_EQ(listener_.subscribed, 2);
    EXPECT_EQ(node_.connections, 2U);
}

TEST_F(PubSubTest, StartsOverWhenTheNodeGivesOneIdToTwoSubscriptions) {
    node_.is_acknowledging = false;
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1));
    pubsub.subscribe_account(key_of(2));
    pubsub.start();
    run();
    for (const auto& request : std::exchange(node_.unacknowledged, {})) {
        node_.next_subscription = 7;
        node_.acknowledge(*node_.peers.back(), request);
    }
    node_.is_acknowledging = true;
    run(seconds{1});
    EXPECT_EQ(listener_.lost.size(), 1U);
    EXPECT_EQ(listener_.subscribed, 1) << "on the second connection";
}

// Keeps what a client sends first.
struct Handshake final : net::StreamEvents {
    void on_connected() override {}
    std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime) override {
        text.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    void on_closed(const Error&) override {}
    std::array<std::uint8_t, 4096> buffer{};
    std::string text;
    std::unique_ptr<net::ByteStream> stream;
};

TEST_F(PubSubTest, SendsItsKeyWithTheHandshakeAndNoneWithoutOne) {
    for (const std::string& api_key : {std::string{"secret-1"}, std::string{}}) {
        Handshake handshake;
        auto listener = reactor_.listen({.host = "keyed", .port = 90},
                                        [&](std::unique_ptr<net::ByteStream> stream) {
                                            handshake.stream = std::move(stream);
                                            return &handshake;
                                        });
        ASSERT_TRUE(listener);
        auto keyed = options();
        keyed.url = "ws://keyed:90/";
        keyed.api_key = api_key;
        keyed.api_key_header = "x-token";
        PubSub pubsub{reactor_, keyed, listener_};
        pubsub.start();
        run();
        EXPECT_EQ(handshake.text.find("x-token: secret-1\r\n") != std::string::npos,
                  !api_key.empty())
            << handshake.text;
    }
}

// Servers repeat what they refuse. No secret of ours stands in what people get to see of it.
TEST_F(PubSubTest, TellsNoSecretThatAServerRepeats) {
    constexpr std::string_view kPath = "canary-path-0123456789";
    constexpr std::string_view kHeader = "canary-header";
    auto secret = options();
    secret.url = fmt::format("ws://node:1001/{}?api-key=canary-query", kPath);
    secret.api_key = kHeader;
    secret.api_key_header = "x-api-key";
    const std::string all = fmt::format("/{}?api-key=canary-query {}", kPath, kHeader);
    node_.refusals["slotSubscribe"] = fmt::format(R"({{"code":-1,"message":"{}"}})", all);
    PubSub pubsub{reactor_, secret, listener_};
    pubsub.subscribe_slots();
    pubsub.start();
    run();
    ASSERT_EQ(listener_.problems.size(), 1U);
    node_.send(all);
    node_.send(std::string(150, ' ') + all);  // A cut through a secret leaves no half of it.
    node_.send(fmt::format(R"({{"jsonrpc":"2.0","id":99,"error":{{"message":"{}"}}}})", all));
    run();
    EXPECT_EQ(listener_.problems.size(), 4U);
    ASSERT_EQ(node_.peers.size(), 1U);
    pubsub.reconnect(Error{"because of " + all});
    EXPECT_EQ(listener_.lost.size(), 1U);
    for (const auto* texts : {&listener_.problems, &listener_.lost}) {
        for (const std::string& text : *texts) {
            EXPECT_EQ(text.find("canary"), std::string::npos) << text;
            EXPECT_NE(text.find("***"), std::string::npos) << text;
        }
    }
}

TEST_F(PubSubTest, SurvivesHostileFramesOnALivingConnection) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    const std::vector<std::string> hostile{
        "garbage",
        "{",
        "[]",
        "null",
        R"({"jsonrpc":"2.0","method":"accountNotification"})",
        R"({"jsonrpc":"2.0","method":"accountNotification","params":{"result":5,"subscription":1}})",
        R"({"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"parent":1e400,"root":1,"slot":1},"subscription":0}})",
        R"({"jsonrpc":"2.0","result":7,"id":99999})",
        R"({"jsonrpc":"2.0","error":{"code":1},"id":99999})",
        R"({"jsonrpc":"2.0","method":"slotNotification","params":{"result":{"parent":75,"root":44,"slot":76},"subscription":1}})",
        std::string(100'000, '['),
    };
    for (const std::string& text : hostile) {
        node_.send(text);
    }
    run();
    EXPECT_EQ(listener_.problems.size(), hostile.size());
    EXPECT_EQ(pubsub.problems(), hostile.size());
    EXPECT_TRUE(listener_.lost.empty());
    node_.notify_account(key_of(1), 5, 1, Bytes{1});
    run();
    EXPECT_EQ(listener_.accounts.size(), 1U);
}

TEST_F(PubSubTest, IsQuietWhenDestroyedInAnyState) {
    for (const Duration lifetime : {Duration{0}, Duration{milliseconds{1}}, Duration{seconds{1}}}) {
        {
            PubSub pubsub{reactor_, options(), listener_};
            pubsub.subscribe_slots();
            pubsub.start();
            run(lifetime);
            if (lifetime > seconds{0}) {
                pubsub.reconnect(Error{"x"});
            }
        }
        const auto lost = listener_.lost.size();
        run(seconds{5});
        EXPECT_EQ(listener_.lost.size(), lost);
    }
}

}  // namespace
}  // namespace sniperforge::rpc
