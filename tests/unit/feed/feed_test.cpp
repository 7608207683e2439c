// SPDX-License-Identifier: MIT
#include "sniperforge/feed/feed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "sniperforge/dex/venue.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::FakeNode;
using test::key_of;
using test::result_of;
using test::RpcRequest;

// What the pipeline heard, one line each.
struct Listener final : FeedEvents {
    void on_chain_update(const ChainUpdate& update, Trace& trace) override {
        EXPECT_LE(trace.received, trace.decoded);
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            lines.push_back(fmt::format("account {} slot {} lamports {}", account->pubkey.bytes[0],
                                        account->slot.value, account->lamports.raw()));
            if (on_account) {
                on_account(*account);
            }
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slots.push_back(slot->slot.value);
        } else if (const auto* lost = std::get_if<FeedLost>(&update)) {
            lines.push_back(fmt::format("lost {}", lost->endpoint));
            reason = lost->reason;
        } else if (const auto* restored = std::get_if<FeedRestored>(&update)) {
            lines.push_back(fmt::format("restored {}", restored->endpoint));
        } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
            lines.push_back(fmt::format("signature {} slot {} error {}",
                                        signature->signature.bytes[0], signature->slot.value,
                                        signature->error));
        }
    }
    [[nodiscard]] std::vector<std::string> take() { return std::exchange(lines, {}); }

    std::vector<std::string> lines;
    std::vector<std::uint64_t> slots;
    std::string reason;
    std::function<void(const AccountUpdate&)> on_account;
};

using Lines = std::vector<std::string>;

class FeedTest : public testing::Test {
 protected:
    FeedTest() : first_{reactor_, 1000}, second_{reactor_, 2000}, third_{reactor_, 3000} {
        for (FakeNode* node : {&first_, &second_, &third_}) {
            node->answer = [this](const RpcRequest& request) { return read_accounts(request); };
        }
        settings_.is_watching_new_pools = false;
    }

    // Every key exists with `lamports_` lamports, except those of absent_.
    net::HttpResponse read_accounts(const RpcRequest& request) {
        EXPECT_EQ(request.method, "getMultipleAccounts");
        simdjson::dom::parser parser;
        const simdjson::dom::array params =
            simdjson::dom::element{parser.parse(request.params)}.get_array();
        std::string values;
        reads_.emplace_back();
        for (const auto key : simdjson::dom::array{params.at(0)}) {
            const std::string text{std::string_view{key}};
            reads_.back().push_back(text);
            values += values.empty() ? "" : ",";
            values +=
                text == absent_.to_string() ? "null" : test::account_json(lamports_, Bytes{1, 2});
        }
        return result_of(
            request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})", rpc_slot_, values));
    }

    void make(std::vector<const FakeNode*> nodes) {
        config::NetworkSettings network;
        std::vector<rpc::Endpoint> endpoints;
        for (const FakeNode* node : nodes) {
            const std::string name = node == &first_    ? "first"
                                     : node == &second_ ? "second"
                                                        : "third";
            config::EndpointSettings& endpoint = network.endpoints.emplace_back();
            endpoint.name = name;
            endpoint.rpc_url = node->rpc_url();
            endpoint.pubsub_url = node->pubsub_url();
            endpoints.push_back({.name = name,
                                 .url = node->rpc_url(),
                                 .api_key = {},
                                 .api_key_header = {},
                                 .requests_per_second = 1000,
                                 .connections = 4});
        }
        rpc_.emplace(reactor_, endpoints);
        feed_.emplace(reactor_, *rpc_, network, settings_, listener_);
    }
    // Slots every 400 ms from the given nodes, and a tick after each.
    void run_slots(int count, std::vector<FakeNode*> nodes) {
        for (int i = 0; i < count; ++i) {
            ++slot_;
            rpc_slot_ = slot_;
            for (FakeNode* node : nodes) {
                node->notify_slot(slot_);
            }
            test::run_for(reactor_, milliseconds{400});
            feed_->on_tick(reactor_.now());
        }
    }
    void run(Duration duration = milliseconds{50}) { test::run_for(reactor_, duration); }
    void run_ticking(Duration duration) {
        const MonoTime end = reactor_.now() + duration;
        while (reactor_.now() < end) {
            run(milliseconds{100});
            feed_->on_tick(reactor_.now());
        }
    }
    void start_sighted(std::vector<const FakeNode*> nodes, std::vector<FakeNode*> speaking) {
        make(std::move(nodes));
        const std::vector<Pubkey> keys{key_of(1)};
        feed_->watch(keys);
        feed_->start();
        run();
        run_slots(2, std::move(speaking));
        ASSERT_FALSE(feed_->statistics().is_blind);
        listener_.lines.clear();
    }

    net::VirtualReactor reactor_;
    FakeNode first_, second_, third_;
    config::FeedSettings settings_;
    Listener listener_;
    std::optional<rpc::RpcClient> rpc_;
    std::optional<Feed> feed_;
    std::vector<std::vector<std::string>> reads_;
    Pubkey absent_ = key_of(200);
    std::uint64_t slot_ = 100, rpc_slot_ = 100, lamports_ = 5;
};

