// SPDX-License-Identifier: MIT
// Lanes: senders beside the RPC nodes that bring a transaction to leaders for a tip. The tip is a
// transfer inside the transaction itself, so one that fails pays none.
//
// Why a race between lanes and nodes cannot make two trades of one order: an order is signed once.
// Every lane and every node is given the same bytes, hence the same signature, and the chain takes
// a signature once; a bundle here is that one transaction and no other. Nothing that a lane says
// makes anybody sign again: what became of the order is asked of the chain, by its signature, until
// its blockhash has expired in finalized blocks (ADR 0020).
//
// An order pays one tip, so it goes to the lanes that take this one: those that list the account.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::execute {

// Those that the lanes of this kind share, where the settings list none.
[[nodiscard]] std::span<const Pubkey> tip_accounts_of_kind(std::string_view kind);
// Of every lane, each once: where an order of ours may pay a tip.
[[nodiscard]] std::vector<Pubkey> tip_accounts_of(std::span<const config::LaneSettings> lanes);
// The same and those of every kind: where one may have gone under other settings.
[[nodiscard]] std::vector<Pubkey> tip_accounts_known(std::span<const config::LaneSettings> lanes);

struct LaneStatistics {
    std::string name;
    std::uint64_t sent = 0, accepted = 0;
    std::uint64_t refused = 0;    // It answered that it does not take the transaction.
    std::uint64_t limited = 0;    // That we ask too often, or that it has no room.
    std::uint64_t failed = 0;     // No answer that says anything.
    std::uint64_t held_back = 0;  // Not sent: its rate, or it rests.
    bool is_resting = false;
    Lamports tip;  // That it would be offered now.
};

class Lanes {
 public:
    // Fails when a URL does not parse.
    [[nodiscard]] static Result<std::unique_ptr<Lanes>> create(
        net::Reactor& reactor, std::span<const config::LaneSettings> lanes, Duration timeout);
    ~Lanes();  // Answers on their way are dropped.
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    // Of the first lane that would take a transaction now; nothing where none would.
    [[nodiscard]] std::optional<TipRange> tip() const;
    // Where an order with this tip pays it: an account of the first lane that would take it now,
    // one after the other by the order's number, and none of those in the tables, where block
    // engines do not look. Nothing: the order goes to the nodes alone.
    [[nodiscard]] std::optional<Pubkey> account(
        Lamports tip, IntentId order, std::span<const solana::AddressLookupTable> tables) const;
    // Hands the bytes to every lane that takes the tip, within its rate; to how many. Never waits
    // and never fails: whoever is away is left out.
    std::size_t send(BytesView wire, const Tip& tip);
    // Tips that landed are asked for when they are due, and connections kept.
    void on_tick(MonoTime now);

    [[nodiscard]] std::vector<LaneStatistics> statistics() const;

 private:
    struct State;
    explicit Lanes(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

// One JSON array.
[[nodiscard]] std::string to_json(std::span<const LaneStatistics> lanes);

// Exposed for tests and fuzzing: the tip at that percentile, rounded up to the next that is
// published and to a lamport. Source: jito section 4.
[[nodiscard]] Result<Lamports> parse_tip_floor(std::string_view body, std::uint32_t percentile);

}  // namespace sniperforge::execute
