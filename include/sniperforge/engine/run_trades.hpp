// SPDX-License-Identifier: MIT
// The trades of a state directory's runs, from what the store has of them: the same TradeBook that
// a backtest fills as it runs.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/analytics/recorded_trades.hpp"
#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/analytics/trade_result.hpp"

namespace sniperforge::engine {

struct RunTrades {
    std::vector<analytics::TradeResult> trades;  // Numbered from 1, in the order of their opening.
    // What sweeps brought less their fees, and what cycles came to of which nobody knows the stake.
    LamportsDelta unassigned;
    // Of positions of which the store does not have the entry.
    std::uint64_t exits_without_entry = 0;
    // Cycles of which no record says what was put in: in no trade, what they came to is unassigned.
    std::uint64_t stakes_unknown = 0;
    std::uint64_t adopted_sales = 0;  // Of tokens that no strategy bought: in no trade.
    std::uint64_t open = 0;           // Of the trades, positions that nobody has sold yet.
    std::uint64_t unmarked =
        0;  // Of those, what nobody has valued yet: they count as worth nothing.
};
// Positions that are open count as sold at `period.to` for what they were last worth.
[[nodiscard]] RunTrades run_trades(const analytics::RecordedTrades& recorded, Provenance provenance,
                                   const analytics::Period& period);

}  // namespace sniperforge::engine
