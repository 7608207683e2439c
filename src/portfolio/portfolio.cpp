// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/portfolio.hpp"

#include <algorithm>
#include <utility>

#include "portfolio/position_sums.hpp"

namespace sniperforge::portfolio {
namespace {

// Results that the confidence interval is drawn from; the newest are kept.
constexpr std::size_t kResultsMax = 100'000;

}  // namespace

void Portfolio::start(const ChainBalances& balances, WallTime now) {
    ledger_.start(balances);
    brought_.clear();
    for (const auto& [mint, amount] : balances.tokens) {
        brought_.insert(mint);
    }
    accounts_.start(balances.accounts);
    slot_finalized_ = balances.slots.newest;
    day_ = UtcDay{now};
    before_today_ = {};
}

void Portfolio::order_submitted(const OrderIntent& intent) {
    in_flight_[intent.intent_id.value] = intent;
    auto* holding = find(intent.position_id);
    if (holding != nullptr && intent.kind == OrderKind::Exit) {
        holding->view.is_exit_in_flight = true;
        refresh_views();
    }
}

void Portfolio::begin_check(const ChainBalances& chain) {
    check_.emplace(ledger_, slot_finalized_, chain, fills_provisional(), in_flight_);
}

std::vector<PositionEvent> Portfolio::apply(const ExecutionReport& report, WallTime now) {
    (void)turn_day(now);
    if (report.outcome == Outcome::Unknown) {
        return {};  // Its ceiling, its token and its position stay taken.
    }
    if (check_) {
        check_->on_report(report);
    }
    if (report.outcome != Outcome::Landed) {
        bought_first_.erase(report.intent_id.value);
    }
    auto node = in_flight_.extract(report.intent_id.value);
    auto* holding = find(report.position_id);
    if (holding != nullptr && report.kind == OrderKind::Exit) {
        holding->view.is_exit_in_flight = false;
    }
    std::vector<PositionEvent> events;
    if (report.outcome == Outcome::Landed || report.outcome == Outcome::Reverted) {
        const LamportsDelta today_before = pnl_today(), result_before = result();
        const Lamports cost_before = cost_held();
        ledger_.apply(report.intent_id, report.fill);
        accounts_.apply(report.fill.accounts, report.slot);
        slot_filled_ = std::max(slot_filled_, report.slot);
        Booking booking;
        booking.report = report;
        booking.reported_at = now;
        booking.day = std::min(day_.value(), now.utc_day());
        const bool is_of_then =
            booking.day < day_.value() || (holding != nullptr && is_gain_undated(*holding));
        if (!node.empty()) {
            booking.intent = std::move(node.mapped());
        }
        booking.number = ++booking_last_;
        book(booking, events);
        ledger_.carry(cost_held().minus(cost_before), Account::CarriedCost);
        if (is_of_then) {
            keep_out_of_today(today_before, result_before);
        }
        bookings_.emplace(report.intent_id.value, std::move(booking));
    }
    refresh_views();
    return events;
}

void Portfolio::book(Booking& booking, std::vector<PositionEvent>& events) {
    const ExecutionReport& report = booking.report;
    if (report.outcome == Outcome::Reverted) {
        // The fees of a failure are a loss of their own; the position's cost stays as it was.
        booking.result = sol_change(report.fill);
        book_result(booking.result);
        return;
    }
    const bool is_of_run = !carried_.contains(report.intent_id.value);
    counters_.fills[static_cast<std::size_t>(report.strategy)] += is_of_run ? 1 : 0;
    booking.volume = sol_change(report.fill).magnitude();
    if (report.kind == OrderKind::Entry) {
        if (auto event = enter(booking)) {
            events.push_back(*event);
        }
    } else if (report.kind == OrderKind::Exit) {
        if (auto event = leave(booking)) {
            events.push_back(*event);
        }
    } else {
        // Only the difference of the swaps shows in the balances; a sweep swaps nothing.
        booking.volume = {};
        for (std::uint8_t leg = 0; booking.intent && leg < booking.intent->leg_count; ++leg) {
            booking.volume =
                booking.volume.saturating_add(Lamports{booking.intent->amount_in.raw()});
        }
        booking.result = sol_change(report.fill);
        book_result(booking.result);
    }
    counters_.volume = counters_.volume.saturating_add(is_of_run ? booking.volume : Lamports{});
    counters_.volume_today = counters_.volume_today.saturating_add(booking.volume);
}

std::optional<PositionEvent> Portfolio::enter(Booking& booking) {
    const ExecutionReport& report = booking.report;
    const Lamports cost = cost_of(report.fill);
    auto* const holding = find(report.mint);
    const TokenAmount had = holding != nullptr ? holding->view.amount : TokenAmount{};
    // A purchase that landed again after a fork may find some of its tokens sold already. A sale of
    // more than is left would fail for ever; all of the cost stays with what is left.
    const TokenAmount bought = std::min(change_of(report.fill, report.mint).magnitude(),
                                        ledger_.token(report.mint).saturating_sub(had));
    if (bought.is_zero()) {
        booking.result = sol_change(report.fill);
        book_result(booking.result);
        return std::nullopt;
    }
    booking.amount = bought;
    booking.cost = booking.value = cost;
    const Lot lot{report.intent_id, report.slot, report.settled_at, bought, cost};
    if (holding != nullptr) {
        booking.position = holding->view.position_id;
        holding->lots.add(lot);
        holding->follow_lots();
        holding->view.bought += bought;
        holding->view.bought_cost += cost;
        booking.value_peak = holding->view.value_peak;
        holding->spent += cost;
        holding->cash += sol_change(report.fill);
        holding->rent += rent_of(report.fill);
        holding->value += cost;
        return PositionChanged{holding->view.position_id, holding->view.amount, holding->view.cost};
    }
    Holding opened;
    opened.view.strategy = report.strategy;
    opened.view.mint = report.mint;
    opened.view.pool = booking.intent ? booking.intent->pool : kPoolUnknown;
    opened.view.bought = bought;
    opened.view.bought_cost = cost;
    opened.lots.add(lot);
    opened.view.value_peak = cost;
    opened.view.opened_at_slot = report.slot;
    opened.view.opened_at = report.settled_at;
    if (const auto first = bought_first_.find(report.intent_id.value);
        first != bought_first_.end()) {
        opened.view.opened_at = std::min(first->second, report.settled_at);
    }
    opened.cash = sol_change(report.fill);
    opened.rent = rent_of(report.fill);
    opened.value = opened.spent = cost;
    opened.opened_on = booking.day;
    const PositionOpened event = open(std::move(opened));
    booking.position = event.position_id;
    return event;
}

PositionOpened Portfolio::open(Holding holding) {
    holding.follow_lots();
    PositionView& view = holding.view;
    view.position_id = PositionId{next_position_++};
    const PositionOpened event{view.position_id, view.strategy, view.mint, view.amount, view.cost};
    holdings_.emplace(view.position_id.value, std::move(holding));
    ++counters_.positions_opened;
    counters_.positions_open_max =
        std::max(counters_.positions_open_max, static_cast<std::uint32_t>(holdings_.size()));
    return event;
}

std::optional<PositionEvent> Portfolio::leave(Booking& booking) {
    const ExecutionReport& report = booking.report;
    auto* holding = find(report.position_id);
    if (holding == nullptr) {
        // What it had cost is not known: no gain, or it would widen the day's limits.
        booking.result = std::min(sol_change(report.fill), LamportsDelta{});
        book_result(booking.result);
        return std::nullopt;
    }
    PositionView& view = holding->view;
    booking.position = view.position_id;
    const LamportsDelta cash = sol_change(report.fill), rent = rent_of(report.fill);
    holding->cash += cash;
    holding->rent += rent;
    const TokenAmount sold = std::min(change_of(report.fill, view.mint).magnitude(), view.amount);
    booking.amount = sold;
    if (sold < view.amount) {
        sell_part(booking, *holding);
        return PositionChanged{view.position_id, view.amount, view.cost};
    }
    const PositionClosed closed{view.position_id, view.strategy, view.mint, holding->result(),
                                report.exit_reason};
    booking.result = holding->result();
    book_result(booking.result);
    holding->cash -= cash;
    holding->rent -= rent;
    booking.closed = std::move(*holding);  // As it stood before.
    ++counters_.positions_closed;
    holdings_.erase(closed.position_id.value);
    return closed;
}

// The cost that leaves is that of the oldest lots. Its value and its peak leave in proportion: the
// peak of the whole would sell the rest at once.
void Portfolio::sell_part(Booking& sale, Holding& holding) {
    PositionView& view = holding.view;
    const std::uint64_t left = (view.amount - sale.amount).raw(), all = view.amount.raw();
    const Lamports value = holding.value, peak = view.value_peak;
    holding.value = Lamports{mul_div_floor(value.raw(), left, all).value()};
    view.value_peak = Lamports{mul_div_floor(peak.raw(), left, all).value()};
    sale.value = value - holding.value;
    sale.value_peak = peak - view.value_peak;
    sale.taken = holding.lots.take(sale.amount);
    sale.cost = cost_of(sale.taken);
    holding.follow_lots();
}

void Portfolio::book_result(LamportsDelta result) {
    counters_.pnl_realized += result;
    counters_.pnl_today += result;
    if (counters_.results.size() == kResultsMax) {
        counters_.results.erase(counters_.results.begin());
    }
    counters_.results.push_back(result.raw());
}

void Portfolio::mark(PositionId position, Lamports value) {
    if (auto* holding = find(position); holding != nullptr) {
        if (is_gain_undated(*holding) && value > holding->value) {
            before_today_ += value.minus(holding->value);
        }
        holding->value = value;
        holding->is_marked = true;
        raise_peak(position, value);
    }
}

void Portfolio::raise_peak(PositionId position, Lamports value) {
    if (auto* holding = find(position); holding != nullptr) {
        holding->view.value_peak = std::max(holding->view.value_peak, value);
        // In place: whoever goes through positions() may mark them on the way.
        const auto view = std::lower_bound(
            positions_.begin(), positions_.end(), position,
            [](const PositionView& a, PositionId id) { return a.position_id < id; });
        view->value_peak = holding->view.value_peak;
    }
}

void Portfolio::set_pool(PositionId position, PoolIndex pool) {
    if (auto* holding = find(position); holding != nullptr) {
        holding->view.pool = pool;
        const auto view = std::lower_bound(
            positions_.begin(), positions_.end(), position,
            [](const PositionView& a, PositionId id) { return a.position_id < id; });
        view->pool = pool;
    }
}

Lamports Portfolio::cost_held() const {
    Lamports sum;
    for (const auto& [id, holding] : holdings_) {
        sum += holding.view.cost;
    }
    return sum;
}

std::span<const Lot> Portfolio::lots(PositionId position) const {
    const auto found = holdings_.find(position.value);
    return found == holdings_.end() ? std::span<const Lot>{} : found->second.lots.all();
}

LamportsDelta Portfolio::pnl_unrealized() const {
    LamportsDelta sum;
    for (const auto& [id, holding] : holdings_) {
        sum += holding.unrealized();
    }
    return sum;
}

Lamports Portfolio::value_marked() const {
    Lamports sum;
    for (const auto& [id, holding] : holdings_) {
        sum += holding.value;
    }
    return sum;
}

std::vector<ExecutionReport> Portfolio::fills_provisional() const {
    std::vector<ExecutionReport> reports;
    for (const auto& [id, booking] : bookings_) {
        reports.push_back(booking.report);
    }
    return reports;
}

std::optional<BookedFill> Portfolio::fill_booked(IntentId intent) const {
    const auto found = bookings_.find(intent.value);
    if (found == bookings_.end()) {
        return std::nullopt;
    }
    const Booking& booking = found->second;
    BookedFill fill{booking.report, booking.reported_at, booking.position,
                    booking.amount, booking.cost,        booking.taken};
    if (booking.closed) {
        const auto all = booking.closed->lots.all();
        fill.taken.assign(all.begin(), all.end());
    }
    return fill;
}

Lamports Portfolio::drawdown() const { return record_.drawdown(result()); }

Exposure Portfolio::exposure(const OrderIntent& intent, WallTime now) const {
    Exposure exposure;
    exposure.equity = ledger_.wallet();
    TrackRecord record = record_;  // As if what is worth nothing had ended.
    for (const auto& [id, holding] : holdings_) {
        exposure.open_cost += holding.view.cost;
        exposure.equity =
            exposure.equity.saturating_add(holding.is_adopted ? Lamports{} : holding.value);
        if (holding.view.strategy == intent.strategy) {
            exposure.strategy_stake += holding.view.cost;
            // What cannot be sold may never close. Marks make no gain, whatever was sold before.
            const LamportsDelta result = holding.worthless_result();
            if (holding.value.is_zero() && !holding.is_adopted && result.is_negative()) {
                record.came_to(intent.strategy, holding.spent, result);
            }
        }
        exposure.is_mint_held = exposure.is_mint_held || holding.view.mint == intent.mint_out;
    }
    for (const auto& [id, order] : in_flight_) {
        exposure.in_flight_spend = exposure.in_flight_spend.saturating_add(order.spend_max);
        if (order.strategy == intent.strategy) {
            exposure.strategy_stake = exposure.strategy_stake.saturating_add(order.spend_max);
        }
        exposure.entries_in_flight += order.kind == OrderKind::Entry ? 1 : 0;
        exposure.is_mint_in_flight =
            exposure.is_mint_in_flight ||
            (order.kind == OrderKind::Entry && order.mint_out == intent.mint_out) ||
            (order.kind == OrderKind::Sweep && order.mint_in == intent.mint_out);
    }
    exposure.wallet = ledger_.wallet().saturating_sub(exposure.in_flight_spend);
    exposure.positions_open = static_cast<std::uint32_t>(holdings_.size());
    const bool is_same_day = !day_.is_over(now);
    exposure.pnl_today = is_same_day ? pnl_today() : LamportsDelta{};  // No mark is of it yet.
    exposure.drawdown = drawdown();
    exposure.losses_in_row = record_.losses_in_row();
    exposure.since_loss = Duration{now.ns - record_.loss_last_at().ns};
    exposure.results = record.results_of(intent.strategy);
    exposure.volume_today = is_same_day ? counters_.volume_today : Lamports{};
    if (const auto position = holdings_.find(intent.position_id.value);
        position != holdings_.end()) {
        const Holding& named = position->second;
        exposure.holding = named.view.amount;
        exposure.is_exit_in_flight = named.view.is_exit_in_flight;
        if (intent.kind == OrderKind::Entry && named.view.strategy == intent.strategy &&
            named.view.mint == intent.mint_out && !named.is_adopted) {
            exposure.staged_spend = named.spent;
        }
    }
    if (intent.kind == OrderKind::Sweep) {
        note_sweep(intent, exposure);
    }
    return exposure;
}

bool Portfolio::is_in_flight(const Pubkey& mint) const {
    return std::any_of(in_flight_.begin(), in_flight_.end(), [&](const auto& entry) {
        return entry.second.mint_in == mint || entry.second.mint_out == mint;
    });
}

Portfolio::Holding* Portfolio::find(PositionId position) {
    const auto found = holdings_.find(position.value);
    return found == holdings_.end() ? nullptr : &found->second;
}

Portfolio::Holding* Portfolio::find(const Pubkey& mint) {
    for (auto& [id, holding] : holdings_) {
        if (holding.view.mint == mint) {
            return &holding;
        }
    }
    return nullptr;
}

void Portfolio::refresh_views() {
    positions_.clear();
    for (const auto& [id, holding] : holdings_) {
        PositionView& view = positions_.emplace_back(holding.view);
        if (const auto gone = missing_.find(view.mint); gone != missing_.end()) {
            const TokenAmount there = ledger_.token(view.mint).saturating_sub(gone->second);
            view.missing = view.amount.saturating_sub(there);
        }
    }
}

}  // namespace sniperforge::portfolio
