// SPDX-License-Identifier: MIT
// Values that portfolio hands to the other stages: positions and exposure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge {

// What we hold of one mint, with its cost.
struct PositionView {
    PositionId position_id;
    StrategyId strategy = StrategyId::Sniper;
    Pubkey mint;
    PoolIndex pool;  // Where its liquidation value is quoted.
    TokenAmount amount;
    Lamports cost;        // Lamports that left the wallet for it, fees included, rent excluded.
    Lamports value_peak;  // Highest liquidation value seen since the entry.
    Slot opened_at_slot;
    MonoTime opened_at;
    bool is_exit_in_flight = false;
};

struct PositionOpened {
    PositionId position_id;
    StrategyId strategy;
    Pubkey mint;
    TokenAmount amount;
    Lamports cost;
};
struct PositionChanged {
    PositionId position_id;
    TokenAmount amount;
    Lamports cost;
};
struct PositionClosed {
    PositionId position_id;
    StrategyId strategy;
    Pubkey mint;
    LamportsDelta pnl_realized;
    ExitReason reason;
};

// Lamports at stake and the counters that limits speak of; computed by portfolio, read by risk.
struct Exposure {
    Lamports wallet;           // The wallet's lamports as last confirmed, less in-flight ceilings.
    Lamports open_cost;        // Cost of open positions.
    Lamports in_flight_spend;  // spend_max of every order without an outcome.
    std::uint32_t positions_open = 0;
    std::uint32_t entries_in_flight = 0;
    LamportsDelta pnl_today;  // Realized since 00:00 UTC, plus the change of liquidation value.
    Lamports volume_today;    // Both sides of every landed swap since 00:00 UTC.
    MicroUsd sol_price;       // USD per SOL; zero: unknown.
    Slot slot_latest;
    bool is_feed_blind = true;      // Nothing is heard, or not of the intent's pools.
    std::uint32_t pools_blind = 0;  // Of the intent's own; zero: the whole feed is blind.
    bool is_halted = false;
    // Of the venues of the intent's pools: one whose live instructions are not ours any more, and
    // one of which no live instruction was seen yet.
    std::optional<VenueId> venue_quarantined{}, venue_unproven{};
    // Fresh figures about the intent's own mint (for a sweep the one it burns) and position.
    bool is_mint_held = false;  // By a position.
    bool is_mint_in_flight = false;
    bool is_exit_in_flight = false;
    // Of the position an exit names, zero: unknown position. For a sweep what the ledger has.
    TokenAmount holding;
};

}  // namespace sniperforge
