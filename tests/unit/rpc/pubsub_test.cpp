// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/pubsub.hpp"

#include "sniperforge/core/rng.hpp"
#include "unit/rpc/pubsub_support.hpp"

namespace sniperforge::rpc {
namespace {

using namespace test;

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

}  // namespace
}  // namespace sniperforge::rpc
