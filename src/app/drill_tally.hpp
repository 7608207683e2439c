// SPDX-License-Identifier: MIT
// What the runs of a drill come to, and which runs those are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/certificate.hpp"
#include "app/commands.hpp"
#include "app/drill_demand.hpp"
#include "app/drill_run.hpp"

namespace sniperforge::app {

struct DrillTally {
    std::uint64_t runs = 0, violations = 0, steps = 0, comparisons = 0, orders = 0, landed = 0;
    net::VirtualLoad load_max;  // Of any run.
    std::map<std::string, CertificateScenario, std::less<>> scenarios;
    DrillActivity activity;
    std::vector<std::string> shown;  // The first violations.
    std::string last_sha256;
    std::uint64_t memory_first = 0;
    struct IdleRun {
        std::string scenario;
        std::uint64_t seed = 0, seconds = 0;
    };
    std::vector<IdleRun> idle;                            // Whose last daemon bought nothing.
    std::uint64_t deathless = 0, deathless_ordering = 0;  // Runs of one daemon, and with orders.

    void add(const DrillOutcome& outcome);
    void violate(std::string text);
    // Whatever grows with the number of runs grows with time in a daemon.
    void check_memory();
    // A daemon that buys nothing any more after a death is broken, unless daemons that never died
    // buy so rarely that a run without a purchase says nothing; of them too where most do. To be
    // called once, at the end.
    void check_idle();
    // Why not; empty: it was demanded.
    [[nodiscard]] std::string reason_idle() const;
};

// It is to certify: few runs, or those of one scenario, never do.
[[nodiscard]] bool is_certifying(const DrillArguments& arguments);

using DrillPlayer = std::function<DrillOutcome(std::string_view scenario, std::uint64_t seed)>;
// All seeds on so many threads; a run shares nothing with another. Where the drill is to certify
// and kinds of fault have not happened, seeds behind them follow, of the scenarios that draw these,
// until all have or kDrillRunsMore runs of a scenario did not do. The same runs for the same
// arguments, whatever the threads.
inline constexpr std::uint64_t kDrillRunsMore = 120;
void play_seeds(const DrillArguments& arguments, const DrillPlayer& player, DrillTally& tally);

}  // namespace sniperforge::app
