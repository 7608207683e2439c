// SPDX-License-Identifier: MIT
// Whether a daemon lives, and whether it would buy now: what /healthz and /readyz tell.
#pragma once

#include <string>
#include <vector>

#include "app/replica.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

// The loop makes a replica every half second, however busy it is; one that is older means that it
// has stood still.
inline constexpr Duration kReplicaAgeMax = std::chrono::seconds{5};

// Null: the loop has told nothing yet.
[[nodiscard]] bool is_alive(const Replica* replica, MonoTime now);
// Why it would not buy, each a line for people; empty: feeds are fresh, the books equal the chain
// and the trading state is ACTIVE.
[[nodiscard]] std::vector<std::string> obstacles(const Replica* replica, MonoTime now);

}  // namespace sniperforge::app
