// SPDX-License-Identifier: MIT
// What a running daemon takes over without a restart, and which change of it loosens a limit.
//
// Not here, and why: network, jupiter, execution, recorder and most of feed are connections, queues
// and files that are open; wallet and signer are the key's own process and its budget; the readers'
// rates (funder_calls_per_second, calls_per_minute) and what is counted by (funder_creators_max,
// breaker_*, revert_percent_assumed) are of what was counted since the start; paper, logging and
// ops are of the whole run.
#include <algorithm>

#include "config/keys.hpp"

namespace sniperforge::config {
namespace {

struct LiveKey {
    std::string_view section, name;
    Looser looser;
};
constexpr LiveKey kLiveKeys[] = {
    {"feed", "new_pools_by", Looser::Never},
    {"risk", "capital_max_usd", Looser::Higher},
    {"risk", "trade_max_usd", Looser::Higher},
    {"risk", "strategy_capital_max_usd", Looser::Higher},
    {"risk", "arbitrage_capital_percent", Looser::Higher},
    {"risk", "sniper_capital_percent", Looser::Higher},
    {"risk", "momentum_capital_percent", Looser::Higher},
    {"risk", "venue_capital_max_usd", Looser::Higher},
    {"risk", "daily_loss_max_usd", Looser::Higher},
    {"risk", "drawdown_max_usd", Looser::Higher},
    {"risk", "losing_streak_max", Looser::Higher},
    {"risk", "losing_streak_cooldown_s", Looser::Lower},
    {"risk", "daily_volume_max_usd", Looser::Higher},
    {"risk", "positions_max", Looser::Higher},
    {"risk", "creator_positions_max", Looser::Higher},
    {"risk", "funder_positions_max", Looser::Higher},
    {"risk", "funder_awaited", Looser::Lower},
    {"risk", "launch_positions_max", Looser::Higher},
    {"risk", "correlated_positions_max", Looser::Higher},
    {"risk", "correlation_percent", Looser::Higher},
    {"risk", "volatility_loss_max_usd", Looser::HigherOrZero},
    {"risk", "volatility_horizon_slots", Looser::Lower},
    {"risk", "kelly_trades_min", Looser::HigherOrZero},
    {"risk", "kelly_fraction_percent", Looser::Higher},
    {"risk", "liquidity_min_usd", Looser::Lower},
    {"risk", "liquidity_per_trade", Looser::Lower},
    {"risk", "price_impact_max_bps", Looser::Higher},
    {"risk", "slippage_max_bps", Looser::Higher},
    {"risk", "exit_slippage_max_bps", Looser::Higher},
    {"risk", "data_age_slots_max", Looser::Higher},
    {"risk", "sol_price_divergence_max_bps", Looser::Higher},
    {"risk", "entry_cost_max_bps", Looser::Higher},
    {"risk", "exit_reserve_sol", Looser::Lower},
    {"risk", "deny_mints", Looser::FewerItems},
    {"risk", "deny_creators", Looser::FewerItems},
    {"arbitrage", "enabled", Looser::Higher},
    {"arbitrage", "profit_min_sol", Looser::Never},
    {"arbitrage", "revert_budget_sol", Looser::Higher},
    {"arbitrage", "amount_max_sol", Looser::Higher},
    {"arbitrage", "legs_max", Looser::Never},
    {"arbitrage", "slots_valid", Looser::Never},
    {"arbitrage", "bid_percent_max", Looser::Higher},
    {"sniper", "enabled", Looser::Higher},
    {"sniper", "amount_sol", Looser::Higher},
    {"sniper", "liquidity_min_sol", Looser::Never},
    {"sniper", "age_slots_max", Looser::Never},
    {"sniper", "mint_authority_allowed", Looser::Higher},
    {"sniper", "freeze_authority_allowed", Looser::Higher},
    {"sniper", "slippage_bps", Looser::Never},
    {"sniper", "buys_min", Looser::Never},
    {"sniper", "recipes", Looser::Recipes},
    {"safety", "mints_max", Looser::Never},
    {"safety", "holders_watched", Looser::Lower},
    {"safety", "evidence_age_slots_max", Looser::Higher},
    {"safety", "extensions_allowed", Looser::MoreItems},
    {"safety", "transfer_fee_max_bps", Looser::Higher},
    {"safety", "round_trip_loss_max_bps", Looser::Higher},
    {"safety", "round_trip_simulated", Looser::Lower},
    {"safety", "lp_burnt_min_bps", Looser::Lower},
    {"safety", "holders_top10_max_bps", Looser::Higher},
    {"safety", "creator_share_max_bps", Looser::Higher},
    {"safety", "creator_pulls_max", Looser::Higher},
    {"safety", "bundle_share_max_bps", Looser::Higher},
    {"safety", "unknown_allowed", Looser::MoreItems},
    {"safety", "entries_judged", Looser::FewerItems},
    {"safety", "launch_age_slots_max", Looser::Lower},
    {"momentum", "enabled", Looser::Higher},
    {"momentum", "amount_sol", Looser::Higher},
    {"momentum", "bar_by", Looser::Never},
    {"momentum", "bar_trades", Looser::Never},
    {"momentum", "bar_slots", Looser::Never},
    {"momentum", "bar_volume_sol", Looser::Never},
    {"momentum", "bar_volume_usd", Looser::Never},
    {"momentum", "rule", Looser::Never},
    {"momentum", "bars", Looser::Never},
    {"momentum", "rise_min_bps", Looser::Never},
    {"momentum", "breakout_min_bps", Looser::Never},
    {"momentum", "flow_imbalance_min_bps", Looser::Never},
    {"momentum", "decay_percent", Looser::Never},
    {"momentum", "signal_slots_max", Looser::Never},
    {"momentum", "volatility_min_bps", Looser::Never},
    {"momentum", "volatility_max_bps", Looser::Never},
    {"momentum", "efficiency_min_bps", Looser::Never},
    {"momentum", "cooldown_slots", Looser::Never},
    {"momentum", "slippage_bps", Looser::Never},
    {"momentum", "mint_authority_allowed", Looser::Higher},
    {"momentum", "freeze_authority_allowed", Looser::Higher},
    {"exits", "take_profit_bps", Looser::Never},
    {"exits", "stop_loss_bps", Looser::Higher},
    {"exits", "trailing_arm_bps", Looser::Never},
    {"exits", "trailing_distance_bps", Looser::Never},
    {"exits", "time_limit_s", Looser::Higher},
    {"exits", "slippage_first_bps", Looser::Never},
    {"exits", "take_profit_percent", Looser::Never},
    {"exits", "take_profit_ladder", Looser::Never},
    {"exits", "break_even_arm_bps", Looser::Never},
    {"exits", "dev_sell_min_bps", Looser::HigherOrZero},
    {"exits", "holder_dump_min_bps", Looser::HigherOrZero},
    {"exits", "feed_loss_exit_s", Looser::HigherOrZero},
    {"exits", "slippage_urgent_bps", Looser::Never},
};

}  // namespace

void mark_live(std::vector<Section>& sections) {
    for (Section& section : sections) {
        for (Key& key : section.keys) {
            const auto live = std::ranges::find_if(kLiveKeys, [&](const LiveKey& one) {
                return one.section == section.name && one.name == key.name;
            });
            if (live != std::end(kLiveKeys)) {
                key.is_live = true;
                key.looser = live->looser;
            }
        }
    }
}

std::string_view words_of(Looser looser) {
    switch (looser) {
        case Looser::Never:
            return "";
        case Looser::Higher:
            return "higher";
        case Looser::HigherOrZero:
            return "higher, or 0";
        case Looser::Lower:
            return "lower";
        case Looser::MoreItems:
            return "more items";
        case Looser::FewerItems:
            return "fewer items";
        case Looser::Recipes:
            return "a larger amount, or another authority allowed";
    }
    return "";
}

}  // namespace sniperforge::config
