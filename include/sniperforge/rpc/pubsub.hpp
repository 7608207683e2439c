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
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

class PubSubEvents {
 public:
    virtual ~PubSubEvents() = default;
    // One decoded notification of the subscription with this tag. `received` is when the read that
    // completed its frame returned.
    virtual void on_update(const ChainUpdate& update, std::uint32_t tag, MonoTime received) = 0;
    // The node acknowledged, or refused, the account's subscription. A refused one is asked for
    // again later, unless it is unsubscribed.
    virtual void on_account_subscribed(std::uint32_t tag) { static_cast<void>(tag); }
    virtual void on_account_refused(std::uint32_t tag) { static_cast<void>(tag); }
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
    std::string api_key;  // Empty: none. Sent with the handshake, under the header's name.
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
    // kept and sent on connect, slots and lower ranks (0 to 3) first.
    void subscribe_slots();
    void subscribe_account(const Pubkey& account, std::uint32_t tag = 0, std::uint8_t rank = 0);
    // For what is subscribed already; matters from the next connection on.
    void set_account_rank(const Pubkey& account, std::uint8_t rank);
    // Ends the account's subscription and opens another one: for one that tells nothing.
    void renew_account(const Pubkey& account);
    // Changed accounts of `program` that pass the filter, new ones among them.
    void subscribe_program(const Pubkey& program, const ProgramFilter& filter,
                           std::uint32_t tag = 0);
    void subscribe_logs(const Pubkey& mentioned, std::uint32_t tag = 0);
    // One-shot: leaves the ledger when its notification arrived.
    void subscribe_signature(const Signature& signature, Commitment commitment);
    void unsubscribe_account(const Pubkey& account);
    void unsubscribe_program(const Pubkey& program, const ProgramFilter& filter);
    void unsubscribe_logs(const Pubkey& mentioned);
    void unsubscribe_signature(const Signature& signature, Commitment commitment);
    // Gives the connection up (on_lost() is called before this returns) and opens another one. For
    // a socket that lives and says nothing. Nothing happens when there is none.
    void reconnect(const Error& reason);

    [[nodiscard]] bool is_open() const;
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
