// SPDX-License-Identifier: MIT
// The PubSub face of the simulated cluster: subscriptions over WebSocket, fed by what happens on
// the chain. Protocol rpc section 3.
//
// Accounts are told once a slot with their last state, as a node does at each commitment; logs and
// signatures when their transaction runs. What a subscription wants at `confirmed` or `finalized`
// waits, already written, until its slot has got there.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/chain_view.hpp"
#include "sim/json_account.hpp"
#include "sim/pubsub_outlet.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::sim {

class PubSub final : public ChainObserver, public net::WebSocketServerEvents {
 public:
    // `chain` and `statistics` must outlive this.
    PubSub(const Chain& chain, ClusterStatistics& statistics);
    ~PubSub() override;
    PubSub(const PubSub&) = delete;
    PubSub& operator=(const PubSub&) = delete;

    // ---- The chain's side ----
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override;
    void on_transaction(const Receipt& receipt) override;
    void on_slot(Slot slot, Slot parent, Slot root) override;
    // What waits for a commitment that these slots never get is dropped.
    void on_fork_abandoned(Slot first, Slot last) override;
    // Told to those who watch at processed, or at confirmed where that had been.
    void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                             bool was_confirmed) override;
    // Call after each advance_slot(): sends what the ended slot wrote and what became due.
    void end_slot();
    // A node received the transaction: for those who asked for that notification.
    void on_received(const Signature& signature);

    // ---- The clients' side ----
    void on_peer_open(net::WebSocketPeer& peer) override;
    void on_peer_message(net::WebSocketPeer& peer, std::string_view message) override;
    void on_peer_close(net::WebSocketPeer& peer) override;

    // What notifications are about: live, unless its owner moves it.
    [[nodiscard]] ChainView& view() { return view_; }
    // Null: straight to the sockets. Must outlive this.
    void set_outlet(PubSubOutlet* outlet) { outlet_ = outlet != nullptr ? outlet : &direct_; }
    // What slot and root notifications tell in the place of a slot.
    void set_slot_filter(std::function<Slot(Slot)> told) { told_ = std::move(told); }
    [[nodiscard]] std::uint64_t notifications() const { return notifications_; }
    [[nodiscard]] std::size_t subscription_count() const { return subscriptions_.size(); }

 private:
    using Id = std::uint64_t;
    using Kind = NotificationKind;
    [[nodiscard]] std::uint64_t told(Slot slot) const {
        return told_ ? told_(slot).value : slot.value;
    }
    struct Peer {
        net::WebSocketPeer* socket = nullptr;
        std::set<Id> subscriptions;
    };
    struct Subscription {
        Kind kind = Kind::Slot;
        Peer* peer = nullptr;
        Pubkey key;           // Account, program, or the mentioned one of logs.
        bool is_all = false;  // Logs of everything.
        Signature signature;
        bool wants_received = false;
        RequestConfig config;
    };
    // A notification up to the subscription id: written once, sent to many.
    using Body = std::shared_ptr<const std::string>;
    struct Delayed {
        Slot slot;
        Id id = 0;
        Body body;
        bool is_final = false;  // The subscription ends with it.
    };
    using Status = JsonRpcResult<void>;
    struct Method {
        std::string_view name;
        Kind kind;
        bool is_subscribe;
    };
    static std::span<const Method> methods();

    // ---- Requests (pubsub_requests.cpp) ----
    void handle(Peer& peer, const JsonValue& request);
    [[nodiscard]] JsonRpcResult<Subscription> read_subscription(Kind kind,
                                                                const JsonValue& params) const;
    [[nodiscard]] static Status read_logs_filter(const JsonValue& params,
                                                 Subscription& subscription);
    [[nodiscard]] JsonRpcResult<Id> subscribe(Peer& peer, Kind kind, const JsonValue& params);
    [[nodiscard]] Status unsubscribe(Peer& peer, Kind kind, const JsonValue& params);
    void index(Id id, const Subscription& subscription);
    void remove(Id id);
    // Tells a new signature subscription what has happened already.
    void tell_past(Id id);

    // ---- Notifications (pubsub.cpp) ----
    void flush_accounts();
    enum class Write : std::uint8_t { Forward, Revert, RevertOfConfirmed };
    [[nodiscard]] static bool concerns(Write write, Commitment commitment);
    void note_written(const Pubkey& pubkey, Slot slot, Write write);
    void notify_account(const Pubkey& pubkey, const Account& account, Slot slot, Write write);
    void notify_signature(const Receipt& receipt);
    void release_delayed();
    // Now when the slot has the subscription's commitment, otherwise when it gets it.
    void deliver(Id id, Slot slot, Body body, bool is_final = false);
    void send(Id id, const std::string& body);

    using Index = std::unordered_map<Pubkey, std::vector<Id>, KeyHash>;

    ChainView view_;
    ClusterStatistics& statistics_;
    PubSubOutlet direct_;
    PubSubOutlet* outlet_ = &direct_;
    std::function<Slot(Slot)> told_;
    std::uint64_t notifications_ = 0;
    simdjson::dom::parser parser_;
    std::map<net::WebSocketPeer*, std::unique_ptr<Peer>> peers_;  // Looked up, never walked.
    std::map<Id, Subscription> subscriptions_;
    Index by_account_, by_program_, by_mention_;  // Looked up, never walked.
    std::unordered_map<Signature, std::vector<Id>, KeyHash> by_signature_;
    std::vector<Id> all_logs_, slots_, roots_;
    Id next_id_ = 0;
    // Accounts written in the current slot, in the order of their last write.
    struct Written {
        Pubkey pubkey;
        bool is_last = true;
        Write write = Write::Forward;
    };
    std::vector<Written> written_;
    std::unordered_map<Pubkey, std::size_t, KeyHash> written_index_;  // Never walked.
    Slot written_slot_, last_root_;
    std::string scratch_;
    std::deque<Delayed> confirmed_, finalized_;  // In slot order.
};

}  // namespace sniperforge::sim
