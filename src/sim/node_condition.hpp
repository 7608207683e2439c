// SPDX-License-Identifier: MIT
// What is wrong with a node now, and what was done about it: shared by its two faces.
#pragma once

#include <memory>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/faults.hpp"

namespace sniperforge::sim {

struct NodeCondition {
    explicit NodeCondition(const Rng& the_rng) : rng{the_rng} {}

    // Draws only for what can happen: a fault's numbers do not depend on those of others that are
    // off. Counts what does.
    [[nodiscard]] bool happens(double probability, FaultKind kind) {
        if (probability <= 0 || !rng.chance(probability)) {
            return false;
        }
        counters.count(kind);
        return true;
    }
    [[nodiscard]] bool is_healthy() const { return !has_faults; }
    [[nodiscard]] Duration draw_latency() {
        Duration latency = faults.latency;
        if (faults.jitter > Duration::zero()) {
            latency += Duration{static_cast<std::int64_t>(
                rng.below(static_cast<std::uint64_t>(faults.jitter.count()) + 1))};
        }
        if (latency > Duration::zero()) {
            counters.count(FaultKind::Latency);
        }
        return latency;
    }

    NodeFaults faults;
    bool has_faults = false;  // faults is not the default.
    FaultCounters counters;
    Rng rng;
};

}  // namespace sniperforge::sim
