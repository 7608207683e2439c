// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/arbitrage.hpp"

#include <algorithm>

#include "sniperforge/dex/router.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::strategy {
namespace {

// Part of the expected profit given up as slippage at each end: a late swap of a few units must not
// revert the whole. What remains is the profit that the chain enforces.
constexpr std::uint64_t kSlippageParts = 4;

[[nodiscard]] Lamports sol_side(const dex::Pool& pool) {
    const bool is_sol_a = dex::mint_a(pool) == solana::kWrappedSolMint;
    return Lamports{(is_sol_a ? dex::reserve_a(pool) : dex::reserve_b(pool)).raw()};
}

}  // namespace

Arbitrage::Arbitrage(const config::ArbitrageSettings& settings)
    : settings_{settings}, reverts_{settings} {}

void Arbitrage::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    if (!settings_.is_enabled || changed == nullptr || intents.size() >= kIntentsMax) {
        return;
    }
    if (!reverts_.is_budget_left(view.quote.unix_time)) {
        return;
    }
    // Rent of the token accounts comes back within the transaction; it is not a cost.
    const dex::CycleLimits limits{
        .amount_in_max = settings_.amount_max,
        .cost = view.costs.cycle_fee,
        .third_leg_cost = view.costs.third_leg_fee,
        .profit_min = reverts_.profit_floor(settings_.profit_min, view.costs.cycle_fee),
        .legs_max = settings_.legs_max};
    const auto cycle = dex::best_cycle(view.book, view.graph, changed->pool, limits, view.quote);
    if (!cycle || cycle->profit < profit_floor(*cycle, view) || !take_turn(*cycle, changed->slot)) {
        return;
    }
    intents.push_back(intent_of(*cycle, view, changed->slot));
}

Lamports Arbitrage::profit_floor(const dex::Cycle& cycle, const View& view) const {
    const Lamports third = cycle.leg_count > 2 ? view.costs.third_leg_fee : Lamports{};
    return reverts_.profit_floor(settings_.profit_min, view.costs.cycle_fee + third);
}

// All of its pools: one transaction may move several, and the same gap is then told as often.
bool Arbitrage::take_turn(const dex::Cycle& cycle, Slot slot) {
    for (const Leg& leg : cycle.used_legs()) {
        const auto tried = tried_at_.find(leg.pool.value);
        if (tried != tried_at_.end() && slot <= tried->second) {
            return false;
        }
    }
    for (const Leg& leg : cycle.used_legs()) {
        tried_at_[leg.pool.value] = slot;
    }
    return true;
}

OrderIntent Arbitrage::intent_of(const dex::Cycle& cycle, const View& view, Slot slot) const {
    const auto legs = cycle.used_legs();
    const dex::Pool& first = view.book.pool(legs.front().pool);
    const std::uint64_t slack = cycle.profit.raw() / kSlippageParts;
    // Without exact-out, leg 1 spends whatever it may and yields tokens that nothing spends.
    const std::uint64_t slack_in = dex::has_exact_out(first, legs.front().direction) ? slack : 0;
    OrderIntent intent;
    intent.strategy = StrategyId::Arbitrage;
    intent.kind = OrderKind::Cycle;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = std::min(TokenAmount{cycle.amount_in.raw() + slack_in},
                                TokenAmount{settings_.amount_max.raw()});
    intent.receive_min = TokenAmount{cycle.amount_out.raw() - slack};
    const bool is_third = legs.size() > 2;
    intent.spend_max = Lamports{intent.amount_in.raw()} + view.costs.cycle_fee +
                       (is_third ? view.costs.third_leg_fee : Lamports{});
    for (std::size_t i = 0; i < legs.size(); ++i) {
        // A token account for each leg may have to be created before its rent comes back.
        intent.spend_max += view.costs.token_account_rent;
        intent.legs[i] = legs[i];
    }
    intent.leg_count = cycle.leg_count;
    intent.pool = legs.front().pool;
    intent.profit_expected = cycle.profit;
    intent.pool_liquidity = std::min(sol_side(first), sol_side(view.book.pool(legs.back().pool)));
    intent.decided_at = slot;
    intent.slots_valid = settings_.slots_valid;
    return intent;
}

}  // namespace sniperforge::strategy
