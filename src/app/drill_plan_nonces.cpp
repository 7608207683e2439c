// SPDX-License-Identifier: MIT
// Which runs of a drill have nonces of the wallet, and orders on them.
#include <algorithm>

#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kNonceFork = 7'005;  // Of the seed: the other forks are the plan's.
// The first daemon lends no nonce before its account, and then its advance, are final: whatever is
// drawn comes behind that.
constexpr Duration kLendsFrom = std::chrono::seconds{31};
// Orders of those that it has sent by then.
constexpr std::uint32_t kOrdersBefore = 4;

}  // namespace

// Whatever the settings say, some have orders on nonces, and some nonces that nothing but a loss of
// files makes anybody touch.
void lend_nonces(DrillPlan& plan, std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(kNonceFork);
    std::uint32_t& orders = plan.world.settings.execution.nonce_orders;
    const bool is_drawn = rng.chance(0.15);
    const auto drawn = static_cast<std::uint32_t>(1 + rng.below(4));
    if (orders == 0 && is_drawn) {
        orders = rng.chance(0.9) ? drawn : 0;
    }
    plan.world.nonces = std::max(orders, is_drawn ? drawn : 0);
    if (orders == 0) {
        return;
    }
    plan.last += kLendsFrom;
    plan.sold_from += plan.sold_from > Duration{0} ? kLendsFrom : Duration{0};
    for (sim::FaultEvent& event : plan.world.cluster.faults) {
        event.at += kLendsFrom;
    }
    for (DiskSpell& spell : plan.disk) {
        spell.at += kLendsFrom;
    }
    for (WallJump& jump : plan.wall_jumps) {
        jump.at += kLendsFrom;
    }
    if (!plan.lives.empty()) {
        plan.lives.front().duration += kLendsFrom;
        std::uint32_t& order = plan.lives.front().order;
        order += order > 0 ? kOrdersBefore : 0;  // Zero: not by what is sent.
    }
}

}  // namespace sniperforge::app
