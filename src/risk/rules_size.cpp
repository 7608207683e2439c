// SPDX-License-Identifier: MIT
// How large it may be by what is known of its token and its strategy. Entries were cut to these
// caps where that left enough of them: who comes here with more did not have enough.
#include "risk/rules.hpp"
#include "sniperforge/risk/kelly.hpp"
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

Verdict kelly(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    const auto cap = kelly_cap(c.limits, c.exposure);
    if (!cap || c.intent.amount_in.raw() <= cap->raw()) {
        return {};
    }
    const StrategyResults& results = c.exposure.results;
    const KellyEstimate estimate = kelly_estimate(results);
    if (estimate.fraction == 0) {
        return deny(DenialReason::KellyNoEdge,
                    "{} of {} positions of {} gained, {} millionths of their stake on average, the "
                    "others lost {}: with the {} millionths that the win rate is at least, no edge "
                    "is measured; a kelly_trades_min above {} goes on trying",
                    results.wins, results.count(), to_string(c.intent.strategy), estimate.win_mean,
                    estimate.loss_mean, estimate.win_rate, results.count());
    }
    return deny(
        DenialReason::KellyStakeTooSmall,
        "{} percent of {} millionths of {} lamports may be staked at once by the {} results "
        "of {}, and {} of it are at stake: {} < {} of the order, and fees and rent need {}",
        c.limits.kelly_fraction_percent, estimate.fraction, c.exposure.equity.raw(),
        results.count(), to_string(c.intent.strategy), c.exposure.strategy_stake.raw(), cap->raw(),
        c.intent.amount_in.raw(), cost_floor_of(c.limits, c.intent).raw());
}

}  // namespace sniperforge::risk::rules
