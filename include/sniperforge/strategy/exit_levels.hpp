// SPDX-License-Identifier: MIT
// Where a position's exits are: the values and the time at which its rules sell it. For the rules
// that decide, and for whoever shows people how far they are.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::strategy {

// A step of the ladder: at this gain no more is kept than so much of what was bought.
struct ProfitLevel {
    BasisPoints gain;
    std::uint32_t percent_kept = 0;
};
// As the settings have them, the lowest first; at least one.
[[nodiscard]] std::vector<ProfitLevel> profit_levels(const config::ExitSettings& settings);

// cost × (1 + gain), rounded up: the profit must be there.
[[nodiscard]] Lamports value_gaining(Lamports cost, BasisPoints gain);
// What of the position the level keeps; what is beyond is sold at its gain.
[[nodiscard]] TokenAmount amount_kept(const PositionView& position, std::uint32_t percent_kept);

// Sold at this value or below it.
[[nodiscard]] Lamports stop_loss_value(const config::ExitSettings& settings,
                                       const PositionView& position);

// A stop that follows: once the highest value was `arm`, it is sold at `value` or below it.
struct ArmedStop {
    bool is_on = true;  // The settings have it.
    bool is_armed = false;
    Lamports arm, value;
};
[[nodiscard]] ArmedStop trailing_stop(const config::ExitSettings& settings,
                                      const PositionView& position);
[[nodiscard]] ArmedStop break_even_stop(const config::ExitSettings& settings,
                                        const PositionView& position);

}  // namespace sniperforge::strategy
