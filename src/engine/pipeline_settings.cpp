// SPDX-License-Identifier: MIT
// Settings that change while we run. What each stage has learnt stays; docs/reload.md says what
// that is.
#include "engine/safety_policy.hpp"
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::engine {

void Pipeline::settings_changed() {
    costs_kept_.reset();
    trade_max_kept_.reset();
    gate_.configure(settings_.risk);
    sol_price_.set_divergence_max(settings_.risk.sol_price_divergence_max);
    exits_.configure(settings_.exits, settings_.risk.exit_slippage_max);
    arbitrage_.configure(settings_.arbitrage);
    sniper_.configure(settings_.sniper);
    momentum_.configure(settings_.momentum);
    events_.clear();
    detector_.set_safety(safety_policy(settings_), events_);
    safety_.configure(safety_policy(settings_), safety_options_now());
    entry_policy_ = entry_policy(settings_);
    walk();  // Tokens are judged by what holds now.
}

}  // namespace sniperforge::engine
