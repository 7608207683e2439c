// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/momentum.hpp"

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/strategy/trend.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {

Momentum::Momentum(const config::MomentumSettings& settings)
    : settings_{settings}, bar_rule_{bar_rule(settings)} {}

void Momentum::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* swap = std::get_if<SwapSeen>(&event);
    if (swap == nullptr) {
        return;
    }
    const dex::MarginalPrice price = dex::marginal_price(view.book.pool(swap->pool));
    if (is_signal(*swap, {view.book, view.slot, view.sol_price, price})) {
        enter(swap->pool, view, intents);
    }
}

bool Momentum::is_signal(const SwapSeen& swap, const Heard& heard) {
    if (!settings_.is_enabled) {
        return false;
    }
    Flow* const flow = flow_of(swap.pool, heard.book);
    if (flow == nullptr) {
        return false;
    }
    const auto price = bar_price(heard.price, flow->buying);
    if (!price) {
        return false;
    }
    if (!flow->bars) {
        flow->bars.emplace(bars_kept(settings_));
    }
    const bool is_buy = swap.direction == flow->buying;
    const Lamports sol{(is_buy ? swap.amount_in : swap.amount_out).raw()};
    MicroUsd dollars;
    if (bar_rule_.by == BarRule::By::Dollars) {  // Nobody else looks at them.
        dollars = MicroUsd{
            mul_div_floor(sol.raw(), heard.sol_price.raw(), kLamportsPerSol).value_or(kU64Max)};
    }
    // Part by part: a copy of the whole, right behind its making, waits until that is written.
    const BarPrice after{price->sol, price->tokens, price->is_root};
    return flow->bars->add({swap.slot, is_buy, sol, dollars, after}, bar_rule_) &&
           is_entry(*flow, heard.slot);
}

void Momentum::enter(PoolIndex swapped, const View& view, Intents& intents) {
    Flow& flow = flows_[swapped.value];
    const Pubkey& token = dex::mint_bought(view.book.pool(swapped), flow.buying);
    if (intents.size() >= kIntentsMax || view.book.deepest_sol_pool(token) != swapped) {
        return;
    }
    const EntryOptions options{StrategyId::Momentum, settings_.amount, settings_.slippage};
    if (auto intent = entry_into(swapped, options, view)) {
        flow.cooldown_until = view.slot.plus(settings_.cooldown_slots);
        intents.push_back(*intent);
    }
}

Momentum::Flow* Momentum::begin_flow(PoolIndex pool, const dex::PoolBook& book) {
    const auto sides = sol_pool(book.pool(pool));
    if (!sides || sides->token == solana::kUsdcMint || sides->token == solana::kUsdtMint) {
        return nullptr;
    }
    if (pool.value >= flows_.size()) {
        flows_.resize(pool.value + std::size_t{1});
    }
    Flow& flow = flows_[pool.value];
    flow.buying = sides->buying;
    flow.is_known = !sides->token.is_zero();
    return &flow;
}

void Momentum::was_contested(const OrderIntent& intent) {
    if (intent.strategy != StrategyId::Momentum || intent.pool.value >= flows_.size()) {
        return;
    }
    Flow& flow = flows_[intent.pool.value];
    // Not an earlier one's, where a person ordered this: that has begun none.
    if (flow.cooldown_until >= intent.decided_at.plus(settings_.cooldown_slots)) {
        flow.cooldown_until = {};
    }
}

void Momentum::configure(const config::MomentumSettings& settings) {
    const BarRule rule = bar_rule(settings);
    // What was traded while it was off is in none of its bars.
    const bool is_switched_on = settings.is_enabled && !settings_.is_enabled;
    if (is_switched_on || rule != bar_rule_ || bars_kept(settings) != bars_kept(settings_)) {
        for (Flow& flow : flows_) {
            flow.bars.reset();
            flow.signal_at.reset();
        }
    }
    bar_rule_ = rule;
    settings_ = settings;
}

bool Momentum::is_entry(Flow& flow, Slot slot) const {
    if (!is_rule_met(*flow.bars, settings_)) {
        flow.signal_at.reset();
        return false;
    }
    if (!flow.signal_at) {
        flow.signal_at = slot;
    }
    return slot.since(*flow.signal_at) <= settings_.signal_slots_max &&
           slot >= flow.cooldown_until && !is_decayed(*flow.bars, settings_.decay_percent) &&
           is_regime_wanted(*flow.bars, settings_);
}

}  // namespace sniperforge::strategy
