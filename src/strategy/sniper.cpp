// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/sniper.hpp"

#include <algorithm>

#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// New pools followed at a time; the oldest make room.
constexpr std::size_t kCandidatesMax = 512;
// Launches that creators are remembered by: some hours of all there are.
constexpr std::size_t kLaunchesMax = 4'096;

}  // namespace

Sniper::Sniper(const config::SniperSettings& settings) : is_enabled_{settings.is_enabled} {
    use(recipes_of(settings));
}

void Sniper::configure(const config::SniperSettings& settings) {
    is_enabled_ = settings.is_enabled;
    use(recipes_of(settings));
    for (auto& [pool, candidate] : candidates_) {
        candidate.is_done = candidate.is_entered;
    }
}

void Sniper::use(std::vector<config::SniperRecipe> recipes) {
    staged_.follow(recipes);
    recipes_.swap(recipes);  // The elements stay where they are.
    age_slots_max_ = 0;
    is_creator_asked_ = is_migration_asked_ = is_any_staged_ = false;
    for (const config::SniperRecipe& recipe : recipes_) {
        age_slots_max_ = std::max<std::uint64_t>(age_slots_max_, recipe.age_slots_max);
        is_creator_asked_ = is_creator_asked_ || recipe.creator_pools_max > 0;
        is_migration_asked_ = is_migration_asked_ || recipe.is_migration_only;
        is_any_staged_ = is_any_staged_ || recipe.stages.size() > 1;
    }
}

// Switched off, it follows no new pool and orders nothing. Verdicts and swaps are taken all the
// same: it may be switched on again, and would go by those of before.
void Sniper::decide(const MarketEvent& event, const View& view, Intents& intents) {
    if (const auto* judged = std::get_if<TokenJudged>(&event)) {
        judge(*judged, view, intents);
    } else if (const auto* swap = std::get_if<SwapSeen>(&event)) {
        if (is_wanted(*swap)) {
            enter(swap->pool, view, intents);
        }
    } else if (!is_enabled_) {
        return;
    } else if (const auto* created = std::get_if<PoolCreated>(&event)) {
        begin(*created, view);
    } else {
        staged_.decide(event, view, intents);
    }
}

void Sniper::begin(const PoolCreated& created, const View& view) {
    const dex::Pool& pool = view.book.pool(created.pool);
    if (const auto sides = sol_pool(pool)) {
        Candidate& candidate = candidates_[created.pool];
        candidate.mint = sides->token;
        candidate.creator = dex::creator_of(pool);
        candidate.buying = sides->buying;
        candidate.created_at = created.created_at;
        candidate.facts.is_migration = is_migration_asked_ && dex::is_migrated(pool);
        if (const auto verdict = verdicts_.find(sides->token); verdict != verdicts_.end()) {
            candidate.is_judged = true;
            candidate.facts.token = verdict->second;
        }
        if (is_creator_asked_ && !candidate.creator.is_zero()) {
            count_launch(candidate, created.creator_tokens);
        }
    }
    forget_old(view.slot);
}

void Sniper::count_launch(Candidate& candidate, std::uint32_t known) {
    const auto is_his = [&](const Launch& launch) { return launch.creator == candidate.creator; };
    // A curve and the pool that it moves to are one token.
    const bool is_known = std::ranges::any_of(launches_, [&](const Launch& launch) {
        return is_his(launch) && launch.mint == candidate.mint;
    });
    if (!is_known && launches_.size() < kLaunchesMax) {
        launches_.push_back({candidate.creator, candidate.mint});
    } else if (!is_known) {
        launches_[launch_next_] = {candidate.creator, candidate.mint};
        launch_next_ = (launch_next_ + 1) % kLaunchesMax;
    }
    const auto seen = static_cast<std::uint32_t>(std::ranges::count_if(launches_, is_his));
    const std::uint32_t count = std::max(seen, known);
    for (auto& [pool, other] : candidates_) {
        if (other.creator == candidate.creator) {
            other.facts.creator_pools = count;
        }
    }
}

