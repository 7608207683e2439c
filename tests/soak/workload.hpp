// SPDX-License-Identifier: MIT
// The chain's side of the soak: three nodes, the accounts of 2,000 pools, writes at the rate and in
// the bursts of profile M, launches, and the schedule of faults. Tells the truth of each slot.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "integration/faults/feed_oracle.hpp"
#include "schedule.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::soak {

// Of every pool: itself and two vaults.
inline constexpr std::size_t kAccountsPerPool = 3;

// Source: PERFORMANCE, section 1.
struct Profile {
    std::size_t pools = 2'000;
    double messages_per_second = 2'000;
    std::size_t burst = 6'000;  // Messages of one slot.
    Duration burst_interval = std::chrono::seconds{30};
    double launches_per_second = 0.3;
};
[[nodiscard]] Profile profile_s();
[[nodiscard]] Profile profile_m();

struct WorkloadOptions {
    Profile profile;
    std::uint64_t seed = 1;
    // After the client's start; then the phases follow each other, each sick, well, and a moment
    // that belongs to none.
    Duration warm_up = std::chrono::seconds{10};
    Duration sick = std::chrono::seconds{8};
    Duration well = std::chrono::seconds{7};
    // So many times the schedule's cut frames, where a phase has few notifications.
    double frame_resets = 1;
};

// What a client has to know.
struct Addresses {
    std::vector<std::string> rpc, pubsub;  // Of each node.
};

class Workload {
 public:
    struct Listener {
        // The states of all accounts at the end of the slot.
        std::function<void(Slot slot, const faults::States&)> on_slot;
        // In phase `index` the node is sick now, or well again; then it ends, with so many faults.
        std::function<void(std::size_t index, bool is_sick)> on_phase;
        std::function<void(std::size_t index, std::uint64_t faults)> on_phase_end;
        std::function<void()> on_launch;
        std::function<void()> on_end;  // All phases are over, and nothing is written any more.
    };
    Workload(net::Reactor& reactor, const WorkloadOptions& options, Listener listener);
    ~Workload();

    [[nodiscard]] Addresses addresses() const;
    [[nodiscard]] sim::Cluster& cluster() { return *cluster_; }

 private:
    void each_slot();
    void write(std::size_t count);
    void launch();
    [[nodiscard]] std::size_t choose_sick(const Phase& phase) const;
    void begin_phase(std::size_t index);
    void heal(std::size_t index);
    void end_phase(std::size_t index);

    net::Reactor& reactor_;
    WorkloadOptions options_;
    Listener listener_;
    Rng rng_;
    std::unique_ptr<sim::Cluster> cluster_;
    std::vector<Pubkey> accounts_;
    std::vector<double> weight_;  // Of each pool, summed up: Zipf.
    Pubkey payer_;
    MonoTime started_at_;
    MonoTime burst_due_;
    MonoTime next_slot_at_;
    double launches_due_ = 0;
    std::size_t sick_ = 0;  // The node that misbehaves in this phase.
    std::uint64_t faults_before_ = 0;
    std::array<sim::NodeStatistics, kNodes> before_;  // When the last one was well again.
    bool is_writing_ = true;
};

// Who pays for the transactions that the client sends.
[[nodiscard]] solana::Keypair soak_wallet(std::uint64_t seed);
// Accounts in the order of their states: pool, vault, vault, and so on.
[[nodiscard]] std::vector<Pubkey> soak_accounts(const Profile& profile, std::uint64_t seed);

}  // namespace sniperforge::soak
