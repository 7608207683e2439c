// SPDX-License-Identifier: MIT
// One node of the simulated cluster: JSON-RPC, PubSub on the next port, and whatever is wrong with
// it. A node that lags keeps what the chain told until its time has come.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "sim/node_condition.hpp"
#include "sim/node_http.hpp"
#include "sim/node_pubsub.hpp"
#include "sim/pubsub.hpp"
#include "sim/rpc_server.hpp"

namespace sniperforge::sim {

class Node final : public ChainObserver {
 public:
    // All must outlive this.
    Node(net::Reactor& reactor, Chain& chain, const RpcServerOptions& options,
         ClusterStatistics& statistics, const Rng& rng);

    // `rpc_port` 0 picks one.
    [[nodiscard]] Result<void> listen(const std::string& host, std::uint16_t rpc_port);
    [[nodiscard]] std::uint16_t rpc_port() const { return http_.port(); }
    [[nodiscard]] std::uint16_t pubsub_port() const { return pubsub_port_.port(); }

    // The chain must keep the history before the first and until after the last slot behind.
    void set_faults(const NodeFaults& faults);
    [[nodiscard]] const NodeFaults& faults() const { return condition_.faults; }
    [[nodiscard]] const FaultCounters& fault_counters() const { return condition_.counters; }
    [[nodiscard]] NodeStatistics statistics() const;
    void set_airdrop(RpcServer::Airdrop airdrop) { rpc_.set_airdrop(std::move(airdrop)); }
    void set_sent_listener(std::function<void(BytesView wire)> listener) {
        rpc_.set_sent_listener(std::move(listener));
    }

    void withhold(const Signature& signature) { withheld_.insert(signature); }

    // ---- The chain's side ----
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override;
    void on_transaction(const Receipt& receipt) override;
    void on_slot(Slot slot, Slot parent, Slot root) override;
    void on_fork_abandoned(Slot first, Slot last) override;
    void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                             bool was_confirmed) override;
    // Call after each advance_slot().
    void end_slot();

 private:
    // What happened while the node lags.
    struct Event {
        enum class Kind : std::uint8_t {
            Account,
            AccountReverted,
            Transaction,
            Slot,
            ForkAbandoned,
            SlotEnd
        };
        Kind kind = Kind::SlotEnd;
        Slot tip{};  // Of the chain when it happened.
        Pubkey pubkey{};
        Slot a{}, b{}, c{};  // As the observer's function had them.
        bool was_confirmed = false;
        Receipt receipt{};  // Only of a transaction.
    };
    [[nodiscard]] RpcServer::SendFate draw_send_fate();
    [[nodiscard]] bool is_status_withheld(const Receipt& receipt);
    // A slot or a height, as it is told.
    [[nodiscard]] std::uint64_t moved(std::uint64_t ordinal, int off);
    [[nodiscard]] bool is_unserved(const Signature& signature);
    void push(Event event);
    void apply(const Event& event);
    // Lives through what is not too new for it.
    void catch_up();
    void stand_at(std::optional<Slot> slot);

    Chain& chain_;
    NodeCondition condition_;
    std::set<Signature> withheld_;
    RpcServer rpc_;
    PubSub pubsub_;
    std::deque<Event> backlog_;  // At most slots_behind slots long.
    // Last: handlers must not run into what is gone.
    NodeHttp http_;
    NodePubSub pubsub_port_;
};

}  // namespace sniperforge::sim
