// SPDX-License-Identifier: MIT
// Prices without a trend, as tapes: the simulated market of the scenario `calibrated`, and bars of
// an exchange that walk at random and are played as recorded ones are. No past move tells of a
// later one in them: what a rule earns there, net of costs, it has from looking ahead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sniperforge/analytics/leakage.hpp"
#include "sniperforge/backtest/backtest.hpp"

namespace sniperforge::app {

inline constexpr std::uint64_t kTrendlessHoursMax = 10'000;

// So many hours of the liquid tokens' Raydium pools, and of the one that tells what a SOL is worth.
// Its market runs sixty times as fast as the chain below it: a slot is 24 seconds of prices.
[[nodiscard]] Result<backtest::Tape> trendless_tape(std::uint64_t seed, std::uint64_t hours);

struct TrendlessMarket {
    std::string name;
    std::vector<backtest::Tape> tapes;
};
// So many hours of bars of a dollar, which move in SOL by what SOL does alone, and of a token. Each
// is several walks, so that a few days have trades enough.
[[nodiscard]] std::vector<TrendlessMarket> trendless_bar_markets(std::uint64_t seed,
                                                                 std::uint64_t hours);
// All of them.
[[nodiscard]] Result<std::vector<TrendlessMarket>> trendless_markets(std::uint64_t seed,
                                                                     std::uint64_t hours);

// What momentum, or the rule of the options, does on it. Hours are what its results are
// resampled by.
[[nodiscard]] Result<analytics::LeakageCheck> check_leakage(
    const TrendlessMarket& market, const config::Settings& settings,
    const backtest::BacktestOptions& options);

}  // namespace sniperforge::app
