// SPDX-License-Identifier: MIT
// SOL/USD as the pools say it: the median over the SOL/USDC pools that trade, are heard and are
// deep on both sides of their price. Never a constant; unknown (zero) means that no entry is
// possible. So it is while half of the pools, or more, are further from the median than they may
// be.
//
// What is parked on one side of a price costs nothing and tells nothing: nobody gains by trading
// against it. So depth is what can be sold and bought within 2 % of the price, fees included. Pools
// that are much less deep than the deepest have no vote, however many they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::engine {

// What those say that have a vote.
struct SolVerdict {
    MicroUsd price;  // Zero: nobody has one.
    // Pools that have a vote, and those of them that are near enough to the median.
    std::uint32_t voting = 0, agreeing = 0;

    // A majority that agrees is one: two pools that differ say nothing, one odd pool among three
    // does not count.
    [[nodiscard]] bool is_diverged() const { return voting > 0 && 2 * agreeing <= voting; }
};

class SolPrice {
 public:
    explicit SolPrice(BasisPoints divergence_max) : divergence_max_{divergence_max} {}

    void set_divergence_max(BasisPoints divergence_max) { divergence_max_ = divergence_max; }
    // Nobody lies in a recording, and the pool that tells its prices is too dear to trade in: every
    // price has a vote from now on, whatever could be had for it.
    void believe_all() { is_depth_asked_ = false; }
    // A pool changed or appeared; ignored unless it trades SOL against USDC. Costs up to six quotes
    // of this one pool: what the others said is kept.
    void observe(const dex::PoolBook& book, PoolIndex pool, const dex::QuoteContext& context);
    // Whether it does, found out once.
    [[nodiscard]] bool is_about(const dex::PoolBook& book, PoolIndex pool) {
        return pool.value < sides_.size() && sides_[pool.value] != Side::Unknown
                   ? sides_[pool.value] == Side::SolAndUsd
                   : look_up(book, pool);
    }
    // For people: as of the last change, by the pools heard then, or by all that trade if none
    // was. Zero: unknown.
    [[nodiscard]] MicroUsd price() const { return price_; }
    // Of the pools that trade and are heard now.
    [[nodiscard]] SolVerdict heard(const dex::PoolBook& book);
    // What orders may rest on: zero while no deep pool is heard, or while they disagree.
    [[nodiscard]] MicroUsd price_heard(const dex::PoolBook& book);

 private:
    struct Vote {
        PoolIndex pool;
        MicroUsd price;
        std::uint32_t depth = 0;  // How many of the sizes it takes; none: no vote.
        bool is_counted = false;  // In the verdict that is being made.
    };
    enum class Side : std::uint8_t { Unknown, Another, SolAndUsd };
    [[nodiscard]] SolVerdict verdict() const;  // Of those that are counted.
    [[nodiscard]] bool look_up(const dex::PoolBook& book, PoolIndex pool);

    std::vector<Side> sides_;  // By pool index: what a pool trades never changes.
    std::vector<Vote> votes_;  // By price.
    BasisPoints divergence_max_;
    MicroUsd price_;
    bool is_depth_asked_ = true;
};

}  // namespace sniperforge::engine
