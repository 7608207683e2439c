// SPDX-License-Identifier: MIT
#include "sniperforge/engine/trade_book.hpp"

#include <algorithm>

#include "sniperforge/model/fill_sums.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::optional<VenueId> only_venue(const VenueSet& venues) {
    std::optional<VenueId> only;
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        if (venues.has(static_cast<VenueId>(i))) {
            if (only) {
                return std::nullopt;
            }
            only = static_cast<VenueId>(i);
        }
    }
    return only;
}

// How far `value` is from the stake, in parts of it.
[[nodiscard]] BasisPoints apart(Lamports value, Lamports stake) {
    const Lamports distance = value > stake ? value - stake : stake - value;
    return BasisPoints{
        mul_div_floor(distance.raw(), kBasisPointsOne, std::max<std::uint64_t>(stake.raw(), 1))
            .value_or(kU64Max)};
}

[[nodiscard]] Lamports fees_of(const Fill& fill) {
    return fill.base_fee + fill.priority_fee + fill.tip;
}

[[nodiscard]] Lamports positive(LamportsDelta delta) {
    return delta.is_negative() ? Lamports{} : Lamports{static_cast<std::uint64_t>(delta.raw())};
}

// What nothing explains was won or lost with the swap all the same.
[[nodiscard]] LamportsDelta moved_by(const Fill& fill) {
    return principal_of(fill) + fill.unexplained;
}

}  // namespace

void TradeBook::take(const RecorderItem& item, WallTime at, bool is_reconciled) {
    if (!std::holds_alternative<PositionMarked>(item)) {
        count_late(marks_.take(item));
    }
    if (const auto* intent = std::get_if<OrderIntent>(&item)) {
        note(*intent);
    } else if (const auto* denied = std::get_if<IntentDenied>(&item)) {
        intended_.erase(denied->intent_id.value);
    } else if (const auto* report = std::get_if<ExecutionReport>(&item)) {
        take(*report, at, is_reconciled);
    } else if (const auto* opened = std::get_if<PositionOpened>(&item)) {
        if (const auto found = open_.find(opened->mint); found != open_.end()) {
            found->second.result.trade_id = opened->position_id.value;
        }
    } else if (const auto* closed = std::get_if<PositionClosed>(&item)) {
        if (const auto found = open_.find(closed->mint); found != open_.end()) {
            found->second.result.exit_reason = closed->reason;
            closed_.push_back(end(found->second, at));
            open_.erase(found);
        }
    }
}

void TradeBook::note(const OrderIntent& intent) {
    if (intent.kind == OrderKind::Entry || intent.kind == OrderKind::Cycle) {
        intended_[intent.intent_id.value] = {
            intent.pool_liquidity, Lamports{intent.amount_in.raw()}, only_venue(intent.venues)};
    }
}

void TradeBook::take(const ExecutionReport& report, WallTime at, bool is_reconciled) {
    const bool is_in_vain = report.outcome != Outcome::Landed && report.outcome != Outcome::Unknown;
    if (report.outcome == Outcome::Reverted || (is_in_vain && !fees_of(report.fill).is_zero())) {
        fail(report, at, is_reconciled);
    } else if (report.outcome == Outcome::Landed && report.kind == OrderKind::Entry) {
        enter(report, at, is_reconciled);
    } else if (report.outcome == Outcome::Landed && report.kind == OrderKind::Exit) {
        leave(report, is_reconciled);
    } else if (report.outcome == Outcome::Landed && report.kind == OrderKind::Cycle) {
        cycle(report, at, is_reconciled);
    } else if (report.outcome == Outcome::Landed && report.kind == OrderKind::Sweep) {
        swept_ += report.fill.wallet;
    }
    if (report.outcome != Outcome::Unknown) {
        intended_.erase(report.intent_id.value);
    }
}

