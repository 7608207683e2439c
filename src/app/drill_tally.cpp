// SPDX-License-Identifier: MIT
#include "app/drill_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

#include "app/drill_names.hpp"
#include "app/signals.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

// Of the heap, from the runs behind the first ones (which fill caches and pools) to the end.
constexpr std::uint64_t kGrowthMax = std::uint64_t{96} << 20U;
constexpr std::uint64_t kRunsBeforeGrowth = 16;
constexpr std::size_t kViolationsShown = 50;
// Of each scenario, before it is looked again at what has happened.
constexpr std::uint64_t kRunsAtOnce = 4;
// Runs of one daemon are some 16 s of trading, its recovery has 300 s: where three of four have an
// order, next to no recovery has none by chance.
constexpr std::uint64_t kDeathlessMin = 20;
constexpr std::uint64_t kOrderingParts = 3, kOrderingPartsOf = 4;
// Where one of five has an order, one recovery of sixty has none by chance. Half of ten and more
// are none of chance: that daemon does not buy again.
constexpr std::uint64_t kOrderingOneOf = 5, kDeathsMin = 10;
static_assert(kDrillRunsMore % kRunsAtOnce == 0);

struct DrillJob {
    std::string_view scenario;
    std::uint64_t seed = 0;
};

void play(const std::vector<DrillJob>& jobs, const DrillArguments& arguments,
          const DrillPlayer& player, DrillTally& tally) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;  // Guards the tally and what is printed.
    const auto work = [&] {
        for (std::size_t i = next++; i < jobs.size() && !is_stop_signalled(); i = next++) {
            const DrillOutcome outcome = player(jobs[i].scenario, jobs[i].seed);
            const std::scoped_lock lock{mutex};
            tally.add(outcome);
            if (outcome.violation_count > 0 || arguments.seeds == 1) {
                fmt::print(stderr, "{} --seed {}: {} orders, {} landed, {} violations{}{}\n",
                           outcome.scenario, outcome.seed, outcome.orders, outcome.landed,
                           outcome.violation_count, outcome.violations.empty() ? "" : ", first: ",
                           outcome.violations.empty() ? "" : outcome.violations.front());
            } else if (tally.runs % 100 == 0) {
                fmt::print(stderr, "{} runs, of {} seeds at least, {} violations\n", tally.runs,
                           arguments.seeds, tally.violations);
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::uint64_t i = 1; i < arguments.jobs; ++i) {
        threads.emplace_back(work);
    }
    work();
    for (std::thread& thread : threads) {
        thread.join();
    }
}

}  // namespace

void DrillTally::violate(std::string text) {
    ++violations;
    if (shown.size() < kViolationsShown) {
        shown.push_back(std::move(text));
    }
}

void DrillTally::add(const DrillOutcome& outcome) {
    ++runs;
    steps += outcome.steps;
    comparisons += outcome.comparisons;
    load_max.tasks = std::max(load_max.tasks, outcome.load_max.tasks);
    load_max.streams = std::max(load_max.streams, outcome.load_max.streams);
    orders += outcome.orders;
    landed += outcome.landed;
    activity.scenarios[outcome.scenario].push_back(
        {.has_ordered = outcome.orders > 0,
         .has_ordered_before_kill = outcome.has_ordered_before_kill,
         .has_cut_taken = outcome.has_cut_taken,
         .venues_bought_at = outcome.venues_bought_at});
    if (outcome.idle_s > 0) {
        idle.push_back({outcome.scenario, outcome.seed, outcome.idle_s});
    }
    deathless += outcome.has_died ? 0 : 1;
    deathless_ordering += !outcome.has_died && outcome.orders > 0 ? 1 : 0;
    CertificateScenario& scenario = scenarios[outcome.scenario];
    scenario.name = outcome.scenario;
    ++scenario.runs;
    scenario.violations += outcome.violation_count;
    for (const auto& [kind, times] : outcome.faults) {
        activity.faults[kind] += times;
    }
    for (const std::string& each : outcome.violations) {
        violate(fmt::format("{} --seed {}: {}", outcome.scenario, outcome.seed, each));
    }
    violations += outcome.violation_count - outcome.violations.size();
    last_sha256 = outcome.journal_sha256;
    if (runs == kRunsBeforeGrowth) {
        memory_first = telemetry::resident_anonymous_bytes().value_or(0);
    }
}

void DrillTally::check_memory() {
    const std::uint64_t now = telemetry::resident_anonymous_bytes().value_or(0);
    if (memory_first > 0 && now > memory_first + kGrowthMax) {
        violate(fmt::format("memory grew from {} bytes after {} runs to {} after {}, allowed {}",
                            memory_first, kRunsBeforeGrowth, now, runs, memory_first + kGrowthMax));
    }
}

std::string DrillTally::reason_idle() const {
    if (deathless < kDeathlessMin ||
        deathless_ordering * kOrderingPartsOf >= deathless * kOrderingParts) {
        return {};
    }
    const std::uint64_t deaths = runs - deathless;
    if (deathless_ordering * kOrderingOneOf >= deathless && deaths >= kDeathsMin &&
        idle.size() * 2 >= deaths) {
        return {};
    }
    return fmt::format(
        "{} of {} runs in which no daemon died sent an order, and {} of {} in which one did bought "
        "nothing behind it: too few to demand a purchase after a death, which it is from {} of {} "
        "on, or from one of {} where half of {} or more bought nothing",
        deathless_ordering, deathless, idle.size(), deaths, kOrderingParts, kOrderingPartsOf,
        kOrderingOneOf, kDeathsMin);
}

void DrillTally::check_idle() {
    if (!reason_idle().empty()) {
        return;
    }
    for (const IdleRun& run : idle) {
        ++scenarios[run.scenario].violations;
        violate(fmt::format("{} --seed {}: nothing was bought within {} s of the last start",
                            run.scenario, run.seed, run.seconds));
    }
}

bool is_certifying(const DrillArguments& arguments) {
    return arguments.scenario == "all" && arguments.seeds >= kCertificateSeedsMin;
}

void play_seeds(const DrillArguments& arguments, const DrillPlayer& player, DrillTally& tally) {
    std::vector<DrillJob> jobs;
    for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
        const std::uint64_t seed = arguments.seed + i;
        jobs.push_back({arguments.scenario == "all" ? scenario_of_seed(seed)
                                                    : std::string_view{arguments.scenario},
                        seed});
    }
    play(jobs, arguments, player, tally);
    for (std::uint64_t more = 0; is_certifying(arguments) && more < kDrillRunsMore;
         more += kRunsAtOnce) {
        const auto awaited = faults_awaited(tally.activity);
        if (awaited.empty() || is_stop_signalled()) {
            return;
        }
        std::set<std::string_view> scenarios;
        for (const FaultDemand& demand : awaited) {
            scenarios.insert(demand.scenario);
        }
        fmt::print(stderr, "{} runs without {}: {} more of {}\n", tally.runs, kinds_of(awaited),
                   kRunsAtOnce, fmt::join(scenarios, ", "));
        jobs.clear();
        for (std::uint64_t i = more; i < more + kRunsAtOnce; ++i) {
            for (const std::string_view scenario : scenarios) {
                // As far apart as the seeds of one scenario are: what comes in turns does so.
                jobs.push_back({scenario, arguments.seed + arguments.seeds + i * kFirstScenarios});
            }
        }
        play(jobs, arguments, player, tally);
    }
}

}  // namespace sniperforge::app
