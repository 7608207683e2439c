// SPDX-License-Identifier: MIT
// Prices without a trend, as a tape: the simulated market of the scenario `calibrated`, in which no
// past move tells of a later one. What a rule earns on it, net of costs, it has from looking ahead.
#pragma once

#include <cstdint>

#include "sniperforge/analytics/leakage.hpp"
#include "sniperforge/backtest/backtest.hpp"

namespace sniperforge::app {

inline constexpr std::uint64_t kTrendlessHoursMax = 10'000;

// So many hours of the liquid tokens' Raydium pools, and of the one that tells what a SOL is worth.
// Its market runs sixty times as fast as the chain below it: a slot is 24 seconds of prices.
[[nodiscard]] Result<backtest::Tape> trendless_tape(std::uint64_t seed, std::uint64_t hours);

// What momentum, or the rule of the options, does on it. Hours are what its results are
// resampled by.
[[nodiscard]] Result<analytics::LeakageCheck> check_leakage(
    const backtest::Tape& trendless, const config::Settings& settings,
    const backtest::BacktestOptions& options);

}  // namespace sniperforge::app
