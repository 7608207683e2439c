// SPDX-License-Identifier: MIT
// A whirlpool as markets have them: two positions, one over all prices and one around the price.
#pragma once

#include <cstdint>

#include "sniperforge/sim/whirlpool.hpp"

namespace sniperforge::sim {

struct MarketWhirlpool {
    Pubkey mint_a, mint_b;         // The smaller one first.
    TokenAmount depth_a, depth_b;  // A constant product of these trades alike near the price.
    std::uint32_t number = 0;      // Of the pair's whirlpools: chooses spacing and fee. Below 4.
};
Whirlpool create_market_whirlpool(Chain& chain, const MarketWhirlpool& options);

}  // namespace sniperforge::sim
