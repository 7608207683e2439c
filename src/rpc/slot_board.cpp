// SPDX-License-Identifier: MIT
#include "rpc/slot_board.hpp"

#include <algorithm>

namespace sniperforge::rpc {

namespace {

[[nodiscard]] std::uint64_t distance(Slot a, Slot b) { return std::max(a.since(b), b.since(a)); }

// Finality comes when it comes, and nodes answer reads at finalized with another slot than they
// refuse them with: the one 32 behind the other. Who is in pace is seen at the tip.
[[nodiscard]] constexpr bool tells_lag(std::size_t level) {
    return level != static_cast<std::size_t>(Commitment::Finalized);
}

// How far above the best a slot may be that is told so much later.
[[nodiscard]] std::uint64_t ahead_max(Duration later) {
    return std::min(kSlotJumpMax,
                    kSlotAheadMax + static_cast<std::uint64_t>(later / kSlotTimeLeast));
}

}  // namespace

SlotBoard::SlotBoard(std::size_t endpoints, std::uint64_t lag_max)
    : lag_max_{lag_max}, endpoints_(endpoints) {}

void SlotBoard::note(std::size_t endpoint, Commitment commitment, Slot slot, MonoTime now,
                     std::optional<Slot> expected) {
    const auto level = static_cast<std::size_t>(commitment);
    const Claim& claim = put_claim(endpoint, level, slot, now);
    std::optional<Best>& best = best_[level];
    if (!best) {
        best = Best{slot, now};
    } else if (slot.since(best->slot) > ahead_max(now - best->at)) {
        const bool is_silence_over = now - best->at >= kSlotTrust;
        if (!is_silence_over && !is_leap_proven(level, claim)) {
            return;
        }
        best = Best{slot, now};
    } else if (best->slot.since(slot) > kSlotAheadMax) {
        if (is_best_refuted(level, claim)) {
            replace_best(level, claim);
        }
    } else if (slot >= best->slot) {
        // Or it is not from there that it has gone on.
        const auto pace = static_cast<std::uint64_t>((now - best->at) / kSlotTimeMin);
        best->is_borne_out =
            best->is_borne_out && slot.since(best->slot) <= PaceGauge::kBehindMax + pace;
        best->slot = slot;
        best->at = now;
    }
    if (distance(slot, best->slot) <= kSlotAheadMax) {
        best->is_borne_out = best->is_borne_out || is_told_by_two(level);
        best->is_proven = best->is_proven || best->is_borne_out || claim.has_gone_on();
    }
    Known& known = endpoints_[endpoint];
    known.newest[level] = std::max(known.newest[level].value_or(slot), slot);
    if (!tells_lag(level)) {
        return;
    }
    known.lag = is_undecided(level, claim)
                    ? 0
                    : std::min(expected.value_or(best->slot), best->slot).since(slot);
}

const SlotBoard::Claim& SlotBoard::put_claim(std::size_t endpoint, std::size_t level, Slot slot,
                                             MonoTime now) {
    std::optional<Claim>& claim = endpoints_[endpoint].claim[level];
    if (!claim || distance(claim->slot, slot) > kSlotJumpMax) {
        claim = Claim{.slot = slot, .first = slot, .since = now, .at = now};
    }
    claim->slot = slot;
    claim->at = now;
    return *claim;
}

bool SlotBoard::is_told_by_two(std::size_t level) const {
    return 1 < std::count_if(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
               return each.claim[level] && distance(each.claim[level]->slot, best_[level]->slot) <=
                                               PaceGauge::kBehindMax;
           });
}

bool SlotBoard::is_for(const std::optional<Claim>& told, Slot one, Slot other) {
    return told && distance(told->slot, one) <= kSlotJumpMax &&
           distance(told->slot, one) < distance(told->slot, other);
}

SlotBoard::Votes SlotBoard::votes(std::size_t level, const Claim& claim) const {
    Votes votes;
    const Slot best = best_[level]->slot;
    for (const Known& each : endpoints_) {
        const auto& told = each.claim[level];
        if (told && claim.at - told->at <= kSlotTrust) {
            votes.for_claim += is_for(told, claim.slot, best) ? 1 : 0;
            votes.for_best += is_for(told, best, claim.slot) ? 1 : 0;
        }
    }
    return votes;
}

