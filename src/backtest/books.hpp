// SPDX-License-Identifier: MIT
// What the books of a run have come to.
#pragma once

#include <vector>

#include "backtest/decisions.hpp"
#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/paper_desk.hpp"

namespace sniperforge::backtest {

// Of the longest token account that we may have to pay for, 182 bytes of Token-2022 and the 128
// that rent adds, at mainnet's 6,960 lamports a byte (solana section on rent).
inline constexpr Lamports kTokenAccountRent{2'157'600};

// For the excursions of what is held.
inline void mark_positions(const engine::Pipeline& pipeline, Decisions& decisions) {
    for (const PositionView& position : pipeline.portfolio().positions()) {
        decisions.trades().mark(position.mint, pipeline.value_of(position));
    }
}

// What is open counts as sold at `end`, for what it is worth then. Without the period.
[[nodiscard]] inline BacktestResult books_at(WallTime end, const engine::Pipeline& pipeline,
                                             const execute::PaperDesk& desk, Decisions& decisions) {
    BacktestResult result;
    std::vector<engine::OpenValue> open;
    for (const PositionView& position : pipeline.portfolio().positions()) {
        open.push_back({position.mint, pipeline.value_of(position)});
    }
    result.trades = decisions.trades().with_open(open, end);
    result.unassigned = decisions.trades().unassigned();
    result.decision_sha256 = decisions.sha256();
    result.orders = desk.statistics();
    result.denials = pipeline.counters().denials;
    const portfolio::PortfolioCounters& counters = pipeline.portfolio().counters();
    result.positions_open_max = counters.positions_open_max;
    result.pnl_realized = counters.pnl_realized;
    return result;
}

}  // namespace sniperforge::backtest
