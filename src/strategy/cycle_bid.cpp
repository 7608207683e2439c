// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/cycle_bid.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::strategy {
namespace {

// Rounded down: a share that is not above the profit's.
[[nodiscard]] Lamports bid_of(Lamports profit, std::uint8_t percent) {
    return Lamports{mul_div_floor(profit.raw(), percent, CycleOdds::kHundred).value_or(kU64Max)};
}

// Of so many attempts in blocks, times their number. Amounts are below 2^64 and outcomes below
// 2^20.
[[nodiscard]] i128 earned_by_all(const CycleOdds::Rung& rung, Lamports landed, Lamports reverted) {
    return static_cast<i128>(landed.raw()) * (rung.outcomes - rung.reverts) -
           static_cast<i128>(reverted.raw()) * rung.reverts;
}

// landed · profit · (1 − share) − reverts · (cost + profit · share, where reverts pay it)
// ≥ profit_min · outcomes, solved for the profit and rounded up.
[[nodiscard]] Lamports floor_of(const CycleOdds::Rung& rung, const BidTerms& terms) {
    const std::uint64_t landed = rung.outcomes - rung.reverts;
    const std::uint64_t kept = landed * (CycleOdds::kHundred - rung.percent);
    const std::uint64_t lost = terms.is_paid_by_reverts ? rung.reverts * rung.percent : 0;
    if (kept <= lost) {
        return Lamports::max();  // Only what lands earns: no profit is enough.
    }
    const u128 wanted =
        CycleOdds::kHundred * (static_cast<u128>(terms.profit_min.raw()) * rung.outcomes +
                               static_cast<u128>(terms.revert_cost.raw()) * rung.reverts);
    const std::uint64_t share = kept - lost;
    const u128 floor = (wanted + share - 1) / share;
    return floor > kU64Max ? Lamports::max() : Lamports{static_cast<std::uint64_t>(floor)};
}

}  // namespace

Lamports profit_floor(const CycleOdds& odds, const BidTerms& terms) {
    Lamports least = Lamports::max();
    for (const CycleOdds::Rung& rung : odds.rungs()) {
        if (rung.percent > terms.percent_max) {
            break;
        }
        const Lamports floor = floor_of(rung, terms);
        if (bid_of(floor, rung.percent) <= terms.bid_max) {
            least = std::min(least, floor);
        }
    }
    return least;
}

std::optional<CycleBid> choose_bid(const CycleOdds& odds, Lamports profit, const BidTerms& terms) {
    std::optional<CycleBid> best;
    i128 best_value = 0;
    for (const CycleOdds::Rung& rung : odds.rungs()) {
        const CycleBid bid{rung.percent, bid_of(profit, rung.percent)};
        if (rung.percent > terms.percent_max || bid.amount > terms.bid_max) {
            break;
        }
        const Lamports reverted =
            terms.revert_cost.saturating_add(terms.is_paid_by_reverts ? bid.amount : Lamports{});
        const i128 earned = earned_by_all(rung, profit - bid.amount, reverted);
        if (earned <= 0 || earned < static_cast<i128>(terms.profit_min.raw()) * rung.outcomes) {
            continue;
        }
        // Of all that is sent: what expires earns nothing and costs nothing.
        const i128 value =
            earned * CycleOdds::kMillion / static_cast<i128>(rung.outcomes) * rung.in_block;
        if (!best || value > best_value) {
            best = bid;
            best_value = value;
        }
    }
    return best;
}

}  // namespace sniperforge::strategy
