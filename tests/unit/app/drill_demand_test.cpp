// SPDX-License-Identifier: MIT
// What a drill must have done before it certifies, and which runs it adds until it has.
#include "app/drill_demand.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/drill_names.hpp"
#include "app/drill_tally.hpp"
#include "app/drill_venues.hpp"
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

[[nodiscard]] config::Settings settings_of(std::vector<std::string> venues, bool has_momentum) {
    config::Settings settings;
    settings.feed.venues = std::move(venues);
    settings.momentum.is_enabled = has_momentum;
    return settings;
}
[[nodiscard]] config::Settings only_pump() { return settings_of({"pump", "pumpswap"}, false); }
[[nodiscard]] config::Settings only_raydium() {
    return settings_of({"raydium_amm_v4", "raydium_cpmm"}, false);
}

// So many runs of each scenario, of which so many had orders, and purchases at the venues.
[[nodiscard]] DrillActivity activity_of(const config::Settings& settings, std::uint64_t runs,
                                        std::uint64_t buying, const VenueSet& venues) {
    DrillActivity activity;
    activity.venues_to_buy_at = venues_to_buy_at(settings);
    for (const std::string_view scenario : kDrillScenarios) {
        auto& played = activity.scenarios[std::string{scenario}];
        played.assign(runs, {});
        for (std::uint64_t i = 0; i < buying; ++i) {
            played[i] = {.has_ordered = true,
                         .has_ordered_before_kill = true,
                         .has_cut_taken = true,
                         .venues_bought_at = venues};
        }
    }
    return activity;
}
[[nodiscard]] DrillActivity busy(const config::Settings& settings, std::string_view missing) {
    DrillActivity activity = activity_of(settings, 137, 137, venues_to_buy_at(settings));
    for (const auto& [kind, times] : all_but(missing)) {
        activity.faults[kind] = times;
    }
    return activity;
}
[[nodiscard]] std::set<std::string> not_drilled(const DrillActivity& activity) {
    std::set<std::string> kinds;
    for (const auto& [kind, reason] : faults_undone(activity).not_drilled) {
        EXPECT_FALSE(reason.empty()) << kind;
        kinds.insert(kind);
    }
    return kinds;
}
[[nodiscard]] std::string missing(const DrillActivity& activity) {
    return kinds_of(faults_undone(activity).missing);
}
[[nodiscard]] std::string awaited(const DrillActivity& activity) {
    return kinds_of(faults_awaited(activity));
}
using Kinds = std::set<std::string>;

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

TEST(DrillDemand, OfSettingsThatBuyEverywhereIsEachKind) {
    for (const FaultDemand& demand : fault_demands()) {
        const DrillActivity activity = busy({}, demand.kind);
        EXPECT_EQ(missing(activity), demand.kind);
        EXPECT_EQ(awaited(activity), demand.kind);
        EXPECT_EQ(not_drilled(activity), Kinds{});
    }
    EXPECT_EQ(missing(busy({}, "none")), "");
}

// Curves and PumpSwap's pools cannot be paused, and no seed can help.
TEST(DrillDemand, OfAPauseIsThereOnlyWhereSomethingThatCanBePausedIsBought) {
    const DrillActivity paused = busy(only_pump(), "rug_pause");
    EXPECT_EQ(missing(paused), "");
    EXPECT_EQ(awaited(paused), "");
    EXPECT_EQ(not_drilled(paused), Kinds{"rug_pause"});
    EXPECT_NE(faults_undone(paused).not_drilled.at("rug_pause").find("{pump, pumpswap}"),
              std::string::npos);
    EXPECT_EQ(missing(busy(only_pump(), "rug_pull")), "rug_pull");
    EXPECT_EQ(missing(busy(only_raydium(), "rug_pause")), "rug_pause");
    // Watched, but the sniper has nothing to buy there: nothing is launched on it.
    const auto sniper = settings_of({"raydium_amm_v4", "pump"}, false);
    EXPECT_EQ(not_drilled(busy(sniper, "rug_pause")), Kinds{"rug_pause"});
    const auto momentum = settings_of({"raydium_amm_v4", "pump"}, true);
    EXPECT_EQ(missing(busy(momentum, "rug_pause")), "rug_pause");
}

