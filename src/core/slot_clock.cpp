// SPDX-License-Identifier: MIT
#include "sniperforge/core/slot_clock.hpp"

#include <algorithm>

namespace sniperforge {
namespace {

// Weight of the newest sample: 1/16, so that one late frame moves the estimate by a few per cent.
constexpr std::int64_t kWeight = 16;
constexpr std::uint64_t kSlotsMax = 150;  // A gap beyond says nothing about time.

}  // namespace

bool SlotClock::observe(Slot slot, MonoTime at) {
    if (has_slot_ && slot <= slot_) {
        return false;
    }
    if (has_slot_ && slot.since(slot_) <= kSlotsMax) {
        const auto slots = static_cast<std::int64_t>(slot.since(slot_));
        const Duration sample = std::clamp((at - at_) / slots, kMin, kMax);
        slot_time_ += (sample - slot_time_) / kWeight;
    }
    has_slot_ = true;
    slot_ = slot;
    at_ = at;
    return true;
}

}  // namespace sniperforge
