// SPDX-License-Identifier: MIT
#include "sniperforge/execute/recorded_costs.hpp"

#include <algorithm>

#include "sniperforge/execute/tip_policy.hpp"

namespace sniperforge::execute {

Offer RecordedCosts::offer(std::optional<PoolIndex> /*pool*/) const {
    Offer offer = caps_.least();
    if (recorded_) {
        offer.tip = recorded_->tip;
        if (settings_.priority_fee == "market") {
            offer.price = std::max(offer.price, recorded_->price);
        }
    }
    const ComputeUnits units = settings_.swap_units;
    // Settings that it was not recorded with may have a lane that takes no less.
    if (const auto floor = tip_floor_of(settings_)) {
        const TipRange tip{floor->min, std::max(floor->min, offer.tip)};
        offer.tip = tip_within(tip, offer.factor, settings_);
    }
    return caps_.within_day(caps_.within_order(offer, units), units);
}

}  // namespace sniperforge::execute
