// SPDX-License-Identifier: MIT
// What became of one position or cycle, or of an attempt at one that failed: the row that all
// evidence is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::analytics {

// Of all transactions of the trade, entries and exits together.
struct TradeCosts {
    Lamports base_fee, priority_fee, tip;  // Of those that landed.
    Lamports reverts;                      // All fees of those that failed.
    LamportsDelta rent;                    // Paid less refunded; negative where more came back.
    // What pools and mints took. Nothing: the fills do not say, and it is inside gross.
    std::optional<VenueFees> venue_fees;
};

// What the amounts of a trade rest on, from the best to the worst.
enum class FillBasis : std::uint8_t {
    Chain,      // Balances before and after, as the chain has them.
    PoolState,  // Simulated on the pool's state in the slot of landing, own impact included.
    Quote,      // Still open: what selling it all would bring now.
    Level,      // Assumed at the price that the exit rule names, which nobody promised to pay.
};
[[nodiscard]] constexpr std::string_view to_string(FillBasis basis) {
    switch (basis) {
        case FillBasis::Chain:
            return "chain";
        case FillBasis::PoolState:
            return "pool_state";
        case FillBasis::Quote:
            return "quote";
        case FillBasis::Level:
            return "level";
    }
    return "unknown";
}

// How far the liquidation value strayed from what was paid while the position was open.
struct Excursion {
    BasisPoints adverse;    // MAE: the lowest, below the stake.
    BasisPoints favorable;  // MFE: the highest, above it. A maximum, not something attainable.
};

// Whether some search of parameters or rules has seen a stretch of data, in the order of what it
// says against a result.
enum class Searched : std::uint8_t {
    No,
    Unknown,  // Nobody counted, or nobody can tell.
    Yes,
};

struct TradeResult {
    std::uint64_t trade_id = 0;  // Unique in a sample: the position's number, a cycle's intent.
    StrategyId strategy = StrategyId::Arbitrage;
    std::optional<VenueId> venue;  // Nothing: several, or a route of Jupiter's.
    WallTime opened_at, closed_at;
    Lamports stake;  // What the entries put in, costs excluded.
    // Lamports on the pool's SOL side at the entry. For concentrated liquidity the virtual reserve
    // at its price.
    std::optional<Lamports> depth;
    LamportsDelta gross;  // What came out less the stake, before every cost below.
    TradeCosts costs;
    ExitReason exit_reason = ExitReason::None;
    std::optional<Excursion> excursion;
    Provenance provenance = Provenance::Sim;
    FillBasis basis = FillBasis::PoolState;
    bool is_reconciled = false;  // Finalized, and the ledger equalled the chain afterwards.
    Searched searched = Searched::Unknown;
    // False: it failed and cost its fees, which are its `reverts`; nothing else of it happened. A
    // cycle lands when it has won and reverts when it has not, so that leaving these out would
    // leave out the losers.
    bool is_landed = true;
};

// Nothing when it does not fit 64 bits, which no real trade's does.
[[nodiscard]] std::optional<LamportsDelta> costs_of(const TradeResult& trade);
[[nodiscard]] std::optional<LamportsDelta> net_of(const TradeResult& trade);

}  // namespace sniperforge::analytics
