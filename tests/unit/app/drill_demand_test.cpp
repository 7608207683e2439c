// SPDX-License-Identifier: MIT
// What a drill must have done before it certifies, and which runs it adds until it has.
#include "app/drill_demand.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/drill_names.hpp"
#include "app/drill_tally.hpp"
#include "sniperforge/sim/faults.hpp"

namespace sniperforge::app {
namespace {

// What the drill does besides the cluster.
const std::set<std::string_view> kOfTheDrill{
    "fork",         "kill",      "kill_while_sending", "kill_while_turning", "command",
    "power_loss",   "stop",      "disk_write_refused", "disk_broken",        "disk_unwritable",
    "disk_stalled", "disk_slow", "wall_clock_jump"};

[[nodiscard]] std::map<std::string, std::uint64_t> all_but(std::string_view kind) {
    std::map<std::string, std::uint64_t> faults;
    for (const FaultDemand& demand : fault_demands()) {
        faults[std::string{demand.kind}] = demand.kind == kind ? 0 : 1;
    }
    return faults;
}

TEST(DrillDemand, IsOfEachKindThatTheClusterCanInjectButThatWhichMeansTheSame) {
    std::set<std::string_view> demanded;
    for (const FaultDemand& demand : fault_demands()) {
        EXPECT_TRUE(demanded.insert(demand.kind).second) << demand.kind;
        EXPECT_NE(std::ranges::find(kDrillScenarios, demand.scenario), kDrillScenarios.end())
            << demand.kind;
    }
    std::set<std::string_view> there = kOfTheDrill;
    for (std::size_t i = 0; i < sim::kFaultKinds; ++i) {
        there.insert(sim::fault_name(static_cast<sim::FaultKind>(i)));
    }
    there.erase(sim::fault_name(sim::FaultKind::SpacedAnswer));
    EXPECT_EQ(demanded, there);
}

TEST(DrillDemand, NamesWhatDidNotHappenAndAsksNothingOfPurchasesWhereNoneWasMade) {
    EXPECT_TRUE(faults_missing(all_but("none"), true).empty());
    EXPECT_EQ(kinds_of(faults_missing(all_but("hang"), true)), "hang");
    EXPECT_EQ(kinds_of(faults_missing(all_but("rug_mint"), true)), "rug_mint");
    EXPECT_EQ(kinds_of(faults_missing(all_but("hang"), false)), "hang");
    EXPECT_TRUE(faults_missing(all_but("rug_mint"), false).empty());
    EXPECT_EQ(faults_missing({}, true).size(), fault_demands().size());
}

// A drill whose runs do all but one kind, which the runs from the n-th one on do too.
struct Played {
    std::vector<std::pair<std::string, std::uint64_t>> runs;  // Scenario and seed.
    DrillTally tally;
};
[[nodiscard]] Played play(std::uint64_t seeds, std::size_t missing_until,
                          const std::string& scenario = "all") {
    Played played;
    DrillArguments arguments;
    arguments.seeds = seeds;
    arguments.seed = 1'000;
    arguments.scenario = scenario;
    arguments.jobs = 1;
    const auto player = [&](std::string_view name, std::uint64_t seed) {
        played.runs.emplace_back(name, seed);
        DrillOutcome outcome;
        outcome.scenario = name;
        outcome.seed = seed;
        outcome.positions_max = 1;
        outcome.faults = all_but(played.runs.size() >= missing_until ? "none" : "rug_mint");
        return outcome;
    };
    play_seeds(arguments, player, played.tally);
    return played;
}

TEST(DrillSeeds, AreFollowedByOthersOfTheScenarioThatDrawsWhatIsMissing) {
    const Played whole = play(kCertificateSeedsMin, kCertificateSeedsMin);
    EXPECT_EQ(whole.tally.runs, kCertificateSeedsMin);
    EXPECT_TRUE(whole.tally.missing().empty());

    const Played more = play(kCertificateSeedsMin, kCertificateSeedsMin + 5);
    EXPECT_TRUE(more.tally.missing().empty());
    ASSERT_EQ(more.runs.size(), kCertificateSeedsMin + 8) << "four by four";
    const std::uint64_t behind = 1'000 + kCertificateSeedsMin;
    EXPECT_EQ(more.runs[kCertificateSeedsMin], std::pair(std::string{"rugs"}, behind));
    EXPECT_EQ(more.runs.back(), std::pair(std::string{"rugs"}, behind + 7 * kFirstScenarios));
}

TEST(DrillSeeds, AreNotFollowedForEver) {
    const Played never = play(kCertificateSeedsMin, 100'000);
    EXPECT_EQ(never.tally.runs, kCertificateSeedsMin + kDrillRunsMore);
    EXPECT_EQ(kinds_of(never.tally.missing()), "rug_mint");
}

TEST(DrillSeeds, AreAllWhereTheDrillIsNotToCertify) {
    EXPECT_EQ(play(kCertificateSeedsMin - 1, 100'000).tally.runs, kCertificateSeedsMin - 1);
    EXPECT_EQ(play(kCertificateSeedsMin, 100'000, "nodes").tally.runs, kCertificateSeedsMin);
}

}  // namespace
}  // namespace sniperforge::app
