// SPDX-License-Identifier: MIT
#include "backtest/benchmark_rule.hpp"

#include <algorithm>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// Random entries over a tape of few pools; of many, one for each on average.
constexpr std::size_t kRandomEntries = 300;

[[nodiscard]] bool is_beginning(const TapeEvent& event) {
    return event.kind == TapeEventKind::Appear || event.kind == TapeEventKind::Stand;
}

}  // namespace

BenchmarkRule::BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                             const config::Settings& settings, std::uint64_t seed)
    : settings_{settings},
      is_random_{benchmark == analytics::Benchmark::RandomEntry},
      rng_{seed},
      is_over_(tape.pools.size(), false) {
    for (std::size_t i = 0; i < tape.pools.size(); ++i) {
        const dex::Pool& pool = tape.pools[i];
        // Where only SOL is priced nothing is entered.
        is_over_[i] =
            dex::mint_a(pool) == solana::kUsdcMint || dex::mint_b(pool) == solana::kUsdcMint;
    }
    const auto swaps = std::ranges::count_if(tape.events, [this](const TapeEvent& event) {
        return !is_beginning(event) && !is_over_[event.pool];
    });
    const auto wanted = static_cast<double>(std::max(kRandomEntries, tape.pools.size()));
    chance_ = swaps == 0 ? 0 : std::min(1.0, wanted / static_cast<double>(swaps));
}

bool BenchmarkRule::is_entering(const TapeEvent& event) {
    if (is_beginning(event) || is_over_[event.pool]) {
        return false;
    }
    return !is_random_ || rng_.chance(chance_);
}

void BenchmarkRule::decide(const TapeEvent& event, const RecordedMarket& market,
                           engine::Pipeline& pipeline) {
    const auto pool = market.index_of(event.pool);
    if (pool && is_entering(event)) {
        const std::uint64_t submitted = pipeline.portfolio().in_flight();
        // Momentum's amount, as the ceiling of all that it spends.
        (void)pipeline.enter({*pool, settings_.momentum.amount, settings_.momentum.slippage});
        // Once; what the gate denies may be let in at the next swap.
        is_over_[event.pool] = !is_random_ && pipeline.portfolio().in_flight() > submitted;
    }
}

}  // namespace sniperforge::backtest
