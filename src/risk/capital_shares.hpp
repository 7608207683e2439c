// SPDX-License-Identifier: MIT
// The part of the capital that each strategy may have at stake.
#pragma once

#include <cstdint>
#include <string_view>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::risk {

struct CapitalShare {
    static constexpr std::uint32_t kAll = 100;
    std::uint32_t percent = kAll;
    std::string_view key;

    [[nodiscard]] Lamports of(Lamports capital) const {
        return Lamports{mul_div_floor(capital.raw(), percent, kAll).value_or(0)};
    }
};

[[nodiscard]] inline CapitalShare share_of(const config::RiskSettings& limits,
                                           StrategyId strategy) {
    switch (strategy) {
        case StrategyId::Arbitrage:
            return {limits.arbitrage_capital_percent, "arbitrage_capital_percent"};
        case StrategyId::Sniper:
            return {limits.sniper_capital_percent, "sniper_capital_percent"};
        case StrategyId::Momentum:
            return {limits.momentum_capital_percent, "momentum_capital_percent"};
        case StrategyId::Housekeeping:
            break;
    }
    return {};  // It buys nothing.
}

}  // namespace sniperforge::risk
