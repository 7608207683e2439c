// SPDX-License-Identifier: MIT
// The rules of the gate, each a pure function of the intent, the exposure and the limits. What they
// are asked in which order is in risk_gate.cpp.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::risk::rules {

// What a rule sees.
struct Case {
    const OrderIntent& intent;
    const Exposure& exposure;
    const config::RiskSettings& limits;

    [[nodiscard]] bool is_exit() const { return intent.kind == OrderKind::Exit; }
    [[nodiscard]] bool is_entry() const { return intent.kind == OrderKind::Entry; }
    // It makes a position, and does not add to one: what counts positions asks only then.
    [[nodiscard]] bool is_opening() const { return is_entry() && intent.position_id.value == 0; }
    // What the position will have cost with it.
    [[nodiscard]] Lamports spend_with_stages() const {
        return exposure.staged_spend.value_or(Lamports{}).saturating_add(intent.spend_max);
    }
};

using Verdict = std::optional<Denial>;  // Nothing: passes.
using Rule = Verdict (*)(const Case&);

template <typename... Args>
[[nodiscard]] Verdict deny(DenialReason reason, fmt::format_string<Args...> format,
                           Args&&... args) {
    return Denial{reason, fmt::format(format, std::forward<Args>(args)...)};
}

// Our state, and what it is for, as a denial tells them: since when, by how much, until what.
[[nodiscard]] std::string state_text(const Exposure& exposure);
[[nodiscard]] std::string cause_text(const Exposure& exposure);

// ---- For every order ----
[[nodiscard]] Verdict is_well_formed(const Case& c);
[[nodiscard]] Verdict slippage(const Case& c);

// ---- For exits ----
[[nodiscard]] Verdict position_is_ours(const Case& c);

// ---- For whatever spends SOL ----
[[nodiscard]] Verdict engine_is_running(const Case& c);
// Exits are let out: through Jupiter, whose instructions are not ours.
[[nodiscard]] Verdict venues_are_known(const Case& c);
[[nodiscard]] Verdict deny_lists(const Case& c);  // The limits' lists are sorted.
[[nodiscard]] Verdict data_is_fresh(const Case& c);
[[nodiscard]] Verdict price_is_known(const Case& c);
[[nodiscard]] Verdict trade_limit(const Case& c);
[[nodiscard]] Verdict capital(const Case& c);
[[nodiscard]] Verdict strategy_capital(const Case& c);
[[nodiscard]] Verdict strategy_share(const Case& c);
[[nodiscard]] Verdict venue_capital(const Case& c);
[[nodiscard]] Verdict daily_loss(const Case& c);
[[nodiscard]] Verdict drawdown(const Case& c);
[[nodiscard]] Verdict daily_volume(const Case& c);
[[nodiscard]] Verdict balance(const Case& c);
// The last: what passes it may be a breaker's one probe.
[[nodiscard]] Verdict breakers(const Case& c);

// ---- Between the strategies (rules_claims.cpp) ----
// Who was first is not met in a pool while it matters to him.
[[nodiscard]] Verdict pool_claims(const Case& c);
// The token that it buys is nobody else's. Cycles pass.
[[nodiscard]] Verdict mint_claims(const Case& c);

// ---- For entries; cycles pass ----
[[nodiscard]] Verdict losing_streak(const Case& c);
[[nodiscard]] Verdict positions(const Case& c);
[[nodiscard]] Verdict tokens_move(const Case& c);
// The sniper asks before it decides.
[[nodiscard]] Verdict token_verdict(const Case& c);
[[nodiscard]] Verdict creator(const Case& c);
[[nodiscard]] Verdict funder(const Case& c);
[[nodiscard]] Verdict launch_cluster(const Case& c);
[[nodiscard]] Verdict correlation(const Case& c);
[[nodiscard]] Verdict liquidity(const Case& c);
[[nodiscard]] Verdict price_impact(const Case& c);
[[nodiscard]] Verdict volatility(const Case& c);
[[nodiscard]] Verdict kelly(const Case& c);
[[nodiscard]] Verdict cost_floor(const Case& c);

// ---- For sweeps ----
[[nodiscard]] Verdict is_sweep_well_formed(const Case& c);
[[nodiscard]] Verdict books_are_certain(const Case& c);
[[nodiscard]] Verdict is_residue_ours(const Case& c);

// ---- For advances of a nonce of ours; nothing stops one, since they are what ends an order ----
[[nodiscard]] Verdict is_advance_well_formed(const Case& c);

}  // namespace sniperforge::risk::rules
