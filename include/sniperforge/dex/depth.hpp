// SPDX-License-Identifier: MIT
// How much a pool takes before its price has gone too far.
#pragma once

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {

struct Depth {
    TokenAmount amount_in;  // Zero: there is no such amount.
    TokenAmount amount_out;
    // What the accounts seen show of the pool's liquidity ends first, or 64 bits do: the price
    // would allow more.
    bool is_cut_off = false;
};

// The depth within `impact_max`: the most that can be spent in one swap whose price impact is at
// most that. Price impact is the whole swap's average price against the marginal price before it,
// fees excluded (price_impact()), not how far the swap moves the marginal price: in a
// constant-product pool that is twice as far.
//
// Found by search over the quotes: `amount_in` is within the limit and one unit more is not.
// Amounts are whole units, so that the limit is blurred by one of them: a larger amount may be
// within it too, but by less than one unit of what it receives is of the whole. Dust, of which one
// unit received is more than the limit, is not searched for. At most 129 quotes: not for the hot
// path.
[[nodiscard]] Depth depth_within(const Pool& pool, Direction direction, BasisPoints impact_max,
                                 const QuoteContext& context);

}  // namespace sniperforge::dex
