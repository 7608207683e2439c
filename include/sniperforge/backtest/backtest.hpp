// SPDX-License-Identifier: MIT
// One run over a tape: the pipeline of the daemon with its strategies, gate and books, on the
// tape's time, with the paper desk in place of the executor. The same tape, settings and seed give
// the same decisions to the byte.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/backtest/tape.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::backtest {

// Decides in place of the strategies, for checks of what a backtest lets through.
class EntryRule {
 public:
    virtual ~EntryRule() = default;
    // Whether to enter the pool of this event of the tape, which has just been played.
    [[nodiscard]] virtual bool is_entering(const Tape& tape, std::size_t event) = 0;
};

struct BacktestOptions {
    std::uint64_t seed = 1;
    // Of cycles, in percent and for each slot until ours would land: somebody else takes it first.
    // For tapes that do not tell. Source: marketdata's calibration, deep DEX-DEX; an assumption.
    std::uint32_t competition_percent = 60;
    // In place of the strategies: the rule decides, the gate and the exits are the same. Blind
    // enters each pool at its first swap, RandomEntry goes in at
    // swaps drawn at random, 300 or as many as there are pools, Hold as Blind and sells
    // at the end.
    std::optional<analytics::Benchmark> benchmark{};
    // The same with a rule of the caller's, which outlives the run; with a benchmark it says
    // nothing.
    EntryRule* rule = nullptr;
    // Without what makes a run quick: each slot is begun, each event decided on, and cycles are
    // looked for where none can be. The decisions are the same; for the test that they are.
    bool is_thorough = false;
};

struct BacktestResult {
    analytics::Period period;  // The same for every run of the tape.
    // Closed ones, and those open at the end as if sold then.
    std::vector<analytics::TradeResult> trades;
    LamportsDelta unassigned;  // What no trade carries: sweeps, reverts after the last trade.
    std::string decision_sha256;
    std::uint64_t unplayed = 0;  // Events.
    execute::ExecutorStatistics orders;
    std::array<std::uint64_t, kDenialReasonCount> denials{};
    std::uint32_t positions_open_max = 0;
    LamportsDelta pnl_realized;
};

// Within so long after the last event of a tape every order has landed or expired, and every trade
// of the result is closed.
[[nodiscard]] Duration settling_time();

// A SOL price must be in it: a pool of SOL against USDC. Without one nothing is bought.
[[nodiscard]] Result<BacktestResult> run_backtest(const Tape& tape,
                                                  const config::Settings& settings,
                                                  const BacktestOptions& options);

}  // namespace sniperforge::backtest
