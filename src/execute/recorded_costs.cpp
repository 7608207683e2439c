// SPDX-License-Identifier: MIT
#include "sniperforge/execute/recorded_costs.hpp"

#include <algorithm>

#include "execute/fees.hpp"
#include "execute/venue_fees.hpp"

namespace sniperforge::execute {

bool RecordedCosts::is_within_day(Lamports cost) const {
    return budget_.used(clock_.wall_now()).saturating_add(cost) <= settings_.daily_fee_max;
}

Offer RecordedCosts::offer(std::optional<PoolIndex> /*pool*/) const {
    Offer offer = least();
    if (recorded_) {
        offer.tip = recorded_->tip;
        if (settings_.priority_fee == "market") {
            offer.price = std::max(offer.price, recorded_->price);
        }
    }
    offer = within_order(settings_, offer, settings_.swap_units);
    return is_within_day(cost_of(offer, settings_.swap_units)) ? offer : least();
}

std::optional<Offer> RecordedCosts::reserve(const Offer& offer, ComputeUnits units, bool is_exit) {
    Offer within = within_order(settings_, offer, units);
    if (!is_within_day(cost_of(within, units))) {
        if (!is_exit) {
            return std::nullopt;
        }
        within = within_order(settings_, least(), units);
    }
    budget_.reserve(cost_of(within, units));
    return within;
}

void RecordedCosts::settled(const Offer& reserved, ComputeUnits units, Lamports paid) {
    budget_.release(cost_of(reserved, units));
    budget_.count(paid, clock_.wall_now());
}

void RecordedCosts::resume(Lamports paid_today) { budget_.count(paid_today, clock_.wall_now()); }

std::optional<VenueFees> RecordedCosts::venue_fees(const ExecutionReport& report,
                                                   const OrderIntent& intent,
                                                   const dex::QuoteContext& context) const {
    return fees_in(report, venue_fee_parts(intent, book_, context), report.fill, intent);
}

}  // namespace sniperforge::execute
