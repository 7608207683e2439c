// SPDX-License-Identifier: MIT
#include "app/drill_plan_later.hpp"

#include <algorithm>
#include <chrono>

#include "app/drill_draws.hpp"
#include "sniperforge/sim/faults.hpp"

namespace sniperforge::app {
namespace {

// As everywhere: trading has begun, and what is then in flight must find its end.
constexpr std::uint64_t kChangesFromMs = 1'500, kChangesToMs = 9'000;
constexpr Duration kCalmAgain = std::chrono::seconds{12};
constexpr std::int64_t kDaySeconds = 86'400;

[[nodiscard]] sim::FaultEvent event_at(Duration at) {
    sim::FaultEvent event;
    event.at = at;
    return event;
}

// Of each venue by chance, of one at least.
[[nodiscard]] sim::ShapeChange draw_programs(Rng& rng) {
    sim::ShapeChange change{.is_cpmm = rng.chance(0.4),
                            .is_amm_v4 = rng.chance(0.4),
                            .is_pump_curve = rng.chance(0.4),
                            .is_pump_swap = rng.chance(0.4)};
    if (change == sim::ShapeChange{}) {
        change.is_cpmm = true;
    }
    return change;
}

// What a node tells otherwise. Programs are upgraded for all nodes, nodes one by one.
void draw_retelling(DrillPlan& plan, Rng& rng, sim::FaultEvent& event) {
    event.faults.emplace();
    switch (rng.below(3)) {
        case 0:
            event.faults->account_bytes_more = static_cast<std::uint32_t>(1 + rng.below(512));
            return;
        case 1:
            event.faults->is_account_kind_new = true;
            return;
        default:
            event.faults->renamed_field_probability = 0.02 + 0.4 * rng.uniform();
            if (plan.world.cluster.nodes > 1 && rng.chance(0.6)) {
                event.node = rng.below(plan.world.cluster.nodes);
            }
            return;
    }
}

}  // namespace

void draw_protocols(DrillPlan& plan, Rng& rng) {
    auto& faults = plan.world.cluster.faults;
    plan.world.cluster.nodes = 1 + rng.below(2);
    const std::uint64_t count = 1 + rng.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        sim::FaultEvent event = event_at(draw_between(rng, kChangesFromMs, kChangesToMs));
        if (rng.chance(0.5)) {
            draw_retelling(plan, rng, event);
        } else {
            event.shape = draw_programs(rng);
            event.shape->is_called_anew = rng.chance(0.5);
        }
        faults.push_back(event);
    }
    sim::FaultEvent calm = event_at(kCalmAgain);
    calm.faults = sim::NodeFaults{};
    calm.shape = sim::ShapeChange{};
    faults.push_back(calm);
}

void draw_halts(DrillPlan& plan, Rng& rng) {
    constexpr std::uint64_t kSilentFromMs = 5'500, kSilentForMaxMs = 9'000;
    auto& faults = plan.world.cluster.faults;
    plan.world.cluster.nodes = 1 + rng.below(2);
    const bool is_silent = rng.chance(0.6);
    if (is_silent) {
        sim::FaultEvent event = event_at(draw_between(rng, kChangesFromMs, 3'000));
        event.faults.emplace();
        event.faults->notification_kinds = {sim::NotificationKind::Slot,
                                            sim::NotificationKind::Root};
        event.faults->miss_probability = 1;
        faults.push_back(event);
        event.at += draw_between(rng, kSilentFromMs, kSilentForMaxMs);
        event.faults = sim::NodeFaults{};
        faults.push_back(event);
    }
    if (is_silent && rng.chance(0.5)) {
        return;
    }
    // Some of what an entry may lose: the first rug, or a bad trade or two, is enough.
    config::RiskSettings& risk = plan.world.settings.risk;
    risk.drawdown_max = std::min(risk.drawdown_max, MicroUsd{(1 + rng.below(6)) * kMicroUsdPerUsd});
    sim::Scenario& scenario = plan.world.cluster.scenario;
    scenario.launch_rug_probability = 1;
    scenario.launch_collapse_per_minute = 1;
    scenario.launches_per_day *= 2;
}

void add_wall_jumps(DrillPlan& plan, Rng& rng) {
    const std::uint64_t count = rng.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
        WallJump jump;
        jump.at = draw_between(rng, kChangesFromMs, kChangesToMs);
        const std::uint64_t scale = rng.below(4);
        if (scale == 3) {
            // The virtual day begins at midnight: a few seconds before the next one, or back into
            // the one before.
            const auto before = static_cast<std::int64_t>(1 + rng.below(8));
            jump.by =
                std::chrono::seconds{rng.chance(0.5) ? kDaySeconds - 12 - before : -12 - before};
        } else {
            constexpr std::uint64_t kScales[] = {5, 600, 2 * 86'400};
            const auto by = static_cast<std::int64_t>(1 + rng.below(kScales[scale]));
            jump.by = std::chrono::seconds{rng.chance(0.5) ? by : -by};
        }
        plan.wall_jumps.push_back(jump);
    }
}

void add_disk_spell(DrillPlan& plan, Rng& rng) {
    plan.world.journal_group = 1 + rng.below(8);
    if (rng.chance(0.6)) {
        DiskSpell spell;
        spell.kind = static_cast<DiskSpell::Kind>(rng.below(5));
        spell.at = draw_between(rng, kChangesFromMs, kChangesToMs);
        spell.length = draw_between(rng, 200, 4'000);
        // A daemon that could not write trades on after its next start only, so there must be one.
        if (!plan.lives.empty()) {
            constexpr Duration kBeforeItsEnd = std::chrono::milliseconds{500};
            spell.at = std::min(spell.at, plan.lives.front().duration - kBeforeItsEnd);
        }
        plan.disk.push_back(spell);
    }
}

void add_attacks(DrillPlan& plan, std::uint64_t seed, Rng& rng) {
    config::RiskSettings& risk = plan.world.settings.risk;
    risk.breaker_failures_max = config::kBreakerFailuresMax;
    risk.breaker_open = std::chrono::seconds{1};
    // Cycles never ask Jupiter, and most launches are not bought: what asks it is wanted often, on
    // both ways.
    plan.world.settings.execution.path = "jupiter";
    plan.world.settings.arbitrage.is_enabled = false;
    plan.world.cluster.scenario.launches_per_day *= 5;
    config::ExitSettings& exits = plan.world.settings.exits;
    exits.time_limit = std::min(exits.time_limit, draw_between(rng, 1'500, 4'000));
    if (rng.chance(0.3)) {
        return;
    }
    for (sim::FaultEvent& event : plan.world.cluster.faults) {
        if (event.jupiter && event.jupiter->attack_probability > 0) {
            event.jupiter->attack_probability = std::max(0.6, event.jupiter->attack_probability);
            event.jupiter->attacks = {static_cast<sim::JupiterAttack>(seed % sim::kJupiterAttacks)};
        }
    }
}

}  // namespace sniperforge::app
