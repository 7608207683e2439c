// SPDX-License-Identifier: MIT
// Entries without a reason: one for each pool of the tape, or at random swaps.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/recorded_market.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::backtest {

class BenchmarkRule {
 public:
    BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                  const config::Settings& settings, std::uint64_t seed);
    void decide(const TapeEvent& event, const RecordedMarket& market, engine::Pipeline& pipeline);

 private:
    [[nodiscard]] bool is_entering(const TapeEvent& event);

    const config::Settings& settings_;
    bool is_random_;
    double chance_ = 0;  // Of each swap, at random.
    Rng rng_;
    std::vector<bool> is_over_;  // By pool of the tape: entered, or not to be.
};

}  // namespace sniperforge::backtest
