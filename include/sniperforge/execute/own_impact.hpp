// SPDX-License-Identifier: MIT
// Pools as an order of ours would meet them: with what our simulated swaps before it left behind.
#pragma once

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::execute {

class OwnImpact {
 public:
    virtual ~OwnImpact() = default;
    [[nodiscard]] virtual dex::Pool as_met(PoolIndex pool) const = 0;
    // A swap of ours has landed there.
    virtual void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) = 0;
};

}  // namespace sniperforge::execute