TEST(DrillDemand, OfThievesAndJupiterIsThereForWhoBuysAtRaydiumAlone) {
    EXPECT_EQ(missing(busy(only_raydium(), "rug_theft")), "rug_theft");
    EXPECT_EQ(missing(busy(only_raydium(), "jupiter_approve")), "jupiter_approve");
}

// A recipe that buys once in a drill.
TEST(DrillDemand, OfSettingsThatHardlyBuyNamesWhatCouldNotBeDoneAndWaitsForNothing) {
    DrillActivity activity = busy({}, "none");
    activity.scenarios = activity_of({}, 137, 1, venues_to_buy_at({})).scenarios;
    Kinds undone;
    for (const FaultDemand& demand : fault_demands()) {
        if (demand.target != FaultTarget::Daemon) {
            activity.faults[std::string{demand.kind}] = 0;
            undone.insert(std::string{demand.kind});
        }
    }
    EXPECT_EQ(missing(activity), "");
    EXPECT_EQ(awaited(activity), "");
    EXPECT_EQ(not_drilled(activity), undone);
    EXPECT_TRUE(undone.contains("rug_mint") && undone.contains("sandwich"));
    EXPECT_EQ(faults_undone(activity).not_drilled.at("rug_mint"),
              "1 of 137 runs of rugs bought a token, and it is demanded from 12 on");
    activity.faults["hang"] = 0;
    EXPECT_EQ(missing(activity), "hang");
}

// They order in most runs, and hardly while somebody is about to be killed: a last daemon has
// minutes to do so, the ones before it have seconds.
TEST(DrillDemand, OfDeathsIsOfRunsThatOrderedBeforeOne) {
    for (const auto& [kind, deed] :
         {std::pair{"kill_while_sending", "11 of 137 runs of crashes sent an order before a kill"},
          std::pair{"unserved_transaction",
                    "11 of 137 runs of power lost a transaction that had landed"}}) {
        DrillActivity activity = busy({}, kind);
        for (auto& [scenario, runs] : activity.scenarios) {
            for (std::size_t i = 11; i < runs.size(); ++i) {
                runs[i].has_ordered_before_kill = runs[i].has_cut_taken = false;
            }
        }
        EXPECT_EQ(missing(activity), "");
        EXPECT_EQ(not_drilled(activity), Kinds{kind});
        EXPECT_TRUE(faults_undone(activity).not_drilled.at(kind).starts_with(deed));
        for (auto& [scenario, runs] : activity.scenarios) {
            runs.back().has_ordered_before_kill = runs.back().has_cut_taken = true;
        }
        EXPECT_EQ(missing(activity), kind);
    }
}

TEST(DrillDemand, BeginsWithTheStatedNumberOfRunsThatBought) {
    const VenueSet venues = venues_to_buy_at({});
    for (const FaultDemand& demand : fault_demands()) {
        if (demand.target == FaultTarget::Daemon) {
            continue;
        }
        ASSERT_GT(demand.runs_min, 0U);
        DrillActivity activity = busy({}, demand.kind);
        activity.scenarios = activity_of({}, 137, demand.runs_min, venues).scenarios;
        EXPECT_EQ(missing(activity), demand.kind);
        activity.scenarios = activity_of({}, 137, demand.runs_min - 1, venues).scenarios;
        EXPECT_EQ(missing(activity), "");
        EXPECT_EQ(not_drilled(activity), Kinds{std::string{demand.kind}});
    }
}

