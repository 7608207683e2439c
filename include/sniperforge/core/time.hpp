// SPDX-License-Identifier: MIT
// MonoTime measures, WallTime is shown. They do not subtract from each other. Stages are told the
// time; only a Reactor (net) reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace sniperforge {

using Duration = std::chrono::nanoseconds;

// Nanoseconds of a monotonic clock (or of virtual time) since an unspecified start.
struct MonoTime {
    std::int64_t ns = 0;

    [[nodiscard]] constexpr auto operator<=>(const MonoTime&) const = default;
    [[nodiscard]] friend constexpr Duration operator-(MonoTime a, MonoTime b) {
        return Duration{a.ns - b.ns};
    }
    [[nodiscard]] friend constexpr MonoTime operator+(MonoTime t, Duration d) {
        return MonoTime{t.ns + d.count()};
    }
};

// Nanoseconds since the Unix epoch, UTC.
struct WallTime {
    std::int64_t ns = 0;

    [[nodiscard]] constexpr auto operator<=>(const WallTime&) const = default;
    [[nodiscard]] constexpr std::int64_t seconds() const { return ns / 1'000'000'000; }
    // Days since 1970-01-01 UTC: daily limits turn over with it.
    [[nodiscard]] constexpr std::int64_t utc_day() const { return seconds() / 86'400; }
    [[nodiscard]] friend constexpr WallTime operator+(WallTime t, Duration d) {
        return WallTime{t.ns + d.count()};
    }
};

}  // namespace sniperforge
