// SPDX-License-Identifier: MIT
// What the rules hold against their limits, before any order is added to it, and those limits: for
// the rules that deny, and for whoever tells people what is left.
#pragma once

#include <algorithm>

#include "risk/capital_shares.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/risk/risk_gate.hpp"

namespace sniperforge::risk {

// What the capital ladder allows counts where it is less.
[[nodiscard]] inline Lamports limit_with_ladder(MicroUsd limit, const Exposure& exposure) {
    return usd_to_lamports(std::min(exposure.capital_earned, limit), exposure.sol_price);
}
[[nodiscard]] inline Lamports capital_used(const Exposure& exposure) {
    return exposure.open_cost.saturating_add(exposure.in_flight_spend);
}
[[nodiscard]] inline Lamports share_limit(const config::RiskSettings& limits, StrategyId strategy,
                                          MicroUsd sol_price) {
    return share_of(limits, strategy).of(usd_to_lamports(limits.capital_max, sol_price));
}
[[nodiscard]] inline Lamports lost_today(const Exposure& exposure) {
    return exposure.pnl_today.is_negative() ? exposure.pnl_today.magnitude() : Lamports{};
}
// What is in flight is not in today's volume yet, but will be.
[[nodiscard]] inline Lamports volume_used(const Exposure& exposure) {
    return exposure.volume_today.saturating_add(exposure.in_flight_spend);
}
[[nodiscard]] inline std::uint32_t positions_used(const Exposure& exposure) {
    return exposure.positions_open + exposure.entries_in_flight;
}
// The newest loss of the streak is long enough ago.
[[nodiscard]] inline bool is_streak_over(const config::RiskSettings& limits,
                                         const Exposure& exposure) {
    return exposure.since_loss >= limits.losing_streak_cooldown;
}

}  // namespace sniperforge::risk
