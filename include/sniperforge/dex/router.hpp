// SPDX-License-Identifier: MIT
// Cycles through the pools: for a changed pool, the best 2-hop cycle SOL → token → SOL that uses
// it, with its optimal size in closed form and every amount verified in integers.
#pragma once

#include <array>
#include <optional>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::dex {

// Bound of the fixed candidate table on the stack.
inline constexpr std::size_t kCycleCandidatesMax = 128;

struct CycleLimits {
    Lamports amount_in_max;
    Lamports
        cost;  // Base fee, priority fee and tip of the one transaction: subtracted from profit.
    // Other pools tried per change; the deepest come first. At most kCycleCandidatesMax count.
    std::size_t candidates_max = 64;
    // Also use pools whose vaults rest on different slots (PoolBook::is_torn): half a swap looks
    // like a bargain that nobody offers.
    bool is_torn_allowed = false;
};

// Leg 1 is exact-out of what leg 2 spends exactly.
struct Cycle {
    std::array<Leg, 2> legs;
    Lamports amount_in;   // Lamports that leg 1 takes.
    Lamports amount_out;  // Lamports that leg 2 returns.
    Lamports profit;      // amount_out − amount_in − cost; positive.
};

// The most profitable cycle through `changed`, or nothing. Both directions are tried. Allocates
// nothing; its cost is bounded by the pools that trade the same token against wSOL.
[[nodiscard]] std::optional<Cycle> best_cycle(const PoolBook& book, PoolIndex changed,
                                              const CycleLimits& limits,
                                              const QuoteContext& context);

}  // namespace sniperforge::dex
