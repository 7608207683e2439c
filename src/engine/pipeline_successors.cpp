// SPDX-License-Identifier: MIT
// What is held in a pool that trades no more is sold in another one.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// A feed that has no room takes no account, and is asked again.
constexpr Duration kAskedAgain = std::chrono::seconds{1};
// A pool that is watched while all else is read already comes within one reading, a second or two.
// Longer than that its position is better sold elsewhere than without a price.
constexpr Duration kPoolAwaited = std::chrono::seconds{10};

}  // namespace

// A curve that is sold out goes on in the pool that its program opens, and in no other: anybody may
// have opened a thin one at a price of his own. Of other pools it is the deepest that is left.
std::optional<PoolIndex> Pipeline::successor_of(const PositionView& position) {
    const auto known = successors_awaited_.find(position.mint);
    std::optional<Pubkey> successor;
    if (known != successors_awaited_.end()) {
        successor = known->second;
    } else if (position.pool.value < book_.size()) {
        successor = dex::successor_of(book_.pool(position.pool), position.mint);
    } else {
        // Where it was bought is not known: its curve is, if there is one in the book.
        for (const PoolIndex pool : book_.sol_pools_of(position.mint)) {
            successor = successor ? successor : dex::successor_of(book_.pool(pool), position.mint);
        }
    }
    if (!successor) {
        // Of those that are read: before all are, it may be any.
        return is_live_ ? book_.deepest_sol_pool(position.mint) : std::nullopt;
    }
    successors_awaited_.emplace(position.mint, *successor);
    const auto index = book_.find(*successor);
    return index && dex::is_complete(book_.pool(*index)) ? index : std::nullopt;
}

// Pools are read one after the other, and one that is read first is not the one where it was held:
// its stops would be measured on another price.
bool Pipeline::is_pool_awaited(const PositionView& position) const {
    return !is_live_ || (pools_awaited_until_.ns != 0 && pools_resumed_.contains(position.mint));
}

void Pipeline::await_pools() {
    if (is_live_) {
        pools_awaited_until_ = clock_.now() + kPoolAwaited;
    }
}

void Pipeline::end_wait_for_pools(MonoTime now) {
    if (pools_awaited_until_.ns != 0 && now >= pools_awaited_until_) {
        pools_awaited_until_ = MonoTime{};
        place_resumed();
    }
}

std::string Pipeline::why_moved(const PositionView& position) const {
    if (position.pool.value < book_.size()) {
        return dex::id_of(book_.pool(position.pool)).to_string() + " trades no more";
    }
    const auto held = pools_resumed_.find(position.mint);
    return held == pools_resumed_.end()
               ? "where it was bought is not known"
               : held->second.to_string() + ", where it was held, could not be read";
}

void Pipeline::move_positions() {
    const std::size_t awaited = successors_awaited_.size();
    bool is_moved = false;
    for (const PositionView& position : portfolio_.positions()) {
        // A position may be older than this run's book.
        const bool is_placed = position.pool.value < book_.size();
        if (is_placed ? dex::is_swap_enabled(book_.pool(position.pool))
                      : is_pool_awaited(position)) {
            continue;
        }
        const auto successor = successor_of(position);
        if (successor && *successor != position.pool) {
            telemetry::info("engine", "position {} is sold in pool {} from now on: {}",
                            position.position_id.value,
                            dex::id_of(book_.pool(*successor)).to_string(), why_moved(position));
            portfolio_.set_pool(position.position_id, *successor);
            record_place(position.position_id);
            is_moved = true;
        }
    }
    if (successors_awaited_.size() > awaited) {
        watch_successors();
    }
    if (is_moved) {
        positions_changed();
    }
}

// Not by the subscription to its program alone: a node that refuses that one, or is silent for a
// while, would leave the position without a price.
void Pipeline::watch_successors() {
    successors_watched_at_ = clock_.now();
    std::erase_if(successors_awaited_, [&](const auto& awaited) {
        const auto& [mint, pool] = awaited;
        const auto held = std::ranges::find(portfolio_.positions(), mint, &PositionView::mint);
        const auto index = book_.find(pool);
        if (held == portfolio_.positions().end() && !index) {
            feed_->unwatch({&pool, 1});
        }
        return held == portfolio_.positions().end() || (index && held->pool == *index);
    });
    for (const auto& [mint, pool] : successors_awaited_) {
        detector_.expect_pool(pool);
        feed_->watch({&pool, 1}, feed::Priority::Position);
    }
}

void Pipeline::watch_successors_again(MonoTime now) {
    if (!successors_awaited_.empty() && now - successors_watched_at_ >= kAskedAgain) {
        watch_successors();
    }
}

}  // namespace sniperforge::engine
