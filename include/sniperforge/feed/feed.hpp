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
    std::uint64_t updates = 0;     // Handed to on_chain_update(), losses and restorations included.
    std::uint64_t duplicates = 0;  // Not handed on: heard before, or older than what we hold.
    std::uint64_t backfilled = 0;  // Accounts read by RPC, those that do not exist included.
    std::uint64_t lost = 0;        // Times that we went blind.
    std::uint64_t problems = 0;    // Unreadable frames, refused subscriptions, failed reads.
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

    // Connects, subscribes slots and (when configured) the venues' programs for new pools, and
    // watches the pools of the settings. Blind until the first FeedRestored.
    void start();
    // Subscribes to the accounts' changes, then reads them by RPC (so that nothing falls in
    // between) and delivers what was read as updates; an account that does not exist has zero
    // lamports. Harmless for those watched already. May be called from on_chain_update(), as may
    // all below.
    void watch(std::span<const Pubkey> accounts);
    void unwatch(std::span<const Pubkey> accounts);
    // At confirmed, on every endpoint; the first answer is delivered. The last 512 are kept.
    void watch_signature(const Signature& signature);
    // Told by the owner about once a slot: stall detection, moves to other endpoints.
    void on_tick(MonoTime now);
    [[nodiscard]] FeedStatistics statistics() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
