// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/trendless_bars.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::backtest {
namespace {

constexpr WallTime kBegin{1'735'689'600'000'000'000};  // 2025-01-01.
constexpr int kSteps = 60;                             // Of a bar: one every five seconds.
// SOL's deviation within a bar. Recorded are 31 bps, and 52 on the wildest day of twenty: of more,
// rules that wait for a large move have something to trade on.
constexpr double kSolBps = 80;
constexpr double kSolUsd = 150, kTokenUsd = 1;
constexpr Lamports kDepth{1'000 * kLamportsPerSol};

// Steps up and down are equally likely and equally large, so that its mean stays where it is.
class Walk {
 public:
    Walk(double begin, double bar_bps, Rng rng)
        : now_{begin}, step_{bar_bps / 1e4 / std::sqrt(double{kSteps})}, rng_{rng} {}
    [[nodiscard]] double now() const { return now_; }
    void step() { now_ *= rng_.chance(0.5) ? 1 + step_ : 1 - step_; }

 private:
    double now_, step_;
    Rng rng_;
};

void begin_bar(dataset::Candle& bar, WallTime at, double price) {
    bar = {at, price, price, price, price, 1};
}
void see(dataset::Candle& bar, double price) {
    bar.high = std::max(bar.high, price);
    bar.low = std::min(bar.low, price);
    bar.close = price;
}

}  // namespace

Tape trendless_bars(const TrendlessWalk& walk, std::string name) {
    const Rng rng{walk.seed};
    Walk token{kTokenUsd, walk.token_bps, rng.fork(1)};
    Walk usd{1 / kSolUsd, kSolBps, rng.fork(2)};  // In SOL: what tokens are priced by.
    dataset::Reading<dataset::Candle> tokens;
    std::vector<dataset::Candle> sols;
    tokens.rows.resize(walk.bars);
    sols.resize(walk.bars);
    for (std::size_t i = 0; i < walk.bars; ++i) {
        const WallTime at = kBegin + kTrendlessBar * static_cast<std::int64_t>(i);
        begin_bar(tokens.rows[i], at, token.now());
        begin_bar(sols[i], at, 1 / usd.now());
        for (int step = 0; step < kSteps; ++step) {
            token.step();
            usd.step();
            see(tokens.rows[i], token.now());
            see(sols[i], 1 / usd.now());
        }
    }
    tokens.tally.rows = walk.bars;
    const SolPrices prices{std::move(sols), kTrendlessBar};
    Tape tape = tape_of(tokens, kTrendlessBar, prices, kDepth, std::move(name));
    const auto added = add_sol_price(tape, prices);
    SF_ASSERT(added.has_value());  // SOL has a bar wherever the token has one.
    return tape;
}

}  // namespace sniperforge::backtest
