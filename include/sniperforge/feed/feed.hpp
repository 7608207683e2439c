// SPDX-License-Identifier: MIT
// Feed: everything the pipeline hears from the chain. Sockets to several endpoints, their
// subscriptions, first-arrival dedup, the watchdog against silence, and the backfill that makes the
// book whole again after a loss before entries resume.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/pubsub.hpp"

namespace sniperforge::feed {

class FeedEvents {
   public:
    virtual ~FeedEvents() = default;
    // In the order to apply them; `trace` has received and decoded set. Updates read by RPC
    // (backfill, watch()) come through here too.
    virtual void on_chain_update(const ChainUpdate& update, Trace& trace) = 0;
};

struct FeedStatistics {
    std::uint64_t updates = 0, duplicates = 0, backfilled = 0, lost = 0, problems = 0;
    std::size_t accounts_watched = 0;
    bool is_blind = true;
    Slot slot;
    Duration slot_time{0};  // Measured, EWMA.
};

class Feed {
   public:
    Feed(net::Reactor& reactor, rpc::RpcClient& rpc, const config::NetworkSettings& network,
         const config::FeedSettings& settings, FeedEvents& events);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // Connects, subscribes slots and (when configured) the venues' programs for new pools.
    void start();
    // Reads the accounts by RPC, delivers them as updates and subscribes to their changes.
    void watch(std::span<const Pubkey> accounts);
    void unwatch(std::span<const Pubkey> accounts);
    void watch_signature(const Signature& signature);
    // Told by the owner about once a slot: stall detection.
    void on_tick(MonoTime now);
    [[nodiscard]] FeedStatistics statistics() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
