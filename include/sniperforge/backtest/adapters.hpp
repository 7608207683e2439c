// SPDX-License-Identifier: MIT
// From the recordings that we can read to tapes. Each says what it had to assume, and counts what
// it could not use; nothing is guessed silently.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/backtest/tape.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dataset/candles.hpp"
#include "sniperforge/dataset/coin_history.hpp"
#include "sniperforge/dataset/pool_pairs.hpp"
#include "sniperforge/dataset/pool_swaps.hpp"
#include "sniperforge/dataset/pump_curve.hpp"

namespace sniperforge::backtest {

// What can be the price of a SOL, in USD; others are an error in the recording.
inline constexpr double kSolPriceMin = 0.01, kSolPriceMax = 100'000;
[[nodiscard]] constexpr bool is_sol_price(double usd) {
    return usd >= kSolPriceMin && usd <= kSolPriceMax;
}

// What a SOL was worth, over time; all of its prices can be one.
class SolPrices {
 public:
    // Bars of SOL against a dollar, each of this length.
    SolPrices(std::vector<dataset::Candle> bars, Duration interval)
        : bars_{std::move(bars)}, interval_{interval} {}
    // One price at all times, because somebody says so.
    explicit SolPrices(double usd) : assumed_{usd} {}
    // Of the last bar that began before; nothing where that is more than an hour ago.
    [[nodiscard]] std::optional<double> at(WallTime time) const;
    // The open of the bar that lasts then, or the close of the one that has just ended; nothing
    // where none was recorded.
    [[nodiscard]] std::optional<double> fresh(WallTime time) const;
    struct Extremes {
        double low = 0, high = 0;
    };
    // Of the bars that began and ended in between: nobody knew them before `to`.
    [[nodiscard]] std::optional<Extremes> extremes(WallTime from, WallTime to) const;
    // Bars that begin in the period; empty where one price holds.
    [[nodiscard]] std::span<const dataset::Candle> between(WallTime from, WallTime to) const;
    [[nodiscard]] bool is_assumed() const { return assumed_.has_value(); }
    // Of its bars; zero where one price holds.
    [[nodiscard]] Duration interval() const { return interval_; }

 private:
    std::vector<dataset::Candle> bars_;
    Duration interval_{};
    std::optional<double> assumed_;
};

[[nodiscard]] Tape tape_of(const dataset::Reading<dataset::CurveTrade>& trades, std::string name);
[[nodiscard]] Tape tape_of(const dataset::Reading<dataset::CurvePoll>& polls, std::string name);
[[nodiscard]] Tape tape_of(const dataset::Reading<dataset::CurveSnapshot>& snapshots,
                           std::string name);
// Each pool is as pump's migration fills it and moves by the tokens of its swaps; coins whose
// prices such a pool cannot have had are left out and counted.
[[nodiscard]] Tape tape_of(const dataset::Reading<dataset::PoolSwap>& swaps, std::string name);
// A pool of this depth on its SOL side whose price follows the bars: four moves a bar, three of
// them when it is over.
[[nodiscard]] Tape tape_of(const dataset::Reading<dataset::Candle>& bars, Duration interval,
                           const SolPrices& sol, Lamports depth, std::string name);
// One tape for each pair of Raydium pools against the same dollar; others have no depth, or no
// cycle.
[[nodiscard]] std::vector<Tape> tapes_of(const dataset::Reading<dataset::PoolPair>& pairs,
                                         const std::string& name);

// Puts the pool into the tape that SOL/USD is read from: 100,000 SOL deep, and with a fee that
// nobody would trade at. Fails where the price is not known at the tape's begin.
[[nodiscard]] Result<void> add_sol_price(Tape& tape, const SolPrices& sol);

// How long a bar lasts: the step that most bars have to the one before them. Fails where fewer than
// two of them can be read.
[[nodiscard]] Result<Duration> bar_interval(std::string_view text);

// The tapes of a file of any kind that the dataset readers know, by its columns.
struct AdapterOptions {
    Lamports candle_depth{1'000 * kLamportsPerSol};
};
[[nodiscard]] Result<std::vector<Tape>> read_tapes(const std::string& path, const SolPrices& sol,
                                                   const AdapterOptions& options);

}  // namespace sniperforge::backtest
