// SPDX-License-Identifier: MIT
// What the daemon asks besides its notifications, at a fixed rate: account reads, transactions
// sent, transactions looked up, and accounts that are watched for a while and then no more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::soak {

struct TrafficCounts {
    std::uint64_t reads = 0, reads_failed = 0;
    Duration read_slowest{0};
    // A send has failed when no node took it.
    std::uint64_t sends = 0, sends_failed = 0;
    // Look-ups that had no answer; a node's own refusal is one.
    std::uint64_t lookups = 0, lookups_failed = 0;
    std::string error{};  // The last one.
};

class Traffic {
 public:
    Traffic(net::Reactor& reactor, rpc::RpcClient& rpc, feed::Feed& feed,
            std::span<const Pubkey> accounts, std::uint64_t seed);

    // Since the last call. By the time of the answer.
    [[nodiscard]] TrafficCounts take() { return std::exchange(counts_, {}); }
    void stop() { is_stopped_ = true; }

 private:
    template <typename Action>
    void every(Duration interval, Action action);
    void read();
    void send();
    void look_up();
    void refresh_blockhash();
    void churn();

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    feed::Feed& feed_;
    std::span<const Pubkey> accounts_;
    Rng rng_;
    solana::Keypair wallet_;
    std::optional<Hash> blockhash_;
    std::uint64_t sent_ = 0;
    std::vector<Pubkey> passing_;  // Watched now.
    TrafficCounts counts_;
    bool is_stopped_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sniperforge::soak
