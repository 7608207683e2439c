// SPDX-License-Identifier: MIT
// Sniper: a small entry into a new pool whose mint nobody can inflate or freeze, with enough
// liquidity, after the first real buyers have come.
#pragma once

#include <map>
#include <unordered_map>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Sniper {
 public:
    explicit Sniper(const config::SniperSettings& settings);
    void decide(const MarketEvent& event, const View& view, Intents& intents);

 private:
    struct Candidate {
        Pubkey mint;
        Slot created_at;
        std::uint32_t buys = 0;
        std::uint32_t sells = 0;
        bool is_judged = false;
        bool is_safe = false;
        bool is_refused = false;  // By the evidence, for now.
        bool is_done = false;     // Entered or given up.
    };
    void judge(const TokenJudged& judged, const View& view, Intents& intents);
    void count_swap(const SwapSeen& swap, const View& view, Intents& intents);
    void try_enter(PoolIndex pool, Candidate& candidate, const View& view, Intents& intents);
    void forget_old(Slot slot);

    config::SniperSettings settings_;
    std::map<PoolIndex, Candidate> candidates_;
    struct Verdict {
        bool is_safe = false;
        bool is_refused = false;
    };
    std::unordered_map<Pubkey, Verdict, KeyHash> verdicts_;  // By token.
};

}  // namespace sniperforge::strategy
