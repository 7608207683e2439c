// SPDX-License-Identifier: MIT
// What a swap leaves behind in a pool, for markets that are not read from a chain: paper fills and
// recorded tapes. The reserves are exact for what quotes are made of; who owns the fees that stay
// in a vault is not followed further.
#pragma once

#include "sniperforge/dex/pool.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {

// The pool after this swap, which it has just quoted. False, and nothing is changed, where ticks,
// bins or a stored square root price make the price: Raydium CLMM, Whirlpool, DLMM, DAMM v2.
bool displace(Pool& pool, Direction direction, const SwapQuote& swap);

// A swap as it was recorded: what went in and what came out as the reserves moved, fees that left
// the pool apart.
struct SwapMoved {
    Direction direction = Direction::AToB;
    TokenAmount in, out;
};
// The pool on both sides of it.
struct Displaced {
    PoolReserves before;
    PoolLook now;
};
// The same of such a swap, with what is asked on both sides of it: of a tape there are millions,
// and each question costs the way to the venue.
[[nodiscard]] Displaced displace(Pool& pool, const SwapMoved& swap);

}  // namespace sniperforge::dex
