// SPDX-License-Identifier: MIT
// What becomes of a launch, drawn at its birth from the recorded distributions: whoever trades it
// afterwards only carries it out.
#pragma once

#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

struct LaunchFate {
    double peak_multiple = 1;
    double rise_minutes = 0;
    double rug_minutes = 0;  // Age at which the creator rugs; 0 never.
    bool has_buyers = false;
    bool is_lp_burned = false;
};
[[nodiscard]] LaunchFate draw_fate(Rng& rng, const Scenario& scenario);

}  // namespace sniperforge::sim
