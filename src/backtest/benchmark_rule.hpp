// SPDX-License-Identifier: MIT
// Entries without a reason: one for each pool of the tape, or at random swaps. No limit of the gate
// chooses among them: a rule that stops after eight losses, or takes the deep pools alone, is not
// the one that everything is compared with.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/recorded_market.hpp"
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

    BenchmarkRule(analytics::Benchmark benchmark, const Tape& tape,
                  const config::Settings& settings, std::uint64_t seed);
    // After each event.
    void decide(const TapeEvent& event, const RecordedMarket& market, engine::Pipeline& pipeline);
    // After each slot and event: what has become of the orders.
    void watch(const engine::Pipeline& pipeline);

 private:
    enum class Entry : std::uint8_t { Unmet, Wanted, Ordered, Over };
    struct Pool {
        Entry entry = Entry::Unmet;
        WallTime until;  // When it is given up.
    };
    void decide_at_random(const TapeEvent& event, const RecordedMarket& market,
                          engine::Pipeline& pipeline);
    // Whether an order is on its way.
    [[nodiscard]] bool enter(std::uint32_t pool, const RecordedMarket& market,
                             engine::Pipeline& pipeline);

    const Tape& tape_;
    const config::Settings& settings_;
    bool is_random_;
    double chance_ = 0;  // Of each swap, at random.
    Rng rng_;
    std::vector<Pool> pools_;             // By pool of the tape.
    std::vector<std::uint32_t> ordered_;  // Those with an order on its way.
};

}  // namespace sniperforge::backtest
