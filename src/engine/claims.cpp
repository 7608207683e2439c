// SPDX-License-Identifier: MIT
#include "sniperforge/engine/claims.hpp"

#include "engine/pools_of.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] bool passes_through(const OrderIntent& intent, PoolIndex pool) {
    bool is_found = false;
    for_each_pool(intent, [&](std::size_t, PoolIndex own) { is_found = is_found || own == pool; });
    return is_found;
}

[[nodiscard]] bool share_a_pool(const OrderIntent& one, const OrderIntent& other) {
    bool is_found = false;
    for_each_pool(one, [&](std::size_t, PoolIndex pool) {
        // Of an earlier run's order nobody knows the pools.
        is_found = is_found || (pool != kPoolUnknown && passes_through(other, pool));
    });
    return is_found;
}

[[nodiscard]] bool is_buying(const OrderIntent& intent) {
    return intent.kind == OrderKind::Entry || intent.kind == OrderKind::Cycle;
}

}  // namespace

void note_claims(const OrderIntent& intent, const portfolio::Portfolio& portfolio,
                 Exposure& exposure) {
    if (!is_buying(intent)) {
        return;
    }
    const bool is_cycle = intent.kind == OrderKind::Cycle;
    for (const PositionView& position : portfolio.positions()) {
        const Claim claim{position.strategy, {}, position.position_id, position.is_exit_in_flight};
        if (!is_cycle && position.mint == intent.mint_out) {
            exposure.mint_holder = claim;
        }
        if (is_cycle && position.is_exit_in_flight && passes_through(intent, position.pool)) {
            exposure.pool_seller = claim;
        }
    }
    for (const auto& [id, order] : portfolio.orders_in_flight()) {
        const Claim claim{order.strategy, order.intent_id, {}};
        const bool is_of_mint =
            (order.kind == OrderKind::Entry && order.mint_out == intent.mint_out) ||
            (order.kind == OrderKind::Sweep && order.mint_in == intent.mint_out);
        if (!is_cycle && is_of_mint) {
            exposure.mint_order = claim;
        }
        if (is_buying(order) && order.strategy != intent.strategy &&
            order.decided_at >= intent.decided_at && share_a_pool(intent, order)) {
            exposure.pool_order = claim;
        }
    }
}

}  // namespace sniperforge::engine
