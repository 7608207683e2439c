// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/sniper.hpp"

#include <algorithm>

#include "strategy/entry.hpp"

namespace sniperforge::strategy {
namespace {

// New pools followed at a time; the oldest make room.
constexpr std::size_t kCandidatesMax = 512;

}  // namespace

Sniper::Sniper(const config::SniperSettings& settings) : settings_{settings} {}

void Sniper::decide(const MarketEvent& event, const View& view, Intents& intents) {
    if (!settings_.is_enabled) {
        return;
    }
    if (const auto* created = std::get_if<PoolCreated>(&event)) {
        if (const auto sides = sol_pool(view.book.pool(created->pool))) {
            Candidate& candidate = candidates_[created->pool];
            candidate.mint = sides->token;
            candidate.created_at = created->created_at;
            if (const auto verdict = verdicts_.find(sides->token); verdict != verdicts_.end()) {
                candidate.is_judged = true;
                candidate.is_safe = verdict->second.is_safe;
                candidate.is_refused = verdict->second.is_refused;
            }
        }
        forget_old(view.slot);
    } else if (const auto* judged = std::get_if<TokenJudged>(&event)) {
        judge(*judged, view, intents);
    } else if (const auto* swap = std::get_if<SwapSeen>(&event)) {
        count_swap(*swap, view, intents);
    }
}

// The mint is usually read before the pool's vaults are, so the verdict may come first.
void Sniper::judge(const TokenJudged& judged, const View& view, Intents& intents) {
    const bool is_safe =
        (settings_.is_mint_authority_allowed || !judged.is_mint_authority_set) &&
        (settings_.is_freeze_authority_allowed || !judged.is_freeze_authority_set) &&
        !judged.has_risky_extension;
    if (verdicts_.size() >= kCandidatesMax * 4) {
        verdicts_.clear();  // Only new tokens matter; the followed ones carry their own verdict.
    }
    verdicts_[judged.mint] = {is_safe, judged.refused.has_value()};
    for (auto& [pool, candidate] : candidates_) {
        if (candidate.mint == judged.mint) {
            candidate.is_judged = true;
            candidate.is_safe = is_safe;
            candidate.is_refused = judged.refused.has_value();
            try_enter(pool, candidate, view, intents);
        }
    }
}

void Sniper::count_swap(const SwapSeen& swap, const View& view, Intents& intents) {
    const auto position = candidates_.find(swap.pool);
    if (position == candidates_.end()) {
        return;
    }
    const auto sides = sol_pool(view.book.pool(swap.pool));
    Candidate& candidate = position->second;
    ++(swap.direction == sides->buying ? candidate.buys : candidate.sells);
    try_enter(swap.pool, candidate, view, intents);
}

void Sniper::try_enter(PoolIndex pool, Candidate& candidate, const View& view, Intents& intents) {
    if (candidate.is_done || !candidate.is_judged || intents.size() >= kIntentsMax) {
        return;
    }
    if (!candidate.is_safe || view.slot.since(candidate.created_at) > settings_.age_slots_max) {
        candidate.is_done = true;
        return;
    }
    if (candidate.is_refused || std::ranges::binary_search(view.pools_waiting, pool)) {
        return;  // Not denied, which would be for good.
    }
    if (candidate.buys < settings_.buys_min || candidate.buys <= candidate.sells) {
        return;
    }
    const auto sides = sol_pool(view.book.pool(pool));
    if (sides->sol < settings_.liquidity_min) {
        return;
    }
    const EntryOptions options{StrategyId::Sniper, settings_.amount, settings_.slippage};
    if (auto intent = entry_into(pool, options, view)) {
        candidate.is_done = true;
        intents.push_back(*intent);
    }
}

void Sniper::forget_old(Slot slot) {
    std::erase_if(candidates_, [&](const auto& entry) {
        return slot.since(entry.second.created_at) > settings_.age_slots_max;
    });
    while (candidates_.size() > kCandidatesMax) {
        candidates_.erase(candidates_.begin());  // Lowest index: seen first.
    }
}

}  // namespace sniperforge::strategy
