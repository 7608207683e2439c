// SPDX-License-Identifier: MIT
#include "sim/market_fate.hpp"

#include <algorithm>
#include <cmath>

namespace sniperforge::sim {

namespace {

// "peak" block: 75 % of peaks are at most 1.14 times the launch, p90 is 1.41.
constexpr double kPeakMedianMax = 1.14;
constexpr double kPeakTail = 1.41;
constexpr double kPeakBodyProbability = 0.75 / 0.90;  // Of those outside of the tail.
// A riser is one whose peak passes the third quartile.
constexpr double kRiserPeak = kPeakMedianMax;

}  // namespace

LaunchFate draw_fate(Rng& rng, const Scenario& scenario) {
    LaunchFate fate;
    fate.has_buyers = !rng.chance(scenario.launch_no_buyer_probability);
    if (rng.chance(scenario.launch_peak_tail_probability)) {
        const double uniform = 1.0 - rng.uniform();
        fate.peak_multiple =
            kPeakTail * std::pow(uniform, -1.0 / scenario.launch_peak_pareto_alpha);
    } else if (rng.chance(kPeakBodyProbability)) {
        fate.peak_multiple = 1.0 + (kPeakMedianMax - 1.0) * rng.uniform();
    } else {
        fate.peak_multiple = kPeakMedianMax + (kPeakTail - kPeakMedianMax) * rng.uniform();
    }
    fate.rise_minutes = std::min(scenario.launch_rise_seconds / 60.0 *
                                     std::exp(scenario.launch_rise_log_sigma * rng.normal()),
                                 scenario.launch_life_minutes / 2.0);
    const bool is_riser = fate.has_buyers && fate.peak_multiple > kRiserPeak;
    if (is_riser && rng.chance(scenario.launch_rug_probability)) {
        // NOTES 3.3: most risers have given it back within 600 s; here one to three rise times.
        fate.rug_minutes = std::min(fate.rise_minutes * (1.0 + rng.exponential(1.0)),
                                    scenario.launch_life_minutes * 0.9);
    }
    fate.is_lp_burned = rng.chance(scenario.launch_lp_burned_probability);
    return fate;
}

}  // namespace sniperforge::sim
