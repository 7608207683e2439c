// SPDX-License-Identifier: MIT
// How much may be at stake, lost, traded and spent.
#include <string_view>

#include "risk/limit_sums.hpp"
#include "risk/rules.hpp"
#include "sniperforge/risk/risk_gate.hpp"

namespace sniperforge::risk::rules {
namespace {

// What `whose` has at stake, with this order, against its part of the capital.
[[nodiscard]] Verdict share(const Case& c, DenialReason reason, std::string_view whose,
                            Lamports stake, MicroUsd max, std::string_view key) {
    const Lamports limit = usd_to_lamports(max, c.exposure.sol_price);
    if (stake.saturating_add(c.intent.spend_max) > limit) {
        return deny(reason, "{} has {} + this {} lamports at stake > {} {}", whose, stake.raw(),
                    c.intent.spend_max.raw(), key, limit.raw());
    }
    return {};
}

}  // namespace

Verdict trade_limit(const Case& c) {
    const Lamports limit = usd_to_lamports(c.limits.trade_max, c.exposure.sol_price);
    if (c.intent.spend_max > limit) {
        return deny(DenialReason::SpendAboveTradeLimit,
                    "spend_max {} lamports > trade_max {} lamports (${})", c.intent.spend_max.raw(),
                    limit.raw(), c.limits.trade_max.raw() / kMicroUsdPerUsd);
    }
    // What is bought in parts is one trade.
    if (c.spend_with_stages() > limit) {
        return deny(DenialReason::SpendAboveTradeLimit,
                    "spent on position {} {} + spend_max {} lamports > trade_max {} lamports (${})",
                    c.intent.position_id.value, c.exposure.staged_spend->raw(),
                    c.intent.spend_max.raw(), limit.raw(),
                    c.limits.trade_max.raw() / kMicroUsdPerUsd);
    }
    return {};
}

Verdict capital(const Case& c) {
    const bool is_ladders = c.exposure.capital_earned < c.limits.capital_max;
    const Lamports limit = limit_with_ladder(c.limits.capital_max, c.exposure);
    if (capital_used(c.exposure).saturating_add(c.intent.spend_max) > limit) {
        return deny(DenialReason::CapitalExceeded,
                    "open {} + in flight {} + this {} lamports > {} {}", c.exposure.open_cost.raw(),
                    c.exposure.in_flight_spend.raw(), c.intent.spend_max.raw(),
                    is_ladders ? "the ladder's capital" : "capital_max", limit.raw());
    }
    return {};
}

Verdict strategy_capital(const Case& c) {
    return share(c, DenialReason::StrategyCapitalExceeded, to_string(c.intent.strategy),
                 c.exposure.strategy_stake, c.limits.strategy_capital_max, "strategy_capital_max");
}

Verdict strategy_share(const Case& c) {
    const CapitalShare part = share_of(c.limits, c.intent.strategy);
    const Lamports capital = usd_to_lamports(c.limits.capital_max, c.exposure.sol_price);
    const Lamports limit = share_limit(c.limits, c.intent.strategy, c.exposure.sol_price);
    const Lamports stake = c.exposure.strategy_stake;
    if (stake.saturating_add(c.intent.spend_max) > limit) {
        return deny(DenialReason::StrategyCapitalExceeded,
                    "{} has {} + this {} lamports at stake > {} of {} percent of capital_max {}",
                    to_string(c.intent.strategy), stake.raw(), c.intent.spend_max.raw(), part.key,
                    part.percent, capital.raw());
    }
    return {};
}

Verdict venue_capital(const Case& c) {
    return share(c, DenialReason::VenueCapitalExceeded, to_string(c.exposure.venue_staked),
                 c.exposure.venue_stake, c.limits.venue_capital_max, "venue_capital_max");
}

Verdict daily_loss(const Case& c) {
    const bool is_ladders = c.exposure.capital_earned < c.limits.daily_loss_max;
    const Lamports limit = limit_with_ladder(c.limits.daily_loss_max, c.exposure);
    if (c.exposure.pnl_today.is_negative() && lost_today(c.exposure) >= limit) {
        return deny(DenialReason::DailyLossReached, "lost {} lamports today >= {} {}",
                    lost_today(c.exposure).raw(),
                    is_ladders ? "the ladder's capital" : "daily_loss_max", limit.raw());
    }
    return {};
}

Verdict drawdown(const Case& c) {
    if (is_drawdown_reached(c.limits, c.exposure.drawdown, c.exposure.sol_price)) {
        return deny(DenialReason::DrawdownReached,
                    "{} lamports below the peak >= drawdown_max {} ({} USD); raise it and restart "
                    "to enter again, or where none is higher start with --accept-drawdown",
                    c.exposure.drawdown.raw(),
                    usd_to_lamports(c.limits.drawdown_max, c.exposure.sol_price).raw(),
                    c.limits.drawdown_max.raw() / kMicroUsdPerUsd);
    }
    return {};
}

// Positions alone make the streak, so it holds back positions alone: a cycle that lost anything but
// its fees is reverted by the chain, and those have a budget of their own.
Verdict losing_streak(const Case& c) {
    const bool is_streak = c.exposure.losses_in_row >= c.limits.losing_streak_max;
    if (c.is_entry() && is_streak && !is_streak_over(c.limits, c.exposure)) {
        using std::chrono::duration_cast;
        using std::chrono::seconds;
        return deny(DenialReason::LosingStreak,
                    "the last {} positions closed at a loss >= {}, the newest of them {} s ago: no "
                    "entries for {} s after it",
                    c.exposure.losses_in_row, c.limits.losing_streak_max,
                    duration_cast<seconds>(c.exposure.since_loss).count(),
                    duration_cast<seconds>(c.limits.losing_streak_cooldown).count());
    }
    return {};
}

Verdict daily_volume(const Case& c) {
    // A cycle swaps once a leg.
    Lamports lamports = volume_used(c.exposure).saturating_add(c.intent.spend_max);
    for (std::uint8_t leg = 1; leg < c.intent.leg_count; ++leg) {
        lamports = lamports.saturating_add(c.intent.spend_max);
    }
    const MicroUsd traded = lamports_to_usd(lamports, c.exposure.sol_price);
    if (traded > c.limits.daily_volume_max) {
        return deny(DenialReason::DailyVolumeReached,
                    "today's volume with this order and those in flight {} micro-USD > "
                    "daily_volume_max {}",
                    traded.raw(), c.limits.daily_volume_max.raw());
    }
    return {};
}

Verdict balance(const Case& c) {
    if (c.exposure.wallet < c.intent.spend_max) {
        return deny(DenialReason::BalanceTooLow, "{} lamports available < spend_max {}",
                    c.exposure.wallet.raw(), c.intent.spend_max.raw());
    }
    if (c.exposure.wallet - c.intent.spend_max < c.limits.exit_reserve) {
        return deny(DenialReason::ReserveForExits, "{} lamports would be left < exit_reserve {}",
                    (c.exposure.wallet - c.intent.spend_max).raw(), c.limits.exit_reserve.raw());
    }
    return {};
}

}  // namespace sniperforge::risk::rules
