// SPDX-License-Identifier: MIT
// A fill stands for good, or is undone because its block was dropped. Fills of one position may be
// reversed in any order, also the purchase after the sale that closed it: what the sale remembers
// is corrected then.
#include <algorithm>
#include <utility>

#include "portfolio/position_sums.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::portfolio {
namespace {

// Of so many, where it was of so many others: what is armed by it stays armed.
[[nodiscard]] Lamports peak_of(TokenAmount amount, Lamports peak, TokenAmount before) {
    return before.is_zero()
               ? Lamports{}
               : Lamports{
                     mul_div_floor(peak.raw(), amount.raw(), before.raw()).value_or(peak.raw())};
}

}  // namespace

void Portfolio::finalize(IntentId intent, std::optional<Slot> slot) {
    ledger_.finalize(intent);
    bought_first_.erase(intent.value);
    const auto node = bookings_.extract(intent.value);
    if (node.empty()) {
        return;
    }
    const ExecutionReport& report = node.mapped().report;
    if (check_) {
        check_->on_finalized(report, slot.value_or(report.slot));
    }
    slot_finalized_ = std::max(slot_finalized_, slot.value_or(report.slot));
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
    const Lamports cost_before = cost_held();
    const bool is_of_run = !ledger_.is_of_earlier_run(intent);
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
    // What an earlier run had bought or sold was in what there was when this one began.
    ledger_.carry(cost_held().minus(cost_before),
                  is_of_run ? Account::CarriedCost : Account::Opening);
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
    const TokenAmount before = view.amount;
    const Lamports peak = view.value_peak;
    holding->cash -= cash;
    holding->rent -= rent_of(booking.report.fill);
    if (booking.report.kind == OrderKind::Entry) {
        if (closing != nullptr) {
            closing->missing += booking.amount.saturating_sub(view.amount);
        }
        undo_lots(booking, *holding, view.amount.saturating_sub(booking.amount));
        view.bought = view.bought.saturating_sub(booking.amount);
        view.bought_cost = view.bought_cost.saturating_sub(booking.cost);
        // What it had come to before that purchase, it had.
        view.value_peak =
            std::max(peak_of(view.amount, peak, before), std::min(peak, booking.value_peak));
        holding->spent = holding->spent.saturating_sub(booking.cost);
        holding->value = holding->value.saturating_sub(booking.value);
    } else {
        TokenAmount amount = view.amount + booking.amount;
        if (closing != nullptr) {
            const TokenAmount taken = std::min(closing->missing, amount);
            amount -= taken;
            closing->missing -= taken;
        }
        undo_lots(booking, *holding, amount);
        // What the rest has risen by since the sale, what was sold has risen by, too.
        view.value_peak = std::max(peak_of(view.amount, peak, before), peak + booking.value_peak);
        holding->value += booking.value;
    }
    if (closing != nullptr) {
        closing->result -= cash;
        book_result(-cash);
        return view.amount > closing->amount ? std::optional{leave_open(*closing)} : std::nullopt;
    }
    if (view.amount.is_zero()) {
        const auto sales = partial_sales(view.position_id);
        return sales.empty() ? close_reversed(*holding) : close_by(*sales.back(), *holding);
    }
    return PositionChanged{view.position_id, view.amount, view.cost};
}

