// SPDX-License-Identifier: MIT
#include "feed/slot_gauge.hpp"

#include <algorithm>

namespace sniperforge::feed {

bool SlotGauge::is_plausible(Slot slot, MonoTime now, Duration slot_time) const {
    if (!head_) {
        return slot.value <= kFirstMax;
    }
    const std::uint64_t ahead = slot.since(*head_);
    if (ahead <= kAheadMin) {
        return true;  // Of nearly every notification: no division on its way.
    }
    const auto passed = std::max<std::int64_t>(0, (now - head_at_) * kPaceFactor / slot_time);
    return ahead <= kAheadMin + static_cast<std::uint64_t>(passed);
}

void SlotGauge::begin(Slot slot, MonoTime now) {
    if (!head_ && is_plausible(slot, now, {})) {
        head_ = slot;
        head_at_ = now;
    }
}

bool SlotGauge::observe(std::size_t endpoint, Slot slot, MonoTime now, Duration slot_time) {
    if (!is_plausible(slot, now, slot_time) && !is_leap_proven(endpoint, slot, now)) {
        return false;
    }
    endpoints_[endpoint] = Known{.told = now, .leap = std::nullopt};
    if (!head_ || slot > *head_) {
        head_ = slot;
        head_at_ = now;
    }
    return true;
}

bool SlotGauge::is_leap_proven(std::size_t endpoint, Slot slot, MonoTime now) {
    if (head_ && slot.since(*head_) > kLeapMax) {
        return false;
    }
    const auto is_near = [](Slot a, Slot b) {
        return a.since(b) <= kAheadMin && b.since(a) <= kAheadMin;
    };
    std::optional<Leap>& leap = endpoints_[endpoint].leap;
    if (leap && is_near(leap->slot, slot)) {
        leap->slot = slot;
    } else {
        leap = Leap{slot, slot, now};
    }
    std::size_t for_leap = 0, for_head = 0;
    for (const Known& each : endpoints_) {
        for_leap += each.leap && is_near(each.leap->slot, slot) ? 1 : 0;
        for_head += !each.leap && each.told && now - *each.told < kLeapProof ? 1 : 0;
    }
    return for_leap > for_head &&
           (for_leap > 1 || (slot > leap->first && now - leap->since >= kLeapProof));
}

}  // namespace sniperforge::feed
