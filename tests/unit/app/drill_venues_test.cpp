// SPDX-License-Identifier: MIT
// Where a drill launches tokens, and what settings that watch some venues only buy in it.
#include "app/drill_venues.hpp"

#include <gtest/gtest.h>

#include "app/drill_names.hpp"
#include "app/drill_plan.hpp"
#include "app/drill_run.hpp"

namespace sniperforge::app {
namespace {

using sim::LaunchVenue;

[[nodiscard]] config::Settings watching(std::vector<std::string> venues) {
    config::Settings settings;
    settings.feed.venues = std::move(venues);
    return settings;
}

TEST(DrillVenues, LaunchesAreWhereTheSettingsLook) {
    const auto venue = [](LaunchVenue drawn, std::vector<std::string> venues) {
        return launch_venue_of(drawn, watching(std::move(venues)));
    };
    EXPECT_EQ(venue(LaunchVenue::Pump, {"raydium_amm_v4", "raydium_cpmm"}), LaunchVenue::Cpmm);
    EXPECT_EQ(venue(LaunchVenue::Cpmm, {"pump", "pumpswap"}), LaunchVenue::Pump);
    EXPECT_EQ(venue(LaunchVenue::Cpmm, {"pumpswap"}), LaunchVenue::Pump);
    // The drawn one where it is watched, and where neither is.
    for (const LaunchVenue drawn : {LaunchVenue::Cpmm, LaunchVenue::Pump}) {
        EXPECT_EQ(venue(drawn, config::all_venues()), drawn);
        EXPECT_EQ(venue(drawn, {"pump", "raydium_cpmm"}), drawn);
        EXPECT_EQ(venue(drawn, {"raydium_amm_v4"}), drawn);
    }
}

TEST(DrillVenues, OfEveryPlanAreWatchedOnes) {
    for (const std::string_view scenario : kDrillScenarios) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto launches = [&](std::vector<std::string> venues) {
                return make_drill_plan(scenario, seed, watching(std::move(venues)))
                    .world.cluster.scenario.launch_venue;
            };
            EXPECT_EQ(launches({"pump"}), LaunchVenue::Pump) << scenario << seed;
            EXPECT_EQ(launches({"raydium_cpmm"}), LaunchVenue::Cpmm) << scenario << seed;
        }
    }
}

TEST(DrillVenues, AreBoughtAtByWhoHasSomethingToBuyThere) {
    config::Settings settings;
    EXPECT_EQ(names_of(venues_to_buy_at(settings)),
              "{raydium_amm_v4, raydium_cpmm, pump, pumpswap}");
    settings.momentum.is_enabled = false;
    EXPECT_EQ(names_of(venues_to_buy_at(settings)), "{raydium_cpmm, pump, pumpswap}");
    settings.feed.venues = {"raydium_amm_v4", "pump", "raydium_clmm"};
    EXPECT_EQ(names_of(venues_to_buy_at(settings)), "{pump}");
    settings.sniper.is_enabled = false;
    EXPECT_TRUE(venues_to_buy_at(settings).is_empty());
}

// No pool of theirs is there when the daemon starts, and none of them has a price of SOL.
TEST(DrillVenues, OfPumpAloneLetTheSniperBuyAndAreSurvived) {
    config::Settings settings = watching({"pump", "pumpswap"});
    settings.momentum.is_enabled = settings.arbitrage.is_enabled = false;
    const DrillOutcome outcome = run_drill("rugs", 2, settings);
    EXPECT_EQ(outcome.violation_count, 0U)
        << (outcome.violations.empty() ? "" : outcome.violations.front());
    EXPECT_TRUE(outcome.venues_bought_at.has(VenueId::PumpCurve));
    EXPECT_GT(outcome.landed, 0U);
}

// All of a drill's launches were on pump.fun's curve, rugs aside.
TEST(DrillVenues, OfRaydiumAloneLetTheSniperBuyInARunOfThefts) {
    config::Settings settings = watching({"raydium_amm_v4", "raydium_cpmm"});
    settings.momentum.is_enabled = settings.arbitrage.is_enabled = false;
    const DrillOutcome outcome = run_drill("thefts", 1, settings);
    EXPECT_EQ(outcome.violation_count, 0U)
        << (outcome.violations.empty() ? "" : outcome.violations.front());
    EXPECT_TRUE(outcome.venues_bought_at.has(VenueId::RaydiumCpmm));
    const auto thefts = outcome.faults.find("rug_theft");
    ASSERT_NE(thefts, outcome.faults.end());
    EXPECT_GT(thefts->second, 0U);
}

// Where something is held in a pool it is pulled, and another or the same is paused: in most runs.
TEST(DrillVenues, OfLaunchesInPoolsAreRuggedInTheWaysThatOnlyPoolsCan) {
    config::Settings settings = watching({"raydium_amm_v4", "raydium_cpmm"});
    settings.momentum.is_enabled = settings.arbitrage.is_enabled = false;
    std::uint64_t bought = 0, pulled = 0, paused = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        DrillOutcome outcome = run_drill("rugs", seed, settings);
        EXPECT_EQ(outcome.violation_count, 0U) << seed;
        bought += outcome.venues_bought_at.has(VenueId::RaydiumCpmm) ? 1 : 0;
        pulled += outcome.faults["rug_pull"] > 0 ? 1 : 0;
        paused += outcome.faults["rug_pause"] > 0 ? 1 : 0;
    }
    EXPECT_GE(bought, 3U);
    EXPECT_GE(pulled + 1, bought);
    EXPECT_GE(paused + 1, bought);
}

}  // namespace
}  // namespace sniperforge::app
