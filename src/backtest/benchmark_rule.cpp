// SPDX-License-Identifier: MIT
#include "backtest/benchmark_rule.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// Random entries over a market of few pools; of many, one for each on average.
constexpr std::size_t kRandomEntries = 300;

[[nodiscard]] const Pubkey& token_of(const dex::Pool& pool) {
    return dex::mint_a(pool) == solana::kWrappedSolMint ? dex::mint_b(pool) : dex::mint_a(pool);
}

}  // namespace

bool is_price_alone(const dex::Pool& pool) {
    return dex::mint_a(pool) == solana::kUsdcMint || dex::mint_b(pool) == solana::kUsdcMint;
}

config::Settings benchmark_settings(config::Settings settings, analytics::Benchmark benchmark) {
    settings.arbitrage.is_enabled = settings.sniper.is_enabled = settings.momentum.is_enabled =
        false;
    constexpr MicroUsd kNoLimit{1'000'000'000 * kMicroUsdPerUsd};
    constexpr std::uint32_t kAny = std::numeric_limits<std::uint32_t>::max();
    constexpr Lamports kPlenty{1'000'000 * kLamportsPerSol};
    config::RiskSettings& risk = settings.risk;
    risk.capital_max = risk.strategy_capital_max = risk.venue_capital_max = kNoLimit;
    risk.momentum_capital_percent = 100;
    risk.daily_loss_max = risk.drawdown_max = risk.daily_volume_max = kNoLimit;
    risk.losing_streak_max = risk.positions_max = risk.creator_positions_max = kAny;
    risk.funder_positions_max = risk.launch_positions_max = risk.correlated_positions_max = kAny;
    risk.breaker_failures_max = kAny;
    risk.volatility_loss_max = risk.liquidity_min = {};
    risk.liquidity_per_trade = 0;
    risk.kelly_trades_min = 0;  // They have no edge; that is what they are for.
    settings.safety.entries_judged = {};
    risk.price_impact_max = risk.entry_cost_max = BasisPoints{kBasisPointsOne};
    settings.paper.balance = kPlenty;
    if (benchmark == analytics::Benchmark::Hold) {
        // Sells by no other reason than the end.
        config::sell_by_time_alone(settings.exits, std::chrono::hours{24 * 365 * 100});
    }
    return settings;
}

BenchmarkRule::BenchmarkRule(analytics::Benchmark benchmark, const config::Settings& settings,
                             std::uint64_t seed, const Market& market)
    : settings_{settings}, is_random_{benchmark == analytics::Benchmark::RandomEntry}, rng_{seed} {
    const auto wanted = static_cast<double>(std::max(kRandomEntries, market.pools));
    chance_ = market.swaps == 0 ? 0 : std::min(1.0, wanted / static_cast<double>(market.swaps));
}

void BenchmarkRule::decide(PoolIndex index, bool is_swap, engine::Pipeline& pipeline, WallTime at) {
    if (is_random_) {
        if (is_swap && rng_.chance(chance_)) {
            (void)enter(index, pipeline);
        }
        return;
    }
    if (index.value >= pools_.size()) {
        pools_.resize(index.value + 1);
    }
    Pool& pool = pools_[index.value];
    if (pool.entry == Entry::Unmet) {
        pool = {Entry::Wanted, at + kEntryWindow};
    }
    if (pool.entry != Entry::Wanted) {
        return;
    }
    if (pool.until < at) {
        pool.entry = Entry::Over;
    } else if (enter(index, pipeline)) {
        pool.entry = Entry::Ordered;
        ordered_.push_back(index);
    }
}

bool BenchmarkRule::enter(PoolIndex pool, engine::Pipeline& pipeline) const {
    const std::uint64_t before = pipeline.portfolio().in_flight();
    // Momentum's amount, as the ceiling of all that it spends.
    (void)pipeline.enter({pool, settings_.momentum.amount, settings_.momentum.slippage});
    return pipeline.portfolio().in_flight() > before;
}

// An entry that has landed is a position for a slot at least: its sale lands later.
void BenchmarkRule::watch(const engine::Pipeline& pipeline) {
    const auto& portfolio = pipeline.portfolio();
    std::erase_if(ordered_, [&](PoolIndex pool) {
        const Pubkey& token = token_of(pipeline.book().pool(pool));
        if (portfolio.is_in_flight(token)) {
            return false;
        }
        const bool is_held = std::ranges::find(portfolio.positions(), token, &PositionView::mint) !=
                             portfolio.positions().end();
        pools_[pool.value].entry = is_held ? Entry::Over : Entry::Wanted;
        return true;
    });
}

}  // namespace sniperforge::backtest
