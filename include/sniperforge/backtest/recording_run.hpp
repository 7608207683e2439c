// SPDX-License-Identifier: MIT
// A recorded run as a market: a pipeline of our own is told what that one was told of the chain, at
// the same times, and decides by itself; its orders go to the paper desk. The same recording,
// settings and seed give the same decisions to the byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/recording/market.hpp"

namespace sniperforge::backtest {

struct RecordingOptions {
    std::uint64_t seed = 1;
    // In place of the strategies, as BacktestOptions::benchmark. Random entries are drawn from as
    // many pools and moves as a run before it has found.
    std::optional<analytics::Benchmark> benchmark{};
    std::uint64_t pools = 0, moves = 0;
};

struct RecordingResult {
    BacktestResult books;
    std::uint64_t events = 0;  // Told.
    // Of those, once the run could trade: a pool that trades SOL for a token was told anew, whole.
    std::uint64_t moves = 0;
    // What the recorded run had not asked for is not in its recording.
    std::uint64_t pools = 0, pools_incomplete = 0;  // At the end; a closed one counts as complete.
    std::uint64_t accounts_unread = 0;              // Watched, and never heard of.
    std::uint64_t accounts_remembered = 0;          // Told as the recorded run heard them last.
    std::uint64_t look_ups_unanswered = 0;
    // On their way when it ended: nobody knows what they would have met.
    std::uint64_t orders_cut = 0;
};

// `survey` is of the same file.
[[nodiscard]] Result<RecordingResult> run_recording(const std::string& path,
                                                    const recording::MarketSurvey& survey,
                                                    const config::Settings& settings,
                                                    const RecordingOptions& options);

}  // namespace sniperforge::backtest
