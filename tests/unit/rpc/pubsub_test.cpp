// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/pubsub.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "sniperforge/core/rng.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::FakeNode;
using test::key_of;

struct Listener final : PubSubEvents {
    struct Account {
        Pubkey pubkey;
        Slot slot;
        Lamports lamports;
        Bytes data;
    };
    void on_update(const ChainUpdate& update, std::uint32_t tag, MonoTime received) override {
        received_at = received;
        last_tag = tag;
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            accounts.push_back({account->pubkey, account->slot, account->lamports,
                                Bytes{account->data.begin(), account->data.end()}});
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slots.push_back(slot->slot);
        } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
            signatures.emplace_back(signature->signature, signature->error);
        } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
            lines.assign(logs->lines.begin(), logs->lines.end());
        }
    }
    void on_account_subscribed(std::uint32_t tag) override { acknowledged.push_back(tag); }
    void on_account_refused(std::uint32_t tag) override { refused.push_back(tag); }
    void on_subscribed() override { ++subscribed; }
    void on_lost(const Error& reason) override { lost.push_back(reason.text); }
    void on_problem(const Error& problem) override { problems.push_back(problem.text); }

    std::vector<Account> accounts;
    std::vector<Slot> slots;
    std::vector<std::pair<Signature, std::string>> signatures;
    std::vector<std::string> lines, lost, problems;
    MonoTime received_at;
    std::vector<std::uint32_t> acknowledged, refused;
    std::uint32_t last_tag = 0;
    int subscribed = 0;
};

class PubSubTest : public testing::Test {
 protected:
    explicit PubSubTest(std::size_t chunk_max = 0)
        : reactor_{net::VirtualOptions{.chunk_max = chunk_max}}, node_{reactor_, 1000} {}

    [[nodiscard]] PubSubOptions options() const {
        return {.name = "node",
                .url = node_.pubsub_url(),
                .api_key = {},
                .api_key_header = {},
                .commitment = Commitment::Processed,
                .reconnect_delay_min = milliseconds{100},
                .reconnect_delay_max = seconds{10},
                .seed = 1};
    }
    void run(Duration duration = milliseconds{50}) { test::run_for(reactor_, duration); }

    net::VirtualReactor reactor_;
    FakeNode node_;
    Listener listener_;
};

class TornFrames : public PubSubTest, public testing::WithParamInterface<std::size_t> {
 protected:
    TornFrames() : PubSubTest{GetParam()} {}
};
INSTANTIATE_TEST_SUITE_P(Chunks, TornFrames, testing::Values(0, 1, 7, 100));

TEST_P(TornFrames, DeliversEverythingWhateverThePiecesItArrivesIn) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run(seconds{1});
    ASSERT_EQ(listener_.subscribed, 1);
    Rng rng{5};
    Bytes data(637);
    for (std::uint64_t i = 0; i < 20; ++i) {
        rng.fill(data);
        node_.notify_slot(100 + i);
        node_.notify_account(key_of(1), 100 + i, i, data);
    }
    run(seconds{1});
    ASSERT_EQ(listener_.slots.size(), 20U);
    ASSERT_EQ(listener_.accounts.size(), 20U);
    EXPECT_EQ(listener_.accounts[19].pubkey, key_of(1));
    EXPECT_EQ(listener_.accounts[19].slot.value, 119U);
    EXPECT_EQ(listener_.accounts[19].lamports.raw(), 19U);
    EXPECT_EQ(listener_.accounts[19].data, data);
    EXPECT_TRUE(listener_.problems.empty()) << listener_.problems[0];
    EXPECT_EQ(pubsub.notifications(), 40U);
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

