// SPDX-License-Identifier: MIT
// Cluster: the chain, its market, and its faces on one reactor: nodes, each with Solana JSON-RPC
// over HTTP and PubSub over WebSocket (port + 1), and a Jupiter-compatible HTTP API, at whose
// address the lanes are, too: a block engine as Jito's and a staked sender. The reactor decides
// whether time is real or virtual; the cluster cannot tell.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/faults.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

struct ClusterOptions {
    std::uint64_t seed = 1;
    Scenario scenario;
    std::vector<PriceBar> market;  // Empty: the scenario's own SOL/USD walk.
    std::string host = "127.0.0.1";
    // Of the first node, 0 picks; WebSocket is on the next port. Node n has kNodePortStep × n more.
    std::uint16_t rpc_port = 0;
    std::uint16_t jupiter_port = 0;
    ChainOptions chain;     // Seed, skipped slots, misses and drops come from above, not from here.
    std::size_t nodes = 1;  // 1 to kNodesMax, all of one chain.
    std::vector<FaultEvent> faults;  // Played from the start on.
    // Told of everything before the nodes are; outlives the cluster. May be null.
    ChainObserver* witness = nullptr;
};

inline constexpr std::size_t kNodesMax = 16;
inline constexpr std::uint16_t kNodePortStep = 10;

// What one node was asked and what it told.
struct NodeStatistics {
    std::uint64_t requests = 0;  // Of JSON-RPC methods that exist, whatever the answer was.
    std::uint64_t notifications = 0;
    std::uint64_t pubsub_connections = 0;  // That were taken, ended ones too.
    std::map<std::string, std::uint64_t, std::less<>> requests_by_method;
};

struct ClusterStatistics {
    std::uint64_t slots = 0, transactions = 0, market_trades = 0, launches = 0, rugs = 0,
                  migrations = 0, dislocations = 0, rpc_requests = 0, notifications = 0,
                  jupiter_requests = 0, lane_requests = 0, lane_transactions = 0;
};

class Cluster {
 public:
    // Builds genesis (mints, pools, configs), listens and starts the slot clock.
    [[nodiscard]] static Result<std::unique_ptr<Cluster>> start(net::Reactor& reactor,
                                                                const ClusterOptions& options);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    [[nodiscard]] std::size_t node_count() const;
    [[nodiscard]] std::string rpc_url(std::size_t node = 0) const;     // http://127.0.0.1:port
    [[nodiscard]] std::string pubsub_url(std::size_t node = 0) const;  // ws://127.0.0.1:port+1
    [[nodiscard]] std::string jupiter_url() const;                     // http://127.0.0.1:port
    [[nodiscard]] Chain& chain();
    [[nodiscard]] const Chain& chain() const;
    [[nodiscard]] const ClusterStatistics& statistics() const;
    // Gives a wallet lamports: by a transfer, as requestAirdrop does, or during a fork from outside
    // of the chain, so that they are not lost with the branch.
    void fund(const Pubkey& wallet, Lamports amount);
    // From now on the node has exactly these faults; a default NodeFaults heals it. They must pass
    // check(). Not from inside a call that a node makes.
    void set_faults(std::size_t node, const NodeFaults& faults);
    [[nodiscard]] const NodeFaults& faults(std::size_t node) const;
    [[nodiscard]] const FaultCounters& fault_counters(std::size_t node) const;
    // From now on no node serves the transaction: getTransaction says null of it, for good.
    void withhold(const Signature& signature);
    // From now on Jupiter has exactly these; they must pass check().
    void set_jupiter_faults(const JupiterFaults& faults);
    // Of Jupiter, the market and the chain.
    [[nodiscard]] FaultCounters world_fault_counters() const;
    // Rugs that wait for somebody to hold something do so no longer.
    void call_off_rugs();
    // What others did to clients' tokens so far, oldest first.
    [[nodiscard]] const std::vector<Meddling>& meddlings() const;
    // Who profits from Jupiter's attacks. Of the seed; without a wallet before there are attacks.
    [[nodiscard]] const Pubkey& stranger() const;
    [[nodiscard]] NodeStatistics node_statistics(std::size_t node) const;
    // The liquid tokens' pools at genesis, most important first: what a config would list.
    [[nodiscard]] std::vector<Pubkey> liquid_pools() const;

 private:
    struct State;
    explicit Cluster(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::sim
