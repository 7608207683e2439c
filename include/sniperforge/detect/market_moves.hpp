// SPDX-License-Identifier: MIT
// What a change of a pool's reserves says of the market.
#pragma once

#include <vector>

#include "sniperforge/model/market_event.hpp"

namespace sniperforge::detect {

struct PoolReserves {
    TokenAmount a, b;
};

// Appends the change, and the swap or the withdrawal that it shows.
void append_move(PoolIndex pool, Slot slot, const PoolReserves& before, const PoolReserves& now,
                 std::vector<MarketEvent>& events);

}  // namespace sniperforge::detect