// As if the other sales had been made without it, each of the oldest that were there then: what
// they took goes back first and is taken anew at the end. Those before a sale had nothing of it;
// those before a purchase may have been left its lot where an older one was taken back. `amount` is
// what is left.
void Portfolio::undo_lots(const Booking& booking, Holding& holding, TokenAmount amount) {
    const bool is_purchase = booking.report.kind == OrderKind::Entry;
    std::vector<Booking*> others = partial_sales(booking.position);
    std::erase_if(
        others, [&](const Booking* sale) { return !is_purchase && sale->number < booking.number; });
    const auto give_back = [&](const std::vector<Lot>& taken) {
        std::ranges::for_each(taken, [&](const Lot& lot) { holding.lots.add(lot); });
    };
    std::ranges::for_each(others, [&](const Booking* sale) { give_back(sale->taken); });
    if (is_purchase) {
        holding.lots.remove(
            {booking.report.intent_id, booking.report.slot, {}, booking.amount, booking.cost});
    } else {
        give_back(booking.taken);
    }
    for (Booking* const sale : others) {
        sale->taken = holding.lots.take(amount_of(sale->taken));
        sale->cost = cost_of(sale->taken);
    }
    holding.lots.set_amount(amount, holding.unknown_lot());
    holding.follow_lots();
}

// The sale that closed the position never happened.
std::optional<PositionEvent> Portfolio::reopen(const Booking& booking) {
    const Holding& holding = *booking.closed;
    const PositionView& view = holding.view;
    if (const auto sales = partial_sales(view.position_id);
        view.amount.is_zero() && !sales.empty()) {
        // Nor did a purchase, and the sale before it left nothing either.
        Holding before = holding;
        (void)close_by(*sales.back(), before);
        --counters_.positions_closed;
        return std::nullopt;
    }
    if (view.amount.is_zero()) {
        // Neither did its purchase: other sales of it may have left something.
        book_result(holding.cash);
        return give_back(booking, holding);
    }
    return open_again(holding);
}

PositionEvent Portfolio::open_again(const Holding& holding) {
    const PositionView& view = holding.view;
    holdings_.emplace(view.position_id.value, holding);
    counters_.positions_closed -= counters_.positions_closed > 0 ? 1 : 0;
    counters_.positions_open_max =
        std::max(counters_.positions_open_max, static_cast<std::uint32_t>(holdings_.size()));
    return PositionOpened{view.position_id, view.strategy, view.mint, view.amount, view.cost};
}

// A purchase that landed again while this sale stood got no more than the sale had left (enter()).
// The rest is its own now, at no cost where that was counted with the purchase. What else of the
// position is not final belongs where its tokens are.
std::optional<PositionEvent> Portfolio::give_back(const Booking& sale, const Holding& sold) {
    const Pubkey& mint = sold.view.mint;
    Holding* held = find(mint);
    const TokenAmount unheld =
        ledger_.token(mint).saturating_sub(held != nullptr ? held->view.amount : TokenAmount{});
    const TokenAmount back = std::min(sale.amount, unheld);
    if (back.is_zero() || brought_.contains(mint)) {
        return std::nullopt;
    }
    const bool is_new = held == nullptr;
    PositionOpened opened;
    if (is_new) {
        Holding rest;
        rest.view = sold.view;
        rest.view.bought = {};
        rest.view.bought_cost = {};
        rest.view.value_peak = {};
        rest.view.opened_at = sale.report.settled_at;
        rest.view.opened_at_slot = sale.report.slot;
        rest.is_adopted = sold.is_adopted;
        rest.opened_on = sold.opened_on;
        opened = open(std::move(rest));
        held = find(opened.position_id);
    }
    PositionView& view = held->view;
    Lot lot{{}, sale.report.slot, sale.report.settled_at, back, {}};
    for (auto& [intent, booking] : bookings_) {
        if (sale.position != PositionId{} && booking.position == sale.position) {
            booking.position = view.position_id;
        }
    }
    for (Booking* const purchase : purchases_short_of(mint, view.position_id)) {
        lot.amount -= make_whole(*purchase, *held, lot);
    }
    for (const auto& [intent, booking] : bookings_) {
        if (is_new && booking.report.kind == OrderKind::Entry &&
            booking.position == view.position_id && lot.order == IntentId{}) {
            lot.order = booking.report.intent_id;
        }
    }
    held->lots.add(lot);
    held->follow_lots();
    view.bought += back;
    if (is_new) {
        opened.amount = view.amount;
        opened.cost = view.cost;
        return opened;
    }
    return PositionChanged{view.position_id, view.amount, view.cost};
}

