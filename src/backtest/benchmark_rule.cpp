// SPDX-License-Identifier: MIT
#include "backtest/benchmark_rule.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {
namespace {

// Random entries over a tape of few pools; of many, one for each on average.
constexpr std::size_t kRandomEntries = 300;

[[nodiscard]] bool is_beginning(const TapeEvent& event) {
    return event.kind == TapeEventKind::Appear || event.kind == TapeEventKind::Stand;
}

// Where only SOL is priced nothing is entered.
[[nodiscard]] bool is_price_alone(const dex::Pool& pool) {
    return dex::mint_a(pool) == solana::kUsdcMint || dex::mint_b(pool) == solana::kUsdcMint;
}

[[nodiscard]] const Pubkey& token_of(const dex::Pool& pool) {
    return dex::mint_a(pool) == solana::kWrappedSolMint ? dex::mint_b(pool) : dex::mint_a(pool);
}

}  // namespace

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
    risk.price_impact_max = risk.entry_cost_max = BasisPoints{kBasisPointsOne};
    settings.paper.balance = kPlenty;
    if (benchmark == analytics::Benchmark::Hold) {
        // Sells by no other reason than the end.
        config::sell_by_time_alone(settings.exits, std::chrono::hours{24 * 365 * 100});
    }
    return settings;
}

BenchmarkRule::BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                             const config::Settings& settings, std::uint64_t seed)
    : tape_{tape},
      settings_{settings},
      is_random_{benchmark == analytics::Benchmark::RandomEntry},
      rng_{seed},
      pools_(tape.pools.size()) {
    for (std::size_t i = 0; i < tape.pools.size(); ++i) {
        pools_[i].entry = is_price_alone(tape.pools[i]) ? Entry::Over : Entry::Unmet;
    }
    const auto swaps = std::ranges::count_if(tape.events, [this](const TapeEvent& event) {
        return !is_beginning(event) && pools_[event.pool].entry != Entry::Over;
    });
    const auto wanted = static_cast<double>(std::max(kRandomEntries, tape.pools.size()));
    chance_ = swaps == 0 ? 0 : std::min(1.0, wanted / static_cast<double>(swaps));
}

void BenchmarkRule::decide(const TapeEvent& event, const RecordedMarket& market,
                           engine::Pipeline& pipeline) {
    if (is_random_) {
        return decide_at_random(event, market, pipeline);
    }
    Pool& pool = pools_[event.pool];
    if (pool.entry == Entry::Unmet) {
        pool = {Entry::Wanted, event.at + kEntryWindow};
    }
    if (pool.entry != Entry::Wanted) {
        return;
    }
    if (pool.until < event.at) {
        pool.entry = Entry::Over;
    } else if (enter(event.pool, market, pipeline)) {
        pool.entry = Entry::Ordered;
        ordered_.push_back(event.pool);
    }
}

void BenchmarkRule::decide_at_random(const TapeEvent& event, const RecordedMarket& market,
                                     engine::Pipeline& pipeline) {
    if (!is_beginning(event) && pools_[event.pool].entry != Entry::Over && rng_.chance(chance_)) {
        (void)enter(event.pool, market, pipeline);
    }
}

bool BenchmarkRule::enter(std::uint32_t pool, const RecordedMarket& market,
                          engine::Pipeline& pipeline) {
    const auto index = market.index_of(pool);
    if (!index) {
        return false;
    }
    const std::uint64_t before = pipeline.portfolio().in_flight();
    // Momentum's amount, as the ceiling of all that it spends.
    (void)pipeline.enter({*index, settings_.momentum.amount, settings_.momentum.slippage});
    return pipeline.portfolio().in_flight() > before;
}

// An entry that has landed is a position for a slot at least: its sale lands later.
void BenchmarkRule::watch(const engine::Pipeline& pipeline) {
    const auto& portfolio = pipeline.portfolio();
    std::erase_if(ordered_, [&](std::uint32_t pool) {
        const Pubkey& token = token_of(tape_.pools[pool]);
        if (portfolio.is_in_flight(token)) {
            return false;
        }
        const bool is_held = std::ranges::find(portfolio.positions(), token, &PositionView::mint) !=
                             portfolio.positions().end();
        pools_[pool].entry = is_held ? Entry::Over : Entry::Wanted;
        return true;
    });
}

}  // namespace sniperforge::backtest
