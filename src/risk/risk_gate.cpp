// SPDX-License-Identifier: MIT
#include "sniperforge/risk/risk_gate.hpp"

#include <algorithm>
#include <span>

#include "risk/sweep_rules.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::risk {
namespace {

// ---- Rules for every order ----

[[nodiscard]] Verdict is_well_formed(const Case& c) {
    const OrderIntent& intent = c.intent;
    if (intent.amount_in.is_zero() || intent.receive_min.is_zero()) {
        return deny(DenialReason::IntentMalformed,
                    "amount_in {} and receive_min {} must not be zero", intent.amount_in.raw(),
                    intent.receive_min.raw());
    }
    const bool is_sol_in = intent.mint_in == solana::kWrappedSolMint;
    const bool is_sol_out = intent.mint_out == solana::kWrappedSolMint;
    const bool is_consistent = c.is_exit()    ? !is_sol_in && is_sol_out
                               : c.is_entry() ? is_sol_in && !is_sol_out
                                              : is_sol_in && is_sol_out;
    if (!is_consistent) {
        return deny(DenialReason::IntentMalformed, "a {} from {} to {}", to_string(intent.kind),
                    intent.mint_in.to_string(), intent.mint_out.to_string());
    }
    if (intent.kind == OrderKind::Cycle && (intent.leg_count < 2 || intent.leg_count > kLegsMax)) {
        return deny(DenialReason::IntentMalformed, "a cycle of {} legs, expected 2 to {}",
                    intent.leg_count, kLegsMax);
    }
    if (is_sol_in && intent.spend_max.raw() < intent.amount_in.raw()) {
        return deny(DenialReason::IntentMalformed, "spend_max {} lamports < amount_in {}",
                    intent.spend_max.raw(), intent.amount_in.raw());
    }
    const Lamports room = intent.spend_max.saturating_sub(Lamports{intent.amount_in.raw()});
    if (c.is_entry() && room < intent.cost_expected) {
        return deny(DenialReason::IntentMalformed,
                    "spend_max {} lamports < amount_in {} and cost_expected {}",
                    intent.spend_max.raw(), intent.amount_in.raw(), intent.cost_expected.raw());
    }
    if (intent.kind == OrderKind::Cycle && intent.receive_min <= intent.amount_in) {
        return deny(DenialReason::IntentMalformed, "a cycle that may return {} lamports for {}",
                    intent.receive_min.raw(), intent.amount_in.raw());
    }
    return {};
}

[[nodiscard]] Verdict slippage(const Case& c) {
    const BasisPoints limit = c.is_exit() ? c.limits.exit_slippage_max : c.limits.slippage_max;
    if (c.intent.slippage_max > limit) {
        return deny(DenialReason::SlippageTooHigh, "slippage {} bps > {} bps",
                    c.intent.slippage_max.raw(), limit.raw());
    }
    return {};
}

// ---- Rules for exits ----

[[nodiscard]] Verdict position_is_ours(const Case& c) {
    if (c.exposure.holding.is_zero()) {
        return deny(DenialReason::PositionUnknown, "position {} is not open",
                    c.intent.position_id.value);
    }
    if (c.intent.amount_in > c.exposure.holding) {
        return deny(DenialReason::AmountAboveHolding, "sells {} base units of {} held",
                    c.intent.amount_in.raw(), c.exposure.holding.raw());
    }
    if (c.exposure.is_exit_in_flight) {
        return deny(DenialReason::ExitInFlight, "position {} is being sold already",
                    c.intent.position_id.value);
    }
    return {};
}

// ---- Rules for whatever spends SOL ----

[[nodiscard]] Verdict engine_is_running(const Case& c) {
    if (c.exposure.is_halted) {
        return deny(DenialReason::EngineHalted,
                    "no entries while halted, while a fill is in doubt or while the recorder "
                    "lags");
    }
    if (c.exposure.is_feed_blind && c.exposure.pools_blind > 0) {
        return deny(DenialReason::FeedBlind,
                    "{} of the order's pools may have changed unheard: no entries until their "
                    "accounts are read again",
                    c.exposure.pools_blind);
    }
    if (c.exposure.is_feed_blind) {
        return deny(DenialReason::FeedBlind, "no entries while the feed is blind");
    }
    return {};
}

// Exits go through Jupiter, whose instructions are not ours, and are let out.
[[nodiscard]] Verdict venues_are_known(const Case& c) {
    if (const auto& venue = c.exposure.venue_quarantined) {
        return deny(DenialReason::VenueQuarantined,
                    "{} is quarantined: its live instructions are not what we know; status says "
                    "which. Update, and restart",
                    to_string(*venue));
    }
    if (const auto& venue = c.exposure.venue_unproven) {
        return deny(DenialReason::VenueUnproven,
                    "no live instructions of {} have been read yet; entries wait for the first",
                    to_string(*venue));
    }
    return {};
}

[[nodiscard]] Verdict data_is_fresh(const Case& c) {
    const auto age = c.exposure.slot_latest.since(c.intent.decided_at);
    if (age > c.limits.data_age_slots_max || age > c.intent.slots_valid) {
        return deny(DenialReason::DataStale,
                    "data of slot {} is {} slots old, at most {} (intent: {}) allowed",
                    c.intent.decided_at.value, age, c.limits.data_age_slots_max,
                    c.intent.slots_valid);
    }
    return {};
}

[[nodiscard]] Verdict price_is_known(const Case& c) {
    if (c.exposure.sol_price.is_zero()) {
        return deny(DenialReason::SolPriceUnknown,
                    "no SOL/USD pool is deep enough to price limits");
    }
    return {};
}

[[nodiscard]] Verdict trade_limit(const Case& c) {
    const Lamports limit = usd_to_lamports(c.limits.trade_max, c.exposure.sol_price);
    if (c.intent.spend_max > limit) {
        return deny(DenialReason::SpendAboveTradeLimit,
                    "spend_max {} lamports > trade_max {} lamports (${})", c.intent.spend_max.raw(),
                    limit.raw(), c.limits.trade_max.raw() / kMicroUsdPerUsd);
    }
    return {};
}

[[nodiscard]] Verdict capital(const Case& c) {
    const Lamports limit = usd_to_lamports(c.limits.capital_max, c.exposure.sol_price);
    const Lamports used = c.exposure.open_cost.saturating_add(c.exposure.in_flight_spend)
                              .saturating_add(c.intent.spend_max);
    if (used > limit) {
        return deny(DenialReason::CapitalExceeded,
                    "open {} + in flight {} + this {} lamports > capital_max {}",
                    c.exposure.open_cost.raw(), c.exposure.in_flight_spend.raw(),
                    c.intent.spend_max.raw(), limit.raw());
    }
    return {};
}

[[nodiscard]] Verdict daily_loss(const Case& c) {
    const Lamports limit = usd_to_lamports(c.limits.daily_loss_max, c.exposure.sol_price);
    if (c.exposure.pnl_today.is_negative() && c.exposure.pnl_today.magnitude() >= limit) {
        return deny(DenialReason::DailyLossReached, "lost {} lamports today >= daily_loss_max {}",
                    c.exposure.pnl_today.magnitude().raw(), limit.raw());
    }
    return {};
}

[[nodiscard]] Verdict daily_volume(const Case& c) {
    // A cycle swaps once a leg. What is in flight is not in today's volume yet, but will be.
    Lamports lamports = c.exposure.volume_today.saturating_add(c.exposure.in_flight_spend)
                            .saturating_add(c.intent.spend_max);
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

[[nodiscard]] Verdict liquidity(const Case& c) {
    // A cycle is bounded by what it may lose, its fees: depth only shapes its profit.
    if (!c.is_entry()) {
        return {};
    }
    const auto by_size = mul_div_ceil(c.intent.spend_max.raw(), c.limits.liquidity_per_trade, 1);
    // USD limit to lamports rounded up: a floor is against us when it is higher.
    const auto base =
        mul_div_ceil(c.limits.liquidity_min.raw(), kLamportsPerSol, c.exposure.sol_price.raw());
    const Lamports floor{std::max(base.value_or(kU64Max), by_size.value_or(kU64Max))};
    if (c.intent.pool_liquidity < floor) {
        return deny(DenialReason::LiquidityTooLow, "pool holds {} lamports < {} for {} spent",
                    c.intent.pool_liquidity.raw(), floor.raw(), c.intent.spend_max.raw());
    }
    return {};
}

[[nodiscard]] Verdict price_impact(const Case& c) {
    if (c.is_entry() && c.intent.price_impact > c.limits.price_impact_max) {
        return deny(DenialReason::PriceImpactTooHigh, "price impact {} bps > {} bps",
                    c.intent.price_impact.raw(), c.limits.price_impact_max.raw());
    }
    return {};
}

[[nodiscard]] Verdict cost_floor(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    const Lamports costs = c.intent.cost_expected;
    const auto allowed =
        mul_div_floor(c.intent.amount_in.raw(), c.limits.entry_cost_max.raw(), kBasisPointsOne);
    if (costs.raw() > allowed.value_or(0)) {
        return deny(DenialReason::CostFloorNotMet, "fees and rent of {} lamports > {} bps of {}",
                    costs.raw(), c.limits.entry_cost_max.raw(), c.intent.amount_in.raw());
    }
    return {};
}

[[nodiscard]] Verdict balance(const Case& c) {
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

// ---- Rules for positions ----

[[nodiscard]] Verdict positions(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    if (c.exposure.is_mint_in_flight) {
        return deny(DenialReason::MintInFlight,
                    "an entry into {}, or its sweep, has no outcome yet",
                    c.intent.mint_out.to_string());
    }
    if (c.exposure.is_mint_held) {
        return deny(DenialReason::MintAlreadyHeld, "{} is held already",
                    c.intent.mint_out.to_string());
    }
    const std::uint32_t open = c.exposure.positions_open + c.exposure.entries_in_flight;
    if (open >= c.limits.positions_max) {
        return deny(DenialReason::PositionsAtLimit, "{} positions open or being opened >= {}", open,
                    c.limits.positions_max);
    }
    return {};
}

// In this order; the first denial is the answer.
constexpr Rule kExitRules[] = {is_well_formed, position_is_ours, slippage};
constexpr Rule kSpendRules[] = {is_well_formed, engine_is_running, venues_are_known, data_is_fresh,
                                price_is_known, trade_limit,       capital,          daily_loss,
                                daily_volume,   positions,         liquidity,        price_impact,
                                slippage,       cost_floor,        balance};
constexpr Rule kSweepRules[] = {is_sweep_well_formed, books_are_certain, is_residue_ours, balance};

[[nodiscard]] std::span<const Rule> rules_of(OrderKind kind) {
    switch (kind) {
        case OrderKind::Exit:
            return kExitRules;
        case OrderKind::Sweep:
            return kSweepRules;
        case OrderKind::Entry:
        case OrderKind::Cycle:
            break;
    }
    return kSpendRules;
}

}  // namespace

RiskGate::RiskGate(const config::RiskSettings& limits) : limits_{limits} {}

Result<ApprovedOrder, Denial> RiskGate::check(const OrderIntent& intent, const Exposure& exposure,
                                              MonoTime now) {
    if (intent.intent_id <= last_intent_) {
        return Err{Denial{
            DenialReason::IntentDuplicate,
            fmt::format("intent {} after intent {}", intent.intent_id.value, last_intent_.value)}};
    }
    last_intent_ = intent.intent_id;
    const Case c{intent, exposure, limits_};
    for (const Rule rule : rules_of(intent.kind)) {
        if (auto denial = rule(c)) {
            return Err{std::move(*denial)};
        }
    }
    return ApprovedOrder{intent, now};
}

std::optional<Denial> RiskGate::recheck(const OrderIntent& intent, const Exposure& exposure) const {
    const Case c{intent, exposure, limits_};
    if (c.is_exit()) {
        return {};
    }
    for (const Rule rule : {engine_is_running, venues_are_known, data_is_fresh}) {
        if (auto denial = rule(c)) {
            return denial;
        }
    }
    return {};
}

Lamports usd_to_lamports(MicroUsd amount, MicroUsd sol_price) {
    if (sol_price.is_zero()) {
        return {};
    }
    return Lamports{
        mul_div_floor(amount.raw(), kLamportsPerSol, sol_price.raw()).value_or(kU64Max)};
}

MicroUsd lamports_to_usd(Lamports amount, MicroUsd sol_price) {
    return MicroUsd{mul_div_ceil(amount.raw(), sol_price.raw(), kLamportsPerSol).value_or(kU64Max)};
}

}  // namespace sniperforge::risk
