// SPDX-License-Identifier: MIT
// What is different in a file that is read again, what a running daemon takes of it, and which
// changes loosen a limit.
#include "sniperforge/config/reload.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "sniperforge/config/load.hpp"
#include "support/data.hpp"
#include "support/keys.hpp"

namespace sniperforge::config {
namespace {

using sniperforge::test::key_of;

[[nodiscard]] SniperRecipe named_recipe(std::string name) {
    SniperRecipe recipe;
    recipe.name = std::move(name);
    return recipe;
}

// The only change between the two.
[[nodiscard]] SettingChange only(const Settings& before, const Settings& after) {
    const auto changes = changes_between(before, after);
    EXPECT_EQ(changes.size(), 1U);
    return changes.empty() ? SettingChange{} : changes[0];
}

TEST(Reload, FindsNothingInTheSameSettings) {
    Settings settings;
    settings.sniper.recipes = {named_recipe("a"), named_recipe("b")};
    settings.risk.deny_mints = {key_of(1)};
    EXPECT_TRUE(changes_between(settings, settings).empty());
}

TEST(Reload, NamesEachKeyThatDiffersWithBothValues) {
    const Settings before;
    Settings after;
    after.risk.trade_max = MicroUsd{50 * kMicroUsdPerUsd};
    after.exits.stop_loss = BasisPoints{900};
    after.network.slot_lag_max = 9;
    const std::vector<SettingChange> expected{
        {"network.slot_lag_max", "8", "9", false, false},
        {"risk.trade_max_usd", R"("100")", R"("50")", true, false},
        {"exits.stop_loss_bps", "800", "900", true, true}};
    EXPECT_EQ(changes_between(before, after), expected);
}

// A key that is resolved is not another one.
TEST(Reload, ComparesSecretsByTheirReference) {
    Settings before;
    before.jupiter.api_key = Secret{"env:KEY", "topsecret"};
    Settings after;
    after.jupiter.api_key = Secret{"env:KEY", {}};
    EXPECT_TRUE(changes_between(before, after).empty());
    after.jupiter.api_key = Secret{"env:OTHER", {}};
    const SettingChange change = only(before, after);
    EXPECT_EQ(change.key, "jupiter.api_key");
    EXPECT_EQ(change.before, R"("env:KEY")");
    EXPECT_FALSE(change.is_live);
}

// ---- What is long ----

[[nodiscard]] std::vector<Pubkey> keys_from(std::uint64_t first, std::size_t count) {
    std::vector<Pubkey> keys;
    for (std::size_t i = 0; i < count; ++i) {
        keys.push_back(key_of(first + i));
    }
    return keys;
}

TEST(Reload, ALongListIsToldByItsSizeItsSumAndWhatCameAndWent) {
    Settings before;
    before.risk.deny_mints = keys_from(1'000, 3'000);
    Settings after = before;
    after.risk.deny_mints.erase(after.risk.deny_mints.begin());
    after.risk.deny_mints.push_back(key_of(7));
    after.risk.deny_mints.push_back(key_of(8));
    const SettingChange change = only(before, after);
    EXPECT_TRUE(change.is_looser);
    EXPECT_EQ(change.before.find("3000 items (sha256 "), 0U) << change.before;
    EXPECT_EQ(change.after.find("3001 items (sha256 "), 0U) << change.after;
    EXPECT_NE(change.after.find(fmt::format("; added: {}, {}; removed: {}", key_of(7).to_string(),
                                            key_of(8).to_string(), key_of(1'000).to_string())),
              std::string::npos)
        << change.after;
    EXPECT_LT(change.before.size() + change.after.size(), 1'024U);
}

TEST(Reload, OfManyItemsThatCameTheFirstAreNamedAndTheOthersCounted) {
    const Settings before;
    for (const std::size_t count : {8U, 9U, 3'000U}) {
        Settings after;
        after.risk.deny_creators = keys_from(1'000, 100);
        Settings more = after;
        for (const Pubkey& key : keys_from(50'000, count)) {
            more.risk.deny_creators.push_back(key);
        }
        const SettingChange change = only(after, more);
        const bool is_cut = change.after.ends_with(fmt::format(" and {} more", count - 8));
        EXPECT_EQ(is_cut, count > 8) << change.after;
        EXPECT_LT(change.after.size(), 1'024U);
    }
}

// Both are told whole up to 1,024 bytes: a key takes 44 and its quotes and comma 4.
TEST(Reload, AShortListIsToldWhole) {
    const Settings before;
    for (const std::size_t count : {20U, 30U}) {
        Settings after;
        after.risk.deny_mints = keys_from(1'000, count);
        const SettingChange change = only(before, after);
        EXPECT_EQ(change.after.starts_with("[\""), count == 20) << change.after;
    }
}

TEST(Reload, ALongTextIsCutAndTwoThatDifferBehindTheCutAreTwo) {
    Settings before;
    before.wallet.keypair_file = std::string(5'000, 'k') + "1";
    Settings after;
    after.wallet.keypair_file = std::string(5'000, 'k') + "2";
    const SettingChange change = only(before, after);
    EXPECT_LT(change.after.size(), 1'200U);
    EXPECT_NE(change.before, change.after);
    EXPECT_NE(change.after.find("... (5003 bytes, sha256 "), std::string::npos) << change.after;
}

// ---- What is looser ----

struct LooserCase {
    const char* key;
    std::function<void(Settings&)> looser, tighter;
};

TEST(Reload, TellsWhichWayALimitWasMoved) {
    const LooserCase cases[] = {
        {"risk.trade_max_usd", [](auto& s) { s.risk.trade_max += MicroUsd{1}; },
         [](auto& s) { s.risk.trade_max -= MicroUsd{1}; }},
        {"risk.sniper_capital_percent", [](auto& s) { s.risk.sniper_capital_percent = 51; },
         [](auto& s) { s.risk.sniper_capital_percent = 49; }},
        {"risk.exit_reserve_sol", [](auto& s) { s.risk.exit_reserve -= Lamports{1}; },
         [](auto& s) { s.risk.exit_reserve += Lamports{1}; }},
        {"risk.losing_streak_cooldown_s",
         [](auto& s) { s.risk.losing_streak_cooldown = std::chrono::seconds{0}; },
         [](auto& s) { s.risk.losing_streak_cooldown = std::chrono::seconds{9'000}; }},
        // Zero: never asked for.
        {"risk.kelly_trades_min", [](auto& s) { s.risk.kelly_trades_min = 0; },
         [](auto& s) { s.risk.kelly_trades_min = 1; }},
        {"risk.kelly_trades_min", [](auto& s) { s.risk.kelly_trades_min = 101; },
         [](auto& s) { s.risk.kelly_trades_min = 99; }},
        {"risk.funder_awaited", [](auto& s) { s.risk.is_funder_awaited = false; },
         [](auto& s) { s.risk.is_funder_awaited = true; }},
        {"risk.deny_mints", [](auto& s) { s.risk.deny_mints = {key_of(2), key_of(3)}; },
         [](auto& s) { s.risk.deny_mints = {key_of(2), key_of(1), key_of(3)}; }},
        {"safety.lp_burnt_min_bps", [](auto& s) { s.safety.lp_burnt_min -= BasisPoints{1}; },
         [](auto& s) { s.safety.lp_burnt_min += BasisPoints{1}; }},
        {"safety.extensions_allowed",
         [](auto& s) { s.safety.extensions_allowed = {"TokenMetadata", "TransferHook"}; },
         [](auto& s) { s.safety.extensions_allowed = {"TokenMetadata"}; }},
        {"momentum.amount_sol", [](auto& s) { s.momentum.amount += Lamports{1}; },
         [](auto& s) { s.momentum.amount -= Lamports{1}; }},
        {"arbitrage.enabled", [](auto& s) { s.arbitrage.is_enabled = true; },
         [](auto& s) { s.arbitrage.is_enabled = false; }},
        {"exits.feed_loss_exit_s", [](auto& s) { s.exits.feed_loss_exit = Duration{0}; },
         [](auto& s) { s.exits.feed_loss_exit = std::chrono::seconds{59}; }},
    };
    Settings base;
    base.risk.sniper_capital_percent = 50;
    base.risk.deny_mints = {key_of(1), key_of(2)};
    for (const LooserCase& c : cases) {
        Settings before = base;
        Settings after = base;
        c.looser(after);
        if (after == before) {
            c.tighter(before);
        }
        const SettingChange looser = only(before, after);
        EXPECT_EQ(looser.key, c.key);
        EXPECT_TRUE(looser.is_looser) << c.key;
        before = after = base;
        c.tighter(after);
        if (after == before) {
            c.looser(before);
        }
        const SettingChange tighter = only(before, after);
        EXPECT_EQ(tighter.key, c.key);
        EXPECT_FALSE(tighter.is_looser) << c.key;
    }
}

TEST(Reload, ParametersAreNoLimitsWhicheverWayTheyMove) {
    Settings before;
    for (const std::uint64_t rise : {0U, 10'000U}) {
        Settings after;
        after.momentum.rise_min = BasisPoints{rise};
        const SettingChange change = only(before, after);
        EXPECT_TRUE(change.is_live);
        EXPECT_FALSE(change.is_looser);
    }
}

// ---- Recipes ----

TEST(Reload, CallsRecipesByTheirNamesWhereverTheyStand) {
    Settings before;
    before.sniper.recipes = {named_recipe("early"), named_recipe("late")};
    Settings after = before;
    after.sniper.recipes[1].buys_min = 7;
    EXPECT_EQ(only(before, after),
              (SettingChange{"sniper.recipes[late].buys_min", "2", "7", true, false}));
    std::ranges::reverse(after.sniper.recipes);
    const auto changes = changes_between(before, after);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].key, "sniper.recipes[late].buys_min");
    EXPECT_EQ(changes[1],
              (SettingChange{"sniper.recipes", "[early, late]", "[late, early]", true, false}));
}

TEST(Reload, TellsOfRecipesThatCameAndWent) {
    Settings before;
    before.sniper.recipes = {named_recipe("early"), named_recipe("late")};
    Settings after = before;
    after.sniper.recipes[0].name = "first";
    const auto changes = changes_between(before, after);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].key, "sniper.recipes[first]");
    EXPECT_EQ(changes[0].before, "none");
    EXPECT_NE(changes[0].after.find("name: \"first\""), std::string::npos) << changes[0].after;
    EXPECT_EQ(changes[1].key, "sniper.recipes[early]");
    EXPECT_EQ(changes[1].after, "none");
    EXPECT_FALSE(changes[0].is_looser) << "it reaches no further than the others did";
}

TEST(Reload, ARecipeIsLooserWhenItReachesFurtherThanAllDidBefore) {
    Settings before;
    before.sniper.recipes = {named_recipe("early"), named_recipe("late")};
    before.sniper.recipes[0].amount = Lamports{200'000'000};
    Settings after = before;
    after.sniper.recipes[1].amount = Lamports{200'000'000};
    EXPECT_FALSE(only(before, after).is_looser);
    after.sniper.recipes[1].amount = Lamports{200'000'001};
    EXPECT_TRUE(only(before, after).is_looser);
    after = before;
    after.sniper.recipes[1].is_freeze_authority_allowed = true;
    EXPECT_TRUE(only(before, after).is_looser);
    before.sniper.recipes[0].is_freeze_authority_allowed = true;
    after = before;
    after.sniper.recipes[1].is_freeze_authority_allowed = true;
    EXPECT_FALSE(only(before, after).is_looser);
}

// The most that a token may get of which somebody may mint or freeze is a reach of its own.
TEST(Reload, TheAmountsOfRecipesThatAllowAnAuthorityAreHeldAgainstEachOther) {
    using Allow = std::function<void(SniperRecipe&)>;
    const Allow mint = [](SniperRecipe& recipe) { recipe.is_mint_authority_allowed = true; };
    const Allow freeze = [](SniperRecipe& recipe) { recipe.is_freeze_authority_allowed = true; };
    const Allow both = [&](SniperRecipe& recipe) { mint(recipe), freeze(recipe); };
    for (const Allow& allow : {mint, freeze, both}) {
        Settings before;
        before.sniper.recipes = {named_recipe("large"), named_recipe("tiny"), named_recipe("m"),
                                 named_recipe("f")};
        before.sniper.recipes[0].amount = Lamports{200'000'000};
        before.sniper.recipes[1].amount = Lamports{1'000'000};
        before.sniper.recipes[2].amount = before.sniper.recipes[3].amount = Lamports{500'000};
        mint(before.sniper.recipes[2]);
        freeze(before.sniper.recipes[3]);
        allow(before.sniper.recipes[1]);
        Settings after = before;
        after.sniper.recipes[1].amount = Lamports{1'000'001};
        EXPECT_TRUE(only(before, after).is_looser);
        after.sniper.recipes[1].amount = Lamports{999'999};
        EXPECT_FALSE(only(before, after).is_looser);
        after = before;
        after.sniper.recipes[0].amount = Lamports{1};
        EXPECT_FALSE(only(before, after).is_looser);
    }
}

// Without recipes the flat settings are one.
TEST(Reload, ComparesTheFirstRecipeWithTheFlatSettings) {
    Settings before;
    Settings after;
    after.sniper.recipes = {named_recipe("early")};
    after.sniper.recipes[0].amount = before.sniper.amount;
    EXPECT_FALSE(only(before, after).is_looser);
    after.sniper.recipes[0].amount += Lamports{1};
    EXPECT_TRUE(only(before, after).is_looser);
}

// ---- What is taken over ----

// Every live key is in a section that is taken over, and none of the others is.
TEST(Reload, TakesOverEveryLiveKeyAndLeavesTheOthers) {
    std::size_t live = 0;
    for (const KeyInfo& key : known_keys()) {
        const std::string section = key.name.substr(0, key.name.find('.'));
        const bool is_taken = section == "risk" || section == "arbitrage" || section == "sniper" ||
                              section == "safety" || section == "momentum" || section == "exits" ||
                              key.name == "feed.new_pools_by";
        EXPECT_TRUE(is_taken || !key.is_live) << key.name;
        live += key.is_live ? 1 : 0;
    }
    EXPECT_GT(live, 90U);
    Settings from;
    from.feed.new_pools_by = {"logs"};
    from.feed.pools_max = 1;
    from.risk.trade_max = MicroUsd{1};
    from.arbitrage.legs_max = 2;
    from.sniper.buys_min = 9;
    from.safety.mints_max = 1;
    from.momentum.bars = 9;
    from.exits.stop_loss = BasisPoints{1};
    from.network.slot_lag_max = 9;
    Settings into;
    into.jupiter.url = "http://127.0.0.1:1";
    take_live(from, into);
    const auto left = changes_between(into, from);
    ASSERT_EQ(left.size(), 3U);
    EXPECT_EQ(left[0].key, "network.slot_lag_max");
    EXPECT_EQ(left[1].key, "jupiter.url");
    EXPECT_EQ(left[2].key, "feed.pools_max");
}

TEST(Reload, ShowMarksEachKeyLiveOrRestart) {
    const std::string text = show(Settings{});
    EXPECT_NE(text.find("  trade_max_usd: \"100\"  # live\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  breaker_open_s: 30  # restart\n"), std::string::npos) << text;
}

TEST(Reload, TheManualListsEachLiveKeyWithWhatLoosensIt) {
    std::ifstream in{sniperforge::test::source_dir() / "docs" / "reload.md"};
    std::stringstream text;
    text << in.rdbuf();
    std::size_t rows = 0;
    for (const KeyInfo& key : known_keys()) {
        if (key.name.find("[]") != std::string::npos) {
            continue;
        }
        const std::string row = fmt::format("| `{}` | {} |", key.name,
                                            key.loosened_by.empty() ? "no limit" : key.loosened_by);
        EXPECT_EQ(text.str().find(row) != std::string::npos, key.is_live) << row;
        rows += key.is_live ? 1 : 0;
    }
    const std::string manual = text.str();
    std::size_t written = 0;
    for (std::size_t at = manual.find("\n| `"); at != std::string::npos;
         at = manual.find("\n| `", at + 1)) {
        ++written;
    }
    EXPECT_EQ(written, rows);
}

}  // namespace
}  // namespace sniperforge::config