TEST_F(PubSubTest, FiltersAProgramsAccountsByLengthByFirstBytesByBothOrNotAtAll) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_program(key_of(2), {});
    pubsub.subscribe_program(key_of(2), {.begin = {1, 2}});
    pubsub.subscribe_program(key_of(2), {.data_size = 9, .begin = {1, 2}});
    pubsub.start();
    run();
    ASSERT_EQ(node_.frames.size(), 3U) << "different filters are different subscriptions";
    const std::string head =
        "[\"" + key_of(2).to_string() + R"(",{"encoding":"base64","commitment":"processed")";
    EXPECT_EQ(node_.frames[0].params, head + "}]");
    EXPECT_EQ(node_.frames[1].params,
              head + R"(,"filters":[{"memcmp":{"offset":0,"bytes":"5T"}}]}])");
    EXPECT_EQ(node_.frames[2].params,
              head + R"(,"filters":[{"dataSize":9},{"memcmp":{"offset":0,"bytes":"5T"}}]}])");
}

TEST_F(PubSubTest, SendsTheParametersThatNodesExpect) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1));
    pubsub.subscribe_program(key_of(2), {.data_size = 637});
    pubsub.subscribe_logs(key_of(3));
    pubsub.subscribe_signature(Signature{}, Commitment::Confirmed);
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    ASSERT_EQ(node_.frames.size(), 4U);
    EXPECT_EQ(node_.frames[0].params, "[\"" + key_of(1).to_string() +
                                          R"(",{"encoding":"base64","commitment":"processed"}])");
    EXPECT_EQ(
        node_.frames[1].params,
        "[\"" + key_of(2).to_string() +
            R"(",{"encoding":"base64","commitment":"processed","filters":[{"dataSize":637}]}])");
    EXPECT_EQ(node_.frames[2].params,
              "[{\"mentions\":[\"" + key_of(3).to_string() + R"("]},{"commitment":"processed"}])");
    EXPECT_EQ(node_.frames[3].params,
              "[\"" + Signature{}.to_string() +
                  R"(",{"commitment":"confirmed","enableReceivedNotification":false}])");
    EXPECT_EQ(pubsub.subscriptions(), 4U);
    EXPECT_TRUE(pubsub.is_subscribed());
}

TEST_F(PubSubTest, AnnouncesOnlyAfterTheLastAcknowledgementAndAgainForLaterOnes) {
    node_.is_acknowledging = false;
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    EXPECT_EQ(listener_.subscribed, 0);
    EXPECT_FALSE(pubsub.is_subscribed());
    node_.acknowledge_all();
    run();
    EXPECT_EQ(listener_.subscribed, 1);
    EXPECT_TRUE(pubsub.is_subscribed());

    pubsub.subscribe_account(key_of(2));
    run();
    EXPECT_EQ(listener_.subscribed, 1);
    EXPECT_FALSE(pubsub.is_subscribed());
    node_.acknowledge_all();
    run();
    EXPECT_EQ(listener_.subscribed, 2);
}

TEST_F(PubSubTest, KeepsANotificationThatOvertakesItsAcknowledgement) {
    node_.is_acknowledging = false;
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1));
    pubsub.subscribe_account(key_of(2));
    pubsub.start();
    run();
    // The fake node gives out 0 and 1.
    node_.notify_account(1, 10, 7, Bytes{1});
    const MonoTime sent_at = reactor_.now();
    node_.notify_account(0, 10, 8, Bytes{2});
    node_.notify_account(1, 11, 9, Bytes{3});
    run();
    EXPECT_TRUE(listener_.accounts.empty());
    node_.acknowledge_all();
    run();
    ASSERT_EQ(listener_.accounts.size(), 3U);
    EXPECT_EQ(listener_.accounts[0].pubkey, key_of(1));
    EXPECT_EQ(listener_.accounts[0].data, Bytes{2});
    EXPECT_EQ(listener_.accounts[1].pubkey, key_of(2));
    EXPECT_EQ(listener_.accounts[1].data, Bytes{1});
    EXPECT_EQ(listener_.accounts[2].data, Bytes{3}) << "in the order they came";
    EXPECT_LT(listener_.received_at - sent_at, milliseconds{40}) << "the time it really arrived";
    EXPECT_TRUE(listener_.problems.empty());
}

