// SPDX-License-Identifier: MIT
// Entries of others than the sniper: which tokens are launches, and the verdict on one that
// somebody wants.
#include <algorithm>
#include <array>

#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::detect {
namespace {

// What moved in a coin's first slot is told by then.
constexpr std::uint64_t kFirstSlotToldAfter = 8;

// Somebody gave the other side for it. What went out on both sides is liquidity.
[[nodiscard]] TokenAmount bought_in(const ReservesChanged& change, bool is_token_a) {
    const auto [token, token_before] = is_token_a ? std::pair{change.reserve_a, change.previous_a}
                                                  : std::pair{change.reserve_b, change.previous_b};
    const auto [paid, paid_before] = is_token_a ? std::pair{change.reserve_b, change.previous_b}
                                                : std::pair{change.reserve_a, change.previous_a};
    return paid > paid_before ? token_before.saturating_sub(token) : TokenAmount{};
}

}  // namespace

void SafetyBook::meet(const SafetySubject& subject) {
    // Somebody makes a new pool of an old token every day.
    if (launches_.contains(subject.mint) || book_.pools_of(subject.mint).size() > 1) {
        return;
    }
    if (launches_.size() >= kLaunchesMax) {
        launches_.erase(launches_order_.front());
        launches_order_.pop_front();
    }
    launches_.emplace(subject.mint, Launch{.pool = subject.pool,
                                           .creator = subject.creator,
                                           .created_at = subject.created_at,
                                           .was_judged = followed_.contains(subject.mint)});
    launches_order_.push_back(subject.mint);
    note_launch(subject);
    std::erase_if(launches_of_slot_, [&](const auto& known) {
        const auto launch = launches_.find(known.second);
        return launch == launches_.end() ||
               subject.created_at.since(launch->second.created_at) > kFirstSlotToldAfter;
    });
    launches_of_slot_.emplace_back(subject.pool, subject.mint);
}

// The same of tokens that nobody follows.
void SafetyBook::note_first_bought(const MarketEvent& event) {
    const auto launch_of = [&](PoolIndex pool) {
        const auto known =
            std::ranges::find(launches_of_slot_, pool, &std::pair<PoolIndex, Pubkey>::first);
        return known == launches_of_slot_.end() ? launches_.end() : launches_.find(known->second);
    };
    if (const auto* created = std::get_if<PoolCreated>(&event)) {
        if (const auto launch = launch_of(created->pool); launch != launches_.end()) {
            launch->second.first_bought = created->bought_at_first;
        }
    } else if (const auto* changed = std::get_if<ReservesChanged>(&event)) {
        const auto found = launches_of_slot_.empty() ? launches_.end() : launch_of(changed->pool);
        if (found == launches_.end() || found->second.created_at != changed->slot) {
            return;
        }
        Launch& launch = found->second;
        const dex::Pool& pool = book_.pool(changed->pool);
        launch.pool_bought = launch.pool_bought.saturating_add(
            bought_in(*changed, dex::mint_a(pool) == found->first));
        if (launch.first_bought) {
            const auto bought = bought_on_curve(pool);
            launch.first_bought = bought ? bought : launch.first_bought;
        }
    }
}

bool SafetyBook::is_launch(const Pubkey& mint, Slot now) const {
    const auto found = launches_.find(mint);
    return found != launches_.end() && now.since(found->second.created_at) < options_.launch_slots;
}

void SafetyBook::count_judged(const Pubkey& mint) {
    const auto launch = launches_.find(mint);
    const bool was_judged =
        launch != launches_.end() && std::exchange(launch->second.was_judged, true);
    statistics_.judged += was_judged ? 0 : 1;
}

void SafetyBook::want(const SafetySubject& subject, Slot until) {
    if (!followed_.contains(subject.mint)) {
        make_room();
    }
    Followed& token = add(subject);
    if (!token.is_wanted) {
        count_judged(subject.mint);
    }
    token.is_wanted = true;
    token.asked_until = std::max(token.asked_until, until);
}

SafetyVerdict SafetyBook::verdict_on(const EntryAsked& entry, const SafetyPolicy& policy,
                                     const dex::QuoteContext& context, Slot now) {
    const std::array pools{entry.pool};
    if (!is_launch(entry.mint, now)) {
        SafetyEvidence evidence;
        evidence.mint = mint_evidence(entry.mint, pools, now);
        evidence.round_trip_loss = round_trip(entry.pool, entry.amount, context, now);
        return detect::judge(evidence, policy, now, SafetyScope::Established);
    }
    const Launch& launch = launches_.at(entry.mint);
    want({launch.pool, entry.mint, launch.creator, launch.created_at},
         now.plus(policy_.evidence_age_slots_max));
    Followed& token = followed_.at(entry.mint);
    add_pool(token, {entry.pool, entry.mint, launch.creator, launch.created_at});
    SafetyEvidence evidence = evidence_of(entry.mint, token, context, now);
    evidence.round_trip_loss = round_trip(entry.pool, entry.amount, context, now);
    SafetyVerdict verdict = detect::judge(evidence, policy, now);
    // Who asks may allow what the sniper does not.
    if (verdict.is_safe_but_for(SafetyCode::SimulatedRoundTrip)) {
        token.trial.is_wanted = is_any_trial_ = true;
    }
    return verdict;
}

}  // namespace sniperforge::detect
