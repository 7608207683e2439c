// SPDX-License-Identifier: MIT
// A chain with its market and nobody else, slot by slot.
#pragma once

#include <cstdint>
#include <span>

#include "sim/market.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

struct Simulation {
    explicit Simulation(const Scenario& the_scenario, std::uint64_t seed = 1,
                        std::span<const PriceBar> bars = {})
        : scenario{the_scenario},
          chain{options(scenario, seed)},
          market{chain,     scenario, bars, Rng{seed}, options(scenario, seed).slot_duration,
                 statistics} {}

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
    void slots(int count) {
        for (int i = 0; i < count; ++i) {
            slot();
        }
    }

    const Scenario scenario;
    Chain chain;
    ClusterStatistics statistics;
    Market market;
};

inline constexpr int kMinuteSlots = 150;  // Slots of 400 ms.

}  // namespace sniperforge::sim
