// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/staged_entries.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/recipe.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// A first part that has not become a position by then never will: its transaction is not valid any
// more after 150 blocks, and slots without a block count here.
constexpr std::uint64_t kFillSlotsMax = 300;

}  // namespace

void StagedEntries::begin(const Pubkey& mint, const config::SniperRecipe& recipe, Slot slot) {
    if (parts_of(recipe) > 1) {
        plans_[mint] = {
            .recipe = &recipe, .ordered_at = slot, .cost_ordered = {}, .awaited_since = slot};
    }
}

void StagedEntries::resume(const OrderedPart& ordered, const config::SniperRecipe& recipe) {
    plans_[ordered.mint] = {.recipe = &recipe,
                            .part = ordered.part.number,
                            .ordered_at = ordered.at,
                            .cost_ordered = ordered.cost_before,
                            .position = ordered.position,
                            .is_judged = false};
}

// What is not known yet after a restart is being read again: it is no reason to give up.
void StagedEntries::judge(const TokenJudged& judged) {
    const auto found = plans_.find(judged.mint);
    if (found == plans_.end()) {
        return;
    }
    Plan& plan = found->second;
    const bool is_awaited = !plan.is_judged && judged.refused && judged.refused->is_unknown;
    if (is_token_refused(*plan.recipe, judged) || (judged.refused && !is_awaited)) {
        plans_.erase(found);
    } else {
        plan.is_judged = !is_awaited;
    }
}

const config::SniperRecipe* StagedEntries::recipe_of(const Pubkey& mint) const {
    const auto plan = plans_.find(mint);
    return plan == plans_.end() ? nullptr : plan->second.recipe;
}

void StagedEntries::take_back(const Pubkey& mint) {
    const auto found = plans_.find(mint);
    if (found == plans_.end()) {
        return;
    }
    Plan& plan = found->second;
    if (plan.part <= 1) {
        plans_.erase(found);  // The first: it begins again.
        return;
    }
    --plan.part;
    plan.cost_ordered = plan.cost_before;
    plan.ordered_at = plan.ordered_before;
}

void StagedEntries::follow(std::span<const config::SniperRecipe> recipes) {
    for (auto place = plans_.begin(); place != plans_.end();) {
        const auto now =
            std::ranges::find(recipes, place->second.recipe->name, &config::SniperRecipe::name);
        if (now == recipes.end()) {
            place = plans_.erase(place);
        } else {
            place->second.recipe = &*now;
            ++place;
        }
    }
}

void StagedEntries::decide(const MarketEvent& event, const View& view, Intents& intents) {
    const auto* changed = std::get_if<ReservesChanged>(&event);
    const bool is_slot = std::holds_alternative<SlotStarted>(event);
    if (plans_.empty() || (changed == nullptr && !is_slot)) {
        return;
    }
    for (const PositionView& position : view.positions) {
        const auto found = plans_.find(position.mint);
        const bool is_concerned = changed == nullptr || changed->pool == position.pool;
        if (!is_concerned || found == plans_.end() || position.strategy != StrategyId::Sniper ||
            intents.size() >= kIntentsMax) {
            continue;
        }
        Plan& plan = found->second;
        const bool is_sold_now = std::ranges::any_of(intents, [&](const OrderIntent& intent) {
            return intent.kind == OrderKind::Exit && intent.position_id == position.position_id;
        });
        if (is_sold_now || is_over(plan, position)) {
            plans_.erase(found);
            continue;
        }
        if (plan.position.value == 0) {
            plan.position = position.position_id;
            plan.ordered_at = position.opened_at_slot;
        }
        if (auto intent = next_part(plan, position, view)) {
            plan.cost_before = std::exchange(plan.cost_ordered, position.cost);
            plan.ordered_before = std::exchange(plan.ordered_at, view.slot);
            ++plan.part;
            intents.push_back(*intent);
        }
    }
    if (is_slot) {
        forget_unfilled(view);
    }
}

bool StagedEntries::is_over(const Plan& plan, const PositionView& position) const {
    const bool is_another = plan.position.value != 0 ? plan.position != position.position_id
                                                     : position.opened_at_slot < plan.ordered_at;
    return is_another || plan.part >= parts_of(*plan.recipe) || position.is_exit_in_flight ||
           position.amount < position.bought || !position.missing.is_zero();
}

std::optional<OrderIntent> StagedEntries::next_part(const Plan& plan, const PositionView& position,
                                                    const View& view) const {
    const config::SniperStage& stage = plan.recipe->stages[plan.part];
    // The part before this one is not bought, or not yet.
    const bool is_filled = position.cost > plan.cost_ordered;
    const bool is_placed = position.pool.value < view.book.size();
    if (!plan.is_judged || !is_filled || !is_placed ||
        view.slot.since(plan.ordered_at) < stage.after_slots_min) {
        return std::nullopt;
    }
    const Lamports value_min =
        position.cost.saturating_add(part_ceil(position.cost, stage.gain_min));
    const auto value = liquidation_value(position, view);
    if (!value || *value < value_min || *value <= position.cost) {
        return std::nullopt;
    }
    auto intent = entry_into(position.pool,
                             {.strategy = StrategyId::Sniper,
                              .amount = amount_of_part(*plan.recipe, plan.part),
                              .slippage = plan.recipe->slippage,
                              .is_token_account_open = true},
                             view);
    if (intent) {
        intent->position_id = position.position_id;
        intent->part = entry_part(*plan.recipe, plan.part);
    }
    return intent;
}

// Plans whose first part never became a position, or whose position is gone.
void StagedEntries::forget_unfilled(const View& view) {
    for (auto& [mint, plan] : plans_) {
        plan.awaited_since = plan.awaited_since.value_or(view.slot);
    }
    std::erase_if(plans_, [&](const auto& entry) {
        const auto& [mint, plan] = entry;
        const bool is_held = std::ranges::any_of(view.positions, [&](const PositionView& position) {
            return position.mint == mint && position.strategy == StrategyId::Sniper;
        });
        return !is_held &&
               (plan.position.value != 0 || view.slot.since(*plan.awaited_since) > kFillSlotsMax);
    });
}

}  // namespace sniperforge::strategy
