// SPDX-License-Identifier: MIT
// A sum over the last hour, and one over the UTC day, of something that leaves the wallet.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge::signer {

// Whole minutes, so that the memory is bounded: something signed counts for 60 to 61 minutes.
inline constexpr std::int64_t kHourMinutes = 61;

// Of the monotonic clock.
[[nodiscard]] inline std::int64_t minute_of(MonoTime time) {
    return std::chrono::floor<std::chrono::minutes>(Duration{time.ns}).count();
}

template <typename Amount>
class OutflowWindows {
 public:
    [[nodiscard]] Amount in_hour(std::int64_t minute) const {
        Amount sum;
        for (const Minute& each : minutes_) {
            if (minute - each.number < kHourMinutes) {
                sum = sum.saturating_add(each.outflow);
            }
        }
        return sum;
    }
    // A clock that is set back does not open a new day.
    [[nodiscard]] Amount in_day(std::int64_t today) const {
        return today > day_ ? Amount{} : day_outflow_;
    }
    void add_to_hour(Amount outflow, std::int64_t minute) {
        // Before the machine's start a minute has a number below zero.
        const std::int64_t place = (minute % kHourMinutes + kHourMinutes) % kHourMinutes;
        Minute& each = minutes_[static_cast<std::size_t>(place)];
        if (each.number != minute) {
            each = {minute, {}};
        }
        each.outflow = each.outflow.saturating_add(outflow);
    }
    void add_to_day(Amount outflow, std::int64_t today) {
        day_outflow_ = in_day(today).saturating_add(outflow);
        day_ = std::max(day_, today);
    }

 private:
    struct Minute {
        std::int64_t number = 0;
        Amount outflow;
    };
    std::array<Minute, kHourMinutes> minutes_{};
    std::int64_t day_ = 0;
    Amount day_outflow_;
};

}  // namespace sniperforge::signer
