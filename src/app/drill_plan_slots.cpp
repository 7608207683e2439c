// SPDX-License-Identifier: MIT
// In which runs of a drill one node tells of slots and block heights that are not the chain's.
#include <algorithm>

#include "app/drill_draws.hpp"
#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kSlotsFork = 7'006;  // Of the seed: the other forks are the plan's.
// While the daemon trades, and before everything is healed.
constexpr std::uint64_t kFromMs = 2'000, kToMs = 10'000;

// What just looks like a chain's, what none can come to so soon, and what is absurd.
[[nodiscard]] int draw_distance(Rng& rng) {
    constexpr int kScales[] = {250, 10'000, sim::kSlotsOffMax / 2};
    const int scale = kScales[rng.below(std::size(kScales))];
    return scale + static_cast<int>(rng.below(static_cast<std::uint64_t>(scale)));
}

}  // namespace

// One more spell, of a node that has nothing else meanwhile. Ahead more often: that is what makes
// orders look expired that can still land.
void tell_false_slots(DrillPlan& plan, std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(kSlotsFork);
    if (plan.scenario != "nodes" || !rng.chance(0.5)) {
        return;
    }
    sim::FaultEvent event;
    event.at = draw_between(rng, kFromMs, kToMs);
    event.node = rng.below(plan.world.cluster.nodes);
    event.faults.emplace();
    const int distance = draw_distance(rng);
    event.faults->heights_off = rng.chance(0.7) ? distance : -distance;
    event.faults->slots_off = rng.chance(0.5) ? event.faults->heights_off : 0;
    plan.world.cluster.faults.push_back(event);
}

}  // namespace sniperforge::app
