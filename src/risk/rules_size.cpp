// SPDX-License-Identifier: MIT
// How large it may be by what is known of its token and its strategy. Entries were cut to these
// caps where that left enough of them: who comes here with more did not have enough.
#include "risk/rules.hpp"
#include "sniperforge/risk/size_caps.hpp"

namespace sniperforge::risk::rules {

Verdict volatility(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    const auto cap = volatility_cap(c.limits, c.exposure);
    if (cap && c.intent.amount_in.raw() > cap->raw()) {
        return deny(DenialReason::VolatilityTooHigh,
                    "{} moves {} millionths in {} slots (one standard deviation): with {} lamports "
                    "the loss is above volatility_loss_max, at most {} may be bought with, and "
                    "fees and rent need {}",
                    c.intent.mint_out.to_string(), *c.exposure.volatility,
                    c.limits.volatility_horizon_slots, c.intent.amount_in.raw(), cap->raw(),
                    cost_floor_of(c.limits, c.intent).raw());
    }
    return {};
}

}  // namespace sniperforge::risk::rules
