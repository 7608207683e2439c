// SPDX-License-Identifier: MIT
// Entries in parts over a restart: what the books know of them, and what is still right of it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/entry_parts.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// Why nothing may be added to it; empty: it may.
[[nodiscard]] std::string why_over(const PositionView& position, const EntryPart& part,
                                   bool is_bought, Duration held, Duration held_max) {
    if (!is_bought) {
        return fmt::format("its part {} of {} was not bought", part.number, part.count);
    }
    if (position.is_exit_in_flight) {
        return "it is being sold";
    }
    if (position.amount < position.bought || !position.missing.is_zero()) {
        return fmt::format("of {} that were bought {} are left", position.bought.raw(),
                           position.sellable().raw());
    }
    if (held >= held_max) {
        return fmt::format("it is held for {} s, and exits.time_limit_s is {}: its time ran out",
                           std::chrono::floor<std::chrono::seconds>(held).count(),
                           std::chrono::floor<std::chrono::seconds>(held_max).count());
    }
    return {};
}

}  // namespace

void Pipeline::resume_parts(const std::map<Pubkey, History::PartOrdered>& parts) {
    for (const auto& [mint, last] : parts) {
        resume_part(mint, last);
    }
}

// By the position that it was to add to: where that is sold, another one of the token is no
// business of this entry.
void Pipeline::resume_part(const Pubkey& mint, const History::PartOrdered& last) {
    const auto [position, lot] = part_held(portfolio_, mint, last.order);
    const bool is_open = is_part_open(portfolio_, last.order);
    const bool is_first = last.position == PositionId{};
    const bool is_its = position != nullptr &&
                        (lot != nullptr || (!is_first && position->position_id == last.position));
    if ((!is_its && !(is_first && is_open)) || last.part.number >= last.part.count) {
        return;  // Nothing is held that could grow, or it is complete.
    }
    strategy::OrderedPart ordered{mint, last.part, last.decided_at};
    std::string what = fmt::format("{}: part {} of {} of its entry", mint.to_string(),
                                   last.part.number, last.part.count);
    if (is_its) {
        what = fmt::format("position {} of {}", position->position_id.value, what);
        const std::string over =
            why_over(*position, last.part, lot != nullptr || is_open,
                     clock_.now() - position->opened_at, settings_.exits.time_limit);
        if (!over.empty()) {
            return tell_part(fmt::format("{} is its last: {}", what, over));
        }
        ordered.position = position->position_id;
        ordered.cost_before =
            lot == nullptr ? position->cost : position->cost.saturating_sub(lot->cost);
    }
    if (lot != nullptr) {
        ordered.at = std::max(ordered.at, lot->slot);
    }
    const config::SniperRecipe* recipe = sniper_.resume(ordered);
    if (recipe == nullptr) {
        return tell_part(
            fmt::format("{} is its last: no recipe in sniper.recipes has the name, the amount and "
                        "the stages that it was begun by",
                        what));
    }
    tell_part(
        fmt::format("{} {}; the next is bought by recipe {} where its conditions hold, once "
                    "the token is judged again",
                    what, lot == nullptr ? "is on its way" : "is bought", recipe->name));
}

void Pipeline::tell_part(const std::string& text) {
    telemetry::info("engine", "{}", text);
    recorder_.record(RunNote{text}, clock_.wall_now());
}

// As when its pool was new, as long as it is: who made it and who holds it is read again.
void Pipeline::judge_again(const PositionView& position, PoolIndex pool) {
    if (sniper_.is_growing(position.mint)) {
        safety_.follow(
            {pool, position.mint, creator_of(book_.pool(pool)), position.opened_at_slot});
    }
}

bool Pipeline::is_part_early(const OrderIntent& intent) {
    return intent.part.number > 1 &&
           (std::ranges::binary_search(pools_waiting_, intent.pool) ||
            names_pending_.contains(intent.mint_out) || recheck(intent).has_value());
}

}  // namespace sniperforge::engine
