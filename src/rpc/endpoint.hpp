// SPDX-License-Identifier: MIT
// EndpointGauge: what the pool knows about one endpoint — its budget, its latency, whether it is
// healthy — without doing any I/O. Told the time; the same calls give the same answers.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::rpc {

// Failures in a row that open the breaker: one is a hiccup, three are an outage.
inline constexpr std::uint32_t kBreakerFailures = 3;
inline constexpr Duration kBreakerDelayMin = std::chrono::seconds{1};
inline constexpr Duration kBreakerDelayMax = std::chrono::seconds{30};
// Pauses after a rate limit that named no time.
inline constexpr Duration kPauseMin = std::chrono::milliseconds{500};
inline constexpr Duration kPauseMax = std::chrono::seconds{30};
inline constexpr Duration kLatencyHalfLife = std::chrono::seconds{30};

class EndpointGauge {
 public:
    EndpointGauge(double requests_per_second, std::uint64_t seed);

    // The earliest time at which one more request keeps within the budget (a burst is one second's
    // worth) and outside a pause.
    [[nodiscard]] MonoTime available_at(MonoTime now) const;
    // Takes one request's worth of budget at `at`, which available_at() returned.
    void take(MonoTime at);

    // Any HTTP answer: the way there and back works.
    void on_answer(MonoTime now, Duration latency);
    // A result, or a genuine error of a node in good health.
    void on_success();
    // Returns true when this failure opened the breaker (or kept it open): probe at probe_at().
    bool on_sick(MonoTime now);
    void on_rate_limited(MonoTime now, std::optional<Duration> retry_after);
    void pause_until(MonoTime until);

    [[nodiscard]] bool is_open() const { return is_open_; }
    [[nodiscard]] MonoTime probe_at() const { return probe_at_; }
    [[nodiscard]] bool is_healthy(MonoTime now) const { return !is_open_ && now >= paused_until_; }
    [[nodiscard]] Duration latency() const { return latency_; }
    // For choosing: halves with every kLatencyHalfLife without an answer, so that an endpoint whose
    // only sample was a bad one is measured again.
    [[nodiscard]] Duration latency_estimate(MonoTime now) const;

 private:
    Duration period_;                  // Between requests at the sustained rate.
    Duration tolerance_;               // How far ahead of that rate a burst may run.
    MonoTime next_at_{INT64_MIN / 2};  // When the next request is due at the sustained rate.
    MonoTime paused_until_{INT64_MIN / 2};
    Duration pause_{kPauseMin};
    Duration latency_{0};
    MonoTime answered_at_{};
    std::uint32_t failures_ = 0;  // In a row.
    Duration breaker_delay_{kBreakerDelayMin};
    MonoTime probe_at_{};
    bool is_open_ = false;
    Rng rng_;
};

}  // namespace sniperforge::rpc