// Provisional ones of this position or of none, which is where they got nothing at all.
std::vector<Portfolio::Booking*> Portfolio::purchases_short_of(const Pubkey& mint,
                                                               PositionId position) {
    std::vector<Booking*> purchases;
    for (auto& [intent, booking] : bookings_) {
        const ExecutionReport& report = booking.report;
        if (report.kind == OrderKind::Entry && report.outcome == Outcome::Landed &&
            report.mint == mint &&
            (booking.position == position || booking.position == PositionId{}) &&
            change_of(report.fill, mint).magnitude() > booking.amount) {
            purchases.push_back(&booking);
        }
    }
    std::ranges::sort(purchases, {}, &Booking::number);
    return purchases;
}

// What it lacks of its tokens is its own again, so that it takes them with it if it is reversed
// once more. Returns how much of `lot` that was.
TokenAmount Portfolio::make_whole(Booking& purchase, Holding& held, const Lot& lot) {
    const TokenAmount lacking =
        change_of(purchase.report.fill, held.view.mint).magnitude() - purchase.amount;
    const TokenAmount part = std::min(lacking, lot.amount);
    if (part.is_zero()) {
        return part;
    }
    Lot own{purchase.report.intent_id, lot.slot, lot.bought_at, part, {}};
    purchase.amount += part;
    if (purchase.position == PositionId{}) {
        // All that it had paid was called lost.
        const LamportsDelta lost = std::exchange(purchase.result, {});
        book_result(-lost);
        if (purchase.day != day_.value()) {
            counters_.pnl_today += lost;  // It is not in today's.
        }
        own.cost = purchase.cost = purchase.value = cost_of(purchase.report.fill);
        purchase.position = held.view.position_id;
        held.cash += sol_change(purchase.report.fill);
        held.rent += rent_of(purchase.report.fill);
        held.spent += own.cost;
        held.value += own.cost;
        held.view.bought_cost += own.cost;
    }
    held.lots.add(own);
    return part;
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

// Provisional ones that left something, in the order of the bookings.
std::vector<Portfolio::Booking*> Portfolio::partial_sales(PositionId position) {
    std::vector<Booking*> sales;
    for (auto& [intent, booking] : bookings_) {
        if (booking.is_partial_sale() && booking.position == position) {
            sales.push_back(&booking);
        }
    }
    std::ranges::sort(sales, {}, &Booking::number);
    return sales;
}

// Without the purchase that never happened this sale left nothing: it is the one that closed the
// position, and knows how it stood before.
PositionEvent Portfolio::close_by(Booking& sale, Holding& holding) {
    const PositionClosed event{holding.view.position_id, holding.view.strategy, holding.view.mint,
                               holding.result(), ExitReason::Reversed};
    sale.result = event.pnl_realized;
    book_result(sale.result);
    for (const Booking* other : partial_sales(event.position_id)) {
        sale.missing += other == &sale ? TokenAmount{} : other->amount - amount_of(other->taken);
    }
    for (const Lot& lot : std::exchange(sale.taken, {})) {
        holding.lots.add(lot);
    }
    holding.follow_lots();
    holding.cash -= sol_change(sale.report.fill);
    holding.rent -= rent_of(sale.report.fill);
    holding.value += sale.value;
    holding.view.value_peak += sale.value_peak;
    sale.closed = std::move(holding);
    ++counters_.positions_closed;
    holdings_.erase(event.position_id.value);
    return event;
}

// Without the earlier sale that never happened this one did not sell all.
PositionEvent Portfolio::leave_open(Booking& sale) {
    Holding holding = *std::exchange(sale.closed, std::nullopt);
    book_result(-std::exchange(sale.result, {}));
    sale.missing = {};
    holding.cash += sol_change(sale.report.fill);
    holding.rent += rent_of(sale.report.fill);
    sell_part(sale, holding);
    return open_again(holding);
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
