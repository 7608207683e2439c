// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/resize.hpp"

#include "sniperforge/core/assert.hpp"
#include "strategy/entry.hpp"

namespace sniperforge::strategy {

std::optional<OrderIntent> resized_entry(const OrderIntent& entry, Lamports amount,
                                         const View& view) {
    SF_ASSERT(entry.kind == OrderKind::Entry && amount.raw() <= entry.amount_in.raw());
    const dex::Pool& pool = view.book.pool(entry.pool);
    const auto sides = sol_pool(pool);
    if (!sides) {
        return std::nullopt;
    }
    const TokenAmount amount_in{amount.raw()};
    const auto quote = dex::quote_exact_in(pool, sides->buying, amount_in, view.quote);
    if (!quote) {
        return std::nullopt;
    }
    OrderIntent smaller = entry;
    smaller.amount_in = amount_in;
    smaller.receive_min =
        part_floor(quote->amount_out, BasisPoints{kBasisPointsOne} - entry.slippage_max);
    smaller.spend_max = entry.spend_max - Lamports{(entry.amount_in - amount_in).raw()};
    smaller.price_impact = dex::price_impact(pool, sides->buying, *quote);
    return smaller;
}

}  // namespace sniperforge::strategy
