// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/momentum.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// How far the price, SOL per token, rose between two closes; zero when it did not. Reserves below
// 2^56 keep the cross products below 2^112, so that times 10,000 fits 128 bits.
[[nodiscard]] BasisPoints rise_between(const Momentum::Close& from, const Momentum::Close& to) {
    constexpr unsigned kShift = 8;
    const u128 after = static_cast<u128>(to.sol.raw() >> kShift) * (from.tokens.raw() >> kShift);
    const u128 before = static_cast<u128>(from.sol.raw() >> kShift) * (to.tokens.raw() >> kShift);
    if (before == 0 || after <= before) {
        return {};
    }
    const u128 rise = (after - before) * kBasisPointsOne / before;
    return BasisPoints{rise > kU64Max ? kU64Max : static_cast<std::uint64_t>(rise)};
}

}  // namespace

Momentum::Momentum(const config::MomentumSettings& settings) : settings_{settings} {}

void Momentum::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* swap = std::get_if<SwapSeen>(&event);
    if (!settings_.is_enabled || swap == nullptr || intents.size() >= kIntentsMax) {
        return;
    }
    const auto sides = sol_pool(view.book.pool(swap->pool));
    if (!sides || sides->token == solana::kUsdcMint || sides->token == solana::kUsdtMint ||
        view.book.deepest_sol_pool(sides->token) != swap->pool) {
        return;
    }
    Flow& flow = flows_[swap->pool.value];
    const bool is_buy = swap->direction == sides->buying;
    if (!add_trade(flow, is_buy ? swap->amount_in : swap->amount_out, is_buy,
                   {sides->sol, sides->tokens})) {
        return;
    }
    if (!is_rising(flow) || view.slot < flow.cooldown_until) {
        return;
    }
    const EntryOptions options{StrategyId::Momentum, settings_.amount, settings_.slippage};
    if (auto intent = entry_into(swap->pool, options, view)) {
        flow.cooldown_until = view.slot.plus(settings_.cooldown_slots);
        intents.push_back(*intent);
    }
}

// True when the trade completed a bar.
bool Momentum::add_trade(Flow& flow, TokenAmount sol, bool is_buy, const Close& close) {
    Bar& bar = flow.open_bar;
    ++bar.trades;
    auto& side = is_buy ? bar.bought : bar.sold;
    side = side.saturating_add(Lamports{sol.raw()});
    bar.close = close;
    if (bar.trades < settings_.bar_trades) {
        return false;
    }
    flow.bars.push_back(bar);
    flow.open_bar = {};
    // One more than the rise spans: its close is where the rise starts.
    if (flow.bars.size() > settings_.bars + 1) {
        flow.bars.pop_front();
    }
    return true;
}

bool Momentum::is_rising(const Flow& flow) const {
    if (flow.bars.size() < settings_.bars + 1) {
        return false;
    }
    Lamports bought;
    Lamports sold;
    for (std::size_t i = 1; i < flow.bars.size(); ++i) {
        if (rise_between(flow.bars[i - 1].close, flow.bars[i].close).is_zero()) {
            return false;
        }
        bought = bought.saturating_add(flow.bars[i].bought);
        sold = sold.saturating_add(flow.bars[i].sold);
    }
    if (rise_between(flow.bars.front().close, flow.bars.back().close) < settings_.rise_min ||
        bought <= sold) {
        return false;
    }
    const auto imbalance =
        mul_div_floor((bought - sold).raw(), kBasisPointsOne, bought.saturating_add(sold).raw());
    return imbalance.value_or(0) >= settings_.flow_imbalance_min.raw();
}

}  // namespace sniperforge::strategy
