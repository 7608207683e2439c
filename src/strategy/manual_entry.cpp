// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/manual_entry.hpp"

#include <fmt/format.h>

#include "strategy/entry.hpp"

namespace sniperforge::strategy {

Result<OrderIntent, ManualRefusal> manual_entry(const ManualEntry& entry, const View& view) {
    const dex::Pool& pool = view.book.pool(entry.pool);
    const auto sides = sol_pool(pool);
    if (!sides) {
        return Err{ManualRefusal{true, "the pool does not trade SOL"}};
    }
    const Lamports fees = view.costs.entry_fee + view.costs.entry_fee;
    const Lamports apart = fees + view.costs.token_account_rent + view.costs.token_account_rent +
                           venue_rent(pool, sides->buying, view.costs);
    if (entry.spend_max <= apart) {
        return Err{ManualRefusal{
            true, fmt::format("at most {} lamports may leave the wallet, and the fees of both ways "
                              "and the rents take {} of them: nothing is left to buy with",
                              entry.spend_max.raw(), apart.raw())}};
    }
    auto intent = entry_into(entry.pool,
                             {StrategyId::Momentum, entry.spend_max - apart, entry.slippage}, view);
    if (!intent) {
        return Err{ManualRefusal{false, fmt::format("the pool cannot be quoted for {} lamports now",
                                                    (entry.spend_max - apart).raw())}};
    }
    intent->spend_max = entry.spend_max;
    intent->cost_expected = fees;
    return *intent;
}

}  // namespace sniperforge::strategy
