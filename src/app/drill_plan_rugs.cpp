// SPDX-License-Identifier: MIT
// Rugs that can be done at some venues only are done in each run that buys there.
#include <algorithm>

#include "app/drill_draws.hpp"
#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kRugsFork = 7'010;  // Of the seed: the other forks are the plan's.
// While the daemon trades, as the other rugs.
constexpr std::uint64_t kRugsFromMs = 1'500, kRugsToMs = 11'000;
// The default checks let nobody buy a token whose creator may make more of it, freeze it, take the
// liquidity back or has most of it: most launches must be none of that, or nothing is held.
constexpr double kAuthorityKept = 0.2, kLpBurned = 0.8, kCreatorShareMax = 0.3;

}  // namespace

// Curves cannot be paused, and have no liquidity that could be pulled: whatever else is drawn, both
// wait in each run for something that is held and that they can be done to.
void aim_rugs(DrillPlan& plan, std::uint64_t seed) {
    if (plan.scenario != "rugs") {
        return;
    }
    sim::Scenario& scenario = plan.world.cluster.scenario;
    if (scenario.launch_venue == sim::LaunchVenue::Cpmm) {
        scenario.launch_mint_authority_kept_probability = kAuthorityKept;
        scenario.launch_freeze_authority_kept_probability = kAuthorityKept;
        scenario.launch_lp_burned_probability = kLpBurned;
        scenario.launch_creator_share_max = kCreatorShareMax;
    }
    Rng rng = Rng{seed}.fork(kRugsFork);
    std::vector<sim::FaultEvent>& events = plan.world.cluster.faults;
    for (bool sim::Rug::* const kind : {&sim::Rug::is_pull, &sim::Rug::is_pause}) {
        const bool is_drawn = std::ranges::any_of(
            events, [&](const sim::FaultEvent& each) { return each.rug && (*each.rug).*kind; });
        if (is_drawn) {
            continue;
        }
        sim::FaultEvent event;
        event.at = draw_between(rng, kRugsFromMs, kRugsToMs);
        event.rug.emplace();
        (*event.rug).*kind = true;
        events.push_back(event);
    }
}

}  // namespace sniperforge::app
