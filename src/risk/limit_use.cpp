// SPDX-License-Identifier: MIT
#include "sniperforge/risk/limit_use.hpp"

#include "risk/limit_sums.hpp"

namespace sniperforge::risk {
namespace {

// Of USD limits without a price nobody knows how many lamports they are.
[[nodiscard]] std::optional<std::uint64_t> known(Lamports limit, const Exposure& exposure) {
    return exposure.sol_price.is_zero() ? std::nullopt : std::optional{limit.raw()};
}

// The lower of what one strategy may have at stake: the gate asks for both.
[[nodiscard]] LimitUse strategy_use(const config::RiskSettings& limits, const Exposure& exposure,
                                    StrategyId strategy, Lamports stake) {
    const Lamports part = share_limit(limits, strategy, exposure.sol_price);
    const Lamports whole = usd_to_lamports(limits.strategy_capital_max, exposure.sol_price);
    const bool is_part = part < whole;
    return {.name = is_part ? share_of(limits, strategy).key : "strategy_capital_max_usd",
            .of = to_string(strategy),
            .denial = DenialReason::StrategyCapitalExceeded,
            .value = stake.raw(),
            .limit = known(is_part ? part : whole, exposure)};
}

[[nodiscard]] LimitUse count_use(std::string_view name, DenialReason denial, std::uint64_t limit) {
    return {.name = name, .denial = denial, .unit = LimitUnit::Count, .limit = limit};
}

[[nodiscard]] LimitUse part_use(std::string_view name, DenialReason denial, BasisPoints limit) {
    return {.name = name, .denial = denial, .unit = LimitUnit::BasisPoints, .limit = limit.raw()};
}

}  // namespace

std::vector<LimitUse> limits_in_use(const config::RiskSettings& limits, const Exposure& exposure,
                                    const Stakes& stakes) {
    const auto usd = [&](MicroUsd limit) {
        return known(usd_to_lamports(limit, exposure.sol_price), exposure);
    };
    std::vector<LimitUse> uses;
    uses.reserve(20);
    uses.push_back({.name = "trade_max_usd",
                    .denial = DenialReason::SpendAboveTradeLimit,
                    .limit = usd(limits.trade_max)});
    uses.push_back({.name = exposure.capital_earned < limits.capital_max ? "capital.ladder"
                                                                         : "capital_max_usd",
                    .denial = DenialReason::CapitalExceeded,
                    .value = capital_used(exposure).raw(),
                    .limit = known(limit_with_ladder(limits.capital_max, exposure), exposure)});
    for (const auto strategy : {StrategyId::Arbitrage, StrategyId::Sniper, StrategyId::Momentum}) {
        uses.push_back(strategy_use(limits, exposure, strategy,
                                    stakes.strategies[static_cast<std::size_t>(strategy)]));
    }
    uses.push_back({.name = "venue_capital_max_usd",
                    .of = stakes.venue_staked ? to_string(*stakes.venue_staked) : "",
                    .denial = DenialReason::VenueCapitalExceeded,
                    .value = stakes.venue.raw(),
                    .limit = usd(limits.venue_capital_max)});
    uses.push_back({.name = "daily_loss_max_usd",
                    .denial = DenialReason::DailyLossReached,
                    .value = lost_today(exposure).raw(),
                    .limit = known(limit_with_ladder(limits.daily_loss_max, exposure), exposure)});
    uses.push_back({.name = "drawdown_max_usd",
                    .denial = DenialReason::DrawdownReached,
                    .value = exposure.drawdown.raw(),
                    .limit = usd(limits.drawdown_max)});
    LimitUse streak =
        count_use("losing_streak_max", DenialReason::LosingStreak, limits.losing_streak_max);
    streak.value = exposure.losses_in_row;
    streak.is_lifted = is_streak_over(limits, exposure);
    uses.push_back(streak);
    uses.push_back({.name = "daily_volume_max_usd",
                    .denial = DenialReason::DailyVolumeReached,
                    .value = volume_used(exposure).raw(),
                    .limit = usd(limits.daily_volume_max)});
    LimitUse positions =
        count_use("positions_max", DenialReason::PositionsAtLimit, limits.positions_max);
    positions.value = positions_used(exposure);
    uses.push_back(positions);
    uses.push_back(count_use("creator_positions_max", DenialReason::CreatorAtLimit,
                             limits.creator_positions_max));
    uses.push_back(count_use("funder_positions_max", DenialReason::FunderAtLimit,
                             limits.funder_positions_max));
    uses.push_back(count_use("launch_positions_max", DenialReason::LaunchClusterAtLimit,
                             limits.launch_positions_max));
    uses.push_back(count_use("correlated_positions_max", DenialReason::CorrelatedAtLimit,
                             limits.correlated_positions_max));
    uses.push_back(part_use("price_impact_max_bps", DenialReason::PriceImpactTooHigh,
                            limits.price_impact_max));
    uses.push_back(
        part_use("slippage_max_bps", DenialReason::SlippageTooHigh, limits.slippage_max));
    uses.push_back({.name = "exit_reserve_sol",
                    .denial = DenialReason::ReserveForExits,
                    .value = exposure.wallet.raw(),
                    .limit = limits.exit_reserve.raw(),
                    .is_floor = true});
    return uses;
}

}  // namespace sniperforge::risk
