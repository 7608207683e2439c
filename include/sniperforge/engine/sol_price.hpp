// SPDX-License-Identifier: MIT
// SOL/USD as the pools say it: the median over every complete SOL/USDC pool with enough in it.
// Never a constant; unknown (zero) means that no entry is possible. So it is while half of the
// pools, or more, are further from the median than they may be.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::engine {

class SolPrice {
 public:
    explicit SolPrice(BasisPoints divergence_max) : divergence_max_{divergence_max} {}

    // Heard with the next change of a pool.
    void set_divergence_max(BasisPoints divergence_max) { divergence_max_ = divergence_max; }
    // A pool changed or appeared; ignored unless it trades SOL against USDC.
    void observe(const dex::PoolBook& book, PoolIndex pool);
    // Zero: unknown.
    [[nodiscard]] MicroUsd price() const { return price_; }
    // Pools that have a vote, and those of them that are near enough to the median.
    [[nodiscard]] std::uint32_t pools() const { return voting_; }
    [[nodiscard]] std::uint32_t pools_agreeing() const { return agreeing_; }
    // A majority that agrees is one: two pools that differ say nothing, one odd pool among three
    // does not count.
    [[nodiscard]] bool is_diverged() const { return voting_ > 0 && 2 * agreeing_ <= voting_; }
    // The same, or zero while every pool that it could come from may have changed unheard, or while
    // they disagree.
    [[nodiscard]] MicroUsd price_heard(const dex::PoolBook& book) const;

 private:
    std::vector<PoolIndex> pools_;
    BasisPoints divergence_max_;
    MicroUsd price_;
    std::uint32_t voting_ = 0, agreeing_ = 0;
};

}  // namespace sniperforge::engine
