// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/trade_result.hpp"

#include <limits>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

i128 costs_exact(const TradeCosts& costs) {
    i128 sum = static_cast<i128>(costs.base_fee.raw()) + costs.priority_fee.raw() +
               costs.tip.raw() + costs.reverts.raw() + costs.rent.raw();
    if (costs.venue_fees) {
        sum += static_cast<i128>(costs.venue_fees->amm.raw()) + costs.venue_fees->transfer.raw();
    }
    return sum;
}

std::optional<LamportsDelta> narrowed(i128 value) {
    // One short of the lowest, so that its negative fits, too.
    constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max();
    if (value > kLimit || value < -kLimit) {
        return std::nullopt;
    }
    return LamportsDelta{static_cast<std::int64_t>(value)};
}

}  // namespace

std::optional<LamportsDelta> costs_of(const TradeResult& trade) {
    return narrowed(costs_exact(trade.costs));
}

std::optional<LamportsDelta> net_of(const TradeResult& trade) {
    return narrowed(static_cast<i128>(trade.gross.raw()) - costs_exact(trade.costs));
}

}  // namespace sniperforge::analytics
