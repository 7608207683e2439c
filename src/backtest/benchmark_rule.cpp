// SPDX-License-Identifier: MIT
#include "backtest/benchmark_rule.hpp"

#include <limits>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {

BenchmarkRule::BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                             const config::Settings& settings, std::uint64_t seed)
    : settings_{settings}, waiting_(tape.pools.size(), 0) {
    constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    std::vector<std::uint64_t> swaps(tape.pools.size(), 0);
    for (const TapeEvent& event : tape.events) {
        swaps[event.pool] += event.kind == TapeEventKind::Appear ? 0 : 1;
    }
    Rng rng{seed};
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        const dex::Pool& pool = tape.pools[i];
        const bool is_price =
            dex::mint_a(pool) == solana::kUsdcMint || dex::mint_b(pool) == solana::kUsdcMint;
        if (is_price || swaps[i] == 0) {
            waiting_[i] = kNever;
        } else if (benchmark == analytics::Benchmark::RandomEntry) {
            waiting_[i] = static_cast<std::int64_t>(rng.below(swaps[i]));
        }
    }
}

void BenchmarkRule::decide(const TapeEvent& event, const RecordedMarket& market,
                           engine::Pipeline& pipeline) {
    const auto pool = market.index_of(event.pool);
    if (event.kind == TapeEventKind::Appear || !pool || waiting_[event.pool]-- != 0) {
        return;
    }
    // As much as momentum would; a refusal of the gate is in the denials.
    (void)pipeline.enter({*pool, settings_.momentum.amount, settings_.momentum.slippage});
}

}  // namespace sniperforge::backtest