TEST_F(FeedTest, IsBlindUntilSubscribedAndEveryAccountIsRead) {
    make({&first_});
    EXPECT_TRUE(feed_->statistics().is_blind);
    const std::vector<Pubkey> keys{key_of(1), key_of(2), absent_};
    feed_->watch(keys);
    first_.is_acknowledging = false;
    feed_->start();
    run();
    EXPECT_TRUE(reads_.empty()) << "read only after the subscriptions are active";
    first_.acknowledge_all();
    first_.is_acknowledging = true;
    run();
    EXPECT_TRUE(feed_->statistics().is_blind) << "no slot heard yet";
    run_slots(1, {&first_});

    EXPECT_EQ(listener_.take(),
              (Lines{"account 1 slot 101 lamports 5", "account 2 slot 101 lamports 5",
                     "account 200 slot 101 lamports 0", "restored first"}));
    EXPECT_FALSE(feed_->statistics().is_blind);
    EXPECT_EQ(feed_->statistics().accounts_watched, 3U);
    EXPECT_EQ(feed_->statistics().backfilled, 3U);
    EXPECT_EQ(feed_->statistics().slot.value, 101U);
    ASSERT_EQ(reads_.size(), 1U);
}

TEST_F(FeedTest, ReadsInBatchesOfOneHundred) {
    make({&first_});
    std::vector<Pubkey> keys;
    for (std::uint8_t i = 0; i < 201; ++i) {
        Pubkey key = key_of(7);
        key.bytes[5] = i;
        keys.push_back(key);
    }
    feed_->watch(keys);
    feed_->start();
    run();
    run_slots(1, {&first_});
    ASSERT_EQ(reads_.size(), 3U);
    EXPECT_EQ(reads_[0].size(), 100U);
    EXPECT_EQ(reads_[1].size(), 100U);
    EXPECT_EQ(reads_[2].size(), 1U);
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, WatchesThePoolsOfTheSettingsAndAccountsFoundOnTheWay) {
    settings_.pools = {key_of(1)};
    make({&first_});
    // As the pipeline does: the pool's account names its vaults.
    listener_.on_account = [&](const AccountUpdate& update) {
        if (update.pubkey == key_of(1)) {
            const std::vector<Pubkey> vaults{key_of(2), key_of(3)};
            feed_->watch(vaults);
        }
    };
    feed_->start();
    run();
    run_slots(2, {&first_});
    EXPECT_EQ(listener_.take(),
              (Lines{"account 1 slot 101 lamports 5", "account 2 slot 101 lamports 5",
                     "account 3 slot 101 lamports 5", "restored first"}))
        << "sight returns after the vaults, not after the pool";
}

TEST_F(FeedTest, ReadsAgainWhenTheAnsweringNodeIsBehindTheNotifyingOne) {
    make({&first_});
    const std::vector<Pubkey> keys{key_of(1)};
    feed_->watch(keys);
    feed_->start();
    run();
    slot_ = 101;
    rpc_slot_ = 100;
    first_.notify_slot(101);
    run(milliseconds{100});
    EXPECT_EQ(reads_.size(), 1U);
    EXPECT_TRUE(listener_.take().empty()) << "what happened in slot 101 may be missing";
    rpc_slot_ = 101;
    run(milliseconds{500});
    EXPECT_EQ(reads_.size(), 2U);
    EXPECT_EQ(listener_.take(), (Lines{"account 1 slot 101 lamports 5", "restored first"}));
}

