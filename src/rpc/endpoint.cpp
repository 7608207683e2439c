// SPDX-License-Identifier: MIT
#include "rpc/endpoint.hpp"

#include <algorithm>

namespace sniperforge::rpc {
namespace {

constexpr double kRateMin = 0.01;  // One request in 100 s: keeps the period finite.
constexpr double kNanosPerSecond = 1e9;
// Weight of the newest sample in the latency average: 1/8, as TCP's round-trip estimator.
constexpr std::int64_t kLatencyWeight = 8;

// Between 3/4 and 5/4 of the delay, so that many clients do not come back at once.
Duration jittered(Duration delay, Rng& rng) {
    const auto half = static_cast<std::uint64_t>(delay.count() / 2);
    return delay * 3 / 4 + Duration{static_cast<std::int64_t>(rng.below(half + 1))};
}

}  // namespace

EndpointGauge::EndpointGauge(double requests_per_second, std::uint64_t seed)
    : period_{static_cast<std::int64_t>(kNanosPerSecond / std::max(requests_per_second, kRateMin))},
      tolerance_{std::max(Duration{0}, Duration{std::chrono::seconds{1}} - period_)},
      rng_{seed} {}

MonoTime EndpointGauge::available_at(MonoTime now) const {
    return std::max({now, paused_until_, next_at_ + -tolerance_});
}

void EndpointGauge::take(MonoTime at) { next_at_ = std::max(next_at_, at) + period_; }

void EndpointGauge::on_answer(MonoTime now, Duration latency) {
    latency_ = latency_ == Duration{0} ? latency : latency_ + (latency - latency_) / kLatencyWeight;
    answered_at_ = now;
}

Duration EndpointGauge::latency_estimate(MonoTime now) const {
    const std::int64_t halvings = (now - answered_at_) / kLatencyHalfLife;
    return Duration{latency_.count() >> std::clamp<std::int64_t>(halvings, 0, 62)};
}

void EndpointGauge::on_success() {
    failures_ = 0;
    is_open_ = false;
    breaker_delay_ = kBreakerDelayMin;
    pause_ = kPauseMin;
}

bool EndpointGauge::on_sick(MonoTime now) {
    ++failures_;
    if (failures_ < kBreakerFailures) {
        return false;
    }
    // Requests that were under way when it opened say nothing new.
    if (is_open_ && now < probe_at_) {
        return false;
    }
    is_open_ = true;
    probe_at_ = now + jittered(breaker_delay_, rng_);
    breaker_delay_ = std::min(breaker_delay_ * 2, kBreakerDelayMax);
    return true;
}

void EndpointGauge::on_rate_limited(MonoTime now, std::optional<Duration> retry_after) {
    // Answers to requests sent before the pause do not lengthen it.
    if (!retry_after && now < paused_until_) {
        return;
    }
    pause_until(now + (retry_after ? *retry_after : jittered(pause_, rng_)));
    if (!retry_after) {
        pause_ = std::min(pause_ * 2, kPauseMax);
    }
}

void EndpointGauge::pause_until(MonoTime until) { paused_until_ = std::max(paused_until_, until); }

}  // namespace sniperforge::rpc
