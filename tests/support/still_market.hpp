// SPDX-License-Identifier: MIT
// A simulated cluster whose market rests: what changes is what the test does.
#pragma once

#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::test {

[[nodiscard]] inline sim::Scenario still_market() {
    sim::Scenario scenario = sim::named_scenario("calibrated").value();
    scenario.tokens.clear();
    scenario.launches_per_day = 0;
    scenario.trades_per_minute = 0;
    scenario.sol_sigma_bp_1m = 0;
    scenario.sol_jumps_per_day = 0;
    scenario.dislocations_per_hour = 0;
    scenario.dislocation_cluster_per_hour = 0;
    return scenario;
}

}  // namespace sniperforge::test
