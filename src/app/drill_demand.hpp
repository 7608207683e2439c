// SPDX-License-Identifier: MIT
// Which faults a drill must have done to the daemon before it certifies anything: one of each kind
// that its plans draw and that these settings let happen. A kind that never happened was survived
// by nobody: either it is missing, and more runs have it, or it is named as not drilled.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::app {

// What a fault is done to. Where a run has nothing of it, the fault cannot happen in it.
enum class FaultTarget : std::uint8_t {
    Daemon,
    Order,
    KilledOrder,  // Of a daemon that was killed then, or later.
    CutOrder,     // In a block, and taken from the files by a loss of power.
    Purchase,
};

struct FaultDemand {
    std::string_view kind;      // As DrillOutcome::faults counts it.
    std::string_view scenario;  // That draws it most often.
    FaultTarget target = FaultTarget::Daemon;
    // It is demanded once so many runs of its scenario had such a target.
    std::uint64_t runs_min = 0;
    VenueSet venues{};  // Where a token must have been bought for it; none: anywhere.
};
[[nodiscard]] std::span<const FaultDemand> fault_demands();

struct DrillRunActivity {
    bool has_ordered = false;              // Something arrived at a node.
    bool has_ordered_before_kill = false;  // Of a daemon that was killed then, or later.
    bool has_cut_taken = false;            // A loss of power took what had landed from the files.
    VenueSet venues_bought_at{};
};
// What the runs of a drill had that faults can be done to, and which were.
struct DrillActivity {
    VenueSet venues_to_buy_at{};  // Of the settings (drill_venues.hpp).
    std::map<std::string, std::vector<DrillRunActivity>, std::less<>> scenarios{};
    std::map<std::string, std::uint64_t, std::less<>> faults{};
};

// The kinds that did not happen.
struct FaultsUndone {
    std::vector<FaultDemand> missing;                // They could have, and are demanded.
    std::map<std::string, std::string> not_drilled;  // By kind: why nobody could ask for it.
};
[[nodiscard]] FaultsUndone faults_undone(const DrillActivity& activity);
// Those of them, demanded or not, that more runs of their scenario may well have.
[[nodiscard]] std::vector<FaultDemand> faults_awaited(const DrillActivity& activity);
// Their kinds, for people.
[[nodiscard]] std::string kinds_of(std::span<const FaultDemand> demands);
// What can happen to a daemon with these settings, and what no drill does to it, by kind: why.
[[nodiscard]] std::map<std::string, std::string> faults_beyond_drills(
    const config::Settings& settings);

}  // namespace sniperforge::app
