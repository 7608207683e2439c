// SPDX-License-Identifier: MIT
// Entries without a reason, one for each pool of the tape.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/recorded_market.hpp"

namespace sniperforge::backtest {

class BenchmarkRule {
 public:
    BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                  const config::Settings& settings, std::uint64_t seed);
    void decide(const TapeEvent& event, const RecordedMarket& market, engine::Pipeline& pipeline);

 private:
    const config::Settings& settings_;
    // By pool of the tape: how many of its swaps are still to be let pass. Past it: entered.
    std::vector<std::int64_t> waiting_;
};

}  // namespace sniperforge::backtest
