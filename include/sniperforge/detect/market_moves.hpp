// SPDX-License-Identifier: MIT
// What a change of a pool's reserves says of the market.
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/market_event.hpp"

namespace sniperforge::detect {

using dex::PoolReserves;

// Somebody swapped: one side rose and the other fell.
[[nodiscard]] inline std::optional<SwapSeen> swap_between(PoolIndex pool, Slot slot,
                                                          const PoolReserves& before,
                                                          const PoolReserves& now) {
    if (now.a > before.a && now.b < before.b) {
        return SwapSeen{pool, slot, Direction::AToB, now.a - before.a, before.b - now.b};
    }
    if (now.a < before.a && now.b > before.b) {
        return SwapSeen{pool, slot, Direction::BToA, now.b - before.b, before.a - now.a};
    }
    return std::nullopt;
}

// Appends the change, and the swap or the withdrawal that it shows.
void append_move(PoolIndex pool, Slot slot, const PoolReserves& before, const PoolReserves& now,
                 std::vector<MarketEvent>& events);

}  // namespace sniperforge::detect
