// SPDX-License-Identifier: MIT
// In which runs of a drill a node lets its answers drip, goes on with what was unsubscribed, or
// leaves pings without an answer.
#include <algorithm>
#include <chrono>

#include "app/drill_draws.hpp"
#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kWireFork = 7'009;  // Of the seed: the other forks are the plan's.
// While the daemon trades, and before everything is healed.
constexpr std::uint64_t kWireFromMs = 2'000, kWireToMs = 8'000;
// A connection pings 20 s after it was opened, and after each of its pings: when all else is
// healed. One that tells things is kept without pongs. One that says nothing is opened anew, 2 s
// later at the earliest: its silence begins so late that it still pings. Trading goes on before the
// run ends.
constexpr Duration kPongsFrom = std::chrono::seconds{16}, kPongsTo = std::chrono::seconds{34},
                   kSilentFrom = std::chrono::milliseconds{19'500},
                   kTradesAfter = std::chrono::seconds{12};

}  // namespace

// More spells, of a node that has nothing else meanwhile.
void fail_wires(DrillPlan& plan, std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(kWireFork);
    if (plan.scenario != "nodes" || !rng.chance(0.5)) {
        return;
    }
    std::vector<sim::FaultEvent>& events = plan.world.cluster.faults;
    sim::FaultEvent event;
    event.node = rng.below(plan.world.cluster.nodes);
    event.at = draw_between(rng, kWireFromMs, kWireToMs);
    event.faults.emplace();
    switch (rng.below(3)) {
        case 0:
            // From some answers within their time to none.
            event.faults->drip_bytes_per_second =
                static_cast<std::uint32_t>(100 + rng.below(20'000));
            events.push_back(event);
            return;
        case 1:
            event.faults->is_unsubscribe_ignored = true;
            events.push_back(event);
            return;
        default:
            event.faults->is_without_pongs = true;
            event.faults->is_silent = rng.chance(0.5);
            event.at = event.faults->is_silent ? kSilentFrom : kPongsFrom;
            events.push_back(event);
            event.at = kPongsTo;
            event.faults = sim::NodeFaults{};
            events.push_back(event);
            plan.last = std::max(plan.last, kPongsTo + kTradesAfter);
            if (plan.sold_from > Duration{0}) {  // Nobody tells of a price that calls for a sale.
                plan.sold_from = std::max(plan.sold_from, kPongsTo);
            }
            return;
    }
}

}  // namespace sniperforge::app
