// SPDX-License-Identifier: MIT
// MarketEvent: a fact about a market, past tense, by dense pool index.
#pragma once

#include <variant>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge {

// A pool that did not exist when we connected; `created_at` is the slot we saw it in.
struct PoolCreated {
    PoolIndex pool;
    Slot created_at;
};

// The reserves moved: by a swap, or by liquidity added or removed.
struct ReservesChanged {
    PoolIndex pool;
    Slot slot;
    TokenAmount reserve_a;
    TokenAmount reserve_b;
    TokenAmount previous_a;
    TokenAmount previous_b;
};

// What a reserve change looks like when one side rose and the other fell: somebody swapped.
struct SwapSeen {
    PoolIndex pool;
    Slot slot;
    Direction direction;
    TokenAmount amount_in;
    TokenAmount amount_out;
};

// Both reserves fell together by more than fees explain: liquidity left.
struct LiquidityPulled {
    PoolIndex pool;
    Slot slot;
    BasisPoints removed;  // Of the quote-side reserve.
};

struct SlotStarted {
    Slot slot;
};

using MarketEvent =
    std::variant<PoolCreated, ReservesChanged, SwapSeen, LiquidityPulled, SlotStarted>;

}  // namespace sniperforge
