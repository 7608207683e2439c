// SPDX-License-Identifier: MIT
#include "workload.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "support/still_market.hpp"

namespace sniperforge::soak {
namespace {

constexpr std::size_t kPoolBytes = 752, kVaultBytes = 165;  // Raydium AMM v4; SPL Token.
constexpr double kZipf = 1.1;
constexpr Duration kSlot = std::chrono::milliseconds{400};
// One transaction writes so many accounts.
constexpr std::size_t kWritesPerTransaction = 20;
constexpr std::uint64_t kLamports = 100'000'000;
// So that nobody takes the next phase's beginning for the last one's end.
constexpr Duration kBetween = std::chrono::milliseconds{400};

sim::ClusterOptions cluster_options(std::uint64_t seed) {
    sim::ClusterOptions cluster;
    cluster.seed = seed;
    cluster.scenario = test::still_market();
    cluster.chain.slot_duration = kSlot;
    cluster.nodes = kNodes;
    return cluster;
}

}  // namespace

Profile profile_s() {
    return {.pools = 100, .messages_per_second = 50, .burst = 300, .launches_per_second = 0.3};
}
Profile profile_m() { return {}; }

solana::Keypair soak_wallet(std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(78);
    std::array<std::uint8_t, solana::kSeedSize> key{};
    rng.fill(key);
    return std::move(solana::Keypair::from_seed(key).value());
}

std::vector<Pubkey> soak_accounts(const Profile& profile, std::uint64_t seed) {
    Rng keys = Rng{seed}.fork(77);
    std::vector<Pubkey> accounts(profile.pools * kAccountsPerPool);
    for (Pubkey& account : accounts) {
        keys.fill(account.bytes);
    }
    return accounts;
}

Workload::Workload(net::Reactor& reactor, const WorkloadOptions& options, Listener listener)
    : reactor_{reactor},
      options_{options},
      listener_{std::move(listener)},
      rng_{options.seed * 31 + 7},
      accounts_{soak_accounts(options.profile, options.seed)},
      started_at_{reactor.now()},
      burst_due_{reactor.now() + options.warm_up + options.profile.burst_interval} {
    auto started = sim::Cluster::start(reactor_, cluster_options(options.seed));
    SF_ASSERT(started.has_value());
    cluster_ = std::move(*started);
    rng_.fill(payer_.bytes);
    sim::create_wallet(cluster_->chain(), payer_, Lamports{100'000'000 * kLamportsPerSol});
    sim::create_wallet(cluster_->chain(), soak_wallet(options.seed).public_key(),
                       Lamports{1'000 * kLamportsPerSol});
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        const bool is_pool = i % kAccountsPerPool == 0;
        cluster_->chain().put_account(
            accounts_[i],
            {Lamports{kLamports}, is_pool ? solana::kRaydiumAmmV4Program : solana::kTokenProgram,
             false, Bytes(is_pool ? kPoolBytes : kVaultBytes, 0)});
    }
    double sum = 0;
    for (std::size_t i = 0; i < options.profile.pools; ++i) {
        sum += std::pow(static_cast<double>(i + 1), -kZipf);
        weight_.push_back(sum);
    }
    next_slot_at_ = reactor_.now() + kSlot;
    each_slot();
    reactor_.schedule_after(options.warm_up, [this] { begin_phase(0); });
}

Workload::~Workload() = default;

Addresses Workload::addresses() const {
    Addresses addresses;
    for (std::size_t i = 0; i < cluster_->node_count(); ++i) {
        addresses.rpc.push_back(cluster_->rpc_url(i));
        addresses.pubsub.push_back(cluster_->pubsub_url(i));
    }
    return addresses;
}

// At the cluster's own cadence, and after its timer.
void Workload::each_slot() {
    reactor_.schedule_at(next_slot_at_, [this] {
        next_slot_at_ = next_slot_at_ + kSlot;
        faults::States states;
        states.reserve(accounts_.size());
        for (const Pubkey& account : accounts_) {
            states.push_back(cluster_->chain().account(account)->lamports.raw());
        }
        listener_.on_slot(cluster_->chain().slot(), states);
        if (is_writing_ && !cluster_->chain().is_slot_skipped()) {
            const bool is_burst = reactor_.now() >= burst_due_;
            const double seconds = static_cast<double>(kSlot.count()) / 1e9;
            write(is_burst
                      ? options_.profile.burst
                      : static_cast<std::size_t>(options_.profile.messages_per_second * seconds));
            if (is_burst) {
                burst_due_ = reactor_.now() + options_.profile.burst_interval;
            }
            for (launches_due_ += options_.profile.launches_per_second * seconds;
                 launches_due_ >= 1; --launches_due_) {
                launch();
            }
        }
        each_slot();
    });
}

// Both vaults of a pool at once and every third time the pool itself, as swaps do. Each account
// once in a slot, so that each write is a message.
void Workload::write(std::size_t count) {
    std::vector<std::size_t> chosen;
    std::vector<bool> is_chosen(accounts_.size());
    const auto choose = [&](std::size_t account) {
        if (!is_chosen[account]) {
            is_chosen[account] = true;
            chosen.push_back(account);
        }
    };
    for (std::size_t i = 0; i < accounts_.size() && count >= accounts_.size(); ++i) {
        choose(i);
    }
    while (chosen.size() < std::min(count, accounts_.size())) {
        const double at = rng_.uniform() * weight_.back();
        const auto pool =
            static_cast<std::size_t>(std::ranges::lower_bound(weight_, at) - weight_.begin());
        const std::size_t first = pool * kAccountsPerPool;
        choose(first + 1);
        choose(first + 2);
        if (rng_.below(3) == 0) {
            choose(first);
        }
    }
    for (std::size_t i = 0; i < chosen.size();) {
        std::vector<solana::Instruction> transfers;
        for (; i < chosen.size() && transfers.size() < kWritesPerTransaction; ++i) {
            transfers.push_back(solana::system_transfer(
                {.from = payer_, .to = accounts_[chosen[i]], .lamports = Lamports{1}}));
        }
        const auto done = cluster_->chain().execute_unsigned(payer_, transfers);
        SF_ASSERT(done.has_value());
    }
}

// A new pool account, told to whoever watches the program.
void Workload::launch() {
    Pubkey key;
    rng_.fill(key.bytes);
    cluster_->chain().put_account(
        key, {Lamports{kLamports}, solana::kRaydiumAmmV4Program, false, Bytes(kPoolBytes, 0)});
    listener_.on_launch();
}

// The node that misbehaves in that phase; the others are well. It is the one that was used most
// since the last one was well again: reads go to whoever answers fastest, the feed leaves a node
// that stalled alone for a minute, and a fault that nobody meets proves nothing.
std::size_t Workload::choose_sick(const Phase& phase) const {
    const auto used = [&](std::size_t node) {
        const sim::NodeStatistics now = cluster_->node_statistics(node);
        return phase.is_failing_over ? now.requests - before_[node].requests
                                     : now.notifications - before_[node].notifications;
    };
    std::size_t most = 0;
    for (std::size_t node = 1; node < kNodes; ++node) {
        most = used(node) > used(most) ? node : most;
    }
    return most;
}

void Workload::begin_phase(std::size_t index) {
    if (index >= phases().size()) {
        is_writing_ = false;
        reactor_.schedule_after(options_.well, [this] { listener_.on_end(); });
        return;
    }
    const Phase& phase = phases()[index];
    sick_ = choose_sick(phase);
    faults_before_ = cluster_->fault_counters(sick_).total();
    sim::NodeFaults faults = phase.faults;
    faults.frame_reset_probability *= options_.frame_resets;
    cluster_->set_faults(sick_, faults);
    if (phase.fork) {
        const auto forked = cluster_->chain().fork(*phase.fork);
        SF_ASSERT(forked.has_value());
    }
    listener_.on_phase(index, true);
    reactor_.schedule_after(options_.sick, [this, index] { heal(index); });
}

void Workload::heal(std::size_t index) {
    cluster_->set_faults(sick_, {});
    for (std::size_t node = 0; node < kNodes; ++node) {
        before_[node] = cluster_->node_statistics(node);
    }
    listener_.on_phase(index, false);
    reactor_.schedule_after(std::max(options_.well, phases()[index].well_min),
                            [this, index] { end_phase(index); });
}

void Workload::end_phase(std::size_t index) {
    listener_.on_phase_end(index, cluster_->fault_counters(sick_).total() - faults_before_);
    reactor_.schedule_after(kBetween, [this, index] { begin_phase(index + 1); });
}

}  // namespace sniperforge::soak
