// SPDX-License-Identifier: MIT
// Taking over what the chain says, where our books do not explain it.
#include <algorithm>
#include <utility>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::portfolio {

void Portfolio::begin_run() {
    const PortfolioCounters before = std::exchange(counters_, {});
    realized_before_ += before.pnl_realized;
    counters_.pnl_today = before.pnl_today;
    counters_.volume_today = before.volume_today;
    counters_.positions_open_max = static_cast<std::uint32_t>(holdings_.size());
    ledger_.begin_run();
    carried_.clear();
    for (const auto& [id, intent] : in_flight_) {
        carried_.insert(id);
    }
    for (const auto& [id, booking] : bookings_) {
        carried_.insert(id);
    }
}

void Portfolio::compact() {
    begin_run();
    ledger_.forget_empty();
    // Whoever goes on from the checkpoint counts bookings as whoever wrote it does.
    std::vector<Booking*> bookings;
    for (auto& [intent, booking] : bookings_) {
        bookings.push_back(&booking);
    }
    std::ranges::sort(bookings, {}, &Booking::number);
    booking_last_ = 0;
    for (Booking* const booking : bookings) {
        booking->number = ++booking_last_;
    }
}

std::vector<PositionEvent> Portfolio::adopt(const ChainBalances& chain, WallTime now) {
    SF_ASSERT(in_flight_.empty() && bookings_.empty());
    (void)turn_day(now);
    for (const auto& [mint, amount] : chain.tokens) {
        if (amount > ledger_.token(mint)) {
            brought_.insert(mint);
        }
    }
    ledger_.adopt(chain);
    missing_.clear();
    slot_finalized_ = std::max(slot_finalized_, chain.slots.newest);
    return shrink_to_ledger(now);
}

std::vector<PositionEvent> Portfolio::withdraw(const Fill& fill, Slot slot, WallTime now) {
    (void)turn_day(now);
    ledger_.withdraw(fill);
    slot_filled_ = std::max(slot_filled_, slot);
    slot_finalized_ = std::max(slot_finalized_, slot);
    return in_flight_.empty() && bookings_.empty() ? shrink_to_ledger(now)
                                                   : std::vector<PositionEvent>{};
}

std::vector<PositionEvent> Portfolio::shrink_to_ledger(WallTime now) {
    std::vector<PositionEvent> events;
    for (auto entry = holdings_.begin(); entry != holdings_.end();) {
        Holding& holding = entry->second;
        PositionView& view = holding.view;
        const TokenAmount left = std::min(ledger_.token(view.mint), view.amount);
        if (left == view.amount) {
            ++entry;
            continue;
        }
        if (left.is_zero() && !holding.is_adopted) {
            // Burnt, taken or moved: what it was worth elsewhere nobody knows, and a strategy whose
            // tokens vanish has no edge by that.
            record_.came_to(view.strategy, holding.spent, holding.worthless_result());
        }
        const Lamports spent = holding.spent;
        const LamportsDelta today_before = pnl_today();
        // What was moved leaves at its cost, the oldest lots first: neither won nor lost.
        const Lamports moved = cost_of(holding.lots.take(view.amount - left));
        holding.cash += moved.minus(Lamports{});
        ledger_.carry(Lamports{}.minus(moved), Account::MovedOut);
        if (!holding.is_adopted) {
            settled_.write_off(moved);  // To who judges by results it was worth nothing.
        }
        holding.spent = holding.spent.saturating_sub(moved);
        holding.value =
            Lamports{mul_div_floor(holding.value.raw(), left.raw(), view.amount.raw()).value()};
        view.value_peak =
            Lamports{mul_div_floor(view.value_peak.raw(), left.raw(), view.amount.raw()).value()};
        view.bought =
            TokenAmount{mul_div_ceil(view.bought.raw(), left.raw(), view.amount.raw()).value()};
        view.bought_cost =
            Lamports{mul_div_ceil(view.bought_cost.raw(), left.raw(), view.amount.raw()).value()};
        holding.follow_lots();
        if (!left.is_zero()) {
            before_today_ += pnl_today() - today_before;
            events.push_back(PositionChanged{view.position_id, view.amount, view.cost});
            ++entry;
            continue;
        }
        // Its rent counts as lost until a sweep of the account brings it back.
        const LamportsDelta result = holding.result();
        events.push_back(PositionClosed{view.position_id, view.strategy, view.mint, result,
                                        ExitReason::MovedOutside});
        book_result(result);
        ++counters_.positions_closed;
        if (!holding.is_adopted) {
            settled_.add(
                {.strategy = view.strategy, .opened_at = now, .closed_at = now, .stake = spent},
                realized_final());
        }
        // Nothing more of it is of today, but for the rent.
        const LamportsDelta rent = holding.is_adopted ? -result : holding.rent;
        entry = holdings_.erase(entry);
        before_today_ += pnl_today() - today_before + rent;
    }
    refresh_views();
    return events;
}

void Portfolio::take_in(const Gift& gift) {
    for (const auto& [mint, amount] : gift.tokens) {
        brought_.insert(mint);
    }
    ledger_.take_in(gift);
}

void Portfolio::miss(std::span<const BalanceMismatch> mismatches) {
    missing_.clear();
    for (const BalanceMismatch& each : mismatches) {
        // That of lamports has no mint.
        if (const auto mint = Pubkey::parse(each.account); mint && each.is_short()) {
            missing_[*mint] = TokenAmount{each.expected - each.on_chain};
        }
    }
    refresh_views();
}

std::map<Pubkey, TokenAmount> Portfolio::tokens_outside() const {
    std::map<Pubkey, TokenAmount> outside;
    for (const Pubkey& mint : brought_) {
        if (!solana::is_money(mint)) {
            outside[mint] = ledger_.token(mint);
        }
    }
    for (const PositionView& position : positions_) {
        const auto held = outside.find(position.mint);
        if (held != outside.end()) {
            held->second = held->second.saturating_sub(position.amount);
        }
    }
    std::erase_if(outside, [](const auto& held) { return held.second.is_zero(); });
    return outside;
}

bool Portfolio::is_sold_out(std::span<const Pubkey> kept) const {
    return std::ranges::all_of(positions_, [&](const PositionView& position) {
        return position.is_set_aside() || std::ranges::find(kept, position.mint) != kept.end();
    });
}

bool Portfolio::is_nothing_to_adopt(std::span<const Pubkey> kept) const {
    return std::ranges::all_of(tokens_outside(), [&](const auto& outside) {
        return std::ranges::find(kept, outside.first) != kept.end() ||
               std::ranges::any_of(positions_, [&](const PositionView& position) {
                   return position.mint == outside.first && position.is_set_aside();
               });
    });
}

std::optional<PositionEvent> Portfolio::adopt_position(const Pubkey& mint, TokenAmount amount,
                                                       MonoTime now) {
    const auto outside = tokens_outside();
    const auto held = outside.find(mint);
    if (amount.is_zero() || held == outside.end() || held->second < amount ||
        find(mint) != nullptr || is_in_flight(mint)) {
        return std::nullopt;
    }
    Holding holding;
    holding.view.mint = mint;
    holding.view.pool = kPoolUnknown;
    holding.view.amount = holding.view.bought = amount;
    holding.view.opened_at_slot = slot_filled_;
    holding.view.opened_at = now;
    holding.lots.add(holding.unknown_lot());
    holding.is_adopted = true;
    const PositionOpened event = open(std::move(holding));
    refresh_views();
    return event;
}

}  // namespace sniperforge::portfolio
