// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/recipe.hpp"

namespace sniperforge::strategy {
namespace {

// More buys than sales, and more by so much of all swaps.
[[nodiscard]] bool is_flow_wanted(const config::SniperRecipe& recipe, const LaunchFacts& facts) {
    if (facts.buys < recipe.buys_min || facts.buys <= facts.sells) {
        return false;
    }
    const std::uint64_t swaps = std::uint64_t{facts.buys} + facts.sells;
    const auto imbalance =
        mul_div_floor(std::uint64_t{facts.buys} - facts.sells, kBasisPointsOne, swaps);
    return imbalance.value_or(0) >= recipe.imbalance_min.raw() &&
           facts.bought.saturating_sub(facts.sold) >= recipe.net_flow_min;
}

// What is not asked of a curve is asked of nobody.
[[nodiscard]] bool is_curve_asked(const config::SniperRecipe& recipe) {
    return !recipe.curve_progress_min.is_zero() ||
           recipe.curve_progress_max.raw() < kBasisPointsOne;
}

}  // namespace

bool is_token_refused(const config::SniperRecipe& recipe, const TokenJudged& token) {
    return (token.is_mint_authority_set && !recipe.is_mint_authority_allowed) ||
           (token.is_freeze_authority_set && !recipe.is_freeze_authority_allowed) ||
           token.has_risky_extension;
}

RecipeFit fit_of(const config::SniperRecipe& recipe, const LaunchFacts& facts) {
    // A creator launches more, never less; what we know of him does not change either.
    const bool is_creator_refused =
        recipe.creator_pools_max > 0 &&
        (facts.creator_pools == 0 || facts.creator_pools > recipe.creator_pools_max);
    const bool is_no_curve = is_curve_asked(recipe) && !facts.curve_progress;
    if (facts.age_slots > recipe.age_slots_max || is_token_refused(recipe, facts.token) ||
        (recipe.is_migration_only && !facts.is_migration) || is_creator_refused || is_no_curve) {
        return RecipeFit::Never;
    }
    const bool is_progress_wanted =
        !is_curve_asked(recipe) || (*facts.curve_progress >= recipe.curve_progress_min &&
                                    *facts.curve_progress <= recipe.curve_progress_max);
    const bool is_liquidity_wanted =
        facts.liquidity >= recipe.liquidity_min && facts.liquidity <= recipe.liquidity_max;
    return facts.age_slots >= recipe.age_slots_min && is_progress_wanted && is_liquidity_wanted &&
                   is_flow_wanted(recipe, facts)
               ? RecipeFit::Fits
               : RecipeFit::NotNow;
}

std::vector<config::SniperRecipe> recipes_of(const config::SniperSettings& settings) {
    if (!settings.recipes.empty()) {
        return settings.recipes;
    }
    config::SniperRecipe only;
    only.name = "default";
    only.age_slots_max = settings.age_slots_max;
    only.liquidity_min = settings.liquidity_min;
    only.liquidity_max = Lamports::max();
    only.buys_min = settings.buys_min;
    only.is_mint_authority_allowed = settings.is_mint_authority_allowed;
    only.is_freeze_authority_allowed = settings.is_freeze_authority_allowed;
    only.amount = settings.amount;
    only.slippage = settings.slippage;
    return {only};
}

std::size_t parts_of(const config::SniperRecipe& recipe) {
    return recipe.stages.empty() ? 1 : recipe.stages.size();
}

Lamports amount_of_part(const config::SniperRecipe& recipe, std::size_t part) {
    if (recipe.stages.empty()) {
        return recipe.amount;
    }
    const auto share = [&](const config::SniperStage& stage) {
        return Lamports{mul_div_floor(recipe.amount.raw(), stage.percent, 100).value()};
    };
    if (part + 1 < recipe.stages.size()) {
        return share(recipe.stages[part]);
    }
    Lamports before;
    for (std::size_t i = 0; i < part; ++i) {
        before += share(recipe.stages[i]);
    }
    return recipe.amount.saturating_sub(before);
}

// FNV-1a of 64 bits (draft-eastlake-fnv): written down with orders, so it stays what it is.
std::uint64_t mark_of(const config::SniperRecipe& recipe) {
    std::uint64_t mark = 0xcbf29ce484222325;
    const auto add_byte = [&](std::uint8_t byte) { mark = (mark ^ byte) * 0x100000001b3; };
    const auto add = [&](std::uint64_t value) {
        for (int i = 0; i < 8; ++i) {
            add_byte(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    };
    add(recipe.name.size());
    for (const char letter : recipe.name) {
        add_byte(static_cast<std::uint8_t>(letter));
    }
    add(recipe.amount.raw());
    for (const config::SniperStage& stage : recipe.stages) {
        add(stage.percent);
        add(stage.gain_min.raw());
        add(stage.after_slots_min);
    }
    return mark;
}

EntryPart entry_part(const config::SniperRecipe& recipe, std::size_t part) {
    const std::size_t count = parts_of(recipe);
    return count == 1 ? EntryPart{}
                      : EntryPart{mark_of(recipe), static_cast<std::uint8_t>(part + 1),
                                  static_cast<std::uint8_t>(count)};
}

}  // namespace sniperforge::strategy
