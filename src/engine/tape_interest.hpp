// SPDX-License-Identifier: MIT
// Which events of a tape the strategies need not be asked about.
#pragma once

#include <algorithm>
#include <variant>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/market_event.hpp"
#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::engine {

// Parts that are still to be bought may be due in any slot.
[[nodiscard]] inline bool is_buying_in_parts(const config::SniperSettings& sniper) {
    return sniper.is_enabled &&
           std::ranges::any_of(sniper.recipes, [](const config::SniperRecipe& recipe) {
               return recipe.stages.size() > 1;
           });
}

// Of a tape there are millions of these, and without a position, cycles or parts that are still to
// be bought no strategy has anything to say about them.
[[nodiscard]] inline bool is_concerning(const MarketEvent& event, const config::Settings& settings,
                                        const portfolio::Portfolio& portfolio) {
    const bool is_reserves = std::holds_alternative<ReservesChanged>(event);
    if ((!is_reserves && !std::holds_alternative<SlotStarted>(event)) ||
        !portfolio.positions().empty() || (is_reserves && settings.arbitrage.is_enabled)) {
        return true;
    }
    return is_buying_in_parts(settings.sniper);
}

}  // namespace sniperforge::engine
