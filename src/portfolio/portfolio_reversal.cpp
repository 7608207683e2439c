// SPDX-License-Identifier: MIT
// A fill stands for good, or is undone because its block was dropped. Fills of one position may be
// reversed in any order, also the purchase after the sale that closed it: what the sale remembers
// is corrected then.
#include <algorithm>

#include "portfolio/position_sums.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::portfolio {

void Portfolio::finalize(IntentId intent) {
    ledger_.finalize(intent);
    bought_first_.erase(intent.value);
    if (check_) {
        check_->on_finalized(intent);
    }
    const auto node = bookings_.extract(intent.value);
    if (node.empty()) {
        return;
    }
    slot_finalized_ = std::max(slot_finalized_, node.mapped().report.slot);
    if (const auto& closed = node.mapped().closed) {
        record_.closed(node.mapped().result, node.mapped().reported_at);
        if (!closed->is_adopted) {
            record_.came_to(closed->view.strategy, closed->spent, node.mapped().result);
        }
    }
    const LamportsDelta realized = realized_final();
    record_.realized(realized);
    note_settled(node.mapped(), realized);
}

LamportsDelta Portfolio::realized_final() const {
    LamportsDelta realized = realized_before_ + counters_.pnl_realized;
    for (const auto& [id, provisional] : bookings_) {
        realized -= provisional.result;
    }
    return realized;
}

// Sweeps, and what failed, are in the net of whatever ends next.
void Portfolio::note_settled(const Booking& booking, LamportsDelta realized) {
    const ExecutionReport& report = booking.report;
    SettledResult result{.strategy = report.strategy,
                         .opened_at = booking.reported_at,
                         .closed_at = booking.reported_at,
                         .stake = {}};
    if (booking.closed && !booking.closed->is_adopted) {
        const Duration held = report.settled_at - booking.closed->view.opened_at;
        result.opened_at = WallTime{booking.reported_at.ns - std::max(held, Duration{0}).count()};
        result.strategy = booking.closed->view.strategy;
        result.stake = booking.closed->spent;
    } else if (report.kind == OrderKind::Cycle && report.outcome == Outcome::Landed &&
               booking.intent) {
        result.stake = Lamports{booking.intent->amount_in.raw()};
    } else {
        return;
    }
    settled_.add(result, realized);
}

std::vector<PositionEvent> Portfolio::reverse(IntentId intent, WallTime now) {
    (void)turn_day(now);
    const auto node = bookings_.extract(intent.value);
    if (node.empty()) {
        return {};
    }
    const Booking& booking = node.mapped();
    const LamportsDelta today_before = pnl_today(), result_before = result();
    const bool was_gain_undated = is_gain_undated(booking);
    ledger_.reverse(intent);
    if (check_) {
        check_->on_reversed(booking.report);
    }
    accounts_.forget(booking.report.fill.accounts);
    if (booking.report.kind == OrderKind::Entry) {
        bought_first_.try_emplace(intent.value, booking.report.settled_at);
    }
    if (booking.result != LamportsDelta{}) {
        book_result(-booking.result);
        if (booking.day != day_.value()) {
            counters_.pnl_today += booking.result;  // It is not in today's.
        }
    }
    std::vector<PositionEvent> events;
    if (booking.report.outcome == Outcome::Landed) {
        if (!carried_.contains(booking.report.intent_id.value)) {
            --counters_.fills[static_cast<std::size_t>(booking.report.strategy)];
            counters_.volume = counters_.volume.saturating_sub(booking.volume);
        }
        if (booking.day == day_.value()) {
            counters_.volume_today = counters_.volume_today.saturating_sub(booking.volume);
        }
        const auto event = booking.closed                     ? reopen(booking)
                           : booking.position != PositionId{} ? undo_swap(booking)
                                                              : std::nullopt;
        if (event) {
            events.push_back(*event);
        }
    }
    if (booking.day != day_.value()) {
        keep_out_of_today(today_before, result_before);
    } else if (was_gain_undated) {
        take_back_undated(today_before, result_before);
    }
    if (booking.intent) {
        order_submitted(*booking.intent);
    }
    refresh_views();
    return events;
}

// Whether what it won was kept out of today. Where the position was marked since nobody knows that
// any more, and its gain is taken back from today.
bool Portfolio::is_gain_undated(const Booking& booking) {
    if (booking.closed) {
        return is_gain_undated(*booking.closed);
    }
    const Booking* const closing = find_closing(booking.position);
    const Holding* const holding = closing != nullptr ? &*closing->closed : find(booking.position);
    return holding != nullptr && is_gain_undated(*holding);
}

