// SPDX-License-Identifier: MIT
// SlotClock: how long a slot takes, measured. Slot time is about to vary on mainnet, so nothing
// assumes 400 ms once notifications arrive.
#pragma once

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge {

class SlotClock {
 public:
    // Before the first measurement: the slot time of mainnet for years.
    static constexpr Duration kInitial = std::chrono::milliseconds{400};
    static constexpr Duration kMin = std::chrono::milliseconds{50};
    static constexpr Duration kMax = std::chrono::seconds{2};

    // True when `slot` is the newest so far.
    bool observe(Slot slot, MonoTime at);
    [[nodiscard]] Slot slot() const { return slot_; }
    [[nodiscard]] Duration slot_time() const { return slot_time_; }

 private:
    Slot slot_;
    MonoTime at_;
    Duration slot_time_ = kInitial;
    bool has_slot_ = false;
};

}  // namespace sniperforge