// Others buy, and in this scenario nobody does: all that is bought through Jupiter fails.
TEST(DrillDemand, IsMissingWhereItsScenarioAloneNeverBuys) {
    const auto undone = [](std::uint64_t buying, std::uint64_t here, std::uint64_t elsewhere = 48) {
        DrillActivity activity = busy({}, "jupiter_approve");
        const auto all = activity_of({}, elsewhere, buying, venues_to_buy_at({})).scenarios;
        activity.scenarios.clear();
        activity.scenarios["nodes"] = all.at("nodes");
        activity.scenarios["hostile_jupiter"].assign(here, {});
        return activity;
    };
    EXPECT_EQ(missing(undone(20, 12)), "jupiter_approve");
    EXPECT_EQ(awaited(undone(20, 12)), "jupiter_approve") << "one purchase in it would excuse it";
    EXPECT_EQ(missing(undone(19, 12, 24)), "");
    EXPECT_EQ(missing(undone(20, 11, 24)), "");
    // By settings that buy in less than five of twelve runs elsewhere that is nothing to wonder at.
    EXPECT_EQ(missing(undone(20, 12, 49)), "");
    EXPECT_EQ(missing(undone(20, 13, 52)), "jupiter_approve");
}

// Not demanded yet, and likely enough to be waited for.
TEST(DrillDemand, IsAwaitedWhereOneRunOfEightBuys) {
    DrillActivity activity = busy({}, "jupiter_approve");
    activity.scenarios = activity_of({}, 16, 2, venues_to_buy_at({})).scenarios;
    EXPECT_EQ(awaited(activity), "jupiter_approve");
    EXPECT_EQ(missing(activity), "");
    activity.scenarios = activity_of({}, 17, 2, venues_to_buy_at({})).scenarios;
    EXPECT_EQ(awaited(activity), "");
}

// Sniper and momentum are on, and bought nothing; or they are off.
TEST(DrillDemand, OfPurchasesIsNeverWaivedInSilence) {
    config::Settings none = settings_of(config::all_venues(), false);
    none.sniper.is_enabled = false;
    for (const config::Settings& settings : {config::Settings{}, none}) {
        DrillActivity activity = busy(settings, "none");
        activity.scenarios = activity_of(settings, 137, 0, {}).scenarios;
        activity.faults["rug_theft"] = activity.faults["jupiter_approve"] = 0;
        EXPECT_EQ(missing(activity), "");
        EXPECT_EQ(not_drilled(activity), (Kinds{"rug_theft", "jupiter_approve"}));
    }
}

// In a drill the daemon has the key itself.
TEST(DrillDemand, OfAKeyInAnotherProcessIsNamedAsNotDrilledWhereItIsThere) {
    config::Settings settings;
    EXPECT_TRUE(faults_beyond_drills(settings).empty());
    settings.signer.is_process = true;
    const auto beyond = faults_beyond_drills(settings);
    ASSERT_EQ(beyond.size(), 1U);
    EXPECT_EQ(beyond.begin()->first, "key_process_end");
    EXPECT_NE(beyond.begin()->second.find("signer.process"), std::string::npos);
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
        outcome.venues_bought_at.add(VenueId::RaydiumCpmm);
        outcome.faults = all_but(played.runs.size() >= missing_until ? "none" : "rug_mint");
        return outcome;
    };
    played.tally.activity.venues_to_buy_at = venues_to_buy_at({});
    play_seeds(arguments, player, played.tally);
    return played;
}

TEST(DrillSeeds, AreFollowedByOthersOfTheScenarioThatDrawsWhatIsMissing) {
    const Played whole = play(kCertificateSeedsMin, kCertificateSeedsMin);
    EXPECT_EQ(whole.tally.runs, kCertificateSeedsMin);
    EXPECT_EQ(missing(whole.tally.activity), "");

    const Played more = play(kCertificateSeedsMin, kCertificateSeedsMin + 5);
    EXPECT_EQ(missing(more.tally.activity), "");
    ASSERT_EQ(more.runs.size(), kCertificateSeedsMin + 8) << "four by four";
    const std::uint64_t behind = 1'000 + kCertificateSeedsMin;
    EXPECT_EQ(more.runs[kCertificateSeedsMin], std::pair(std::string{"rugs"}, behind));
    EXPECT_EQ(more.runs.back(), std::pair(std::string{"rugs"}, behind + 7 * kFirstScenarios));
}

