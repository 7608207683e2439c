// SPDX-License-Identifier: MIT
// The sniper's recipes, and what momentum makes bars of.
#include "unit/config/load_support.hpp"

namespace sniperforge::config {
namespace {

using namespace test;

// One recipe with these lines, each indented by six; they begin in line 4.
std::string recipe(std::string_view lines) {
    return fmt::format("sniper:\n  recipes:\n    - name: one\n{}", lines);
}

TEST(LoadRecipes, ReadsOneWithStagesAndShowsIt) {
    const auto settings = load_text(
        recipe("      amount_sol: \"0.3\"\n      creator_pools_max: 2\n      stages: [{percent: "
               "50}, {percent: 50, gain_min_bps: 300, after_slots_min: 5}]\n"),
        "f");
    ASSERT_TRUE(settings) << settings.error().text();
    ASSERT_EQ(settings->sniper.recipes.size(), 1U);
    const SniperRecipe& read = settings->sniper.recipes[0];
    EXPECT_EQ(read.name, "one");
    EXPECT_EQ(read.amount, Lamports{300'000'000});
    EXPECT_EQ(read.creator_pools_max, 2U);
    EXPECT_EQ(read.age_slots_max, 50U);  // As it is by default.
    ASSERT_EQ(read.stages.size(), 2U);
    EXPECT_EQ(read.stages[1].percent, 50U);
    EXPECT_EQ(read.stages[1].gain_min, BasisPoints{300});
    EXPECT_EQ(read.stages[1].after_slots_min, 5U);
    EXPECT_NE(show(*settings).find("\"gain_min_bps\": 300"), std::string::npos);
    const auto again = load_text(show(*settings), "shown");
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, *settings);
}

TEST(LoadRecipes, NamesLineValueAndRangeOfWhatIsWrongInOne) {
    expect_problem(recipe("      age_slot_max: 5\n"),
                   "4: sniper.recipes[0]: \"age_slot_max\" is not a key; did you mean "
                   "age_slots_max?");
    expect_problem(recipe("      buys_min: 1001\n"),
                   "4: sniper.recipes[0].buys_min: 1001 is above the maximum; write 0 to 1000 "
                   "swaps");
    expect_problem(recipe("      amount_sol: 1\n"),
                   "4: sniper.recipes[0].amount_sol: 1 is not quoted; money is a quoted decimal: "
                   "write \"1\"");
    expect_problem(recipe("      stages: 3\n"),
                   "4: sniper.recipes[0].stages: write a list of stages, [] for none");
    expect_problem("sniper:\n  recipes:\n    - amount_sol: \"1\"\n",
                   "3: sniper.recipes[0].name: is missing; write 1 to 64 letters, digits, - and _");
    expect_problem(recipe("    - name: two\n    - name: one\n"),
                   "5: sniper.recipes[2].name: \"one\" is the name of a recipe above; choose "
                   "another");
}

TEST(LoadRecipes, WantsNoLeastAboveItsMost) {
    expect_loads(recipe("      age_slots_min: 50\n"));
    expect_problem(recipe("      age_slots_min: 51\n"),
                   "4: sniper.recipes[0].age_slots_min: 51 is above "
                   "sniper.recipes[0].age_slots_max (50): no pool would fit");
    expect_loads(recipe("      liquidity_max_sol: \"5\"\n"));
    expect_problem(recipe("      liquidity_max_sol: \"4.9\"\n"),
                   "4: sniper.recipes[0].liquidity_min_sol: 5 SOL is above "
                   "sniper.recipes[0].liquidity_max_sol (4.9 SOL): no pool would fit");
    expect_loads(recipe("      curve_progress_min_bps: 7\n      curve_progress_max_bps: 7\n"));
    expect_problem(recipe("      curve_progress_min_bps: 8\n      curve_progress_max_bps: 7\n"),
                   "5: sniper.recipes[0].curve_progress_min_bps: 8 bps is above "
                   "sniper.recipes[0].curve_progress_max_bps (7 bps): no pool would fit");
}

TEST(LoadRecipes, WantsWhatTheGateAndTheSignerWouldLetPass) {
    expect_loads(recipe("      slippage_bps: 300\n      amount_sol: \"3\"\n"));
    expect_problem(recipe("      slippage_bps: 301\n"),
                   "4: sniper.recipes[0].slippage_bps: 301 bps is above risk.slippage_max_bps "
                   "(300 bps): the gate would deny every entry");
    expect_problem(recipe("      amount_sol: \"3.1\"\n"),
                   "4: sniper.recipes[0].amount_sol: 3.1 SOL is above "
                   "signer.transaction_outflow_max_sol (3 SOL): no entry would be signed");
}

// The flat settings are a recipe only where none is listed.
TEST(LoadRecipes, AsksNothingOfTheFlatSettingsThatNobodyUses) {
    const std::string flat = "sniper:\n  slippage_bps: 301\n  amount_sol: \"3.1\"\n";
    expect_loads(flat + "  recipes:\n    - name: one\n");
    EXPECT_EQ(problems_of(flat),
              "f.yaml:2: sniper.slippage_bps: 301 bps is above risk.slippage_max_bps (300 bps): "
              "the gate would deny every entry\n"
              "f.yaml:3: sniper.amount_sol: 3.1 SOL is above signer.transaction_outflow_max_sol "
              "(3 SOL): no entry would be signed\n");
    EXPECT_EQ(problems_of(flat + "  recipes: []\n"), problems_of(flat));
}

std::string stages(std::string_view list) { return recipe(fmt::format("      stages:\n{}", list)); }

TEST(LoadRecipes, WantsPartsThatAddUpToTheWhole) {
    for (const auto& [second, sum] : {std::pair{49, 99}, std::pair{51, 101}}) {
        expect_problem(stages(fmt::format("        - percent: 50\n        - percent: {}\n"
                                          "          gain_min_bps: 1\n",
                                          second)),
                       fmt::format("4: sniper.recipes[0].stages: the parts add up to {} percent; "
                                   "write percentages that add up to 100",
                                   sum));
    }
    // One that was not read has a problem of its own, and no other.
    expect_problem(
        stages("        - percent: 50\n        - percent: 101\n          gain_min_bps: 1\n"),
        "6: sniper.recipes[0].stages[1].percent: 101 is above the maximum; write 1 to "
        "100 percent");
}

TEST(LoadRecipes, AddsToAPositionAtAGainOnlyAndNotBeforeItIsOpen) {
    expect_problem(
        stages("        - percent: 50\n        - percent: 50\n          gain_min_bps: 0\n"),
        "7: sniper.recipes[0].stages[1].gain_min_bps: 0 bps would add to a position that has not "
        "gained; write 1 to 1000000 bps");
    expect_problem(stages("        - percent: 100\n          gain_min_bps: 1\n"),
                   "6: sniper.recipes[0].stages[0].gain_min_bps: 1 bps for the first part, which "
                   "is bought when the recipe fits; leave it out");
    expect_problem(stages("        - percent: 100\n          after_slots_min: 1\n"),
                   "6: sniper.recipes[0].stages[0].after_slots_min: 1 slots for the first part, "
                   "which is bought when the recipe fits; use age_slots_min");
}

TEST(LoadRecipes, TakesSixteenRecipesOfEightStages) {
    const auto recipes = [](std::size_t count) {
        std::string text = "sniper:\n  recipes:\n";
        for (std::size_t i = 0; i < count; ++i) {
            text += fmt::format("    - name: r{}\n", i);
        }
        return text;
    };
    expect_loads(recipes(kRecipesMax));
    expect_problem(recipes(kRecipesMax + 1),
                   "2: sniper.recipes: 17 is above the recipes that may be listed (16): each new "
                   "pool is held against all");
    std::string parts = "        - percent: 92\n";
    for (std::size_t i = 0; i < kStagesMax; ++i) {
        parts += "        - percent: 1\n          gain_min_bps: 1\n";
    }
    expect_problem(stages(parts),
                   "4: sniper.recipes[0].stages: 9 is above the stages that may be listed (8): "
                   "each pays fees of its own");
}

TEST(LoadMomentum, ReadsWhatABarIsMadeOf) {
    const auto settings = load_text(
        "momentum:\n  bar_by: dollar\n  bar_volume_usd: \"500\"\n  rule: breakout\n", "f");
    ASSERT_TRUE(settings) << settings.error().text();
    EXPECT_EQ(settings->momentum.bar_by, "dollar");
    EXPECT_EQ(settings->momentum.bar_dollars, MicroUsd{500 * kMicroUsdPerUsd});
    EXPECT_EQ(settings->momentum.rule, "breakout");
    expect_problem("momentum:\n  bar_by: seconds\n",
                   "2: momentum.bar_by: \"seconds\" is not one of trades, slots, volume, dollar");
    expect_problem("momentum:\n  bars: 101\n",
                   "2: momentum.bars: 101 is above the maximum; write 1 to 100 bars");
}

TEST(LoadMomentum, WantsNoMarketCalmerThanItIsLively) {
    expect_loads("momentum:\n  volatility_min_bps: 90\n  volatility_max_bps: 90\n");
    expect_problem("momentum:\n  volatility_min_bps: 91\n  volatility_max_bps: 90\n",
                   "3: momentum.volatility_min_bps: 91 bps is above momentum.volatility_max_bps "
                   "(90 bps): no market would be calm and lively enough");
}

}  // namespace
}  // namespace sniperforge::config
