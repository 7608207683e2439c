// SPDX-License-Identifier: MIT
// Taking over what the chain says, where our books do not explain it.
#include <algorithm>
#include <utility>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::portfolio {

void Portfolio::begin_run() {
    const PortfolioCounters before = std::exchange(counters_, {});
    realized_before_ += before.pnl_realized;
    counters_.pnl_today = before.pnl_today;
    counters_.volume_today = before.volume_today;
    counters_.positions_open_max = static_cast<std::uint32_t>(holdings_.size());
    ledger_.begin_run();
}

std::vector<PositionEvent> Portfolio::adopt(const ChainBalances& chain, WallTime now) {
    SF_ASSERT(in_flight_.empty() && bookings_.empty());
    turn_day(now);
    ledger_.adopt(chain);
    slot_finalized_ = std::max(slot_finalized_, chain.slots.newest);
    return shrink_to_ledger();
}

std::vector<PositionEvent> Portfolio::withdraw(const Fill& fill, Slot slot, WallTime now) {
    turn_day(now);
    ledger_.withdraw(fill);
    slot_filled_ = std::max(slot_filled_, slot);
    slot_finalized_ = std::max(slot_finalized_, slot);
    return in_flight_.empty() && bookings_.empty() ? shrink_to_ledger()
                                                   : std::vector<PositionEvent>{};
}

std::vector<PositionEvent> Portfolio::shrink_to_ledger() {
    std::vector<PositionEvent> events;
    for (auto entry = holdings_.begin(); entry != holdings_.end();) {
        Holding& holding = entry->second;
        PositionView& view = holding.view;
        const TokenAmount left = std::min(ledger_.token(view.mint), view.amount);
        if (left == view.amount) {
            ++entry;
            continue;
        }
        // What was moved leaves at its cost: neither won nor lost.
        const Lamports cost{mul_div_ceil(view.cost.raw(), left.raw(), view.amount.raw()).value()};
        holding.cash += (view.cost - cost).minus(Lamports{});
        holding.value =
            Lamports{mul_div_floor(holding.value.raw(), left.raw(), view.amount.raw()).value()};
        view.value_peak =
            Lamports{mul_div_floor(view.value_peak.raw(), left.raw(), view.amount.raw()).value()};
        view.cost = cost;
        view.amount = left;
        if (!left.is_zero()) {
            events.push_back(PositionChanged{view.position_id, view.amount, view.cost});
            ++entry;
            continue;
        }
        // Its rent counts as lost until a sweep of the account brings it back.
        const LamportsDelta result = holding.cash;
        events.push_back(PositionClosed{view.position_id, view.strategy, view.mint, result,
                                        ExitReason::MovedOutside});
        book_result(result);
        ++counters_.positions_closed;
        entry = holdings_.erase(entry);
    }
    refresh_views();
    return events;
}

}  // namespace sniperforge::portfolio