TEST_F(PubSubTest, ReportsANotificationThatNobodyAskedFor) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    node_.notify_account(4711, 10, 7, Bytes{1});
    run();
    EXPECT_TRUE(listener_.accounts.empty());
    ASSERT_EQ(listener_.problems.size(), 1U);
    EXPECT_NE(listener_.problems[0].find("4711"), std::string::npos);
}

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

TEST_F(PubSubTest, AsksAgainForWhatWasRefusedAndIsNotSubscribedUntilThen) {
    node_.refusals["accountSubscribe"] = R"({"code":-32005,"message":"busy \u0001"})";
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_account(key_of(1));
    pubsub.start();
    run();
    EXPECT_EQ(listener_.subscribed, 0);
    ASSERT_EQ(listener_.problems.size(), 1U);
    EXPECT_NE(listener_.problems[0].find(key_of(1).to_string()), std::string::npos);
    node_.refusals.clear();
    run(seconds{2});
    EXPECT_EQ(listener_.subscribed, 1);
    EXPECT_EQ(listener_.lost.size(), 0U) << "the connection survives";
}

TEST_F(PubSubTest, IsSubscribedWithoutAProgramThatTheNodeDoesNotServe) {
    node_.refusals["programSubscribe"] = R"({"code":-32601,"message":"disabled"})";
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_slots();
    pubsub.subscribe_program(key_of(1), {.data_size = 637});
    pubsub.start();
    run();
    EXPECT_EQ(listener_.subscribed, 1);
    EXPECT_EQ(listener_.problems.size(), 1U);
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

TEST_F(PubSubTest, StreamsThousandsOfSubscriptionsWithABoundOnWhatIsOpen) {
    node_.is_acknowledging = false;
    PubSub pubsub{reactor_, options(), listener_};
    for (std::uint32_t i = 0; i < 5'000; ++i) {
        Pubkey key = key_of(3);
        write_le(std::span{key.bytes}, 0, i);
        pubsub.subscribe_account(key);
    }
    pubsub.start();
    run();
    EXPECT_EQ(node_.frames.size(), 2'048U);
    while (!node_.unacknowledged.empty()) {
        EXPECT_LE(node_.unacknowledged.size(), 2'048U);
        node_.acknowledge_all();
        run();
    }
    EXPECT_EQ(node_.frames.size(), 5'000U);
    EXPECT_EQ(listener_.subscribed, 1);
}

TEST_F(PubSubTest, ForgetsASignatureAfterItsNotification) {
    Signature signature;
    signature.bytes.fill(3);
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_signature(signature, Commitment::Confirmed);
    pubsub.start();
    run();
    node_.notify_signature(signature, 10, R"({"InstructionError":[0,"X"]})");
    run();
    ASSERT_EQ(listener_.signatures.size(), 1U);
    EXPECT_EQ(listener_.signatures[0].first, signature);
    EXPECT_EQ(listener_.signatures[0].second, R"({"InstructionError":[0,"X"]})");
    EXPECT_EQ(pubsub.subscriptions(), 0U);
    reactor_.reset_all_streams();
    run(seconds{1});
    EXPECT_EQ(node_.frames.size(), 1U) << "not subscribed again";
}

TEST_F(PubSubTest, EndsASubscriptionInWhateverStateItIs) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1));
    pubsub.unsubscribe_account(key_of(1));  // Not sent yet.
    pubsub.subscribe_account(key_of(2));
    pubsub.start();
    run();
    EXPECT_FALSE(node_.is_account_subscribed(key_of(1)));

    pubsub.unsubscribe_account(key_of(2));            // Active.
    node_.notify_account(key_of(2), 5, 1, Bytes{1});  // On its way already.
    run();
    EXPECT_EQ(node_.frames.back().method, "accountUnsubscribe");
    EXPECT_TRUE(listener_.accounts.empty());
    EXPECT_TRUE(listener_.problems.empty());

    node_.is_acknowledging = false;
    pubsub.subscribe_account(key_of(4));
    run();
    pubsub.unsubscribe_account(key_of(4));  // Sent, not answered.
    pubsub.subscribe_account(key_of(5));    // Takes its place in the ledger.
    run();
    node_.acknowledge_all();
    node_.is_acknowledging = true;
    run();
    EXPECT_EQ(node_.frames.back().method, "accountUnsubscribe");
    EXPECT_EQ(pubsub.subscriptions(), 1U);
    EXPECT_TRUE(pubsub.is_subscribed());
    node_.notify_account(key_of(5), 6, 1, Bytes{1});
    run();
    ASSERT_EQ(listener_.accounts.size(), 1U);
    EXPECT_EQ(listener_.accounts[0].pubkey, key_of(5));
}

// The owner's own name for a subscription comes with each of its notifications, under whatever id
// the node gives it after a reconnect.
TEST_F(PubSubTest, TellsTheTagOfASubscriptionWithWhatItIsAbout) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1), 71);
    pubsub.subscribe_account(key_of(2), 72);
    pubsub.start();
    run();
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{71, 72}));
    node_.notify_account(key_of(2), 10, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.last_tag, 72U);
    node_.next_subscription = 900;
    reactor_.reset_all_streams();
    run(seconds{1});
    node_.notify_account(key_of(1), 11, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.last_tag, 71U);
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{71, 72, 71, 72}));
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

