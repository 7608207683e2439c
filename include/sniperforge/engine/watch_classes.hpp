// SPDX-License-Identifier: MIT
// WatchClasses: what the feed is told about what depends on an account: that we hold a position in
// its pool, that a strategy may enter the pool now, or neither. Armed are the pools that appeared
// or were wanted last, up to a limit. Accounts that pools share have the highest class of them.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/feed/priority.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::engine {

class WatchClasses {
 public:
    using Change = std::function<void(const Pubkey& account, feed::Priority priority)>;

    // `change` is told of every account whose class is another one now.
    WatchClasses(std::size_t armed_pools_max, Change change);

    // The pool appeared, or somebody wants to trade in it: it is armed, and the pool that this was
    // true of longest ago is not, when there are too many.
    void arm(const dex::PoolBook& book, PoolIndex pool);
    // The open positions, after one was opened or closed.
    void set_positions(const dex::PoolBook& book, std::span<const PositionView> positions);
    // The pool's accounts are others now: its class is that of the new ones.
    void move(const dex::PoolBook& book, PoolIndex pool);

    [[nodiscard]] feed::Priority priority_of(const Pubkey& account) const;

 private:
    struct Uses {
        std::uint32_t armed = 0;  // Armed pools that it belongs to.
        std::uint32_t positions = 0;
    };
    // A pool that is used, and its accounts as they were counted.
    struct UsedPool {
        Uses uses;  // Each zero or one.
        std::vector<Pubkey> accounts;
    };
    void use(const dex::PoolBook& book, PoolIndex pool, std::uint32_t Uses::* kind, bool is_used);
    void count(std::span<const Pubkey> accounts, std::uint32_t Uses::* kind, bool is_used);

    std::size_t armed_pools_max_;
    Change change_;
    std::list<PoolIndex> armed_;  // The latest first.
    std::map<PoolIndex, std::list<PoolIndex>::iterator> places_;
    std::vector<PoolIndex> in_position_;  // Sorted.
    std::map<PoolIndex, UsedPool> used_;
    std::unordered_map<Pubkey, Uses, KeyHash> uses_;
};

}  // namespace sniperforge::engine
