// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/exit_levels.hpp"

#include <algorithm>

namespace sniperforge::strategy {
namespace {

constexpr std::uint32_t kPercentWhole = 100;

[[nodiscard]] Lamports value_falling(Lamports amount, BasisPoints fall) {
    return amount.saturating_sub(part_floor(amount, fall));
}

}  // namespace

std::vector<ProfitLevel> profit_levels(const config::ExitSettings& settings) {
    std::vector<ProfitLevel> levels;
    std::uint32_t kept = kPercentWhole;
    const auto add = [&](BasisPoints gain, std::uint32_t percent) {
        kept -= std::min(percent, kept);
        levels.push_back({gain, kept});
    };
    for (const config::ProfitStep& step : settings.take_profit_ladder) {
        add(step.gain, step.percent);
    }
    if (levels.empty()) {
        add(settings.take_profit, settings.take_profit_percent);
    }
    return levels;
}

Lamports value_gaining(Lamports cost, BasisPoints gain) {
    return cost.saturating_add(part_ceil(cost, gain));
}

TokenAmount amount_kept(const PositionView& position, std::uint32_t percent_kept) {
    const TokenAmount bought = std::max(position.bought, position.amount);
    return TokenAmount{mul_div_floor(bought.raw(), percent_kept, kPercentWhole).value()};
}

Lamports stop_loss_value(const config::ExitSettings& settings, const PositionView& position) {
    return value_falling(position.cost_average(), settings.stop_loss);
}

ArmedStop trailing_stop(const config::ExitSettings& settings, const PositionView& position) {
    const Lamports arm = value_gaining(position.cost_average(), settings.trailing_arm);
    return {.is_armed = position.value_peak >= arm,
            .arm = arm,
            .value = value_falling(position.value_peak, settings.trailing_distance)};
}

ArmedStop break_even_stop(const config::ExitSettings& settings, const PositionView& position) {
    const bool is_on = !settings.break_even_arm.is_zero();
    const Lamports arm = value_gaining(position.cost_average(), settings.break_even_arm);
    return {.is_on = is_on,
            .is_armed = is_on && position.value_peak >= arm,
            .arm = arm,
            .value = position.cost_average()};
}

}  // namespace sniperforge::strategy