// A cycle lands or fails by itself. Whoever buys or sells tries again: what that costs is the
// trade's that comes of it.
void TradeBook::fail(const ExecutionReport& report, WallTime at, bool is_reconciled) {
    const auto strategy = static_cast<std::size_t>(report.strategy);
    if (report.kind == OrderKind::Sweep) {
        swept_ -= fees_of(report.fill).minus({});
        return;
    }
    if (report.kind == OrderKind::Cycle) {
        closed_.push_back(attempt_of(report, at, is_reconciled));
        return;
    }
    Reverts& reverts = reverts_[strategy];
    reverts.fees += fees_of(report.fill);
    reverts.are_reconciled = reverts.are_reconciled && is_reconciled;
    if (!has_trade_[strategy]) {
        failed_[strategy].push_back(attempt_of(report, at, is_reconciled));
    }
}

analytics::TradeResult TradeBook::attempt_of(const ExecutionReport& report, WallTime at,
                                             bool is_reconciled) const {
    analytics::TradeResult attempt;
    attempt.is_landed = false;
    attempt.trade_id = report.intent_id.value;
    attempt.strategy = report.strategy;
    attempt.opened_at = attempt.closed_at = at;
    attempt.costs.reverts = fees_of(report.fill);
    attempt.provenance = provenance_;
    attempt.basis = basis_;
    attempt.is_reconciled = is_reconciled;
    if (const auto intended = intended_.find(report.intent_id.value); intended != intended_.end()) {
        attempt.stake = intended->second.amount;
        attempt.depth = intended->second.liquidity;
        attempt.venue = intended->second.venue;
    }
    if (attempt.stake.is_zero()) {  // Nobody knows it: all that it put in is lost.
        attempt.stake = std::max(attempt.costs.reverts, Lamports{1});
    }
    return attempt;
}

TradeBook::Open TradeBook::begin(const ExecutionReport& report, WallTime at) {
    Open trade;
    trade.result.strategy = report.strategy;
    trade.result.opened_at = at;
    trade.result.provenance = provenance_;
    trade.result.basis = basis_;
    const auto strategy = static_cast<std::size_t>(report.strategy);
    trade.result.costs.reverts = reverts_[strategy].fees;
    trade.is_reconciled = reverts_[strategy].are_reconciled;
    reverts_[strategy] = {};
    has_trade_[strategy] = true;
    failed_[strategy].clear();
    if (const auto intended = intended_.find(report.intent_id.value); intended != intended_.end()) {
        trade.result.depth = intended->second.liquidity;
        trade.result.venue = intended->second.venue;
        if (report.kind == OrderKind::Cycle) {
            trade.result.stake = intended->second.amount;
        }
    }
    return trade;
}

void TradeBook::enter(const ExecutionReport& report, WallTime at, bool is_reconciled) {
    auto found = open_.find(report.mint);
    if (found == open_.end()) {
        found = open_.emplace(report.mint, begin(report, at)).first;
    }
    Open& trade = found->second;
    trade.result.stake += positive(-moved_by(report.fill));
    add_costs(trade, report, is_reconciled);
}

void TradeBook::leave(const ExecutionReport& report, bool is_reconciled) {
    Open* trade = find(report);
    if (trade == nullptr) {
        ++exits_without_entry_;
        return;  // Of an earlier run, whose entry these records do not have.
    }
    trade->returned += moved_by(report.fill);
    add_costs(*trade, report, is_reconciled);
}

void TradeBook::cycle(const ExecutionReport& report, WallTime at, bool is_reconciled) {
    Open trade = begin(report, at);
    trade.result.trade_id = report.intent_id.value;
    trade.returned = trade.result.stake.minus({}) + moved_by(report.fill);
    add_costs(trade, report, is_reconciled);
    closed_.push_back(end(trade, at));
}