// The mint is usually read before the pool's vaults are, so the verdict may come first.
void Sniper::judge(const TokenJudged& judged, const View& view, Intents& intents) {
    if (verdicts_.size() >= kCandidatesMax * 4) {
        verdicts_.clear();  // Only new tokens matter; the followed ones carry their own verdict.
    }
    verdicts_[judged.mint] = judged;
    staged_.judge(judged);
    for (auto& [pool, candidate] : candidates_) {
        if (candidate.mint == judged.mint) {
            candidate.is_judged = true;
            candidate.facts.token = judged;
            try_enter(pool, candidate, view, intents);
        }
    }
}

bool Sniper::is_wanted(const SwapSeen& swap) {
    const auto found = candidates_.find(swap.pool);
    if (found == candidates_.end()) {
        return false;
    }
    Candidate& candidate = found->second;
    LaunchFacts& facts = candidate.facts;
    if (swap.direction == candidate.buying) {
        ++facts.buys;
        facts.bought = facts.bought.saturating_add(Lamports{swap.amount_in.raw()});
    } else {
        ++facts.sells;
        facts.sold = facts.sold.saturating_add(Lamports{swap.amount_out.raw()});
    }
    return is_open(candidate);
}

void Sniper::enter(PoolIndex swapped, const View& view, Intents& intents) {
    try_enter(swapped, candidates_.at(swapped), view, intents);
}

// Refused by the evidence, it is for now.
bool Sniper::is_open(const Candidate& candidate) const {
    return is_enabled_ && !candidate.is_done && candidate.is_judged &&
           !candidate.facts.token.refused;
}

void Sniper::try_enter(PoolIndex pool, Candidate& candidate, const View& view, Intents& intents) {
    if (!is_open(candidate) || intents.size() >= kIntentsMax) {
        return;
    }
    const dex::Pool& state = view.book.pool(pool);
    LaunchFacts facts = candidate.facts;
    facts.age_slots = view.slot.since(candidate.created_at);
    facts.liquidity = sol_pool(state)->sol;
    facts.curve_progress = dex::curve_progress(state);
    candidate.is_done = true;  // Unless it may come to fit.
    for (const config::SniperRecipe& recipe : recipes_) {
        const RecipeFit fit = fit_of(recipe, facts);
        if (fit == RecipeFit::Never) {
            continue;
        }
        candidate.is_done = false;
        // Not denied while something is looked up: that would be for good.
        if (fit == RecipeFit::NotNow || std::ranges::binary_search(view.pools_waiting, pool)) {
            continue;
        }
        const EntryOptions options{StrategyId::Sniper, amount_of_part(recipe, 0), recipe.slippage};
        if (auto intent = entry_into(pool, options, view)) {
            candidate.is_done = candidate.is_entered = true;
            staged_.begin(candidate.mint, recipe, view.slot);
            intent->part = entry_part(recipe, 0);
            intents.push_back(*intent);
            return;
        }
    }
}

const config::SniperRecipe* Sniper::resume(const OrderedPart& ordered) {
    const auto recipe = std::ranges::find_if(recipes_, [&](const config::SniperRecipe& each) {
        return mark_of(each) == ordered.part.recipe;
    });
    if (recipe == recipes_.end()) {
        return nullptr;
    }
    staged_.resume(ordered, *recipe);
    return &*recipe;
}

void Sniper::was_contested(const OrderIntent& intent) {
    if (intent.strategy != StrategyId::Sniper) {
        return;
    }
    staged_.take_back(intent.mint_out);
    const auto found = candidates_.find(intent.pool);
    if (found != candidates_.end() && intent.position_id.value == 0) {
        found->second.is_done = found->second.is_entered = false;
    }
}

void Sniper::forget_old(Slot slot) {
    std::erase_if(candidates_, [&](const auto& entry) {
        return slot.since(entry.second.created_at) > age_slots_max_;
    });
    while (candidates_.size() > kCandidatesMax) {
        candidates_.erase(candidates_.begin());  // Lowest index: seen first.
    }
}

}  // namespace sniperforge::strategy
