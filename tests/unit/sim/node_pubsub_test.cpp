// SPDX-License-Identifier: MIT
// Each fault of a node's notifications, and what a fork and a lag look like from a subscription.
#include "sim/node_pubsub.hpp"

#include "node_fixture.hpp"

namespace sniperforge::sim {
namespace {

class NodePubSubTest : public NodeTest {
 protected:
    // A client of node 0 that is told of the account and of slots.
    void subscribe(std::string_view commitment = "processed") {
        run_slots(1);  // The first slot is announced only when it ends.
        client = connect(0);
        client->send("accountSubscribe", account_params(key, commitment));
        client->send("slotSubscribe");
        run(milliseconds{5});
        ASSERT_EQ(client->messages.size(), 2U);
        client->messages.clear();
        client->message_times.clear();
    }
    // Writes the account in each of so many slots; the sums count up from 5,000,001.
    void write(int slots) {
        for (int i = 0; i < slots; ++i) {
            put(key, ++lamports_);
            run_slots(1);
        }
    }
    [[nodiscard]] std::vector<std::uint64_t> told() const {
        std::vector<std::uint64_t> sums;
        for (const std::string& text : client->notifications("accountNotification")) {
            const std::size_t at = text.find("\"lamports\":") + 11;
            sums.push_back(std::stoull(text.substr(at)));
        }
        return sums;
    }
    [[nodiscard]] static std::vector<std::uint64_t> upto(std::uint64_t n) {
        std::vector<std::uint64_t> sums;
        for (std::uint64_t i = 1; i <= n; ++i) {
            sums.push_back(5'000'000 + i);
        }
        return sums;
    }

    const Pubkey key = test_key(9);
    std::unique_ptr<NodeClient> client;

