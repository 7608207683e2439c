// SPDX-License-Identifier: MIT
#include "sniperforge/risk/size_caps.hpp"

#include <algorithm>

#include "risk/capital_shares.hpp"
#include "sniperforge/risk/kelly.hpp"
#include "sniperforge/risk/risk_gate.hpp"

namespace sniperforge::risk {

std::optional<Lamports> volatility_cap(const config::RiskSettings& limits,
                                       const Exposure& exposure) {
    if (limits.volatility_loss_max.is_zero() || !exposure.volatility) {
        return std::nullopt;
    }
    const Lamports loss_max = usd_to_lamports(limits.volatility_loss_max, exposure.sol_price);
    const auto cap = mul_div_floor(loss_max.raw(), kMillionthsOne, *exposure.volatility);
    // Nothing: it has not moved at all. What was bought of it before moves too.
    return Lamports{cap.value_or(kU64Max)}.saturating_sub(
        exposure.staged_spend.value_or(Lamports{}));
}

std::optional<Lamports> kelly_cap(const config::RiskSettings& limits, const Exposure& exposure) {
    if (limits.kelly_trades_min == 0 || exposure.results.count() < limits.kelly_trades_min) {
        return std::nullopt;
    }
    const Lamports capital = std::min(
        exposure.equity,
        usd_to_lamports(std::min(limits.capital_max, exposure.capital_earned), exposure.sol_price));
    const std::uint64_t part =
        kelly_estimate(exposure.results).fraction * limits.kelly_fraction_percent;
    const Lamports at_once{
        mul_div_floor(capital.raw(), part, std::uint64_t{kMillionthsOne} * 100).value_or(0)};
    return at_once.saturating_sub(exposure.strategy_stake);
}

Lamports trade_cap(const config::RiskSettings& limits, const OrderIntent& intent,
                   const Exposure& exposure) {
    const Lamports besides = intent.spend_max.saturating_sub(Lamports{intent.amount_in.raw()});
    return usd_to_lamports(limits.trade_max, exposure.sol_price)
        .saturating_sub(besides)
        .saturating_sub(exposure.staged_spend.value_or(Lamports{}));
}

Lamports cost_floor_of(const config::RiskSettings& limits, const OrderIntent& intent) {
    if (intent.cost_expected.is_zero()) {
        return {};
    }
    return Lamports{
        mul_div_ceil(intent.cost_expected.raw(), kBasisPointsOne, limits.entry_cost_max.raw())
            .value_or(kU64Max)};
}

Lamports free_capital(const config::RiskSettings& limits, StrategyId strategy,
                      const Exposure& exposure) {
    const auto lamports = [&](MicroUsd usd) { return usd_to_lamports(usd, exposure.sol_price); };
    const Lamports capital = lamports(limits.capital_max);
    const Lamports earned = std::min(capital, lamports(exposure.capital_earned));
    const Lamports part =
        std::min(lamports(limits.strategy_capital_max), share_of(limits, strategy).of(capital));
    return std::min(
        {earned.saturating_sub(exposure.open_cost.saturating_add(exposure.in_flight_spend)),
         part.saturating_sub(exposure.strategy_stake),
         lamports(limits.venue_capital_max).saturating_sub(exposure.venue_stake),
         exposure.wallet.saturating_sub(limits.exit_reserve)});
}

std::optional<Lamports> size_to_cut_to(const config::RiskSettings& limits,
                                       const OrderIntent& intent, const Exposure& exposure) {
    if (intent.kind != OrderKind::Entry) {
        return std::nullopt;
    }
    const Lamports cap = std::min({trade_cap(limits, intent, exposure),
                                   volatility_cap(limits, exposure).value_or(Lamports::max()),
                                   kelly_cap(limits, exposure).value_or(Lamports::max())});
    const bool is_worth_it = !cap.is_zero() && cap >= cost_floor_of(limits, intent);
    return cap.raw() < intent.amount_in.raw() && is_worth_it ? std::optional{cap} : std::nullopt;
}

}  // namespace sniperforge::risk