TEST(DrillSeeds, AreNotFollowedForEver) {
    const Played never = play(kCertificateSeedsMin, 100'000);
    EXPECT_EQ(never.tally.runs, kCertificateSeedsMin + kDrillRunsMore);
    EXPECT_EQ(missing(never.tally.activity), "rug_mint");
}

TEST(DrillSeeds, AreAllWhereTheDrillIsNotToCertify) {
    EXPECT_EQ(play(kCertificateSeedsMin - 1, 100'000).tally.runs, kCertificateSeedsMin - 1);
    EXPECT_EQ(play(kCertificateSeedsMin, 100'000, "nodes").tally.runs, kCertificateSeedsMin);
}

// Runs without a death, of which so many had orders, and one that did not buy again.
[[nodiscard]] DrillTally tally_of(std::uint64_t deathless, std::uint64_t ordering) {
    DrillTally tally;
    DrillOutcome outcome;
    outcome.scenario = "nodes";
    for (std::uint64_t i = 0; i < deathless; ++i) {
        outcome.orders = i < ordering ? 1 : 0;
        tally.add(outcome);
    }
    outcome.scenario = "crashes";
    outcome.seed = 26;
    outcome.orders = 0;
    outcome.has_died = true;
    outcome.idle_s = 180;
    tally.add(outcome);
    return tally;
}

TEST(DrillIdle, IsAViolationWhereDaemonsThatNeverDiedBuyInThreeRunsOfFour) {
    DrillTally busy = tally_of(20, 15);
    EXPECT_EQ(busy.reason_idle(), "");
    busy.check_idle();
    EXPECT_EQ(busy.violations, 1U);
    EXPECT_EQ(busy.scenarios["crashes"].violations, 1U);
    ASSERT_EQ(busy.shown.size(), 1U);
    EXPECT_EQ(busy.shown.front(),
              "crashes --seed 26: nothing was bought within 180 s of the last start");

    DrillTally rare = tally_of(20, 14);
    EXPECT_NE(rare.reason_idle().find("14 of 20 runs"), std::string::npos);
    rare.check_idle();
    EXPECT_EQ(rare.violations, 0U);
}

// A daemon that never buys after a death is not excused by buying in two runs of three before.
TEST(DrillIdle, IsAViolationWhereMostRecoveriesAreIdleAndOneRunOfFiveBuys) {
    const auto died = [](std::uint64_t ordering, std::uint64_t deaths, std::uint64_t idle) {
        DrillTally tally = tally_of(20, ordering);  // With one that died, and is idle.
        DrillOutcome outcome;
        outcome.scenario = "power";
        outcome.has_died = true;
        for (std::uint64_t i = 1; i < deaths; ++i) {
            outcome.idle_s = i < idle ? 180 : 0;
            tally.add(outcome);
        }
        return tally;
    };
    EXPECT_EQ(died(14, 10, 5).reason_idle(), "");
    EXPECT_NE(died(14, 10, 4).reason_idle(), "");
    EXPECT_NE(died(14, 9, 9).reason_idle(), "") << "too few to tell";
    EXPECT_EQ(died(4, 10, 10).reason_idle(), "");
    EXPECT_NE(died(3, 10, 10).reason_idle(), "");
}

TEST(DrillIdle, IsAViolationWhereTooFewRunsSayHowOftenIsBought) {
    DrillTally few = tally_of(19, 0);
    EXPECT_EQ(few.reason_idle(), "");
    few.check_idle();
    EXPECT_EQ(few.violations, 1U);
}

}  // namespace
}  // namespace sniperforge::app
