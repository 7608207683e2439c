// SPDX-License-Identifier: MIT
#include "rig.hpp"

#include <algorithm>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "support/node_endpoints.hpp"
#include "support/still_market.hpp"

namespace sniperforge::faults {
namespace {

constexpr std::uint64_t kAccountLamports = 10'000'000;
constexpr Duration kTick = milliseconds{100};  // As the daemon's.

sim::ClusterOptions cluster_options(const RigOptions& options) {
    sim::ClusterOptions cluster;
    cluster.seed = options.seed;
    cluster.scenario = test::still_market();
    cluster.scenario.slot_skip_probability = options.slot_skip_probability;
    cluster.scenario.drop_probability = 0;
    cluster.scenario.landing_miss_probability = 0;
    cluster.chain.slot_duration = Rig::kSlot;
    cluster.chain.are_reads_at_commitment = options.are_reads_at_commitment;
    cluster.nodes = options.nodes;
    return cluster;
}

}  // namespace

Rig::Rig(const RigOptions& options) : options_{options}, rng_{options.seed * 7'919} {
    auto started = sim::Cluster::start(reactor_, cluster_options(options));
    SF_ASSERT(started.has_value());
    cluster_ = std::move(*started);
    Rng keys{options.seed + 1};
    keys.fill(payer_.bytes);
    sim::create_wallet(cluster_->chain(), payer_, Lamports{1'000'000 * kLamportsPerSol});
    for (std::size_t i = 0; i < options.accounts; ++i) {
        keys.fill(accounts_.emplace_back().bytes);
        sim::create_wallet(cluster_->chain(), accounts_.back(), Lamports{kAccountLamports});
    }
    oracle_ = std::make_unique<FeedOracle>(reactor_, accounts_);
    connect();
    each_slot();
    tick();
}

Rig::~Rig() = default;

void Rig::connect() {
    std::vector<test::NodeUrls> nodes;
    for (std::size_t i = 0; i < options_.nodes; ++i) {
        nodes.push_back({cluster_->rpc_url(i), cluster_->pubsub_url(i)});
    }
    const auto network =
        test::network_of(nodes, options_.requests_per_second, options_.request_timeout);
    rpc_ = std::make_unique<rpc::RpcClient>(reactor_, test::endpoints_of(network),
                                            rpc::ClientOptions{.timeout = network.request_timeout});
    config::FeedSettings settings;
    settings.is_watching_new_pools = false;
    feed_ = std::make_unique<feed::Feed>(reactor_, *rpc_, network, settings, *oracle_);
    feed_->start();
    // A third in each class of priority, as positions, armed and scanned pools have it.
    const std::span<const Pubkey> all{accounts_};
    const std::size_t third = all.size() / 3;
    feed_->watch(all.first(third), feed::Priority::Position);
    feed_->watch(all.subspan(third, third), feed::Priority::Armed);
    feed_->watch(all.subspan(2 * third), feed::Priority::Scanned);
    oracle_->set_single_from(2 * third);
}

void Rig::set_faults_everywhere(const sim::NodeFaults& faults) {
    for (std::size_t i = 0; i < options_.nodes; ++i) {
        set_faults(i, faults);
    }
}

std::uint64_t Rig::faults_happened() const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < options_.nodes; ++i) {
        count += cluster_->fault_counters(i).total();
    }
    return count;
}

std::uint64_t Rig::requests(std::size_t node, std::string_view method) const {
    const auto statistics = cluster_->node_statistics(node);
    const auto found = statistics.requests_by_method.find(method);
    return found == statistics.requests_by_method.end() ? 0 : found->second;
}

void Rig::tick() {
    reactor_.schedule_after(kTick, [this] {
        feed_->on_tick(reactor_.now());
        tick();
    });
}

// Scheduled behind the cluster's own slot timer: the slot has just ended and is being told.
void Rig::each_slot() {
    reactor_.schedule_after(kSlot, [this] {
        truth_.push_back(chain_states());
        if (truth_.size() > kGraceSlots + 1) {
            truth_.erase(truth_.begin());
            oracle_->remember();
            oracle_->judge(truth_);
        }
        if (is_writing_ && !cluster_->chain().is_slot_skipped()) {
            write_some();
        }
        each_slot();
    });
}

States Rig::chain_states() {
    States states;
    states.reserve(accounts_.size());
    for (const Pubkey& account : accounts_) {
        const sim::Account* state = cluster_->chain().account(account);
        states.push_back(state == nullptr ? 0 : state->lamports.raw());
    }
    return states;
}

void Rig::write_some() {
    for (std::size_t i = 0; i < options_.writes_per_slot; ++i) {
        const Pubkey& account = accounts_[rng_.below(accounts_.size())];
        const std::vector<solana::Instruction> transfer{
            solana::system_transfer({.from = payer_, .to = account, .lamports = Lamports{1}})};
        const auto done = cluster_->chain().execute_unsigned(payer_, transfer);
        SF_ASSERT(done.has_value());
    }
}

}  // namespace sniperforge::faults
