// SPDX-License-Identifier: MIT
// Of each key of `risk` and `safety`, which way a change loosens it: written here by hand, and not
// taken from the table that decides it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sniperforge/config/load.hpp"
#include "sniperforge/config/reload.hpp"
#include "support/keys.hpp"

namespace sniperforge::config {
namespace {

struct Limit {
    const char* key;
    std::string tighter, looser;  // As they are written.
};

[[nodiscard]] Settings with(const std::string& key, const std::string& value) {
    const auto point = key.find('.');
    const std::string yaml =
        fmt::format("{}:\n  {}: {}\n", key.substr(0, point), key.substr(point + 1), value);
    auto loaded = load_text(yaml, "test");
    EXPECT_TRUE(loaded) << key << ": " << (loaded ? "" : loaded.error().text());
    return loaded ? *loaded : Settings{};
}
[[nodiscard]] bool loosens(const Settings& before, const Settings& after, const char* key) {
    const auto changes = changes_between(before, after);
    EXPECT_EQ(changes.size(), 1U) << key;
    return changes.size() == 1 && changes[0].key == key && changes[0].is_looser;
}

TEST(ReloadLimits, EachKeyOfRiskAndSafetyIsLoosenedInOneDirectionAndTightenedInTheOther) {
    const std::string one = '"' + sniperforge::test::key_of(1).to_string() + '"';
    const std::string two = '"' + sniperforge::test::key_of(2).to_string() + '"';
    const std::string item = '[' + one + ']', items = '[' + one + ", " + two + ']';
    const Limit limits[] = {
        {"risk.capital_max_usd", R"("4999")", R"("5000")"},
        {"risk.trade_max_usd", R"("99")", R"("100")"},
        {"risk.strategy_capital_max_usd", R"("2499")", R"("2500")"},
        {"risk.arbitrage_capital_percent", "50", "51"},
        {"risk.sniper_capital_percent", "50", "51"},
        {"risk.momentum_capital_percent", "50", "51"},
        {"risk.venue_capital_max_usd", R"("3499")", R"("3500")"},
        {"risk.daily_loss_max_usd", R"("499")", R"("500")"},
        {"risk.drawdown_max_usd", R"("749")", R"("750")"},
        {"risk.losing_streak_max", "7", "8"},
        {"risk.losing_streak_cooldown_s", "901", "900"},
        {"risk.daily_volume_max_usd", R"("49999")", R"("50000")"},
        {"risk.positions_max", "11", "12"},
        {"risk.creator_positions_max", "2", "3"},
        {"risk.funder_positions_max", "2", "3"},
        {"risk.funder_awaited", "true", "false"},
        {"risk.launch_positions_max", "1", "2"},
        {"risk.correlated_positions_max", "2", "3"},
        {"risk.correlation_percent", "80", "81"},  // Fewer are alike.
        {"risk.volatility_loss_max_usd", R"("5")", R"("6")"},
        {"risk.volatility_loss_max_usd", R"("5")", R"("0")"},  // Not asked.
        {"risk.volatility_horizon_slots", "301", "300"},       // A shorter move is a smaller one.
        {"risk.kelly_trades_min", "100", "101"},
        {"risk.kelly_trades_min", "100", "0"},  // Never asked.
        {"risk.kelly_fraction_percent", "25", "26"},
        {"risk.liquidity_min_usd", R"("2001")", R"("2000")"},
        {"risk.liquidity_per_trade", "41", "40"},
        {"risk.price_impact_max_bps", "200", "201"},
        {"risk.slippage_max_bps", "300", "301"},
        {"risk.exit_slippage_max_bps", "2000", "2001"},
        {"risk.data_age_slots_max", "8", "9"},
        {"risk.sol_price_divergence_max_bps", "200", "201"},
        {"risk.entry_cost_max_bps", "500", "501"},
        {"risk.exit_reserve_sol", R"("0.06")", R"("0.05")"},
        {"risk.deny_mints", items, item},
        {"risk.deny_creators", items, item},
        {"safety.holders_watched", "5", "4"},
        {"safety.evidence_age_slots_max", "150", "151"},
        {"safety.extensions_allowed", R"(["TokenMetadata"])",
         R"(["MetadataPointer", "TokenMetadata"])"},
        {"safety.transfer_fee_max_bps", "0", "1"},
        {"safety.round_trip_loss_max_bps", "1000", "1001"},
        {"safety.round_trip_simulated", "true", "false"},
        {"safety.lp_burnt_min_bps", "9001", "9000"},
        {"safety.holders_top10_max_bps", "7000", "7001"},
        {"safety.creator_share_max_bps", "2000", "2001"},
        {"safety.creator_pulls_max", "0", "1"},
        {"safety.bundle_share_max_bps", "6000", "6001"},
        {"safety.unknown_allowed", "[]", R"(["creator"])"},
        {"safety.entries_judged", R"(["momentum", "manual"])", R"(["manual"])"},
        {"safety.launch_age_slots_max", "9000", "8999"},
    };
    std::set<std::string> told{"safety.mints_max"};  // How many are followed is no limit.
    for (const Limit& limit : limits) {
        const Settings tighter = with(limit.key, limit.tighter);
        const Settings looser = with(limit.key, limit.looser);
        EXPECT_TRUE(loosens(tighter, looser, limit.key)) << limit.key;
        EXPECT_FALSE(loosens(looser, tighter, limit.key)) << limit.key;
        told.insert(limit.key);
    }
    for (const char* mints : {"63", "65"}) {
        EXPECT_FALSE(loosens(Settings{}, with("safety.mints_max", mints), "safety.mints_max"));
    }
    for (const KeyInfo& key : known_keys()) {
        const bool is_either = key.name.starts_with("risk.") || key.name.starts_with("safety.");
        EXPECT_TRUE(!is_either || !key.is_live || told.contains(key.name))
            << key.name << " is live, and nothing here says what loosens it";
    }
}

}  // namespace
}  // namespace sniperforge::config
