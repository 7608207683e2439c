// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/arbitrage.hpp"

#include <algorithm>

#include "sniperforge/dex/router.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::strategy {
namespace {

// Part of the expected profit given up as slippage, half on each leg: a late swap of a few units
// must not revert the whole. What remains is the profit that the chain enforces.
constexpr std::uint64_t kSlippageParts = 4;

[[nodiscard]] Lamports sol_side(const dex::Pool& pool) {
    const bool is_sol_a = dex::mint_a(pool) == solana::kWrappedSolMint;
    return Lamports{(is_sol_a ? dex::reserve_a(pool) : dex::reserve_b(pool)).raw()};
}

}  // namespace

Arbitrage::Arbitrage(const config::ArbitrageSettings& settings) : settings_{settings} {}

void Arbitrage::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    if (!settings_.is_enabled || changed == nullptr || intents.size() >= kIntentsMax) {
        return;
    }
    // Rent of both token accounts comes back within the transaction; it is not a cost.
    const dex::CycleLimits limits{settings_.amount_max, view.costs.cycle_fee};
    const auto cycle = dex::best_cycle(view.book, changed->pool, limits, view.quote);
    if (!cycle || cycle->profit < settings_.profit_min) {
        return;
    }
    // Both pools: one transaction may move both, and the same gap is then told twice.
    for (const Leg& leg : cycle->legs) {
        const auto tried = tried_at_.find(leg.pool.value);
        if (tried != tried_at_.end() && changed->slot <= tried->second) {
            return;
        }
    }
    for (const Leg& leg : cycle->legs) {
        tried_at_[leg.pool.value] = changed->slot;
    }
    const std::uint64_t slack = cycle->profit.raw() / kSlippageParts;
    OrderIntent intent;
    intent.strategy = StrategyId::Arbitrage;
    intent.kind = OrderKind::Cycle;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = std::min(TokenAmount{cycle->amount_in.raw() + slack},
                                TokenAmount{settings_.amount_max.raw()});
    intent.receive_min = TokenAmount{cycle->amount_out.raw() - slack};
    // Two token accounts may have to be created before their rent comes back.
    intent.spend_max = Lamports{intent.amount_in.raw()} + view.costs.cycle_fee +
                       view.costs.token_account_rent + view.costs.token_account_rent;
    intent.pool = cycle->legs[0].pool;
    intent.legs[0] = cycle->legs[0];
    intent.legs[1] = cycle->legs[1];
    intent.leg_count = 2;
    intent.profit_expected = cycle->profit;
    intent.pool_liquidity = std::min(sol_side(view.book.pool(cycle->legs[0].pool)),
                                     sol_side(view.book.pool(cycle->legs[1].pool)));
    intent.decided_at = changed->slot;
    intent.slots_valid = settings_.slots_valid;
    intents.push_back(intent);
}

}  // namespace sniperforge::strategy
