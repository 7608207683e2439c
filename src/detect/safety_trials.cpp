// SPDX-License-Identifier: MIT
// Round trips that nodes try for us: of which tokens they are wanted, when again, and what they
// say.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/detect/safety_book.hpp"

namespace sniperforge::detect {
namespace {

// What a price refused, or accounts that were others, is of a moment: ours are as the node's a slot
// or two later.
constexpr std::uint64_t kMovedSlots = 2;
// Where no node answered, and where what was tried is another by now. From both on twice as long
// each time: nodes that never answer would take the calls that holders are read with. A program
// that refuses goes on refusing for a while.
constexpr std::uint64_t kRetrySlots = 8;
constexpr unsigned kUnansweredMin = 3, kDoublingsMax = 10;
static_assert(kMovedSlots << (kUnansweredMin - 1) == kRetrySlots);
// Calls are for what is new: of what is only held none is made again sooner, and what was said is
// not refreshed.
constexpr std::uint64_t kReheldSlots = 150;

[[nodiscard]] std::uint64_t retry_after(unsigned unsettled) {
    return kMovedSlots << std::min(unsettled - 1, kDoublingsMax);
}

}  // namespace

// A migration, another mint, other settings: what was said is of something else.
bool SafetyBook::is_of_now(const TrialBasis& basis, const Pubkey& mint, PoolIndex pool) const {
    const JudgedMint* judged = detector_.judged(mint);
    return basis.pool == pool && basis.amount == options_.amount &&
           basis.lost_max == policy_.round_trip_loss_max && judged != nullptr &&
           has_same_rules(basis.mint, judged->evidence);
}

bool SafetyBook::is_trial_due(const Pubkey& mint, const Followed& token, PoolIndex pool,
                              Slot now) const {
    const RoundTripTrial& trial = token.trial;
    if (!options_.is_round_trip_simulated || trial.is_asked || !trial.is_wanted) {
        return false;
    }
    // Of what is only held, too: after a restart nothing is known of it, and parts of its entry may
    // be bought yet.
    if (!trial.found) {
        return true;
    }
    const std::uint64_t since = now.since(trial.asked_at);
    if (!is_of_now(trial.of, mint, pool)) {
        return since >= kRetrySlots;
    }
    if (!token.is_wanted) {
        return trial.found->knowledge == Knowledge::Unknown && since >= kReheldSlots;
    }
    return since > policy_.evidence_age_slots_max / 2 ||
           (trial.unsettled > 0 && since >= retry_after(trial.unsettled));
}

std::vector<SafetyBook::Untried> SafetyBook::take_untried(Slot now) {
    std::vector<Untried> untried;
    if (!std::exchange(is_any_trial_, false)) {
        return untried;  // As before.
    }
    for (auto& [mint, token] : followed_) {
        const auto pool = token.trial.is_wanted ? book_.deepest_sol_pool(mint) : std::nullopt;
        const JudgedMint* judged = detector_.judged(mint);
        if (pool && judged != nullptr && is_trial_due(mint, token, *pool, now)) {
            token.trial.is_asked = true;
            token.trial.asked_at = now;
            token.trial.asked = {*pool, options_.amount, policy_.round_trip_loss_max,
                                 judged->evidence};
            untried.push_back({mint, *pool, options_.amount, policy_.round_trip_loss_max});
        }
    }
    return untried;
}

void SafetyBook::take_round_trip(const Pubkey& mint, RoundTripOutcome outcome, Slot now) {
    const auto found = followed_.find(mint);
    if (found == followed_.end() || !found->second.trial.is_asked) {
        return;  // Let go since.
    }
    RoundTripTrial& trial = found->second.trial;
    trial.is_asked = false;
    trial.asked_at = now;
    mark(mint);
    const Slot since = found->second.since;
    const auto is_old = [&](Slot slot) { return now.since(slot) > policy_.evidence_age_slots_max; };
    if (outcome.end != RoundTripEnd::Unknown && is_old(outcome.slot)) {
        outcome.end = RoundTripEnd::Unknown;
        outcome.problem = fmt::format(
            "the node tried it in slot {}, {} slots ago, and safety.evidence_age_slots_max is {}",
            outcome.slot.value, now.since(outcome.slot), policy_.evidence_age_slots_max);
    } else if (outcome.end != RoundTripEnd::Unknown && outcome.end != RoundTripEnd::Sold &&
               outcome.slot < since) {
        // It does not know the pool yet.
        outcome.problem = fmt::format("the node tried it in slot {}, its pool is of slot {}: {}",
                                      outcome.slot.value, since.value, outcome.problem);
        outcome.end = RoundTripEnd::Unknown;
    }
    const bool is_known = outcome.end != RoundTripEnd::Unknown;
    const bool is_settled =
        outcome.end == RoundTripEnd::Sold || outcome.end == RoundTripEnd::Refused;
    const bool is_answered = outcome.slot != Slot{};
    trial.unsettled =
        is_settled ? 0 : std::max(trial.unsettled + 1, is_answered ? 1 : kUnansweredMin);
    if (is_known) {
        const bool is_sold = outcome.end == RoundTripEnd::Sold;
        // A node that is ahead of us, or says so, does not make it younger than we are.
        trial.found =
            known(SimulatedTrip{is_sold ? trial.asked.lost_max : BasisPoints{kBasisPointsOne},
                                std::move(outcome.problem)},
                  std::min(outcome.slot, now));
        trial.of = trial.asked;
        return;
    }
    // What a node said before stands, as long as it is young enough and of the same.
    const bool is_standing = trial.found && trial.found->knowledge == Knowledge::Known &&
                             !is_old(trial.found->slot) &&
                             is_of_now(trial.of, mint, trial.asked.pool);
    if (!is_standing) {
        trial.found =
            Evidence<SimulatedTrip>{Knowledge::Unknown, {{}, std::move(outcome.problem)}, {}};
        trial.of = trial.asked;
    }
}

Evidence<SimulatedTrip> SafetyBook::simulated_trip(const Pubkey& mint, const Followed& token,
                                                   std::optional<PoolIndex> pool) const {
    if (!options_.is_round_trip_simulated) {
        return {Knowledge::NotApplicable, {}, {}};
    }
    const RoundTripTrial& trial = token.trial;
    return trial.found && pool && is_of_now(trial.of, mint, *pool) ? *trial.found
                                                                   : Evidence<SimulatedTrip>{};
}

}  // namespace sniperforge::detect
