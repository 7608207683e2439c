// SPDX-License-Identifier: MIT
#include "sniperforge/risk/risk_gate.hpp"

#include <algorithm>
#include <span>

#include "risk/rules.hpp"
#include "sniperforge/model/nonce_lease.hpp"

namespace sniperforge::risk {
namespace {

using rules::Case;
using rules::Rule;

// In this order; the first denial is the answer.
constexpr Rule kExitRules[] = {rules::is_well_formed, rules::position_is_ours, rules::slippage};
constexpr Rule kSpendRules[] = {rules::is_well_formed,
                                rules::engine_is_running,
                                rules::venues_are_known,
                                rules::deny_lists,
                                rules::tokens_move,
                                rules::data_is_fresh,
                                rules::price_is_known,
                                rules::trade_limit,
                                rules::capital,
                                rules::strategy_capital,
                                rules::strategy_share,
                                rules::venue_capital,
                                rules::daily_loss,
                                rules::drawdown,
                                rules::losing_streak,
                                rules::daily_volume,
                                rules::mint_claims,
                                rules::pool_claims,
                                rules::positions,
                                rules::token_verdict,
                                rules::creator,
                                rules::funder,
                                rules::launch_cluster,
                                rules::correlation,
                                rules::liquidity,
                                rules::price_impact,
                                rules::slippage,
                                rules::volatility,
                                rules::kelly,
                                rules::cost_floor,
                                rules::balance,
                                rules::breakers};
// For what waited before it was signed: those that time, losses or a reload change, and that its
// own place in the books does not. In the order of the list above.
constexpr Rule kSpendRulesAgain[] = {
    rules::engine_is_running, rules::venues_are_known, rules::deny_lists, rules::tokens_move,
    rules::data_is_fresh,     rules::price_is_known,   rules::daily_loss, rules::drawdown,
    rules::losing_streak,     rules::breakers};
constexpr Rule kSweepRules[] = {rules::is_sweep_well_formed, rules::books_are_certain,
                                rules::is_residue_ours, rules::balance};

constexpr Rule kAdvanceRules[] = {rules::is_advance_well_formed};

[[nodiscard]] std::span<const Rule> rules_of(const OrderIntent& intent) {
    if (is_nonce_advance(intent)) {
        return kAdvanceRules;
    }
    switch (intent.kind) {
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

RiskGate::RiskGate(const config::RiskSettings& limits) { configure(limits); }

void RiskGate::configure(const config::RiskSettings& limits) {
    limits_ = limits;
    std::ranges::sort(limits_.deny_mints);
    std::ranges::sort(limits_.deny_creators);
}

Result<ApprovedOrder, Denial> RiskGate::check(const OrderIntent& intent, const Exposure& exposure,
                                              MonoTime now) {
    if (intent.intent_id <= last_intent_) {
        return Err{Denial{
            DenialReason::IntentDuplicate,
            fmt::format("intent {} after intent {}", intent.intent_id.value, last_intent_.value)}};
    }
    last_intent_ = intent.intent_id;
    const Case c{intent, exposure, limits_};
    for (const Rule rule : rules_of(intent)) {
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
    for (const Rule rule : kSpendRulesAgain) {
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

bool is_drawdown_reached(const config::RiskSettings& limits, Lamports drawdown,
                         MicroUsd sol_price) {
    return !sol_price.is_zero() && drawdown >= usd_to_lamports(limits.drawdown_max, sol_price);
}

}  // namespace sniperforge::risk
