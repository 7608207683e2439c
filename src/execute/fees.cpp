// SPDX-License-Identifier: MIT
#include "execute/fees.hpp"

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

Offer within_order(const config::ExecutionSettings& settings, Offer offer, ComputeUnits units) {
    const Lamports max = settings.trade_fee_max;
    if (solana::priority_fee(settings.priority_price, units).saturating_add(offer.tip) > max) {
        offer.tip = {};
    }
    offer.price = std::min(offer.price, price_within(max - offer.tip, units));
    return offer;
}

Fees::Fees(net::Reactor& reactor, rpc::RpcClient& rpc, const config::ExecutionSettings& settings)
    : market{reactor, rpc, settings},
      ledger{settings.landing_slots_target},
      reactor_{reactor},
      settings_{settings} {}

Lamports Fees::used_today() const { return budget.used(reactor_.wall_now()); }

bool Fees::is_within_day(Lamports cost) const {
    return used_today().saturating_add(cost) <= settings_.daily_fee_max;
}

Offer Fees::offer(const std::optional<Pubkey>& pool, const std::optional<TipRange>& tip) const {
    constexpr std::uint32_t kPercent = 100;
    Offer offer = least();
    if (is_market()) {
        offer.factor = ledger.factor();
        const auto paid = pool ? market.price(*pool) : market.price();
        const ComputeUnitPrice base = std::max(offer.price, paid.value_or(ComputeUnitPrice{}));
        const ComputeUnitPrice scaled{
            mul_div_ceil(base.raw(), offer.factor, kPercent).value_or(kU64Max)};
        offer.price = std::max(offer.price, scaled);
    }
    const ComputeUnits units = settings_.swap_units;
    if (tip) {
        // The tip goes first: without it the lane takes nothing.
        const Lamports room =
            settings_.trade_fee_max.saturating_sub(solana::priority_fee(least().price, units));
        const Lamports wanted{
            mul_div_ceil(tip->wanted.raw(), offer.factor, kPercent).value_or(kU64Max)};
        offer.tip = tip->min <= room ? std::min(std::max(wanted, tip->min), room) : Lamports{};
    }
    offer = within_order(offer, units);
    if (is_within_day(cost_of(offer, units))) {
        return offer;
    }
    Offer cheapest = least();
    cheapest.factor = offer.factor;
    return cheapest;
}

}  // namespace sniperforge::execute
