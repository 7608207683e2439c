// SPDX-License-Identifier: MIT
// The feed over three nodes of the simulated cluster under virtual time, one of which misbehaves in
// every way in turn. At every slot: an account that is not called blind is as the chain has it,
// give or take what is on its way. Nothing is told twice, and in the end nothing is missing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "feed/account_tracker.hpp"
#include "sim/daemon_run.hpp"
#include "sniperforge/detect/detector.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How old what we hold may be while it is not called blind: a write is told at the end of its slot,
// a slower node's twin may be the only one to tell it, and a stall takes two slots to be found.
constexpr Duration kOnTheWay = milliseconds{1'600};
constexpr Duration kSample = milliseconds{20};

std::uint64_t hash_of(const Pubkey& key, const sim::Account* account) {
    AccountUpdate update;
    update.pubkey = key;
    if (account != nullptr) {
        update.owner = account->owner;
        update.lamports = account->lamports;
        update.data = account->data;
    }
    return feed::content_hash(update);
}

// What the pipeline knows, as far as the feed is concerned.
struct Pipeline final : feed::FeedEvents {
    void on_chain_update(const ChainUpdate& update, Trace&) override {
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            State& state = accounts[account->pubkey];
            const std::uint64_t content = feed::content_hash(*account);
            EXPECT_FALSE(state.is_told && account->slot < state.slot)
                << "back in time: " << account->pubkey.to_string();
            duplicates += state.is_told && state.slot == account->slot && state.content == content;
            state.slot = account->slot;
            state.content = content;
            state.is_told = true;
        } else if (std::holds_alternative<FeedLost>(update)) {
            is_lost = true;
        } else if (std::holds_alternative<FeedRestored>(update)) {
            is_lost = false;
        } else if (const auto* lost = std::get_if<AccountsLost>(&update)) {
            blind.insert(lost->accounts.begin(), lost->accounts.end());
        } else if (const auto* restored = std::get_if<AccountsRestored>(&update)) {
            for (const Pubkey& key : restored->accounts) {
                blind.erase(key);
            }
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            duplicates += slot->slot <= newest ? 1 : 0;
            newest = slot->slot;
        }
        events.clear();
        detector.observe(update, events);
        if (const auto wanted = detector.take_accounts_wanted(); !wanted.empty()) {
            feed->watch(wanted, priority);
        }
    }

    struct State {
        Slot slot;
        std::uint64_t content = 0;
        bool is_told = false;
        std::deque<std::pair<MonoTime, std::uint64_t>> chain;  // What it was, and since when.
        std::optional<MonoTime> wrong_since;
    };
    feed::Feed* feed = nullptr;
    feed::Priority priority = feed::Priority::Armed;
    std::map<Pubkey, State> accounts;
    std::set<Pubkey> blind;
    bool is_lost = true;
    Slot newest;
    std::uint64_t duplicates = 0;
    dex::PoolBook book;
    detect::Detector detector{book, {}};
    std::vector<MarketEvent> events;
};

class FeedFaults : public ::testing::Test {
 protected:
    explicit FeedFaults(std::uint64_t seed = 5) {
        sim::ClusterOptions options;
        options.seed = options.chain.seed = seed;
        options.scenario = *sim::named_scenario("demo");
        options.nodes = 3;
        cluster_ = std::move(*sim::Cluster::start(reactor_, options));
        for (std::size_t node = 0; node < 3; ++node) {
            config::EndpointSettings endpoint;
            endpoint.name = fmt::format("node{}", node);
            endpoint.rpc_url = cluster_->rpc_url(node);
            endpoint.pubsub_url = cluster_->pubsub_url(node);
            endpoint.pubsub_connections = 2;
            network_.endpoints.push_back(endpoint);
            endpoints_.push_back({.name = endpoint.name,
                                  .url = endpoint.rpc_url,
                                  .api_key = {},
                                  .api_key_header = {},
                                  .requests_per_second = 1'000,
                                  .connections = 4});
        }
    }
    void start(feed::Priority priority, config::FeedSettings settings = {}) {
        settings.is_watching_new_pools = false;
        rpc_.emplace(reactor_, endpoints_, rpc::ClientOptions{.timeout = seconds{2}});
        feed_.emplace(reactor_, *rpc_, network_, settings, pipeline_);
        pipeline_.feed = &*feed_;
        pipeline_.priority = priority;
        feed_->watch(cluster_->liquid_pools(), priority);
        feed_->start();
        run(seconds{3});
        ASSERT_FALSE(pipeline_.is_lost);
        ASSERT_GT(pipeline_.accounts.size(), 40U);
    }
    void run(Duration duration) {
        const MonoTime end = reactor_.now() + duration;
        for (int tick = 0; reactor_.now() < end; ++tick) {
            reactor_.run_until(reactor_.now() + kSample);
            if (tick % 5 == 0) {
                feed_->on_tick(reactor_.now());
            }
            look();
        }
    }
    // What we hold was true a moment ago, or is called blind; else it is a lie, and grows older.
    void look() {
        const MonoTime now = reactor_.now();
        for (auto& [key, state] : pipeline_.accounts) {
            const std::uint64_t content = hash_of(key, cluster_->chain().account(key));
            if (state.chain.empty() || state.chain.back().second != content) {
                state.chain.emplace_back(now, content);
            }
            while (state.chain.size() > 1 && now - state.chain[1].first > kOnTheWay) {
                state.chain.pop_front();
            }
            const bool was_true =
                std::any_of(state.chain.begin(), state.chain.end(),
                            [&](const auto& past) { return past.second == state.content; });
            if (was_true || pipeline_.is_lost || pipeline_.blind.contains(key)) {
                state.wrong_since.reset();
                continue;
            }
            state.wrong_since = state.wrong_since.value_or(now);
            lie_max_ = std::max<Duration>(lie_max_, now - *state.wrong_since + kSample);
        }
    }
    [[nodiscard]] std::size_t wrong_now() const {
        std::size_t wrong = 0;
        for (const auto& [key, state] : pipeline_.accounts) {
            wrong += hash_of(key, cluster_->chain().account(key)) != state.content ? 1 : 0;
        }
        return wrong;
    }

