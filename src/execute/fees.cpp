// SPDX-License-Identifier: MIT
#include "execute/fees.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/execute/tip_policy.hpp"

namespace sniperforge::execute {

Fees::Fees(net::Reactor& reactor, rpc::RpcClient& rpc, const config::ExecutionSettings& settings)
    : market{reactor, rpc, settings},
      ledger{settings.landing_slots_target},
      caps{reactor, settings},
      settings_{settings} {}

Offer Fees::offer(const std::optional<Pubkey>& pool, const std::optional<TipRange>& tip) const {
    constexpr std::uint32_t kPercent = 100;
    Offer offer = caps.least();
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
        offer.tip = tip_within(*tip, offer.factor, settings_);
    }
    return caps.within_day(caps.within_order(offer, units), units);
}

}  // namespace sniperforge::execute
