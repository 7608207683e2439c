// SPDX-License-Identifier: MIT
// What is drawn for a drill of thefts.
#include <algorithm>

#include "app/drill_draws.hpp"
#include "app/drill_plan.hpp"
#include "app/drill_thefts.hpp"

namespace sniperforge::app {
namespace {

// A theft is seen once it is final, the next check of the books has read it (a minute apart at
// most), and the orders that were on their way then have their outcome.
constexpr Duration kDoubtedMax = std::chrono::seconds{180};

[[nodiscard]] sim::FaultEvent draw_meddling(Rng& rng, bool is_gift) {
    constexpr std::uint32_t kPartMin = 2'000, kPartMore = 7'000;
    sim::FaultEvent event;
    event.at = draw_between(rng, 1'500, 11'000);
    event.rug.emplace();
    event.rug->is_gift = is_gift;
    event.rug->is_theft = !is_gift;
    event.rug->theft_bps = rng.chance(0.5)
                               ? kPartMin + static_cast<std::uint32_t>(rng.below(kPartMore))
                               : sim::kTheftBpsMax;
    return event;
}

}  // namespace

// Of what is held some is taken, or all of it, and some is brought. The daemon says so and buys
// nothing; now and then it is started again; then a person accepts what is missing.
void draw_thefts(DrillPlan& plan, Rng& rng) {
    const std::uint64_t count = 1 + rng.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        plan.world.cluster.faults.push_back(draw_meddling(rng, i > 0 && rng.chance(0.5)));
    }
    DrillLife life;
    life.end = DrillLife::End::Doubted;
    life.duration = kDoubtedMax;
    plan.lives.push_back(life);
    if (rng.chance(0.4)) {
        life.end = rng.chance(0.5) ? DrillLife::End::Stopped : DrillLife::End::Killed;
        life.duration = draw_between(rng, 2'000, 22'000);
        plan.lives.push_back(life);
    }
    plan.is_shortfall_accepted = true;
    config::ExitSettings& exits = plan.world.settings.exits;
    plan.is_holding = rng.chance(0.5);
    if (!plan.is_holding) {  // What is gone falls due.
        exits.time_limit = std::min(exits.time_limit, draw_between(rng, 5'000, 20'000));
        return;
    }
    config::sell_by_time_alone(exits, std::chrono::hours{24});
}

}  // namespace sniperforge::app
