// SPDX-License-Identifier: MIT
#include "sim/market.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {
namespace {

struct Simulation {
    explicit Simulation(const Scenario& the_scenario, std::uint64_t seed = 1)
        : scenario{the_scenario},
          chain{options(scenario, seed)},
          market{chain, scenario, {}, Rng{seed}, options(scenario, seed).slot_duration, statistics} {}

    static ChainOptions options(const Scenario& scenario, std::uint64_t seed) {
        ChainOptions chain_options;
        chain_options.seed = seed;
        chain_options.slot_skip_probability = scenario.slot_skip_probability;
        return chain_options;
    }
    void slot() {
        market.run_slot();
        chain.advance_slot();
    }

    const Scenario scenario;
    Chain chain;
    ClusterStatistics statistics;
    Market market;
};

// Slots in 60 seconds.
constexpr int kMinute = 150;

// Largest gap beyond both fees between two pools of one pair, in basis points.
struct PairGap {
    Pubkey mint_low, mint_high;
    double net_bp = 0;
};
std::vector<PairGap> gaps(const Simulation& simulation) {
    std::map<std::pair<Pubkey, Pubkey>, std::vector<PoolView>> pairs;
    for (const Pubkey& key : simulation.market.liquid_pools()) {
        const auto pool = read_pool(simulation.chain, key);
        EXPECT_TRUE(pool.has_value());
        pairs[std::minmax(pool->mint_a, pool->mint_b)].push_back(*pool);
    }
    std::vector<PairGap> found;
    for (const auto& [mints, pools] : pairs) {
        double best = -1e9;
        for (const PoolView& a : pools) {
            for (const PoolView& b : pools) {
                const double price_a = a.mint_a == mints.first ? a.price() : 1.0 / a.price();
                const double price_b = b.mint_a == mints.first ? b.price() : 1.0 / b.price();
                const double fees = std::log(1 - a.fee()) + std::log(1 - b.fee());
                best = std::max(best, std::log(price_a / price_b) + fees);
            }
        }
        found.push_back({mints.first, mints.second, best * 1e4});
    }
    return found;
}

class DemoPromises : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DemoPromises, AreKeptWithinAMinute) {
    Simulation simulation{*named_scenario("demo"), GetParam()};
    std::map<std::pair<Pubkey, Pubkey>, int> open_slots;
    int lasting = 0;
    std::map<std::size_t, double> first_price;
    std::size_t moved = 0;
    for (int i = 0; i < kMinute; ++i) {
        simulation.slot();
        for (const PairGap& gap : gaps(simulation)) {
            int& slots = open_slots[{gap.mint_low, gap.mint_high}];
            slots = gap.net_bp > 10 ? slots + 1 : 0;
            lasting += slots == 2 ? 1 : 0;
        }
    }
    for (std::size_t i = 0; i < simulation.scenario.tokens.size(); ++i) {
        const double change = std::log(simulation.market.prices().token_sol(i) /
                                       simulation.scenario.tokens[i].price_sol);
        moved += std::abs(change) > 0.02 ? 1U : 0U;
    }
    std::printf("seed %lu: lasting %d dislocations %lu launches %lu rugs %lu trades %lu moved %zu "
                "accounts %zu\n",
                GetParam(), lasting, simulation.statistics.dislocations,
                simulation.statistics.launches, simulation.statistics.rugs,
                simulation.statistics.market_trades, moved, simulation.chain.account_count());
    EXPECT_GE(lasting, 3);
    EXPECT_GE(simulation.statistics.launches, 6U);
    EXPECT_GE(simulation.statistics.rugs, 1U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DemoPromises, testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace sniperforge::sim
