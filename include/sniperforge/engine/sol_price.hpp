// SPDX-License-Identifier: MIT
// SOL/USD as the pools say it: the median over every complete SOL/USDC pool with enough in it.
// Never a constant; unknown (zero) means that no entry is possible.
#pragma once

#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::engine {

class SolPrice {
 public:
    // A pool changed or appeared; ignored unless it trades SOL against USDC.
    void observe(const dex::PoolBook& book, PoolIndex pool);
    // Zero: unknown.
    [[nodiscard]] MicroUsd price() const { return price_; }
    // The same, or zero while every pool that it could come from may have changed unheard.
    [[nodiscard]] MicroUsd price_heard(const dex::PoolBook& book) const;

 private:
    std::vector<PoolIndex> pools_;
    MicroUsd price_;
};

}  // namespace sniperforge::engine