 private:
    std::uint64_t lamports_ = 5'000'000;
};

TEST_F(NodePubSubTest, AHealthyNodeTellsEachSlotsStateOnce) {
    start(2);
    subscribe();
    write(10);
    EXPECT_EQ(told(), upto(10));
    EXPECT_EQ(client->notifications("slotNotification").size(), 10U);
    EXPECT_EQ(cluster->fault_counters(0).total(), 0U);
}

TEST_F(NodePubSubTest, ASilentNodeKeepsItsSocketOpenAndAnswersPings) {
    start(1);
    run_slots(1);
    client = connect(0, std::chrono::seconds{5}, std::chrono::seconds{2});
    client->send("slotSubscribe");
    run(milliseconds{5});
    client->messages.clear();
    cluster->set_faults(0, {.is_silent = true});
    run(std::chrono::seconds{30});
    EXPECT_TRUE(client->is_open);
    EXPECT_TRUE(client->messages.empty());
    EXPECT_EQ(count(0, FaultKind::SilencedNotification), 75U);
    cluster->set_faults(0, {});
    run(std::chrono::seconds{2});
    EXPECT_EQ(client->messages.size(), 5U);
}

TEST_F(NodePubSubTest, WithoutPongsTheClientGivesUp) {
    start(1);
    client = connect(0, std::chrono::seconds{5}, std::chrono::seconds{2});
    cluster->set_faults(0, {.is_silent = true, .is_without_pongs = true});
    run(std::chrono::seconds{4});
    EXPECT_FALSE(client->is_open);
    EXPECT_GT(count(0, FaultKind::WithheldPong), 0U);
}

TEST_F(NodePubSubTest, AFrameIsCutInItsMiddle) {
    start(1);
    subscribe();
    cluster->set_faults(0, {.frame_reset_probability = 1});
    write(1);
    EXPECT_FALSE(client->is_open);
    EXPECT_TRUE(client->messages.empty());
    EXPECT_EQ(count(0, FaultKind::FrameReset), 1U);
    EXPECT_NE(client->close_reason.find("closed by the peer"), std::string::npos);
}

TEST_F(NodePubSubTest, NotificationsAreMissed) {
    start(1);
    subscribe();
    cluster->set_faults(
        0, {.notification_kinds = {NotificationKind::Account}, .miss_probability = 0.5});
    write(100);
    const auto missed = count(0, FaultKind::MissedNotification);
    EXPECT_GT(missed, 30U);
    EXPECT_LT(missed, 70U);
    EXPECT_EQ(told().size(), 100 - missed);
    EXPECT_TRUE(std::ranges::is_sorted(told()));
    // The other kinds are as ever.
    EXPECT_EQ(client->notifications("slotNotification").size(), 100U);
}

TEST_F(NodePubSubTest, NotificationsAreDuplicated) {
    start(1);
    subscribe();
    cluster->set_faults(
        0, {.notification_kinds = {NotificationKind::Account}, .duplicate_probability = 1});
    write(3);
    EXPECT_EQ(told(), (std::vector<std::uint64_t>{5'000'001, 5'000'001, 5'000'002, 5'000'002,
                                                  5'000'003, 5'000'003}));
    EXPECT_EQ(count(0, FaultKind::DuplicatedNotification), 3U);
}

TEST_F(NodePubSubTest, DelayedNotificationsAreOvertaken) {
    start(1);
    subscribe();
    cluster->set_faults(0, {.delay_probability = 0.5, .delay = milliseconds{1'000}});
    write(60);
    run(milliseconds{1'100});
    auto sums = told();
    EXPECT_FALSE(std::ranges::is_sorted(sums));
    std::ranges::sort(sums);
    EXPECT_EQ(sums, upto(60));
    EXPECT_GT(count(0, FaultKind::DelayedNotification), 30U);
}

TEST_F(NodePubSubTest, ReorderedNotificationsComeBehindTheNext) {
    start(1);
    subscribe();
    cluster->set_faults(
        0, {.notification_kinds = {NotificationKind::Account}, .reorder_probability = 0.5});
    write(60);
    run(milliseconds{1'100});
    auto sums = told();
    EXPECT_FALSE(std::ranges::is_sorted(sums));
    std::ranges::sort(sums);
    EXPECT_EQ(sums, upto(60));
}

TEST_F(NodePubSubTest, LatencyKeepsTheOrder) {
    start(1);
    subscribe();
    cluster->set_faults(0, {.latency = milliseconds{100}, .jitter = milliseconds{900}});
    const MonoTime before = reactor.now();
    write(20);
    run(milliseconds{1'100});
    EXPECT_EQ(told(), upto(20));
    EXPECT_GE(client->message_times.front() - before, milliseconds{500});
}

TEST_F(NodePubSubTest, SubscribingIsRefusedOrNeverAnswered) {
    start(1);
    client = connect(0);
    cluster->set_faults(0, {.subscribe_refusal_probability = 1});
    client->send("slotSubscribe");
    run(milliseconds{5});
    ASSERT_EQ(client->messages.size(), 1U);
    EXPECT_NE(client->messages[0].find("Subscription refused"), std::string::npos);
    cluster->set_faults(0, {.subscribe_silence_probability = 1});
    client->send("slotSubscribe");
    run_slots(3);
    EXPECT_EQ(client->messages.size(), 1U);
    EXPECT_EQ(count(0, FaultKind::SubscribeRefusal), 1U);
    EXPECT_EQ(count(0, FaultKind::SubscribeSilence), 1U);
}

TEST_F(NodePubSubTest, UnsubscribingIsConfirmedAndIgnored) {
    start(1);
    subscribe();
    cluster->set_faults(0, {.is_unsubscribe_ignored = true});
    client->send("accountUnsubscribe", "[0]");
    run(milliseconds{5});
    EXPECT_EQ(client->messages.at(0), R"({"jsonrpc":"2.0","result":true,"id":1})");
    write(2);
    EXPECT_EQ(told(), upto(2));
    cluster->set_faults(0, {});
    client->send("accountUnsubscribe", "[0]");
    write(2);
    EXPECT_EQ(told(), upto(2));
}

TEST_F(NodePubSubTest, AStaleNodeTellsEverythingItsSlotsLate) {
    start(2);
    subscribe();
    const auto fresh = connect(1);
    fresh->send("slotSubscribe");
    cluster->set_faults(0, {.slots_behind = 4});
    const Slot first = cluster->chain().slot();
    write(10);
    // Slots up to `first` + 10 - 4 have ended for it: six of the ten writes are told.
    EXPECT_EQ(told(), upto(6));
    const auto slots = client->notifications("slotNotification");
    EXPECT_NE(slots.back().find(fmt::format("\"slot\":{}}}", first.value + 6)), std::string::npos)
        << slots.back();
    EXPECT_NE(fresh->messages.back().find(fmt::format("\"slot\":{}}}", first.value + 10)),
              std::string::npos);
    cluster->set_faults(0, {});
    run(milliseconds{5});
    EXPECT_EQ(told(), upto(10));
    EXPECT_EQ(client->notifications("slotNotification").size(), 10U);
}

TEST_F(NodePubSubTest, AConfirmedSubscriptionOfAStaleNodeWaitsForItsConfirmation) {
    start(1);
    subscribe("confirmed");
    write(3);
    EXPECT_EQ(told(), upto(2));
    cluster->set_faults(0, {.slots_behind = 3});
    write(3);
    EXPECT_EQ(told(), upto(2));
    write(3);
    EXPECT_EQ(told(), upto(5));
}

// ---- Forks ----

TEST_F(NodePubSubTest, ADeadBranchWasToldAtProcessedAndFallsBackWithTheNextSlot) {
    start(1);
    const solana::Keypair wallet = test_keypair(3);
    cluster->fund(wallet.public_key(), Lamports{kLamportsPerSol});
    client = connect(0);
    client->send("accountSubscribe", account_params(wallet.public_key(), "processed"));
    client->send("accountSubscribe", account_params(wallet.public_key(), "confirmed"));
    client->send("slotSubscribe");
    run_slots(4);
    ASSERT_TRUE(cluster->chain().fork({.slots = 2, .is_requeued = false}));
    run_slots(1);
    client->messages.clear();
    const Slot point{cluster->chain().slot().value - 1};
    const std::vector<solana::Instruction> payment{solana::system_transfer(
        {.from = wallet.public_key(), .to = key, .lamports = Lamports{kLamportsPerSol / 2}})};
    const auto message =
        solana::compile_message(wallet.public_key(), payment, cluster->chain().latest_blockhash(0));
    const auto wire = solana::sign_transaction(*message, wallet).value();
    const auto signature = cluster->chain().submit(wire, true);
    run_slots(1);
    EXPECT_NE(cluster->chain().receipt(*signature), nullptr);
    run_slots(12);
    EXPECT_EQ(cluster->chain().receipt(*signature), nullptr);
    // Once on the branch, once falling back; never at confirmed.
    EXPECT_EQ(told(), (std::vector{kLamportsPerSol / 2 - 5'000, kLamportsPerSol}));
    const std::string text =
        body(*client, "getSignatureStatuses", fmt::format(R"([["{}"]])", signature->to_string()));
    EXPECT_NE(text.find("\"value\":[null]"), std::string::npos) << text;
    const auto slots = client->notifications("slotNotification");
    EXPECT_NE(slots[1].find(fmt::format("\"parent\":{},", point.value)), std::string::npos)
        << slots[1];
}

}  // namespace
}  // namespace sniperforge::sim
