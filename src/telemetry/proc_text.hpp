// SPDX-License-Identifier: MIT
// Readers for the three text forms of /proc used here; apart from process.cpp so that tests can
// give them texts of their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::telemetry {

// The value of a line "Field:   1234 kB", in bytes. `source` names the file in errors.
[[nodiscard]] Result<std::uint64_t> kilobytes_field(std::string_view text, std::string_view field,
                                                    std::string_view source);
// "on_cpu_ns run_delay_ns timeslices".
[[nodiscard]] Result<ScheduleTimes> parse_schedstat(std::string_view text, std::string_view source);
// "pid (name) state ...": its 22nd field, which counts from the machine's start.
[[nodiscard]] Result<Duration> parse_start_time(std::string_view text,
                                                std::uint64_t ticks_per_second,
                                                std::string_view source);

}  // namespace sniperforge::telemetry
