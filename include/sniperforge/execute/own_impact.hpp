// SPDX-License-Identifier: MIT
// Pools as an order of ours would meet them: with what our simulated swaps before it left behind.
#pragma once

#include <span>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/dex/quote_behind.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::execute {

class OwnImpact {
 public:
    virtual ~OwnImpact() = default;
    // What stands there may be history: nobody hears of the pool.
    [[nodiscard]] virtual bool is_blind(PoolIndex /*pool*/) const { return false; }
    // Its state. Quotes also know what of us is not in it.
    [[nodiscard]] virtual const dex::Pool& as_met(PoolIndex pool) const = 0;
    [[nodiscard]] virtual dex::QuoteResult exact_in(PoolIndex pool, Direction direction,
                                                    TokenAmount amount,
                                                    const dex::QuoteContext& context) const {
        return dex::quote_exact_in(as_met(pool), direction, amount, context);
    }
    [[nodiscard]] virtual dex::QuoteResult exact_out(PoolIndex pool, Direction direction,
                                                     TokenAmount amount,
                                                     const dex::QuoteContext& context) const {
        return dex::quote_exact_out(as_met(pool), direction, amount, context);
    }
    // What of ours is ahead of the next swaps and as_met() does not show.
    [[nodiscard]] virtual std::span<const dex::SwapOutstanding> outstanding() const { return {}; }
    // A swap of ours has landed there, as part of such an order.
    virtual void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                         OrderKind kind) = 0;
    // A slot has begun.
    virtual void on_slot() {}
};

}  // namespace sniperforge::execute
