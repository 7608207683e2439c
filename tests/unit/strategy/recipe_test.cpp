// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/recipe.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

constexpr std::uint64_t kSol = kLamportsPerSol;

// What every rule of wanted() takes.
LaunchFacts fitting() {
    return {.age_slots = 10,
            .token = {},
            .buys = 6,
            .sells = 4,
            .bought = Lamports{5 * kSol},
            .sold = Lamports{3 * kSol},
            .liquidity = Lamports{20 * kSol},
            .creator_pools = 1,
            .curve_progress = BasisPoints{4'000},
            .is_migration = true};
}

config::SniperRecipe wanted() {
    config::SniperRecipe recipe;
    recipe.name = "r";
    recipe.age_slots_min = 10;
    recipe.age_slots_max = 10;
    recipe.liquidity_min = recipe.liquidity_max = Lamports{20 * kSol};
    recipe.buys_min = 6;
    recipe.imbalance_min = BasisPoints{2'000};
    recipe.net_flow_min = Lamports{2 * kSol};
    recipe.creator_pools_max = 1;
    recipe.curve_progress_min = recipe.curve_progress_max = BasisPoints{4'000};
    recipe.is_migration_only = true;
    return recipe;
}

RecipeFit after(void (*change)(LaunchFacts&)) {
    LaunchFacts facts = fitting();
    change(facts);
    return fit_of(wanted(), facts);
}

TEST(Recipe, FitsWithEveryLimitReachedExactly) {
    EXPECT_EQ(fit_of(wanted(), fitting()), RecipeFit::Fits);
}

TEST(Recipe, WaitsForWhatMayStillCome) {
    EXPECT_EQ(after([](auto& f) { f.age_slots = 9; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.liquidity = Lamports{20 * kSol - 1}; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.liquidity = Lamports{20 * kSol + 1}; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.buys = 5; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.sells = 5; }), RecipeFit::NotNow);  // 909 bps of 11.
    EXPECT_EQ(after([](auto& f) { f.sold = Lamports{3 * kSol + 1}; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.curve_progress = BasisPoints{3'999}; }), RecipeFit::NotNow);
    EXPECT_EQ(after([](auto& f) { f.curve_progress = BasisPoints{4'001}; }), RecipeFit::NotNow);
}

TEST(Recipe, GivesUpWhatCannotComeAnyMore) {
    EXPECT_EQ(after([](auto& f) { f.age_slots = 11; }), RecipeFit::Never);
    EXPECT_EQ(after([](auto& f) { f.is_migration = false; }), RecipeFit::Never);
    EXPECT_EQ(after([](auto& f) { f.creator_pools = 2; }), RecipeFit::Never);
    EXPECT_EQ(after([](auto& f) { f.creator_pools = 0; }), RecipeFit::Never) << "nobody knows him";
    EXPECT_EQ(after([](auto& f) { f.curve_progress.reset(); }), RecipeFit::Never) << "no curve";
    EXPECT_EQ(after([](auto& f) { f.token.is_mint_authority_set = true; }), RecipeFit::Never);
    EXPECT_EQ(after([](auto& f) { f.token.is_freeze_authority_set = true; }), RecipeFit::Never);
    EXPECT_EQ(after([](auto& f) { f.token.has_risky_extension = true; }), RecipeFit::Never);
}

TEST(Recipe, TakesTheRightsThatItAllowsAndNeverARiskyExtension) {
    config::SniperRecipe recipe = wanted();
    recipe.is_mint_authority_allowed = recipe.is_freeze_authority_allowed = true;
    LaunchFacts facts = fitting();
    facts.token.is_mint_authority_set = facts.token.is_freeze_authority_set = true;
    EXPECT_EQ(fit_of(recipe, facts), RecipeFit::Fits);
    facts.token.has_risky_extension = true;
    EXPECT_EQ(fit_of(recipe, facts), RecipeFit::Never);
}

// Sellers may be as many as a recipe that says nothing of them likes, but not as many as buyers.
TEST(Recipe, AlwaysWantsMoreBuysThanSales) {
    config::SniperRecipe recipe;
    recipe.buys_min = 0;
    LaunchFacts facts = fitting();
    facts.sells = 5;
    EXPECT_EQ(fit_of(recipe, facts), RecipeFit::Fits);
    facts.sells = 6;
    EXPECT_EQ(fit_of(recipe, facts), RecipeFit::NotNow);
}

TEST(Recipe, AsksOnlyACurveWhoseProgressItNames) {
    config::SniperRecipe recipe;
    LaunchFacts facts = fitting();
    facts.curve_progress.reset();
    EXPECT_EQ(fit_of(recipe, facts), RecipeFit::Fits);
    for (const bool is_min : {true, false}) {
        config::SniperRecipe curves = recipe;
        (is_min ? curves.curve_progress_min : curves.curve_progress_max) = BasisPoints{1};
        EXPECT_EQ(fit_of(curves, facts), RecipeFit::Never);
    }
}

TEST(Recipe, IsMadeOfTheFlatSettingsWhereNoneIsListed) {
    config::SniperSettings settings;
    settings.amount = Lamports{7};
    settings.liquidity_min = Lamports{8};
    settings.age_slots_max = 9;
    settings.buys_min = 10;
    settings.slippage = BasisPoints{11};
    settings.is_mint_authority_allowed = settings.is_freeze_authority_allowed = true;
    const auto recipes = recipes_of(settings);
    ASSERT_EQ(recipes.size(), 1U);
    EXPECT_EQ(recipes[0].amount, Lamports{7});
    EXPECT_EQ(recipes[0].liquidity_min, Lamports{8});
    EXPECT_EQ(recipes[0].liquidity_max, Lamports::max());
    EXPECT_EQ(recipes[0].age_slots_max, 9U);
    EXPECT_EQ(recipes[0].buys_min, 10U);
    EXPECT_EQ(recipes[0].slippage, BasisPoints{11});
    EXPECT_TRUE(recipes[0].is_mint_authority_allowed && recipes[0].is_freeze_authority_allowed);
    settings.recipes = {wanted()};
    EXPECT_EQ(recipes_of(settings), settings.recipes);
}

TEST(Recipe, SharesItsAmountToTheLamport) {
    config::SniperRecipe recipe;
    recipe.amount = Lamports{101};
    EXPECT_EQ(parts_of(recipe), 1U);
    EXPECT_EQ(amount_of_part(recipe, 0), Lamports{101});
    recipe.stages = {{.percent = 33, .gain_min = {}},
                     {.percent = 33, .gain_min = BasisPoints{1}},
                     {.percent = 34, .gain_min = BasisPoints{1}}};
    EXPECT_EQ(parts_of(recipe), 3U);
    EXPECT_EQ(amount_of_part(recipe, 0), Lamports{33});
    EXPECT_EQ(amount_of_part(recipe, 1), Lamports{33});
    EXPECT_EQ(amount_of_part(recipe, 2), Lamports{35});
}

}  // namespace
}  // namespace sniperforge::strategy
