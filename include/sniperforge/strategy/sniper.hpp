// SPDX-License-Identifier: MIT
// Sniper: a small entry into a new pool that is what one of the recipes asks for, at once or in
// parts.
#pragma once

#include <cstddef>
#include <map>
#include <unordered_map>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/recipe.hpp"
#include "sniperforge/strategy/staged_entries.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Sniper {
 public:
    explicit Sniper(const config::SniperSettings& settings);
    // Its staged entries refer to its recipes.
    Sniper(const Sniper&) = delete;
    Sniper& operator=(const Sniper&) = delete;

    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // What decide() makes of a swap, in two steps: most need nothing of the world. Counts it. True:
    // it is in a pool that may be entered yet.
    [[nodiscard]] bool is_wanted(const SwapSeen& swap);
    // Behind it: where a recipe asks for what the pool is.
    void enter(PoolIndex swapped, const View& view, Intents& intents);
    // Another strategy was first in its pool, or something is waited for: it may be asked for
    // again.
    void was_contested(const OrderIntent& intent);
    // Goes on with an entry that an earlier run began. The recipe that it goes on by; null: there
    // is none with the name, the amount and the stages that it began by, and nothing is added.
    const config::SniperRecipe* resume(const OrderedPart& ordered);
    // Something may be added to what is held of it.
    [[nodiscard]] bool is_growing(const Pubkey& mint) const {
        return staged_.recipe_of(mint) != nullptr;
    }
    // Other settings from now on. Pools are followed on, those that no recipe took are held against
    // the new ones, and parts of an entry are bought by the recipe that is called as theirs was.
    // What was not asked of a pool when it began (creator_pools_max, migration_only) is not known
    // of it.
    void configure(const config::SniperSettings& settings);
    // Some recipe buys in parts: in any slot the next one may be due.
    [[nodiscard]] bool is_buying_in_parts() const { return is_enabled_ && is_any_staged_; }

 private:
    struct Candidate {
        Pubkey mint;
        Pubkey creator;                      // Zero: nobody knows.
        Direction buying = Direction::AToB;  // What spends SOL.
        Slot created_at;
        LaunchFacts facts;  // What does not change with the slot.
        bool is_judged = false;
        bool is_done = false;  // Entered or given up:
        bool is_entered = false;
    };
    struct Launch {
        Pubkey creator, mint;
    };
    void begin(const PoolCreated& created, const View& view);
    void judge(const TokenJudged& judged, const View& view, Intents& intents);
    [[nodiscard]] bool is_open(const Candidate& candidate) const;
    void try_enter(PoolIndex pool, Candidate& candidate, const View& view, Intents& intents);
    // Tokens of this creator, this one included: those that began while we looked, and as many more
    // as are known of earlier runs.
    void count_launch(Candidate& candidate, std::uint32_t known);
    void forget_old(Slot slot);
    void use(std::vector<config::SniperRecipe> recipes);

    bool is_enabled_;
    std::vector<config::SniperRecipe> recipes_;  // Plans point into it.
    std::uint64_t age_slots_max_ = 0;            // Of all recipes.
    bool is_creator_asked_ = false;              // By any of them, and so on.
    bool is_migration_asked_ = false;
    bool is_any_staged_ = false;
    std::map<PoolIndex, Candidate> candidates_;
    std::unordered_map<Pubkey, TokenJudged, KeyHash> verdicts_;  // By token.
    std::vector<Launch> launches_;                               // The newest; a ring.
    std::size_t launch_next_ = 0;
    StagedEntries staged_;
};

}  // namespace sniperforge::strategy
