// SPDX-License-Identifier: MIT
// What a cycle offers for its place in a block: the share of its profit by which the average
// attempt earns most, after what reverts and what that costs. No share where no attempt is worth
// it.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/strategy/cycle_odds.hpp"

namespace sniperforge::strategy {

struct BidTerms {
    Lamports profit_min;            // What the average attempt in a block must earn.
    Lamports revert_cost;           // Of a revert, without the bid.
    Lamports bid_max{};             // That the caps of the order and of the day have room for.
    std::uint32_t percent_max = 0;  // Of the profit: the setting.
    // Without a lane the bid is a priority fee: a revert pays it, too. A tip it does not.
    bool is_paid_by_reverts = false;
};

// The least profit, after every cost but the bid, at which some share is worth it.
[[nodiscard]] Lamports profit_floor(const CycleOdds& odds, const BidTerms& terms);
// For a cycle of this profit, after every cost but the bid; the lower of two that earn the same.
[[nodiscard]] std::optional<CycleBid> choose_bid(const CycleOdds& odds, Lamports profit,
                                                 const BidTerms& terms);

}  // namespace sniperforge::strategy
