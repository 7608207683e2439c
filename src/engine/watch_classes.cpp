// SPDX-License-Identifier: MIT
#include "sniperforge/engine/watch_classes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sniperforge::engine {

WatchClasses::WatchClasses(std::size_t armed_pools_max, Change change)
    : armed_pools_max_{std::max<std::size_t>(armed_pools_max, 1)}, change_{std::move(change)} {}

feed::Priority WatchClasses::priority_of(const Pubkey& account) const {
    const auto found = uses_.find(account);
    if (found == uses_.end()) {
        return feed::Priority::Scanned;
    }
    return found->second.positions > 0 ? feed::Priority::Position : feed::Priority::Armed;
}

void WatchClasses::use(const dex::PoolBook& book, PoolIndex pool, std::uint32_t Uses::* kind,
                       bool is_used) {
    const auto [place, is_first] = used_.try_emplace(pool);
    UsedPool& used = place->second;
    if (is_first) {
        used.accounts = book.accounts_of(pool);
    }
    used.uses.*kind = is_used ? 1 : 0;
    count(used.accounts, kind, is_used);
    if (used.uses.armed == 0 && used.uses.positions == 0) {
        used_.erase(place);
    }
}

void WatchClasses::move(const dex::PoolBook& book, PoolIndex pool) {
    const auto place = used_.find(pool);
    if (place == used_.end()) {
        return;
    }
    UsedPool& used = place->second;
    const std::vector<Pubkey> before = std::exchange(used.accounts, book.accounts_of(pool));
    for (const auto kind : {&Uses::armed, &Uses::positions}) {
        if (used.uses.*kind != 0) {
            // The new ones first: what stays keeps its class on the way.
            count(used.accounts, kind, true);
            count(before, kind, false);
        }
    }
}

void WatchClasses::count(std::span<const Pubkey> accounts, std::uint32_t Uses::* kind,
                         bool is_used) {
    for (const Pubkey& account : accounts) {
        const feed::Priority before = priority_of(account);
        Uses& uses = uses_[account];
        is_used ? ++(uses.*kind) : --(uses.*kind);
        if (uses.armed == 0 && uses.positions == 0) {
            uses_.erase(account);
        }
        if (const feed::Priority after = priority_of(account); after != before) {
            change_(account, after);
        }
    }
}

void WatchClasses::arm(const dex::PoolBook& book, PoolIndex pool) {
    if (const auto place = places_.find(pool); place != places_.end()) {
        armed_.splice(armed_.begin(), armed_, place->second);
        return;
    }
    armed_.push_front(pool);
    places_.emplace(pool, armed_.begin());
    use(book, pool, &Uses::armed, true);
    if (armed_.size() > armed_pools_max_) {
        const PoolIndex oldest = armed_.back();
        places_.erase(oldest);
        armed_.pop_back();
        use(book, oldest, &Uses::armed, false);
    }
}

void WatchClasses::set_positions(const dex::PoolBook& book,
                                 std::span<const PositionView> positions) {
    std::vector<PoolIndex> now;
    for (const PositionView& position : positions) {
        // A position may be older than this run's book: its pool is classed at the next change.
        if (position.pool.value < book.size()) {
            now.push_back(position.pool);
        }
    }
    std::sort(now.begin(), now.end());
    now.erase(std::unique(now.begin(), now.end()), now.end());
    std::vector<PoolIndex> opened, closed;
    std::set_difference(now.begin(), now.end(), in_position_.begin(), in_position_.end(),
                        std::back_inserter(opened));
    std::set_difference(in_position_.begin(), in_position_.end(), now.begin(), now.end(),
                        std::back_inserter(closed));
    in_position_ = std::move(now);
    for (const PoolIndex pool : opened) {
        use(book, pool, &Uses::positions, true);
    }
    for (const PoolIndex pool : closed) {
        use(book, pool, &Uses::positions, false);
    }
}

}  // namespace sniperforge::engine
