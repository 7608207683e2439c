// SPDX-License-Identifier: MIT
// Bars of an exchange that go nowhere, as a tape: a token and SOL walk at random, and the tape is
// made of their bars by the adapter of recorded ones. No price that it shows tells of a later one:
// what a rule earns on it, net of costs, the adapter has let it see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sniperforge/backtest/tape.hpp"

namespace sniperforge::backtest {

inline constexpr Duration kTrendlessBar = std::chrono::minutes{5};

struct TrendlessWalk {
    std::uint64_t seed = 1;
    std::size_t bars = 0;
    // Of the token against the dollar within a bar, one standard deviation in basis points. At 0 it
    // is a dollar, whose price in SOL moves by what SOL does.
    double token_bps = 0;
};
// With the pool that SOL/USD is read from. In SOL the token's price is a martingale: a walk without
// a trend in its logarithm would gain half of its variance.
[[nodiscard]] Tape trendless_bars(const TrendlessWalk& walk, std::string name);

}  // namespace sniperforge::backtest
