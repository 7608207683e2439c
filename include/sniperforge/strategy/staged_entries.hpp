// SPDX-License-Identifier: MIT
// Entries that are bought in parts. A further part is bought when selling what is held would bring
// more than it cost, by what its stage asks for: never into a loss. Each part is ordered once; one
// that does not fill ends the entry as it stands. After a restart it goes on from what the books
// say of the part that was ordered last.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

// The part of an entry that an earlier run ordered last, as the books have it.
struct OrderedPart {
    Pubkey mint;
    EntryPart part;
    Slot at;                 // It filled then; one that may yet fill was decided then.
    PositionId position{};   // That it is in, or is to add to. Zero: the first, not filled so far.
    Lamports cost_before{};  // Of the position, without it.
};

class StagedEntries {
 public:
    // The first part of the recipe's entry into this mint was ordered. `recipe` outlives us.
    void begin(const Pubkey& mint, const config::SniperRecipe& recipe, Slot slot);
    // An earlier run ordered it, of an entry by this recipe. Nothing is added to it before its
    // token was judged again: what that run knew of it is gone.
    void resume(const OrderedPart& ordered, const config::SniperRecipe& recipe);
    // Its token was judged. Refused, nothing more of it is wanted.
    void judge(const TokenJudged& judged);
    // With each change of a position's pool, and once a slot.
    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // The part that was ordered last is not bought, and may be asked for again.
    void take_back(const Pubkey& mint);
    // The recipes are others now: plans go on with the one that is called as theirs was, and end
    // where none is. Those before and those now are both alive during the call.
    void follow(std::span<const config::SniperRecipe> recipes);
    // What the plan for it is made from; null without one.
    [[nodiscard]] const config::SniperRecipe* recipe_of(const Pubkey& mint) const;

 private:
    struct Plan {
        const config::SniperRecipe* recipe = nullptr;
        std::size_t part = 1;   // The next one.
        Slot ordered_at;        // The one before it.
        Lamports cost_ordered;  // Of the position, when that was ordered.
        PositionId position{};  // Once the first part has filled.
        // As they were for the part before that.
        Slot ordered_before{};
        Lamports cost_before{};
        // The first part is waited for since then. Nothing: since the next slot of this process,
        // which an earlier one ordered it before.
        std::optional<Slot> awaited_since{};
        bool is_judged = true;  // Its token, by this process.
    };
    // What to do about a plan whose position is this one.
    [[nodiscard]] bool is_over(const Plan& plan, const PositionView& position) const;
    [[nodiscard]] std::optional<OrderIntent> next_part(const Plan& plan,
                                                       const PositionView& position,
                                                       const View& view) const;
    void forget_unfilled(const View& view);

    std::map<Pubkey, Plan> plans_;  // By mint.
};

}  // namespace sniperforge::strategy
