// SPDX-License-Identifier: MIT
// LatencyWindow: how long answers took lately: a moving average for choosing, percentiles of the
// last kLatencySamples for hedging and for people.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge::rpc {

inline constexpr std::size_t kLatencySamples = 64;
inline constexpr Duration kLatencyHalfLife = std::chrono::seconds{30};

class LatencyWindow {
 public:
    void add(MonoTime now, Duration latency);

    [[nodiscard]] bool is_measured() const { return count_ > 0; }
    [[nodiscard]] std::size_t samples() const { return count_; }  // At most kLatencySamples.
    [[nodiscard]] Duration average() const { return average_; }
    // For choosing: halves with every kLatencyHalfLife without an answer, so that an endpoint that
    // was slow is measured again. The next answer is averaged with what is left by then.
    [[nodiscard]] Duration estimate(MonoTime now) const;
    // The smallest sample that at least `percent` of the window does not exceed; 0 without any.
    [[nodiscard]] Duration percentile(std::uint32_t percent) const;

 private:
    std::array<Duration, kLatencySamples> samples_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    Duration average_{0};
    MonoTime answered_at_{};
};

}  // namespace sniperforge::rpc
