// SPDX-License-Identifier: MIT
// What a row of bars says: whether the rule for an entry holds, whether the move is dying, and in
// which kind of market it happens. Pure functions of the bars and the settings.
#pragma once

#include "sniperforge/config/settings.hpp"
#include "sniperforge/strategy/bars.hpp"

namespace sniperforge::strategy {

// The rule, and enough of the volume over the settings' number of bars on the buying side.
[[nodiscard]] bool is_rule_met(const Bars& bars, const config::MomentumSettings& settings);
// The newest bar rose by less than so much of what the bar before rose by, on less than so much of
// its volume. Of fewer than three bars nobody knows.
[[nodiscard]] bool is_decayed(const Bars& bars, std::uint32_t decay_percent);
// Mean of the absolute moves from close to close over the newest `window` bars, rounded down.
[[nodiscard]] BasisPoints volatility(const Bars& bars, std::size_t window);
// The move from end to end of the window over the sum of its moves: one is a straight line. One at
// most, since moves add up to less than what they compound to; zero where nothing moved.
[[nodiscard]] BasisPoints efficiency(const Bars& bars, std::size_t window);
// The market is of the wanted kind.
[[nodiscard]] bool is_regime_wanted(const Bars& bars, const config::MomentumSettings& settings);
// Bars that have to be kept for all of this.
[[nodiscard]] std::size_t bars_kept(const config::MomentumSettings& settings);

}  // namespace sniperforge::strategy
