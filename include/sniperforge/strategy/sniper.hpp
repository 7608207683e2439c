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

 private:
    struct Candidate {
        Pubkey mint;
        Pubkey creator;  // Zero: nobody knows.
        Slot created_at;
        LaunchFacts facts;  // What does not change with the slot.
        bool is_judged = false;
        bool is_done = false;  // Entered or given up.
    };
    struct Launch {
        Pubkey creator, mint;
    };
    void begin(const PoolCreated& created, const View& view);
    void judge(const TokenJudged& judged, const View& view, Intents& intents);
    void count_swap(const SwapSeen& swap, const View& view, Intents& intents);
    void try_enter(PoolIndex pool, Candidate& candidate, const View& view, Intents& intents);
    // Tokens of this creator that began while we looked, this one included.
    void count_launch(Candidate& candidate);
    void forget_old(Slot slot);

    bool is_enabled_;
    std::vector<config::SniperRecipe> recipes_;  // Never changed: plans point into it.
    std::uint64_t age_slots_max_ = 0;            // Of all recipes.
    bool is_creator_asked_ = false;              // By any of them, and so on.
    bool is_migration_asked_ = false;
    std::map<PoolIndex, Candidate> candidates_;
    std::unordered_map<Pubkey, TokenJudged, KeyHash> verdicts_;  // By token.
    std::vector<Launch> launches_;                               // The newest; a ring.
    std::size_t launch_next_ = 0;
    StagedEntries staged_;
};

}  // namespace sniperforge::strategy
