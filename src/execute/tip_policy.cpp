// SPDX-License-Identifier: MIT
#include "sniperforge/execute/tip_policy.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

Lamports tip_room(const config::ExecutionSettings& settings) {
    return settings.trade_fee_max.saturating_sub(
        solana::priority_fee(settings.priority_price, settings.swap_units));
}

Lamports tip_within(const TipRange& tip, std::uint32_t factor,
                    const config::ExecutionSettings& settings) {
    constexpr std::uint32_t kPercent = 100;
    const Lamports room = tip_room(settings);
    const Lamports wanted{mul_div_ceil(tip.wanted.raw(), factor, kPercent).value_or(kU64Max)};
    return tip.min <= room ? std::min(std::max(wanted, tip.min), room) : Lamports{};
}

std::optional<TipRange> tip_floor_of(const config::ExecutionSettings& settings) {
    if (settings.lanes.empty()) {
        return std::nullopt;
    }
    const Lamports floor = settings.lanes.front().tip_floor;
    return TipRange{floor, floor};
}

}  // namespace sniperforge::execute
