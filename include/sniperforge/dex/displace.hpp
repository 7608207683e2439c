// SPDX-License-Identifier: MIT
// What a swap leaves behind in a pool, for markets that are not read from a chain: paper fills and
// recorded tapes. The reserves are exact for what quotes are made of; who owns the fees that stay
// in a vault is not followed further.
#pragma once

#include "sniperforge/dex/pool.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::dex {

// The pool after this swap, which it has just quoted. False, and nothing is changed, where ticks,
// bins or a stored square root price make the price: Raydium CLMM, Whirlpool, DLMM, DAMM v2.
bool displace(Pool& pool, Direction direction, const SwapQuote& swap);

}  // namespace sniperforge::dex
