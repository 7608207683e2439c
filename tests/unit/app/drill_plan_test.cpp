// SPDX-License-Identifier: MIT
// What a seed plays, and that all is played by some.
#include "app/drill_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "app/drill_names.hpp"

namespace sniperforge::app {
namespace {

constexpr std::uint64_t kSeeds = 2'000;

TEST(DrillPlan, ScenariosThatCameLaterHaveAShareOfAllSeedsAndTheOthersKeepTheirs) {
    std::map<std::string_view, std::uint64_t> runs;
    std::uint64_t later = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const std::string_view scenario = scenario_of_seed(seed);
        ++runs[scenario];
        const bool is_first = scenario == kDrillScenarios[seed % kFirstScenarios];
        later += is_first ? 0 : 1;
    }
    EXPECT_EQ(runs.size(), kDrillScenarios.size());
    EXPECT_GT(later, kSeeds / 10);
    EXPECT_LT(later, kSeeds / 5);
    // 200 seeds certify: none of them may be missing there, wherever they begin.
    for (const auto& [scenario, count] : runs) {
        EXPECT_GT(count, kSeeds / 20) << scenario;
    }
}

TEST(DrillPlan, EveryAttackOfJupitersIsTheOnlyOneOfSomeRun) {
    std::set<sim::JupiterAttack> drawn;
    for (std::uint64_t seed = 5; seed < kSeeds; seed += kFirstScenarios) {
        const DrillPlan plan = make_drill_plan("hostile_jupiter", seed, {});
        for (const sim::FaultEvent& event : plan.world.cluster.faults) {
            if (event.jupiter && event.jupiter->attacks.size() == 1) {
                drawn.insert(event.jupiter->attacks.front());
            }
        }
    }
    EXPECT_EQ(drawn.size(), sim::kJupiterAttacks);
}

// Some draw is taken wherever there is one.
TEST(DrillPlan, DisksFailInEveryWayAndClocksJumpBothWays) {
    std::set<DiskSpell::Kind> kinds;
    bool is_later = false, is_earlier = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        for (const DiskSpell& spell : make_drill_plan("disk", seed, {}).disk) {
            kinds.insert(spell.kind);
        }
        for (const WallJump& jump : make_drill_plan("clock", seed, {}).wall_jumps) {
            is_later = is_later || jump.by > Duration{0};
            is_earlier = is_earlier || jump.by < Duration{0};
        }
    }
    EXPECT_EQ(kinds.size(), 5U);
    EXPECT_TRUE(is_later && is_earlier);
}

// A daemon that could not write trades on after its next start only.
TEST(DrillPlan, EachSpellOfADiskBeginsBeforeALifeEnds) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const DrillPlan plan = make_drill_plan("disk", seed, {});
        ASSERT_FALSE(plan.lives.empty());
        for (const DiskSpell& spell : plan.disk) {
            EXPECT_LT(spell.at, plan.lives.front().duration) << seed;
        }
    }
}

TEST(DrillPlan, WiresFailInEveryWayAndAreWellBeforeTheEnd) {
    bool is_dripping = false, is_ignoring = false, is_late = false, is_silent_then = false;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const DrillPlan plan = make_drill_plan("nodes", seed, {});
        for (const sim::FaultEvent& event : plan.world.cluster.faults) {
            const sim::NodeFaults faults = event.faults.value_or(sim::NodeFaults{});
            is_dripping = is_dripping || faults.drip_bytes_per_second > 0;
            is_ignoring = is_ignoring || faults.is_unsubscribe_ignored;
            // No connection pings in its first 20 s, nor one that was silent for the last 2 of
            // them.
            const bool is_at_a_ping =
                faults.is_without_pongs && plan.last > std::chrono::seconds{40};
            is_late = is_late || (is_at_a_ping && !faults.is_silent);
            is_silent_then = is_silent_then || (is_at_a_ping && faults.is_silent &&
                                                event.at > std::chrono::seconds{18});
        }
        EXPECT_TRUE(plan.world.cluster.faults.back().faults == sim::NodeFaults{}) << seed;
    }
    EXPECT_TRUE(is_dripping && is_ignoring && is_late && is_silent_then);
}

TEST(DrillPlan, ProgramsAndNodesChangeInEveryWay) {
    bool is_longer = false, is_new_kind = false, is_renamed = false, is_swap = false,
         is_called = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const DrillPlan plan = make_drill_plan("protocols", seed, {});
        for (const sim::FaultEvent& event : plan.world.cluster.faults) {
            const sim::NodeFaults faults = event.faults.value_or(sim::NodeFaults{});
            is_longer = is_longer || faults.account_bytes_more > 0;
            is_new_kind = is_new_kind || faults.is_account_kind_new;
            is_renamed = is_renamed || faults.renamed_field_probability > 0;
            sim::ShapeChange swaps = event.shape.value_or(sim::ShapeChange{});
            is_called = is_called || swaps.is_called_anew;
            swaps.is_called_anew = false;
            is_swap = is_swap || swaps != sim::ShapeChange{};
        }
        EXPECT_TRUE(plan.world.cluster.faults.back().faults == sim::NodeFaults{}) << seed;
    }
    EXPECT_TRUE(is_longer && is_new_kind && is_renamed && is_swap && is_called);
}

// What can be done at some venues only waits in every run for something that is held there.
TEST(DrillPlan, EachRunOfRugsPullsAPoolAndPausesOneAndHalfOfThemLaunchInPools) {
    std::uint64_t in_pools = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const DrillPlan plan = make_drill_plan("rugs", seed, {});
        const auto is_done = [&](bool sim::Rug::* kind) {
            return std::ranges::any_of(plan.world.cluster.faults, [&](const sim::FaultEvent& each) {
                return each.rug && (*each.rug).*kind;
            });
        };
        EXPECT_TRUE(is_done(&sim::Rug::is_pull) && is_done(&sim::Rug::is_pause)) << seed;
        EXPECT_TRUE(std::ranges::is_sorted(plan.world.cluster.faults, {}, &sim::FaultEvent::at));
        in_pools += plan.world.cluster.scenario.launch_venue == sim::LaunchVenue::Cpmm ? 1 : 0;
    }
    EXPECT_GT(in_pools, 60U);
    EXPECT_LT(in_pools, 140U);
}

}  // namespace
}  // namespace sniperforge::app
