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

}  // namespace sniperforge::app
