// SPDX-License-Identifier: MIT
// The system's clock, for commands and for the process with the key: stages are told the time.
#pragma once

#include <chrono>

#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

[[nodiscard]] inline WallTime system_wall_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return WallTime{std::chrono::duration_cast<Duration>(since).count()};
}

}  // namespace sniperforge::app