// A purchase, or a sale that left something.
std::optional<PositionEvent> Portfolio::undo_swap(const Booking& booking) {
    Booking* const closing = find_closing(booking.position);
    Holding* const holding = closing != nullptr ? &*closing->closed : find(booking.position);
    const LamportsDelta cash = sol_change(booking.report.fill);
    if (holding == nullptr) {
        // Closed for good, so its result stands but for this.
        book_result(-cash);
        Holding rest;
        rest.view.strategy = booking.report.strategy;
        rest.view.mint = booking.report.mint;
        rest.view.pool = booking.intent ? booking.intent->pool : kPoolUnknown;
        return booking.report.kind == OrderKind::Exit ? give_back(booking, rest) : std::nullopt;
    }
    PositionView& view = holding->view;
    holding->cash -= cash;
    holding->rent -= rent_of(booking.report.fill);
    if (booking.report.kind == OrderKind::Entry) {
        if (closing != nullptr) {
            closing->missing += booking.amount.saturating_sub(view.amount);
        }
        view.amount = view.amount.saturating_sub(booking.amount);
        view.bought = view.bought.saturating_sub(booking.amount);
        view.cost = view.cost.saturating_sub(booking.cost);
        holding->spent = holding->spent.saturating_sub(booking.cost);
        holding->value = holding->value.saturating_sub(booking.value);
    } else {
        view.amount += booking.amount;
        if (closing != nullptr) {
            const TokenAmount taken = std::min(closing->missing, view.amount);
            view.amount -= taken;
            closing->missing -= taken;
        }
        view.cost += booking.cost;
        view.value_peak += booking.value_peak;
        holding->value += booking.value;
    }
    if (closing != nullptr) {
        closing->result -= cash;
        book_result(-cash);
        return std::nullopt;
    }
    if (view.amount.is_zero()) {
        return close_reversed(*holding);
    }
    return PositionChanged{view.position_id, view.amount, view.cost};
}

// The sale that closed the position never happened.
std::optional<PositionEvent> Portfolio::reopen(const Booking& booking) {
    const Holding& holding = *booking.closed;
    const PositionView& view = holding.view;
    if (view.amount.is_zero()) {
        // Neither did its purchase: other sales of it may have left something.
        book_result(holding.cash);
        return give_back(booking, holding);
    }
    holdings_.emplace(view.position_id.value, holding);
    counters_.positions_closed -= counters_.positions_closed > 0 ? 1 : 0;
    counters_.positions_open_max =
        std::max(counters_.positions_open_max, static_cast<std::uint32_t>(holdings_.size()));
    return PositionOpened{view.position_id, view.strategy, view.mint, view.amount, view.cost};
}

// A purchase that landed again while this sale stood got no more than the sale had left (enter()).
// The rest is its own now, and at no cost: that was counted with the purchase.
std::optional<PositionEvent> Portfolio::give_back(const Booking& sale, const Holding& sold) {
    const Pubkey& mint = sold.view.mint;
    Holding* const held = find(mint);
    const TokenAmount unheld =
        ledger_.token(mint).saturating_sub(held != nullptr ? held->view.amount : TokenAmount{});
    const TokenAmount back = std::min(sale.amount, unheld);
    if (back.is_zero() || brought_.contains(mint)) {
        return std::nullopt;
    }
    if (held == nullptr) {
        Holding rest;
        rest.view = sold.view;
        rest.view.amount = rest.view.bought = back;
        rest.view.cost = rest.view.value_peak = {};
        rest.view.opened_at = sale.report.settled_at;
        rest.view.opened_at_slot = sale.report.slot;
        rest.is_adopted = sold.is_adopted;
        rest.opened_on = sold.opened_on;
        return open(std::move(rest));
    }
    PositionView& view = held->view;
    view.amount += back;
    view.bought += back;
    // So that the purchase takes them with it if it is reversed once more.
    for (auto& [intent, booking] : bookings_) {
        if (booking.report.kind == OrderKind::Entry && booking.position == view.position_id) {
            booking.amount += back;
            break;
        }
    }
    return PositionChanged{view.position_id, view.amount, view.cost};
}

PositionEvent Portfolio::close_reversed(Holding& holding) {
    const PositionClosed closed{holding.view.position_id, holding.view.strategy, holding.view.mint,
                                holding.cash, ExitReason::Reversed};
    if (closed.pnl_realized != LamportsDelta{}) {
        book_result(closed.pnl_realized);
    }
    ++counters_.positions_closed;
    holdings_.erase(closed.position_id.value);
    return closed;
}

// The provisional sale that closed the position.
Portfolio::Booking* Portfolio::find_closing(PositionId position) {
    for (auto& [intent, booking] : bookings_) {
        if (booking.closed && booking.closed->view.position_id == position) {
            return &booking;
        }
    }
    return nullptr;
}

}  // namespace sniperforge::portfolio
