// SPDX-License-Identifier: MIT
// FeeCaps: what one order and a day's orders may pay in priority fees and tips, for whoever makes
// offers: the executor, and on paper.
#pragma once

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/execute/fee_budget.hpp"
#include "sniperforge/execute/offer.hpp"

namespace sniperforge::execute {

// The highest price at which so many units cost no more than `fee`.
[[nodiscard]] ComputeUnitPrice price_within(Lamports fee, ComputeUnits units);

// Of an offer for so many units, without the base fee.
[[nodiscard]] Lamports cost_of(const Offer& offer, ComputeUnits units);

// With a cycle's bid on top: in the tip where there is one, so that a revert does not pay it, else
// in the price of so many units, rounded down.
[[nodiscard]] Offer with_bid(Offer offer, Lamports bid, ComputeUnits units);

class FeeCaps {
 public:
    // Both outlive it.
    FeeCaps(const Clock& clock, const config::ExecutionSettings& settings)
        : clock_{clock}, settings_{settings} {}

    [[nodiscard]] Offer least() const { return {.price = settings_.priority_price}; }
    // Within what one order may cost at so many units: the tip goes first, then the price.
    [[nodiscard]] Offer within_order(Offer offer, ComputeUnits units) const;
    // As it is where the day has room for it, else the least; and what both caps have room for.
    // Exactly the limit is allowed.
    [[nodiscard]] Offer within_day(const Offer& offer, ComputeUnits units) const;
    // Of today (UTC), with what is on its way.
    [[nodiscard]] Lamports used() const { return budget_.used(clock_.wall_now()); }

    // Within both caps, and set aside until settled() or release(). Whoever wants out is let out at
    // the least price. Nothing: the day has no room.
    [[nodiscard]] std::optional<Offer> reserve(const Offer& offer, ComputeUnits units,
                                               bool is_exit);
    void release(Lamports reserved) { budget_.release(reserved); }
    void count(Lamports paid) { budget_.count(paid, clock_.wall_now()); }
    void settled(const Offer& reserved, ComputeUnits units, Lamports paid) {
        release(cost_of(reserved, units));
        count(paid);
    }

 private:
    [[nodiscard]] bool has_room(Lamports cost) const {
        return used().saturating_add(cost) <= settings_.daily_fee_max;
    }
    // What the ledger made of the market's price is learnt from, whatever was paid.
    [[nodiscard]] Offer least_for(const Offer& offer) const {
        Offer cheapest = least();
        cheapest.factor = offer.factor;
        return cheapest;
    }

    const Clock& clock_;
    const config::ExecutionSettings& settings_;
    FeeBudget budget_;
};

}  // namespace sniperforge::execute
