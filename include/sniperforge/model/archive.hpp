// SPDX-License-Identifier: MIT
// The parts of messages that a checkpoint of the books keeps (core/archive.hpp). Whoever adds a
// member to one of them adds it here, and raises the version of the checkpoint's layout where a
// version with the old list was released.
#pragma once

#include "sniperforge/core/archive.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/model/strategy_results.hpp"

namespace sniperforge {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<VenueSet> auto& venues) {
    if constexpr (Archive::is_reading) {
        venues = {};
    }
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        bool has = venues.has(venue);
        archive(has);
        if constexpr (Archive::is_reading) {
            if (has) {
                venues.add(venue);
            }
        }
    }
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Leg> auto& leg) {
    archive(leg.pool, leg.direction, leg.amount_in, leg.amount_out);
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<EntryPart> auto& part) {
    archive(part.recipe, part.number, part.count);
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CycleBid> auto& bid) {
    archive(bid.percent, bid.amount);
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CycleEnd> auto& end) {
    archive(end.outcome, end.bid_percent);
}

// Before this one no cycle offered more than the least, and those that expired were not counted.
inline constexpr std::uint64_t kLayoutWithBids = 11;
// Before this one nobody wrote down which part of an entry an order was to buy.
inline constexpr std::uint64_t kLayoutWithEntryParts = 9;

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OrderIntent> auto& intent) {
    if constexpr (Archive::is_reading) {
        archive(intent.intent_id, intent.strategy, intent.kind, intent.exit_reason,
                intent.position_id, intent.mint_in, intent.mint_out, intent.amount_in,
                intent.receive_min, intent.spend_max, intent.cost_expected, intent.slippage_max,
                intent.price_impact, intent.pool, intent.pool_id, intent.venues, intent.legs,
                intent.leg_count, intent.profit_expected, intent.pool_liquidity, intent.decided_at,
                intent.slots_valid, intent.token_program);
        if (archive.layout() >= kLayoutWithEntryParts) {
            archive(intent.part);
        } else {
            intent.part = {};
        }
        if (archive.layout() >= kLayoutWithBids) {
            archive(intent.bid);
        } else {
            intent.bid = {};
        }
    } else {
        archive(intent.intent_id, intent.strategy, intent.kind, intent.exit_reason,
                intent.position_id, intent.mint_in, intent.mint_out, intent.amount_in,
                intent.receive_min, intent.spend_max, intent.cost_expected, intent.slippage_max,
                intent.price_impact, intent.pool, intent.pool_id, intent.venues, intent.legs,
                intent.leg_count, intent.profit_expected, intent.pool_liquidity, intent.decided_at,
                intent.slots_valid, intent.token_program, intent.part, intent.bid);
    }
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<TokenChange> auto& change) {
    archive(change.mint, change.amount);
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OwnTokenAccount> auto& account) {
    archive(account.mint, account.token_program, account.is_open, account.rent,
            account.is_unclosable);
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<VenueFees> auto& fees) {
    archive(fees.amm, fees.transfer);
}

// Before this one all that a fill paid beyond fees and rent was principal; and a position has one
// lot, at the average of its purchases.
inline constexpr std::uint64_t kLayoutWithLots = 7;

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Fill> auto& fill) {
    if constexpr (Archive::is_reading) {
        archive(fill.wallet, fill.base_fee, fill.priority_fee, fill.tip, fill.rent_paid,
                fill.rent_refunded, fill.tokens, fill.accounts, fill.venue_fees);
        if (archive.layout() >= kLayoutWithLots) {
            archive(fill.rent_of_others, fill.unexplained);
        }
    } else {
        archive(fill.wallet, fill.base_fee, fill.priority_fee, fill.tip, fill.rent_paid,
                fill.rent_refunded, fill.tokens, fill.accounts, fill.venue_fees,
                fill.rent_of_others, fill.unexplained);
    }
}

