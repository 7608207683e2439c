// SPDX-License-Identifier: MIT
// What the market must offer for it.
#include <algorithm>

#include "risk/rules.hpp"
#include "sniperforge/risk/size_caps.hpp"

namespace sniperforge::risk::rules {

Verdict liquidity(const Case& c) {
    // A cycle is bounded by what it may lose, its fees: depth only shapes its profit.
    if (!c.is_entry()) {
        return {};
    }
    const Lamports spend = c.spend_with_stages();  // That is what will have to be sold.
    const auto by_size = mul_div_ceil(spend.raw(), c.limits.liquidity_per_trade, 1);
    // USD limit to lamports rounded up: a floor is against us when it is higher.
    const auto base =
        mul_div_ceil(c.limits.liquidity_min.raw(), kLamportsPerSol, c.exposure.sol_price.raw());
    const Lamports floor{std::max(base.value_or(kU64Max), by_size.value_or(kU64Max))};
    if (c.intent.pool_liquidity < floor) {
        return deny(DenialReason::LiquidityTooLow, "pool holds {} lamports < {} for {} spent",
                    c.intent.pool_liquidity.raw(), floor.raw(), spend.raw());
    }
    return {};
}

Verdict price_impact(const Case& c) {
    if (c.is_entry() && c.intent.price_impact > c.limits.price_impact_max) {
        return deny(DenialReason::PriceImpactTooHigh, "price impact {} bps > {} bps",
                    c.intent.price_impact.raw(), c.limits.price_impact_max.raw());
    }
    return {};
}

Verdict slippage(const Case& c) {
    const BasisPoints limit = c.is_exit() ? c.limits.exit_slippage_max : c.limits.slippage_max;
    if (c.intent.slippage_max > limit) {
        return deny(DenialReason::SlippageTooHigh, "slippage {} bps > {} bps",
                    c.intent.slippage_max.raw(), limit.raw());
    }
    return {};
}

Verdict cost_floor(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    if (c.intent.amount_in.raw() < cost_floor_of(c.limits, c.intent).raw()) {
        return deny(DenialReason::CostFloorNotMet, "fees and rent of {} lamports > {} bps of {}",
                    c.intent.cost_expected.raw(), c.limits.entry_cost_max.raw(),
                    c.intent.amount_in.raw());
    }
    return {};
}

}  // namespace sniperforge::risk::rules
