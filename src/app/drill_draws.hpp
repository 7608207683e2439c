// SPDX-License-Identifier: MIT
// What the parts of a drill's plan draw alike. A seed's plan is its plan for as long as each draw
// takes what it takes now.
#pragma once

#include <chrono>
#include <cstdint>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

[[nodiscard]] constexpr Duration milliseconds(std::uint64_t count) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(count)};
}

// From the first on, and before the second.
[[nodiscard]] inline Duration draw_between(Rng& rng, std::uint64_t from_ms, std::uint64_t to_ms) {
    return milliseconds(from_ms + rng.below(to_ms - from_ms));
}

// Whatever prices and others do.
inline void sell_by_time_alone(config::ExitSettings& exits, Duration time_limit) {
    exits.take_profit = exits.trailing_arm = BasisPoints{1'000'000};
    exits.stop_loss = exits.trailing_distance = BasisPoints{kBasisPointsOne};
    exits.dev_sell_min = exits.holder_dump_min = {};
    exits.feed_loss_exit = Duration{0};
    exits.time_limit = time_limit;
}

}  // namespace sniperforge::app
