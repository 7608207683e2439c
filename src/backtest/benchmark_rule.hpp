// SPDX-License-Identifier: MIT
// Entries without a reason: one for each pool of the market, or at random swaps. No limit of the
// gate chooses among them: a rule that stops after eight losses, or takes the deep pools alone, is
// not the one that everything is compared with.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::backtest {

// Costs, landing, impact and what a trade may cost at most are those of the settings, and money is
// never short.
[[nodiscard]] config::Settings benchmark_settings(config::Settings settings,
                                                  analytics::Benchmark benchmark);

class BenchmarkRule {
 public:
    // For so long since a pool's first event its one entry is tried again, at its next event, where
    // it expires, reverts or is denied.
    static constexpr Duration kEntryWindow = std::chrono::hours{1};

    // Of the pools that can be entered.
    struct Market {
        std::size_t pools = 0;
        std::uint64_t swaps = 0;
    };
    BenchmarkRule(analytics::Benchmark benchmark, const config::Settings& settings,
                  std::uint64_t seed, const Market& market);
    // After each event of a pool that can be entered; `is_swap`: it does not merely begin.
    void decide(PoolIndex pool, bool is_swap, engine::Pipeline& pipeline, WallTime at);
    // After each slot and event: what has become of the orders.
    void watch(const engine::Pipeline& pipeline);

 private:
    enum class Entry : std::uint8_t { Unmet, Wanted, Ordered, Over };
    struct Pool {
        Entry entry = Entry::Unmet;
        WallTime until;  // When it is given up.
    };
    // Whether an order is on its way.
    [[nodiscard]] bool enter(PoolIndex pool, engine::Pipeline& pipeline) const;

    const config::Settings& settings_;
    bool is_random_;
    double chance_ = 0;  // Of each swap, at random.
    Rng rng_;
    std::vector<Pool> pools_;         // By pool of the book, as far as they were met.
    std::vector<PoolIndex> ordered_;  // Those with an order on its way.
};

// Where only SOL is priced nothing is entered.
[[nodiscard]] bool is_price_alone(const dex::Pool& pool);

}  // namespace sniperforge::backtest
