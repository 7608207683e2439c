// SPDX-License-Identifier: MIT
// Pools as an order of ours would meet them: with what our simulated swaps before it left behind.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

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

// Over a live market, which does not know of our swaps: they are made again on its present state.
// What we bought and have not sold moves the price that we sell at, as it would have; nobody's
// answer to it is guessed. A pool where we hold nothing any more is as the chain has it. Pools
// priced by ticks or bins are met as they are: their own impact is in each order alone.
class ImpactOverlay final : public OwnImpact {
 public:
    explicit ImpactOverlay(const dex::PoolBook& book) : book_{book} {}
    [[nodiscard]] dex::Pool as_met(PoolIndex pool) const override;
    void swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) override;
    // We hold nothing that was bought there.
    void left(PoolIndex pool) { swaps_.erase(pool.value); }

 private:
    struct Swap {
        Direction direction = Direction::AToB;
        dex::SwapQuote quote;
    };
    const dex::PoolBook& book_;
    std::map<std::uint32_t, std::vector<Swap>> swaps_;  // Of few pools, few each.
};

}  // namespace sniperforge::execute
