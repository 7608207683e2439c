// SPDX-License-Identifier: MIT
// How much was logged since the process began, for metrics. Any thread.
#pragma once

#include <cstdint>

namespace sniperforge::telemetry {

struct LogCounts {
    std::uint64_t warnings = 0, errors = 0;  // Lines written.
    std::uint64_t left_out = 0;              // Lines that a rate limit kept out.
};
[[nodiscard]] LogCounts log_counts();

// A rate limit kept a line out.
void count_left_out();

}  // namespace sniperforge::telemetry
