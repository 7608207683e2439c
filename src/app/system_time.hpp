// SPDX-License-Identifier: MIT
// The system's clock, for commands and for the process with the key: stages are told the time.
#pragma once

#include <chrono>
#include <ctime>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {

[[nodiscard]] inline WallTime system_wall_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return WallTime{std::chrono::duration_cast<Duration>(since).count()};
}

// Since the kernel made this process, to 10 ms: what a start takes before it reads a clock is in
// it.
[[nodiscard]] inline Result<Duration> process_age() {
    const auto start = telemetry::process_start();
    if (!start) {
        return start;
    }
    timespec now{};
    if (::clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        return fail("reading the clock that counts from the machine's start");
    }
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec} - *start;
}

}  // namespace sniperforge::app
