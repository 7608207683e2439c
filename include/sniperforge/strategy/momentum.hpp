// SPDX-License-Identifier: MIT
// Momentum: bars of a token's deepest pool (bars.hpp), and rules about them (trend.hpp). A rise
// that buyers carry, in a market of the wanted kind, opens a position while the signal is young;
// exits are shared (exits.hpp).
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/bars.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

class Momentum {
 public:
    explicit Momentum(const config::MomentumSettings& settings);
    // What swaps are looked at with: most of them end no bar, and need no more of the world.
    struct Heard {
        const dex::PoolBook& book;
        Slot slot;
        MicroUsd sol_price;
        const dex::MarginalPrice& price;  // Of the pool that was swapped in.
    };
    // is_signal() and what follows from it.
    void decide(const MarketEvent& event, const View& view, Intents& intents);
    // Counts the swap. True: it ended a bar, and the rules want an entry.
    // Takes memory for a pool with its first trade, and for the table of all pools when that trade
    // is of one beyond its end. None with the others.
    [[nodiscard]] bool is_signal(const SwapSeen& swap, const Heard& heard);
    // Behind it: where this is the token's deepest pool.
    void enter(PoolIndex swapped, const View& view, Intents& intents);
    // Another strategy was first in its pool, or its token is not judged yet: no time to wait
    // begins with it.
    void was_contested(const OrderIntent& intent);
    // Other settings from now on. Times to wait go on; bars go on where they are cut as before, and
    // begin again where they are not, or where it is switched on.
    void configure(const config::MomentumSettings& settings);

 private:
    struct Flow {
        std::optional<Bars> bars;  // Once it has traded.
        Direction buying = Direction::AToB;
        bool is_known = false;  // What it trades is, and that it is followed: that never changes.
        std::optional<Slot> signal_at;  // Since when the rule has held without a break.
        Slot cooldown_until;
    };
    // Nothing: not a token's pool, or of one that no pool has a name for yet.
    [[nodiscard]] Flow* flow_of(PoolIndex pool, const dex::PoolBook& book) {
        return pool.value < flows_.size() && flows_[pool.value].is_known ? &flows_[pool.value]
                                                                         : begin_flow(pool, book);
    }
    [[nodiscard, gnu::noinline]] Flow* begin_flow(PoolIndex pool, const dex::PoolBook& book);
    // The bar that has just ended makes an entry.
    [[nodiscard, gnu::noinline]] bool is_entry(Flow& flow, Slot slot) const;

    config::MomentumSettings settings_;
    BarRule bar_rule_;
    std::vector<Flow> flows_;  // By pool index.
};

}  // namespace sniperforge::strategy