TEST_F(PubSubTest, SubscribesLowerRanksFirstOnEveryConnection) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1), 1, 3);
    pubsub.subscribe_account(key_of(2), 2, 1);
    pubsub.subscribe_account(key_of(3), 3, 2);
    pubsub.subscribe_slots();
    pubsub.start();
    run();
    EXPECT_EQ(node_.frames[0].method, "slotSubscribe");
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{2, 3, 1}));
    listener_.acknowledged.clear();
    pubsub.set_account_rank(key_of(1), 1);
    pubsub.set_account_rank(key_of(2), 3);
    reactor_.reset_all_streams();
    run(seconds{1});
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{1, 3, 2}));
}

// 10,000 may wait when a position is opened in one of them.
TEST_F(PubSubTest, SubscribesNextWhatWasRaisedWhileItWaited) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.start();
    run();
    for (std::uint8_t i = 1; i <= 4; ++i) {
        pubsub.subscribe_account(key_of(i), i, 3);
    }
    pubsub.set_account_rank(key_of(3), 1);
    pubsub.set_account_rank(key_of(3), 1);
    run();
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{3, 1, 2, 4}));
}

TEST_F(PubSubTest, RenewsASubscriptionUnderItsTagAndANewId) {
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1), 71, 2);
    pubsub.start();
    run();
    const auto before = node_.subscription("accountSubscribe", key_of(1).to_string());
    pubsub.renew_account(key_of(1));
    pubsub.renew_account(key_of(9));  // Not subscribed: nothing.
    run();
    const auto after = node_.subscription("accountSubscribe", key_of(1).to_string());
    EXPECT_NE(before, after);
    ASSERT_EQ(node_.frames.size(), 3U);
    EXPECT_EQ(node_.frames[1].method, "accountUnsubscribe");
    EXPECT_EQ(listener_.acknowledged, (std::vector<std::uint32_t>{71, 71}));
    node_.notify_account(after, 12, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.accounts.size(), 1U);
    EXPECT_EQ(listener_.last_tag, 71U);
}

TEST_F(PubSubTest, TellsWhoWasRefusedAndLetsTheOwnerGiveUp) {
    node_.refusals["accountSubscribe"] = R"({"code":-32005,"message":"too many"})";
    PubSub pubsub{reactor_, options(), listener_};
    pubsub.subscribe_account(key_of(1), 71);
    pubsub.start();
    run();
    EXPECT_EQ(listener_.refused, std::vector<std::uint32_t>{71});
    pubsub.unsubscribe_account(key_of(1));
    run(seconds{5});
    EXPECT_EQ(node_.frames.size(), 1U) << "not asked for again";
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
