// SPDX-License-Identifier: MIT
// The daemon's eyes, its RpcClient and its Feed, against a cluster of nodes of which some
// misbehave, under virtual time, with an oracle that knows the truth.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed_oracle.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::faults {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct RigOptions {
    std::size_t nodes = 3;
    std::size_t accounts = 60;
    std::size_t writes_per_slot = 12;  // Accounts that change in each slot.
    double requests_per_second = 50;   // What the client thinks each endpoint allows.
    Duration request_timeout = seconds{2};
    std::uint64_t seed = 1;
    bool are_reads_at_commitment = false;
    double slot_skip_probability = 0;
};

class Rig {
 public:
    explicit Rig(const RigOptions& options = {});
    ~Rig();
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    void run(Duration duration) { reactor_.run_until(reactor_.now() + duration); }
    void run_slots(int slots) { run(slots * kSlot); }
    // Runs until `done`, at most `limit`; how long it took, or nothing.
    template <typename Done>
    [[nodiscard]] std::optional<Duration> run_until(Done done, Duration limit);

    [[nodiscard]] sim::Cluster& cluster() { return *cluster_; }
    [[nodiscard]] rpc::RpcClient& rpc() { return *rpc_; }
    [[nodiscard]] feed::Feed& feed() { return *feed_; }
    [[nodiscard]] net::VirtualReactor& reactor() { return reactor_; }
    void set_faults(std::size_t node, const sim::NodeFaults& faults) {
        cluster_->set_faults(node, faults);
    }
    void set_faults_everywhere(const sim::NodeFaults& faults);
    [[nodiscard]] std::uint64_t count(std::size_t node, sim::FaultKind kind) const {
        return cluster_->fault_counters(node)[kind];
    }
    // Over all nodes and kinds.
    [[nodiscard]] std::uint64_t faults_happened() const;
    // Requests of `method` that the node has had.
    [[nodiscard]] std::uint64_t requests(std::size_t node, std::string_view method) const;

    [[nodiscard]] bool is_blind() const { return oracle_->is_blind(); }
    [[nodiscard]] bool is_anything_blind() const { return oracle_->is_anything_blind(); }
    [[nodiscard]] const std::vector<Pubkey>& accounts() const { return accounts_; }
    // Of the state that is held of the account.
    [[nodiscard]] Slot slot_held(std::size_t account) const { return oracle_->slot_held(account); }
    [[nodiscard]] Findings findings() const { return oracle_->findings(); }
    // Accounts whose held state is not the chain's. Call when nothing is being written.
    [[nodiscard]] std::size_t differing() { return oracle_->differing(chain_states()); }
    void stop_writing() { is_writing_ = false; }

    // The slot length of the cluster, and how late an update of a healthy feed may be seen by the
    // oracle: the slot that ends, the one it is told in, and two in which a socket may lag.
    static constexpr Duration kSlot = milliseconds{400};
    static constexpr std::size_t kGraceSlots = 4;

 private:
    void connect();
    [[nodiscard]] States chain_states();
    void each_slot();
    void tick();
    void write_some();

    RigOptions options_;
    net::VirtualReactor reactor_;
    std::unique_ptr<sim::Cluster> cluster_;
    std::vector<Pubkey> accounts_;
    Pubkey payer_;
    Rng rng_;
    std::unique_ptr<FeedOracle> oracle_;
    std::unique_ptr<rpc::RpcClient> rpc_;
    std::unique_ptr<feed::Feed> feed_;
    std::vector<States> truth_;  // Of the last slots, oldest first.
    bool is_writing_ = true;
};

template <typename Done>
std::optional<Duration> Rig::run_until(Done done, Duration limit) {
    const MonoTime start = reactor_.now();
    while (!done()) {
        if (reactor_.now() - start >= limit) {
            return std::nullopt;
        }
        run(milliseconds{5});
    }
    return reactor_.now() - start;
}

}  // namespace sniperforge::faults
