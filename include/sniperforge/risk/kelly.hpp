// SPDX-License-Identifier: MIT
// The part of a capital that may be staked at once by the results so far (Kelly), in integers. By
// the lower end of what the results allow: few of them allow next to nothing.
#pragma once

#include <cstdint>

#include "sniperforge/model/strategy_results.hpp"

namespace sniperforge::risk {

// All in millionths.
struct KellyEstimate {
    // The lower end of Wilson's interval of 95 %: with fewer wins than this, results as good as
    // these are a matter of luck once in forty times.
    std::uint64_t win_rate = 0;
    std::uint64_t win_mean = 0, loss_mean = 0;  // Of what was spent; down, and up.
    // p - (1 - p) / b with the lower win rate, and b = win_mean / loss_mean; zero: no edge is
    // measured. As if every loss took all of the stake: those that do come without a sign.
    std::uint64_t fraction = 0;
};
[[nodiscard]] KellyEstimate kelly_estimate(const StrategyResults& results);

}  // namespace sniperforge::risk
