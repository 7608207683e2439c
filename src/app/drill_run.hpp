// SPDX-License-Identifier: MIT
// One run of a drill: a plan, played, and judged at every step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/drill_plan.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::app {

struct DrillOutcome {
    std::string scenario;
    std::uint64_t seed = 0;
    std::vector<std::string> violations;  // The first ones.
    std::uint64_t violation_count = 0;
    std::map<std::string, std::uint64_t> faults;  // What was done to it, by kind.
    std::string journal_sha256;                   // Over the decisions of all lives.
    std::uint64_t steps = 0;                      // At which was judged.
    std::uint64_t comparisons = 0;                // Of the books with the chain, before the end.
    std::uint64_t orders = 0, landed = 0;         // Seen by the chain.
    net::VirtualLoad load_max;
    bool has_died = false;                 // A daemon before the last one.
    std::uint64_t idle_s = 0;              // The last one bought nothing in so long; 0: it did.
    VenueSet venues_bought_at;             // Tokens, whatever became of them.
    bool has_ordered_before_kill = false;  // A life that was killed sent an order.
    bool has_cut_taken = false;  // The last loss of power took what had landed from the files.
};

// The same seed, scenario and settings give the same outcome, to the journal's hash.
[[nodiscard]] DrillOutcome run_drill(std::string_view scenario, std::uint64_t seed,
                                     const config::Settings& settings);

}  // namespace sniperforge::app
