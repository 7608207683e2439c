// SPDX-License-Identifier: MIT
// Feed: everything the pipeline hears from the chain. Several sockets to several endpoints, the
// subscriptions spread and doubled over them by priority, first-arrival dedup, watchdogs against
// silence, lag, deafness and abandoned forks, and the backfill that makes what was lost whole again
// before entries resume on it. docs/adr/0009-feed.md says why each is as it is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/feed/priority.hpp"
#include "sniperforge/feed/watcher.hpp"
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

// For whoever reads why a socket cannot be had.
inline constexpr std::string_view kPubsubUrlAdvice =
    "Check pubsub_url: a validator's WebSocket is at its RPC port + 1 (8900 where RPC is at 8899), "
    "a provider's mostly at its RPC URL with wss:// for https://";

struct SocketStatistics {
    std::string name;        // Of the endpoint, and which of its sockets.
    std::string_view state;  // down, opening, live, lagging, silent or deaf.
    std::size_t subscriptions = 0;
    std::size_t accounts = 0;
    std::uint64_t notifications = 0;
    std::uint64_t slot_lag =
        0;  // Newest slots that it has not announced, of those that others have.
    std::uint64_t stalls = 0;
    std::uint64_t losses = 0;
    std::uint64_t renewed = 0;  // Subscriptions opened again because they told nothing.
};

struct FeedStatistics {
    std::uint64_t updates = 0;     // Handed to on_chain_update(), losses and restorations included.
    std::uint64_t duplicates = 0;  // Not handed on: heard before, or older than what we hold.
    std::uint64_t backfilled = 0;  // Accounts read by RPC, those that do not exist included.
    std::uint64_t reads = 0;       // getMultipleAccounts, the audit's included.
    double read_fill = 1;          // Share of what they could have carried.
    std::uint64_t lost = 0;        // Times that we went blind as a whole.
    std::uint64_t accounts_lost = 0;      // Accounts that went blind while others were heard.
    std::uint64_t problems = 0;           // Unreadable frames, refused subscriptions, failed reads.
    std::uint64_t audited = 0;            // Accounts read and compared.
    std::uint64_t gaps_found = 0;         // Of those, changed without a notification.
    std::uint64_t deaf_found = 0;         // Subscriptions that missed what another copy told.
    std::uint64_t slots_abandoned = 0;    // Announced, and not built on.
    std::uint64_t fork_accounts = 0;      // Accounts whose newest state was written in one of them.
    std::uint64_t logs = 0;               // Of transactions, heard; failed and doubled ones too.
    std::uint64_t logs_of_creations = 0;  // Handed on: of new pools, or that may be.
    std::uint64_t logs_cut = 0;           // Not handed on, and not whole.
    std::size_t accounts_watched = 0;
    std::size_t accounts_new = 0;    // Not read yet.
    std::string unread_reason{};     // Of the last read of accounts that failed; empty: none has.
    std::string socket_trouble{};    // Which cannot be had, and why: one of each endpoint.
    std::size_t accounts_blind = 0;  // All that are not heard, while the whole feed is lost too.
    bool is_blind = true;            // As a whole.
    Duration time_lost{0};           // Blind as a whole, the start included.
    Duration time_blind{0};          // With at least one account blind, or as a whole.
    Slot slot;
    Duration slot_time{0};  // Measured, EWMA.
    std::vector<SocketStatistics> sockets;
};
[[nodiscard]] std::string to_json(const FeedStatistics& statistics);

class Feed final : public Watcher {
 public:
    Feed(net::Reactor& reactor, rpc::RpcClient& rpc, const config::NetworkSettings& network,
         const config::FeedSettings& settings, FeedEvents& events);
    ~Feed() override;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // Connects, subscribes slots and (when configured) the venues' programs or logs for new pools,
    // and watches the pools of the settings. Blind until the first FeedRestored.
    void start();
    // Nothing is subscribed to at this endpoint until it is admitted: which chain it serves is not
    // known. Before the start.
    void exclude(std::string_view endpoint);
    void admit(std::string_view endpoint);
    void watch(std::span<const Pubkey> accounts, Priority priority = Priority::Scanned) override;
    void watch_together(std::span<const Pubkey> accounts, Priority priority) override;
    void unwatch(std::span<const Pubkey> accounts) override;
    void set_priority(std::span<const Pubkey> accounts, Priority priority) override;
    void read_holdings(const Pubkey& owner) override;
    void watch_signature(const Signature& signature) override;
    // New pools are heard in other ways from now on (feed.new_pools_by); nothing else of them.
    void settings_changed(const config::FeedSettings& settings);
    void on_tick(MonoTime now) override;
    [[nodiscard]] bool is_blind() const;  // As a whole.
    [[nodiscard]] FeedStatistics statistics() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::feed
