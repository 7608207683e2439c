// SPDX-License-Identifier: MIT
// PubSub: one WebSocket to one endpoint that keeps its subscriptions: reconnects with backoff,
// subscribes everything again, remaps ids, and decodes notifications in place into ChainUpdates.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::rpc {

class PubSubEvents {
 public:
    virtual ~PubSubEvents() = default;
    // One decoded notification. `received` is when the read that completed its frame returned.
    virtual void on_update(const ChainUpdate& update, MonoTime received) = 0;
    // Connected, and every subscription of the ledger was acknowledged. Called again each time that
    // subscriptions added later were acknowledged too. Slots and accounts must have been accepted;
    // others that the node refused do not hold this back: they miss events, not state.
    virtual void on_subscribed() = 0;
    // The connection is gone, or silent for too long; it will be opened again. Called for a failed
    // attempt to connect as well.
    virtual void on_lost(const Error& reason) = 0;
    // A frame or a subscription that the node refused or that we cannot read; counted, not fatal.
    virtual void on_problem(const Error& problem) = 0;
    // None of these may destroy the PubSub; subscribing and unsubscribing inside is fine.
};

struct PubSubOptions {
    std::string name;
    std::string url;
    std::string api_key;
    std::string api_key_header;
    Commitment commitment = Commitment::Processed;
    Duration reconnect_delay_min = std::chrono::milliseconds{100};
    Duration reconnect_delay_max = std::chrono::seconds{10};
    std::uint64_t seed = 1;  // Jitter of the backoff.
};

class PubSub {
 public:
    PubSub(net::Reactor& reactor, PubSubOptions options, PubSubEvents& events);
    ~PubSub();
    PubSub(const PubSub&) = delete;
    PubSub& operator=(const PubSub&) = delete;

    void start();
    // Ledger entries; harmless when already there. Before start() or while disconnected they are
    // kept and sent on connect.
    void subscribe_slots();
    void subscribe_account(const Pubkey& account);
    // Accounts of `program` of exactly `data_size` bytes.
    void subscribe_program(const Pubkey& program, std::size_t data_size);
    void subscribe_logs(const Pubkey& mentioned);
    // One-shot: leaves the ledger when its notification arrived.
    void subscribe_signature(const Signature& signature, Commitment commitment);
    void unsubscribe_account(const Pubkey& account);
    void unsubscribe_program(const Pubkey& program, std::size_t data_size);
    void unsubscribe_signature(const Signature& signature, Commitment commitment);
    // Gives the connection up (on_lost() is called before this returns) and opens another one. For
    // a socket that lives and says nothing. Nothing happens when there is none.
    void reconnect(const Error& reason);

    [[nodiscard]] bool is_subscribed() const;
    [[nodiscard]] std::size_t subscriptions() const;
    [[nodiscard]] std::uint64_t notifications() const;
    // Calls of on_problem().
    [[nodiscard]] std::uint64_t problems() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::rpc