bool SlotBoard::is_leap_proven(std::size_t level, const Claim& claim) const {
    const Slot best = best_[level]->slot;
    const auto [for_leap, for_best] = votes(level, claim);
    if (for_leap < for_best) {
        return false;
    }
    if (claim.slot.since(best) <= kSlotJumpMax) {
        return true;  // Who told of the best may lag: is_undecided().
    }
    // Of one alone while another one goes on from what was believed: that one is in pace.
    const bool is_spoken_against =
        std::any_of(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
            const auto& other = each.claim[level];
            return is_for(other, best, claim.slot) && claim.at - other->at < kLeapProof &&
                   !other->has_stood_still();
        });
    return for_leap > 1 || (claim.has_gone_on() && !is_spoken_against);
}

bool SlotBoard::is_best_refuted(std::size_t level, const Claim& claim) const {
    const Best& best = *best_[level];
    const auto [for_claim, for_best] = votes(level, claim);
    if (best.slot.since(claim.slot) <= kSlotJumpMax) {
        return !best.is_borne_out && for_claim > for_best;
    }
    if (best.is_proven || for_claim > for_best) {
        return !best.is_proven;
    }
    // One against one. That the other has not gone on says something only if it was asked.
    return claim.has_gone_on() &&
           std::all_of(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
               const auto& other = each.claim[level];
               return !is_for(other, best.slot, claim.slot) || other->has_stood_still();
           });
}

bool SlotBoard::is_undecided(std::size_t level, const Claim& claim) const {
    const Best& best = *best_[level];
    const std::uint64_t behind = best.slot.since(claim.slot);
    if (behind <= kSlotAheadMax || behind > kSlotJumpMax || best.is_borne_out) {
        return false;
    }
    const auto [for_claim, for_best] = votes(level, claim);
    return for_claim >= for_best;
}

// Nothing that was measured by the old one holds.
void SlotBoard::replace_best(std::size_t level, const Claim& claim) {
    best_[level] = Best{claim.slot, claim.at};
    for (Known& each : endpoints_) {
        const auto& told = each.claim[level];
        if (each.newest[level] && each.newest[level]->since(claim.slot) > kSlotAheadMax) {
            each.newest[level].reset();
        }
        if (told && distance(told->slot, claim.slot) <= kSlotAheadMax) {
            each.newest[level] = std::max(each.newest[level].value_or(told->slot), told->slot);
            each.lag = tells_lag(level) ? claim.slot.since(told->slot) : each.lag;
        }
    }
}

void SlotBoard::note_behind(std::size_t endpoint, std::uint64_t slots) {
    // Whatever the distance, it does not serve reads by its own word.
    endpoints_[endpoint].lag = std::max(slots, lag_max_ + 1);
}

std::optional<Slot> SlotBoard::best(Commitment commitment) const {
    const auto& best = best_[static_cast<std::size_t>(commitment)];
    return best ? std::optional{best->slot} : std::nullopt;
}

std::optional<Slot> SlotBoard::newest(std::size_t endpoint) const {
    const Known& known = endpoints_[endpoint];
    std::optional<Slot> newest = *std::max_element(known.newest.begin(), known.newest.end());
    for (const auto& claim : known.claim) {
        newest = claim ? std::max(newest, std::optional{claim->slot}) : newest;
    }
    return newest;
}

std::uint64_t SlotBoard::lag(std::size_t endpoint) const { return endpoints_[endpoint].lag; }

bool SlotBoard::has_reached(std::size_t endpoint, Commitment commitment, Slot slot) const {
    const auto& newest = endpoints_[endpoint].newest;
    return std::any_of(
        newest.begin() + static_cast<std::ptrdiff_t>(commitment), newest.end(),
        [slot](const std::optional<Slot>& known) { return known && *known >= slot; });
}

}  // namespace sniperforge::rpc