// And before this one nobody named what a program said.
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ExecutionReport> auto& report) {
    if constexpr (Archive::is_reading) {
        archive(report.intent_id, report.strategy, report.kind, report.exit_reason,
                report.position_id, report.mint, report.outcome, report.signature, report.slot,
                report.fill, report.error, report.failure, report.failed_venue, report.pool_id,
                report.venues, report.spend_max, report.decided_at, report.sent_at,
                report.settled_at);
        if (archive.layout() >= kLayoutWithLots) {
            archive(report.program_error, report.action);
        }
        if (archive.layout() >= kLayoutWithBids) {
            archive(report.bid_percent);
        }
    } else {
        archive(report.intent_id, report.strategy, report.kind, report.exit_reason,
                report.position_id, report.mint, report.outcome, report.signature, report.slot,
                report.fill, report.error, report.failure, report.failed_venue, report.pool_id,
                report.venues, report.spend_max, report.decided_at, report.sent_at,
                report.settled_at, report.program_error, report.action, report.bid_percent);
    }
}

// Checkpoints before this one have the sales at a profit in place of what was bought. Of a position
// that had one the profit counts as taken, whatever its settings are now: all but a hundredth of it
// is gone.
inline constexpr std::uint64_t kLayoutWithBought = 3;
// Before this one they forget how old a purchase was that a fork took back.
inline constexpr std::uint64_t kLayoutWithBoughtFirst = 4;
// And before this one there is no rung of the capital ladder, and no results on it.
inline constexpr std::uint64_t kLayoutWithRung = 5;
// And before this one nothing of what open positions were worth when the day began, and no doubt
// about the clock.
inline constexpr std::uint64_t kLayoutWithMarks = 6;
// And before this one nothing of a pause, a flattening or a drawdown outlives its run.
inline constexpr std::uint64_t kLayoutWithHeldCauses = 7;
// And before this one nothing of what all that was bought had cost: gains were measured by the lots
// that were left.
inline constexpr std::uint64_t kLayoutWithBoughtCost = 8;
// And before this one nothing of cycles that landed, and of those that reverted the last days'.
inline constexpr std::uint64_t kLayoutWithCycles = 10;
[[nodiscard]] constexpr TokenAmount bought_before(TokenAmount left, std::uint32_t profits_taken) {
    constexpr std::uint64_t kParts = 100;
    return profits_taken == 0 ? left
                              : TokenAmount{mul_div_floor(left.raw(), kParts, 1).value_or(kU64Max)};
}

[[nodiscard]] constexpr Lamports bought_cost_before(const PositionView& view) {
    return view.amount.is_zero()
               ? view.cost
               : Lamports{mul_div_ceil(view.cost.raw(), view.bought.raw(), view.amount.raw())
                              .value_or(view.cost.raw())};
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<PositionView> auto& view) {
    if constexpr (Archive::is_reading) {
        archive(view.position_id, view.strategy, view.mint, view.pool, view.amount, view.cost,
                view.value_peak, view.opened_at_slot, view.opened_at, view.missing,
                view.is_exit_in_flight);
        if (archive.layout() < kLayoutWithBought) {
            std::uint32_t profits_taken = 0;
            archive(profits_taken);
            view.bought = bought_before(view.amount, profits_taken);
        } else {
            archive(view.bought);
        }
        if (archive.layout() < kLayoutWithBoughtCost) {
            view.bought_cost = bought_cost_before(view);
        } else {
            archive(view.bought_cost);
        }
    } else {
        archive(view.position_id, view.strategy, view.mint, view.pool, view.amount, view.cost,
                view.value_peak, view.opened_at_slot, view.opened_at, view.missing,
                view.is_exit_in_flight, view.bought, view.bought_cost);
    }
}

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<StrategyResults> auto& results) {
    archive(results.losses, results.wins, results.lost, results.won);
}

}  // namespace sniperforge
