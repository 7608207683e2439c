// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_caps.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

ComputeUnitPrice price_within(Lamports fee, ComputeUnits units) {
    constexpr std::uint64_t kMicroLamports = 1'000'000;
    if (units.is_zero()) {
        return ComputeUnitPrice::max();
    }
    return ComputeUnitPrice{
        mul_div_floor(fee.raw(), kMicroLamports, units.raw()).value_or(kU64Max)};
}

Lamports cost_of(const Offer& offer, ComputeUnits units) {
    return solana::priority_fee(offer.price, units).saturating_add(offer.tip);
}

Offer with_bid(Offer offer, Lamports bid, ComputeUnits units) {
    if (!bid.is_zero() && !offer.tip.is_zero()) {
        offer.tip = offer.tip.saturating_add(bid);
    } else if (!bid.is_zero()) {
        const Lamports least = solana::priority_fee(offer.price, units);
        offer.price = std::max(offer.price, price_within(least.saturating_add(bid), units));
    }
    return offer;
}

Offer FeeCaps::within_order(Offer offer, ComputeUnits units) const {
    const Lamports max = settings_.trade_fee_max;
    if (solana::priority_fee(settings_.priority_price, units).saturating_add(offer.tip) > max) {
        offer.tip = {};
    }
    offer.price = std::min(offer.price, price_within(max - offer.tip, units));
    return offer;
}

Offer FeeCaps::within_day(const Offer& offer, ComputeUnits units) const {
    Offer within = has_room(cost_of(offer, units)) ? offer : least_for(offer);
    within.fee_max =
        std::min(settings_.trade_fee_max, settings_.daily_fee_max.saturating_sub(used()));
    return within;
}

std::optional<Offer> FeeCaps::reserve(const Offer& offer, ComputeUnits units, bool is_exit) {
    Offer within = within_order(offer, units);
    if (!has_room(cost_of(within, units))) {
        if (!is_exit) {
            return std::nullopt;
        }
        within = within_order(least_for(offer), units);
    }
    budget_.reserve(cost_of(within, units));
    return within;
}

}  // namespace sniperforge::execute
