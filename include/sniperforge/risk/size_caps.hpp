// SPDX-License-Identifier: MIT
// How large an entry may be by the limit of a trade and by what is known of it beyond the fixed
// limits. An entry that wants more is cut to the lowest cap; one that would be eaten by its fees
// then is left as it is, and the gate denies it.
#pragma once

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::risk {

// So much may be bought that one typical adverse move loses volatility_loss_max at most, with what
// was spent on the position that it adds to; rounded down. Nothing: the rule is off, or the token
// has too little history to tell.
[[nodiscard]] std::optional<Lamports> volatility_cap(const config::RiskSettings& limits,
                                                     const Exposure& exposure);

// So much of what we have, capital_max at most, may be staked at once by the strategy's results so
// far: a part (kelly_fraction_percent) of Kelly's fraction, rounded down, less what the strategy
// has at stake already. Nothing: the rule is off, or there are fewer results than kelly_trades_min.
[[nodiscard]] std::optional<Lamports> kelly_cap(const config::RiskSettings& limits,
                                                const Exposure& exposure);

// So much may be bought that trade_max is kept with the order's fees and rents, and with what was
// spent on the position that it adds to.
[[nodiscard]] Lamports trade_cap(const config::RiskSettings& limits, const OrderIntent& intent,
                                 const Exposure& exposure);

// The least that the order may buy with so that its costs are within entry_cost_max.
[[nodiscard]] Lamports cost_floor_of(const config::RiskSettings& limits, const OrderIntent& intent);

// So much may be spent, fees and rents included, that the capital, the strategy's part of it, the
// venue's, and what is kept for exits all stay within their limits.
[[nodiscard]] Lamports free_capital(const config::RiskSettings& limits, StrategyId strategy,
                                    const Exposure& exposure);

// What an entry is cut to; nothing: it stays as it is, because every cap has room for it, or the
// lowest is below what its costs need.
[[nodiscard]] std::optional<Lamports> size_to_cut_to(const config::RiskSettings& limits,
                                                     const OrderIntent& intent,
                                                     const Exposure& exposure);

}  // namespace sniperforge::risk
