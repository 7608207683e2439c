// SPDX-License-Identifier: MIT
#include "rpc/slot_board.hpp"

#include <algorithm>

namespace sniperforge::rpc {

SlotBoard::SlotBoard(std::size_t endpoints, std::uint64_t lag_max)
    : lag_max_{lag_max}, endpoints_(endpoints) {}

void SlotBoard::note(std::size_t endpoint, Commitment commitment, Slot slot, MonoTime now,
                     std::optional<Slot> expected) {
    const auto level = static_cast<std::size_t>(commitment);
    std::optional<Slot>& best = best_[level];
    if (best && slot.since(*best) > kSlotJumpMax && now - best_at_[level] < kSlotTrust &&
        !is_leap_proven(endpoint, level, slot, now)) {
        return;
    }
    if (!best || slot >= *best) {
        best = slot;
        best_at_[level] = now;
    }
    Known& known = endpoints_[endpoint];
    known.leap[level].reset();
    known.newest[level] = std::max(known.newest[level].value_or(slot), slot);
    known.lag = expected.value_or(*best).since(slot);
}

bool SlotBoard::is_leap_proven(std::size_t endpoint, std::size_t level, Slot slot, MonoTime now) {
    std::optional<Leap>& leap = endpoints_[endpoint].leap[level];
    leap =
        Leap{.slot = slot, .first = leap ? leap->first : slot, .since = leap ? leap->since : now};
    const auto is_near = [](Slot a, Slot b) {
        return a.since(b) <= kSlotJumpMax && b.since(a) <= kSlotJumpMax;
    };
    std::size_t for_leap = 0, for_best = 0;
    for (const Known& each : endpoints_) {
        const auto& told = each.leap[level];
        for_leap += told && is_near(told->slot, slot) ? 1 : 0;
        for_best += !told && each.newest[level] && is_near(*each.newest[level], *best_[level]);
    }
    if (for_leap < for_best) {
        return false;
    }
    return for_leap > 1 || (slot > leap->first && now - leap->since >= kLeapProof);
}

void SlotBoard::note_behind(std::size_t endpoint, std::uint64_t slots) {
    // Whatever the distance, it does not serve reads by its own word.
    endpoints_[endpoint].lag = std::max(slots, lag_max_ + 1);
}

std::optional<Slot> SlotBoard::best(Commitment commitment) const {
    return best_[static_cast<std::size_t>(commitment)];
}

std::optional<Slot> SlotBoard::newest(std::size_t endpoint) const {
    const Known& known = endpoints_[endpoint];
    std::optional<Slot> newest = *std::max_element(known.newest.begin(), known.newest.end());
    for (const auto& leap : known.leap) {
        newest = leap ? std::max(newest, std::optional{leap->slot}) : newest;
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
