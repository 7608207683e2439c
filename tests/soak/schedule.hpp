// SPDX-License-Identifier: MIT
// Everything that a misbehaving node does, one after the other, with a pause to recover in.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sniperforge/sim/faults.hpp"

namespace sniperforge::soak {

inline constexpr std::size_t kNodes = 3;

struct Phase {
    std::string_view name;
    sim::NodeFaults faults{};
    std::optional<sim::ForkOptions> fork{};  // Of the chain, besides.
    // Whether an account that one socket alone carries may become blind at all: not for answers
    // that fail. Of those that are carried twice none may but for a fork.
    bool may_blind = true;
    // Notifications are wrong while the node's slots are on time: what a single subscription
    // carries is then found out by the audit alone.
    bool is_unnoticed = false;
    // Reads fail at once, so that the slowest one tells what failing over costs.
    bool is_failing_over = false;
    // At a time. A socket's loss, its subscriptions elsewhere, and their reads, of which one may
    // have to be asked again.
    Duration blind_max = std::chrono::seconds{5};
    // What the node does last in its sick part may take so long to be over.
    Duration well_min{0};
};

// Each fault once. Those that make the node look slow for a while come after those that need it
// asked, and those that only the audit notices come last.
[[nodiscard]] const std::vector<Phase>& phases();

}  // namespace sniperforge::soak