    net::VirtualReactor reactor_;
    std::unique_ptr<sim::Cluster> cluster_;
    config::NetworkSettings network_;
    std::vector<rpc::Endpoint> endpoints_;
    Pipeline pipeline_;
    std::optional<rpc::RpcClient> rpc_;
    std::optional<feed::Feed> feed_;
    Duration lie_max_{0};  // The longest time that something not blind was older than it may be.
};

struct Fault {
    std::string name;
    sim::NodeFaults faults;
};

std::vector<Fault> every_fault() {
    return {
        {"down", {.is_down = true}},
        {"stale", {.slots_behind = 20}},
        {"slow", {.latency = milliseconds{300}, .jitter = milliseconds{300}}},
        {"429", {.too_many_requests_probability = 0.5, .retry_after_s = 1}},
        {"429 without Retry-After", {.too_many_requests_probability = 0.5}},
        {"5xx", {.gateway_error_probability = 0.5}},
        {"hang", {.hang_probability = 0.3}},
        {"truncated", {.truncate_probability = 0.5}},
        {"reset", {.reset_probability = 0.5}},
        {"account reads fail",
         {.methods = {"getMultipleAccounts"},
          .rpc_error_probability = 1,
          .rpc_error_code = -32'005}},
        {"minimum slot not reached", {.rpc_error_probability = 0.5, .rpc_error_code = -32'016}},
        {"silent", {.is_silent = true}},
        {"reset mid-frame", {.frame_reset_probability = 0.02}},
        {"refuses subscriptions",
         {.frame_reset_probability = 0.01, .subscribe_refusal_probability = 0.5}},
        {"forgets subscriptions",
         {.frame_reset_probability = 0.01, .subscribe_silence_probability = 0.2}},
        {"goes on after unsubscribe", {.is_unsubscribe_ignored = true}},
        {"misses", {.miss_probability = 0.3}},
        {"doubles", {.duplicate_probability = 0.5}},
        {"delays", {.delay_probability = 0.3, .delay = milliseconds{1'500}}},
        {"reorders", {.reorder_probability = 0.5}},
    };
}

// Two copies, one node at fault: whatever it does, what is not blind is right.
TEST_F(FeedFaults, NeverLiesWhileOneNodeOfThreeMisbehavesInEveryWay) {
    start(feed::Priority::Armed);
    for (const Fault& fault : every_fault()) {
        SCOPED_TRACE(fault.name);
        lie_max_ = {};
        cluster_->set_faults(1, fault.faults);
        run(seconds{16});
        EXPECT_EQ(lie_max_ / milliseconds{1}, 0);
        cluster_->set_faults(1, {});
        run(seconds{4});
        EXPECT_FALSE(pipeline_.is_lost);
    }
    run(seconds{10});
    EXPECT_EQ(pipeline_.duplicates, 0U);
    EXPECT_TRUE(pipeline_.blind.empty()) << pipeline_.blind.size();
    EXPECT_LE(wrong_now(), 8U) << "those written in the slot that is not over";
}

// Single copies: what only the node at fault tells may be missed until the audit comes round, which
// is once a second here, and everything is repaired in the end.
TEST_F(FeedFaults, RepairsSingleCopiesWithinARoundOfTheAudit) {
    start(feed::Priority::Scanned);
    for (const Fault& fault : every_fault()) {
        SCOPED_TRACE(fault.name);
        lie_max_ = {};
        cluster_->set_faults(1, fault.faults);
        run(seconds{16});
        cluster_->set_faults(1, {});
        EXPECT_LE(lie_max_, seconds{8});
        run(seconds{8});
        EXPECT_FALSE(pipeline_.is_lost);
        EXPECT_TRUE(pipeline_.blind.empty()) << pipeline_.blind.size();
    }
    EXPECT_EQ(pipeline_.duplicates, 0U);
    run(seconds{10});
    EXPECT_LE(wrong_now(), 8U);
}

// Before anything speaks against the node, so that it carries its share.
TEST_F(FeedFaults, FindsByTheAuditWhatTheOnlyCopyMissed) {
    start(feed::Priority::Scanned);
    cluster_->set_faults(
        1, {.notification_kinds = {sim::NotificationKind::Account}, .miss_probability = 0.3});
    run(seconds{16});
    EXPECT_GT(feed_->statistics().gaps_found, 0U);
    EXPECT_LE(lie_max_, seconds{8});
}

TEST_F(FeedFaults, RestsOnNoAbandonedForkWhetherItsEndIsToldOrNot) {
    start(feed::Priority::Scanned);
    for (const bool are_reverts_told : {true, false}) {
        for (int round = 0; round < 10; ++round) {
            lie_max_ = {};
            ASSERT_TRUE(cluster_->chain().fork({.slots = static_cast<std::uint32_t>(1 + round % 5),
                                                .is_requeued = round % 2 == 0,
                                                .are_reverts_told = are_reverts_told}));
            run(seconds{6});
            EXPECT_EQ(lie_max_ / milliseconds{1}, 0) << round;
        }
    }
    EXPECT_EQ(pipeline_.duplicates, 0U);
    EXPECT_GT(feed_->statistics().slots_abandoned, 20U);
    EXPECT_GT(feed_->statistics().fork_accounts, 20U);
    EXPECT_EQ(feed_->statistics().gaps_found, 0U);
    EXPECT_FALSE(pipeline_.is_lost);
}

// All nodes at once: blind as a whole, and whole again.
TEST_F(FeedFaults, IsBlindWhileEveryNodeIsAwayAndWholeAfterwards) {
    start(feed::Priority::Armed);
    for (std::size_t node = 0; node < 3; ++node) {
        cluster_->set_faults(node, {.is_down = true});
    }
    run(seconds{1});
    EXPECT_TRUE(pipeline_.is_lost);
    run(seconds{20});
    EXPECT_TRUE(pipeline_.is_lost);
    for (std::size_t node = 0; node < 3; ++node) {
        cluster_->set_faults(node, {});
    }
    run(seconds{14});
    EXPECT_FALSE(pipeline_.is_lost);
    EXPECT_TRUE(pipeline_.blind.empty());
    EXPECT_EQ(lie_max_ / milliseconds{1}, 0);
    EXPECT_EQ(pipeline_.duplicates, 0U);
}

// The feed loses nodes, sockets and slots, and the chain leaves branches, while orders are on their
// way.
TEST(MainJob, BalancesWhileNodesFallSilentLagAndDieAndTheChainForks) {
    using std::chrono::seconds;
    test::RunOptions options{.seed = 7, .duration = seconds{90}, .nodes = 3};
    options.are_reads_at_commitment = true;
    const auto at = [&](int second, std::optional<std::size_t> node, sim::NodeFaults faults) {
        options.faults.push_back({.at = seconds{second}, .node = node, .faults = faults});
    };
    at(10, 1, {.is_down = true});
    at(20, 1, {.slots_behind = 20});
    at(30, 1, {.miss_probability = 0.3, .duplicate_probability = 0.3, .reorder_probability = 0.3});
    at(40, {}, {.is_silent = true});
    at(48, {}, {});
    for (int second = 52; second < 90; second += 6) {
        options.faults.push_back({.at = seconds{second}, .fork = sim::ForkOptions{}});
    }
    const auto result = test::run(options);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.orders_in_flight, 0U);
    EXPECT_EQ(result.report.mismatch_lamports.value_or(1), 0U);
    EXPECT_EQ(result.report.mismatch_tokens.value_or(1), 0U);
    EXPECT_GT(result.report.orders.landed, 10U);
    EXPECT_GT(result.report.denials[static_cast<std::size_t>(DenialReason::FeedBlind)], 0U);
}

}  // namespace
}  // namespace sniperforge
