// SPDX-License-Identifier: MIT
// A moment for people.
#pragma once

#include <fmt/chrono.h>

#include <string>

#include "sniperforge/core/time.hpp"

namespace sniperforge {

// "2026-11-28T21:30:00Z".
[[nodiscard]] inline std::string utc_text(WallTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(time.seconds()));
}

}  // namespace sniperforge
