// SPDX-License-Identifier: MIT
// The pools of an intent, whatever its kind.
#pragma once

#include <cstddef>

#include "sniperforge/model/order.hpp"

namespace sniperforge::engine {

// Calls visit(swap, pool) for each of its swaps, in their order; a sweep has none.
template <typename F>
void for_each_pool(const OrderIntent& intent, const F& visit) {
    if (intent.kind == OrderKind::Sweep) {
        return;
    }
    if (intent.kind != OrderKind::Cycle) {
        return visit(std::size_t{0}, intent.pool);
    }
    for (std::size_t leg = 0; leg < intent.leg_count; ++leg) {
        visit(leg, intent.legs[leg].pool);
    }
}

}  // namespace sniperforge::engine
