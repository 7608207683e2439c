// SPDX-License-Identifier: MIT
// Deaths of a drill that meet the journal on its way from one segment into the next.
#pragma once

#include <algorithm>
#include <chrono>

#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {

// Of the seed: the other forks are the plan's.
inline constexpr std::uint64_t kTurnFork = 7'004;

// Where segments are deleted, most deaths are such ones; they have a while to get there.
inline void die_turning(DrillPlan& plan, Rng rng) {
    constexpr Duration kLivedMin = std::chrono::seconds{6};
    for (DrillLife& life : plan.lives) {
        if (life.end != DrillLife::End::Stopped && rng.chance(0.8)) {
            life.turn = static_cast<DrillDisk::Turn>(1 + rng.below(3));
            life.order = 0;
            life.awaited = Duration{0};
            life.duration = std::max(life.duration, kLivedMin);
        }
    }
}

// How much later than the journal all else ends. What was sent has reached the node until then,
// which looks for it in the ring that a cut of the power takes.
[[nodiscard]] constexpr Duration lag_of_death(const DrillLife& life) {
    return life.end == DrillLife::End::PowerLost ? Duration{std::chrono::milliseconds{200}}
                                                 : Duration{0};
}

}  // namespace sniperforge::app
