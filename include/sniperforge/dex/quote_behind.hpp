// SPDX-License-Identifier: MIT
// Quotes behind a swap of ours that the pool's state does not have: on paper the chain knows
// nothing of what we did. Both swaps are one to the pool, and the first one's part is taken off
// again, so that every venue can be asked, whatever makes its price. Rounded against whoever swaps.
#pragma once

#include <span>

#include "sniperforge/dex/pool.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

// Of ours, and not in the pool's state: so much went in in this direction.
struct SwapOutstanding {
    PoolIndex pool;
    Direction direction = Direction::AToB;
    TokenAmount amount_in;

    [[nodiscard]] bool operator==(const SwapOutstanding&) const = default;
};
// Zero: nothing of ours is ahead there.
[[nodiscard]] TokenAmount outstanding_in(std::span<const SwapOutstanding> swaps, PoolIndex pool,
                                         Direction direction);

// `before` went in in this direction; without any it is the venue's own quote.
[[nodiscard]] QuoteResult quote_exact_in_behind(const Pool& pool, Direction direction,
                                                TokenAmount before, TokenAmount amount_in,
                                                const QuoteContext& context);
// `before` came out.
[[nodiscard]] QuoteResult quote_exact_out_behind(const Pool& pool, Direction direction,
                                                 TokenAmount before, TokenAmount amount_out,
                                                 const QuoteContext& context);

}  // namespace sniperforge::dex