void TradeBook::add_costs(Open& trade, const ExecutionReport& report, bool is_reconciled) {
    const Fill& fill = report.fill;
    trade.is_reconciled = trade.is_reconciled && is_reconciled;
    analytics::TradeCosts& costs = trade.result.costs;
    costs.base_fee += fill.base_fee;
    costs.priority_fee += fill.priority_fee;
    costs.tip += fill.tip;
    costs.rent += rent_of(fill) + fill.rent_of_others.minus(Lamports{});
    if (fill.venue_fees) {
        trade.venue_fees.amm += fill.venue_fees->amm;
        trade.venue_fees.transfer += fill.venue_fees->transfer;
    } else {
        trade.are_venue_fees_known = false;
    }
}

analytics::TradeResult TradeBook::end(const Open& trade, WallTime at) {
    analytics::TradeResult result = trade.result;
    result.closed_at = at;
    result.gross = trade.returned - result.stake.minus({});
    result.is_reconciled = trade.is_reconciled;
    if (trade.are_venue_fees_known) {
        // They are inside what the swaps moved: named as a cost, they are none of the gross result.
        result.costs.venue_fees = trade.venue_fees;
        result.gross += trade.venue_fees.amm.minus({}) + trade.venue_fees.transfer.minus({});
    }
    if (trade.lowest && trade.highest) {
        result.excursion = analytics::Excursion{
            *trade.lowest < result.stake ? apart(*trade.lowest, result.stake) : BasisPoints{},
            *trade.highest > result.stake ? apart(*trade.highest, result.stake) : BasisPoints{}};
    }
    return result;
}

void TradeBook::mark(const Pubkey& mint, Lamports value) {
    if (const auto found = open_.find(mint); found != open_.end()) {
        Open& trade = found->second;
        for (const PositionMarked& marked :
             marks_.take(RecorderItem{PositionMarked{PositionId{trade.result.trade_id}, value}})) {
            count(trade, marked.value);
        }
    }
}

void TradeBook::count_late(const std::vector<PositionMarked>& marks) {
    for (const PositionMarked& marked : marks) {
        for (auto& [mint, trade] : open_) {
            if (trade.result.trade_id == marked.position_id.value) {
                count(trade, marked.value);
            }
        }
    }
}

void TradeBook::count(Open& trade, Lamports value) {
    trade.lowest = std::min(trade.lowest.value_or(value), value);
    trade.highest = std::max(trade.highest.value_or(value), value);
}

TradeBook::Open* TradeBook::find(const ExecutionReport& report) {
    const auto found = open_.find(report.mint);
    return found == open_.end() ? nullptr : &found->second;
}

std::vector<analytics::TradeResult> TradeBook::with_open(std::span<const OpenValue> values,
                                                         WallTime at) const {
    std::vector<analytics::TradeResult> all = closed_;
    for (const auto& [mint, trade] : open_) {
        Open sold = trade;
        for (const OpenValue& each : values) {
            if (each.mint == mint) {
                sold.returned += each.value.minus({});
            }
        }
        // The sale of all of it closes the account, whose rent comes back.
        sold.result.costs.rent = std::min(sold.result.costs.rent, LamportsDelta{});
        sold.result.basis = analytics::FillBasis::Quote;
        sold.is_reconciled = false;  // It is not over.
        all.push_back(end(sold, at));
    }
    charge_last(all);
    for (const std::vector<analytics::TradeResult>& failed : failed_) {
        all.insert(all.end(), failed.begin(), failed.end());
    }
    return all;
}

// Otherwise a strategy that ends with nothing but reverts would have them for nothing.
void TradeBook::charge_last(std::vector<analytics::TradeResult>& trades) const {
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        analytics::TradeResult* last = nullptr;
        for (analytics::TradeResult& trade : trades) {
            const bool is_later = last == nullptr || trade.closed_at >= last->closed_at;
            const bool is_its_own = static_cast<std::size_t>(trade.strategy) == i;
            last = trade.is_landed && is_its_own && is_later ? &trade : last;
        }
        if (last != nullptr) {
            last->costs.reverts += reverts_[i].fees;
            last->is_reconciled = last->is_reconciled && reverts_[i].are_reconciled;
        }
    }
}

}  // namespace sniperforge::engine
