// SPDX-License-Identifier: MIT
#include "rpc/slot_board.hpp"

#include <algorithm>

namespace sniperforge::rpc {

namespace {

[[nodiscard]] bool is_near(Slot a, Slot b, std::uint64_t distance = kSlotJumpMax) {
    return a.since(b) <= distance && b.since(a) <= distance;
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
    } else if (best->slot.since(slot) > kSlotJumpMax) {
        if (is_best_refuted(level, claim)) {
            replace_best(level, claim);
        }
    } else if (slot >= best->slot) {
        best->slot = slot;
        best->at = now;
    }
    if (is_near(slot, best->slot) && (claim.has_gone_on() || support(level, best->slot) > 1)) {
        best->is_proven = true;
    }
    Known& known = endpoints_[endpoint];
    known.newest[level] = std::max(known.newest[level].value_or(slot), slot);
    known.lag = std::min(expected.value_or(best->slot), best->slot).since(slot);
}

const SlotBoard::Claim& SlotBoard::put_claim(std::size_t endpoint, std::size_t level, Slot slot,
                                             MonoTime now) {
    std::optional<Claim>& claim = endpoints_[endpoint].claim[level];
    if (!claim || !is_near(claim->slot, slot)) {
        claim = Claim{.slot = slot, .first = slot, .since = now, .at = now};
    }
    claim->slot = slot;
    claim->at = now;
    return *claim;
}

std::size_t SlotBoard::support(std::size_t level, Slot slot, std::uint64_t distance) const {
    return static_cast<std::size_t>(
        std::count_if(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
            return each.claim[level] && is_near(each.claim[level]->slot, slot, distance);
        }));
}

bool SlotBoard::is_leap_proven(std::size_t level, const Claim& claim) const {
    // Nearer to the one than to the other.
    const Slot best = best_[level]->slot;
    const std::uint64_t distance = std::min(kSlotJumpMax, (claim.slot.since(best) - 1) / 2);
    const std::size_t for_leap = support(level, claim.slot, distance);
    if (for_leap < support(level, best, distance)) {
        return false;
    }
    // Of one alone while another one goes on from what was believed: that one is in pace.
    const bool is_spoken_against =
        std::any_of(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
            const auto& other = each.claim[level];
            return other && is_near(other->slot, best, distance) &&
                   claim.at - other->at < kLeapProof && !other->has_stood_still();
        });
    return for_leap > 1 || (claim.has_gone_on() && !is_spoken_against);
}

bool SlotBoard::is_best_refuted(std::size_t level, const Claim& claim) const {
    const Best& best = *best_[level];
    const std::size_t for_best = support(level, best.slot);
    if (best.is_proven || support(level, claim.slot) > for_best) {
        return !best.is_proven;
    }
    // One against one. That the other has not gone on says something only if it was asked.
    return claim.has_gone_on() &&
           std::all_of(endpoints_.begin(), endpoints_.end(), [&](const Known& each) {
               const auto& other = each.claim[level];
               return !other || !is_near(other->slot, best.slot) || other->has_stood_still();
           });
}

// Nothing that was measured by the old one holds.
void SlotBoard::replace_best(std::size_t level, const Claim& claim) {
    best_[level] = Best{claim.slot, claim.at};
    for (Known& each : endpoints_) {
        const auto& told = each.claim[level];
        if (each.newest[level] && each.newest[level]->since(claim.slot) > kSlotJumpMax) {
            each.newest[level].reset();
        }
        if (told && is_near(told->slot, claim.slot)) {
            each.newest[level] = std::max(each.newest[level].value_or(told->slot), told->slot);
            each.lag = claim.slot.since(told->slot);
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