TEST_F(FeedTest, DropsNotificationsOlderThanWhatItHolds) {
    start_sighted({&first_}, {&first_});
    first_.notify_account(key_of(1), 110, 7, Bytes{1});
    first_.notify_account(key_of(1), 109, 6, Bytes{2});
    first_.notify_account(key_of(1), 110, 7, Bytes{1});
    first_.notify_account(key_of(1), 110, 8, Bytes{3});
    run();
    EXPECT_EQ(listener_.take(),
              (Lines{"account 1 slot 110 lamports 7", "account 1 slot 110 lamports 8"}));
    EXPECT_EQ(feed_->statistics().duplicates, 2U);
}

TEST_F(FeedTest, DeliversTheFirstArrivalOfTwoEndpoints) {
    start_sighted({&first_, &second_}, {&first_, &second_});
    EXPECT_TRUE(first_.is_account_subscribed(key_of(1)));
    EXPECT_TRUE(second_.is_account_subscribed(key_of(1)));
    second_.notify_account(key_of(1), 110, 7, Bytes{1});
    run();
    first_.notify_account(key_of(1), 110, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 110 lamports 7"});
    EXPECT_EQ(listener_.slots, (std::vector<std::uint64_t>{101, 102})) << "each slot once";
}

TEST_F(FeedTest, KeepsItsSightWhenOneOfTwoEndpointsGoes) {
    start_sighted({&first_, &second_}, {&first_, &second_});
    first_.stop_pubsub();
    run_slots(3, {&second_});
    EXPECT_FALSE(feed_->statistics().is_blind);
    second_.notify_account(key_of(1), 110, 7, Bytes{1});
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 1 slot 110 lamports 7"});
    first_.listen_pubsub();
    run_slots(10, {&first_, &second_});
    EXPECT_TRUE(first_.is_account_subscribed(key_of(1)));
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, BackfillsEverythingBeforeItSaysThatItSeesAgain) {
    start_sighted({&first_}, {&first_});
    reads_.clear();
    lamports_ = 6;
    first_.stop_pubsub();
    run(milliseconds{100});
    EXPECT_TRUE(feed_->statistics().is_blind);
    EXPECT_EQ(listener_.take(), Lines{"lost first"});
    EXPECT_EQ(feed_->statistics().lost, 1U);

    first_.listen_pubsub();
    slot_ = 150;
    rpc_slot_ = 150;
    run(seconds{2});
    EXPECT_TRUE(feed_->statistics().is_blind);
    run_slots(1, {&first_});
    EXPECT_EQ(listener_.take(), (Lines{"account 1 slot 151 lamports 6", "restored first"}));
    EXPECT_EQ(reads_.size(), 1U);
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, StaysBlindWhileReadsFailAndRecoversWithThem) {
    make({&first_});
    const std::vector<Pubkey> keys{key_of(1)};
    feed_->watch(keys);
    feed_->start();
    run();
    first_.answer = [](const RpcRequest& request) { return test::error_of(request, -32602, "no"); };
    run_slots(5, {&first_});
    EXPECT_TRUE(feed_->statistics().is_blind);
    EXPECT_GE(feed_->statistics().problems, 2U);
    first_.answer = [this](const RpcRequest& request) { return read_accounts(request); };
    run_slots(2, {&first_});
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, DoesNotCountAReadFromBeforeALossAsOneAfterIt) {
    make({&first_});
    const std::vector<Pubkey> keys{key_of(1)};
    feed_->watch(keys);
    feed_->start();
    run();
    first_.delay = seconds{2};
    run_slots(1, {&first_});
    ASSERT_EQ(reads_.size(), 1U);
    first_.stop_pubsub();
    run();
    first_.listen_pubsub();
    run(milliseconds{300});
    lamports_ = 6;
    run_slots(1, {&first_});
    ASSERT_EQ(reads_.size(), 2U);
    run_slots(4, {&first_});
    EXPECT_TRUE(listener_.take().empty()) << "only the first read is answered by now";
    EXPECT_TRUE(feed_->statistics().is_blind);
    run_slots(1, {&first_});
    EXPECT_EQ(listener_.take(), (Lines{"account 1 slot 102 lamports 6", "restored first"}));
}

TEST_F(FeedTest, GoesBlindAfterStallSlotsOfSilenceAndNotBefore) {
    start_sighted({&first_}, {&first_});
    // The last slot was heard 400 ms ago, less the network's delay; four slots are 1600 ms.
    run_ticking(milliseconds{1'100});
    EXPECT_FALSE(feed_->statistics().is_blind);
    run_ticking(milliseconds{200});
    EXPECT_TRUE(feed_->statistics().is_blind);
    EXPECT_EQ(listener_.take(), Lines{"lost all endpoints"});
    EXPECT_NE(listener_.reason.find("1600 ms"), std::string::npos) << listener_.reason;
    EXPECT_EQ(first_.connections, 1U) << "four skipped slots are no reason to reconnect";

    reads_.clear();
    lamports_ = 9;
    run_slots(1, {&first_});
    EXPECT_EQ(listener_.take(), (Lines{"account 1 slot 103 lamports 9", "restored first"}));
}

TEST_F(FeedTest, OpensASilentSocketAnew) {
    start_sighted({&first_}, {&first_});
    run_ticking(seconds{10});
    EXPECT_GE(first_.connections, 2U);
    EXPECT_TRUE(feed_->statistics().is_blind);
    run_slots(2, {&first_});
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, IsBlindWhenOnlyAnEndpointWithoutTheAccountsStillSpeaks) {
    start_sighted({&first_, &second_, &third_}, {&first_, &second_, &third_});
    EXPECT_FALSE(third_.is_account_subscribed(key_of(1)));
    run_slots(5, {&third_});
    EXPECT_TRUE(feed_->statistics().is_blind);
    EXPECT_EQ(listener_.take(), Lines{"lost all endpoints"});
}

TEST_F(FeedTest, DoesNotTrustACarrierThatLagsByAStallsWorthOfSlots) {
    start_sighted({&first_, &second_, &third_}, {&first_, &second_, &third_});
    for (int i = 0; i < 5; ++i) {
        slot_ += 1;
        third_.notify_slot(slot_ + 20);
        first_.notify_slot(slot_);
        second_.notify_slot(slot_);
        run(milliseconds{400});
        feed_->on_tick(reactor_.now());
    }
    EXPECT_TRUE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, MovesTheAccountsOfAnEndpointThatStaysAway) {
    start_sighted({&first_, &second_, &third_}, {&first_, &second_, &third_});
    first_.stop_pubsub();
    run_slots(5, {&second_, &third_});
    EXPECT_FALSE(third_.is_account_subscribed(key_of(1))) << "it may come back";
    run_slots(10, {&second_, &third_});
    EXPECT_TRUE(third_.is_account_subscribed(key_of(1)));
    second_.stop_pubsub();
    run_slots(2, {&third_});
    EXPECT_FALSE(feed_->statistics().is_blind) << "the third covers everything";
}

TEST_F(FeedTest, GoesBlindWhenTheLastCoverIsLostWithASubscriptionUnanswered) {
    start_sighted({&first_, &second_}, {&first_, &second_});
    second_.is_acknowledging = false;
    const std::vector<Pubkey> more{key_of(2)};
    feed_->watch(more);
    run();
    ASSERT_EQ(listener_.take(), Lines{"account 2 slot 102 lamports 5"}) << "read behind the first";
    first_.stop_pubsub();
    run();
    EXPECT_TRUE(feed_->statistics().is_blind) << "account 2 may change unheard now";
    second_.acknowledge_all();
    run_slots(1, {&second_});
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, SubscribesToNewPoolsOfBothVenuesOnOneEndpointAndMovesThem) {
    settings_.is_watching_new_pools = true;
    start_sighted({&first_, &second_}, {&first_, &second_});
    const auto cpmm = dex::program_of(VenueId::RaydiumCpmm).to_string();
    const auto amm = dex::program_of(VenueId::RaydiumAmmV4).to_string();
    EXPECT_TRUE(first_.subscriptions.contains("programSubscribe:" + cpmm));
    EXPECT_TRUE(first_.subscriptions.contains("programSubscribe:" + amm));
    EXPECT_FALSE(second_.subscriptions.contains("programSubscribe:" + cpmm));
    first_.send(fmt::format(
        R"({{"jsonrpc":"2.0","method":"programNotification","params":{{"result":{{"context":{{"slot":110}},"value":{{"pubkey":"{}","account":{}}}}},"subscription":{}}}}})",
        key_of(77).to_string(), test::account_json(3, Bytes(637)),
        first_.subscription("programSubscribe", cpmm)));
    run();
    EXPECT_EQ(listener_.take(), Lines{"account 77 slot 110 lamports 3"});

    first_.stop_pubsub();
    run_slots(5, {&second_});
    EXPECT_TRUE(second_.subscriptions.contains("programSubscribe:" + cpmm));
    EXPECT_TRUE(second_.subscriptions.contains("programSubscribe:" + amm));
}

TEST_F(FeedTest, DeliversASignatureOnceFromWhicheverEndpointIsFirst) {
    start_sighted({&first_, &second_}, {&first_, &second_});
    Signature signature;
    signature.bytes.fill(4);
    feed_->watch_signature(signature);
    feed_->watch_signature(signature);
    run();
    second_.notify_signature(signature, 120, "null");
    run();
    first_.notify_signature(signature, 120, "null");
    run();
    EXPECT_EQ(listener_.take(), Lines{"signature 4 slot 120 error "});
}

TEST_F(FeedTest, KeepsAtMostFiveHundredAndTwelveSignatures) {
    start_sighted({&first_}, {&first_});
    for (std::uint32_t i = 0; i < 600; ++i) {
        Signature signature;
        write_le(std::span{signature.bytes}, 0, i);
        feed_->watch_signature(signature);
        run(milliseconds{2});
    }
    std::size_t ended = 0;
    for (const RpcRequest& frame : first_.frames) {
        ended += frame.method == "signatureUnsubscribe" ? 1 : 0;
    }
    EXPECT_EQ(ended, 88U);
}

TEST_F(FeedTest, StopsHearingOfUnwatchedAccounts) {
    start_sighted({&first_}, {&first_});
    const std::vector<Pubkey> keys{key_of(1)};
    feed_->unwatch(keys);
    first_.notify_account(key_of(1), 110, 7, Bytes{1});
    run();
    EXPECT_EQ(first_.frames.back().method, "accountUnsubscribe");
    EXPECT_TRUE(listener_.take().empty());
    EXPECT_EQ(feed_->statistics().accounts_watched, 0U);
}

TEST_F(FeedTest, RefusesAccountsBeyondItsBound) {
    settings_.pools_max = 1;
    make({&first_});
    std::vector<Pubkey> keys;
    for (std::uint8_t i = 1; i <= 5; ++i) {
        keys.push_back(key_of(i));
    }
    feed_->watch(std::span{keys}.first(4));
    EXPECT_EQ(feed_->statistics().problems, 0U);
    feed_->watch(keys);
    EXPECT_EQ(feed_->statistics().accounts_watched, 4U);
    EXPECT_EQ(feed_->statistics().problems, 1U);
}

TEST_F(FeedTest, CountsHostileFramesAndGoesOn) {
    start_sighted({&first_}, {&first_});
    for (int i = 0; i < 1'000; ++i) {
        first_.send("{\"method\":");
    }
    run_slots(1, {&first_});
    EXPECT_EQ(feed_->statistics().problems, 1'000U);
    EXPECT_FALSE(feed_->statistics().is_blind);
}

TEST_F(FeedTest, MayBeDestroyedWithReadsOnTheirWay) {
    make({&first_});
    const std::vector<Pubkey> keys{key_of(1)};
    feed_->watch(keys);
    feed_->start();
    run();
    first_.delay = milliseconds{100};
    first_.notify_slot(101);
    run(milliseconds{20});
    feed_.reset();
    run(seconds{2});
    EXPECT_TRUE(listener_.take().empty());
}

}  // namespace
}  // namespace sniperforge::feed
