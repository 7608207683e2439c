// SPDX-License-Identifier: MIT
#include "rpc/latency_window.hpp"

#include <algorithm>

namespace sniperforge::rpc {
namespace {

// Weight of the newest sample in the average: 1/8, as TCP's round-trip estimator.
constexpr std::int64_t kNewestWeight = 8;

}  // namespace

void LatencyWindow::add(MonoTime now, Duration latency) {
    const Duration believed = estimate(now);
    average_ = count_ == 0 ? latency : believed + (latency - believed) / kNewestWeight;
    answered_at_ = now;
    samples_[next_] = latency;
    next_ = (next_ + 1) % samples_.size();
    count_ = std::min(count_ + 1, samples_.size());
}

Duration LatencyWindow::estimate(MonoTime now) const {
    const std::int64_t halvings = (now - answered_at_) / kLatencyHalfLife;
    return Duration{average_.count() >> std::clamp<std::int64_t>(halvings, 0, 62)};
}

Duration LatencyWindow::percentile(std::uint32_t percent) const {
    if (count_ == 0) {
        return Duration{0};
    }
    auto sorted = samples_;
    const std::size_t rank = (count_ * std::min(percent, 100U) + 99) / 100;
    const auto at =
        sorted.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1)) - 1;
    std::nth_element(sorted.begin(), at, sorted.begin() + static_cast<std::ptrdiff_t>(count_));
    return *at;
}

}  // namespace sniperforge::rpc
