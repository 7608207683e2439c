// SPDX-License-Identifier: MIT
#include "rpc/rate_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace sniperforge::rpc {
namespace {

constexpr double kRateMin = 0.01;  // One request in 100 s: keeps the period finite.
constexpr double kNanosPerSecond = 1e9;
constexpr Duration kBurst = std::chrono::seconds{1};

}  // namespace

RateBucket::RateBucket(double per_second, double reserve_share, std::uint32_t send_cost) {
    if (per_second <= 0) {
        return;
    }
    period_ = Duration{static_cast<std::int64_t>(kNanosPerSecond / std::max(per_second, kRateMin))};
    if (reserve_share > 0 && per_second >= 2.0 * send_cost) {
        const double kept = std::max<double>(send_cost, std::floor(per_second * reserve_share));
        reserve_ = period_ * static_cast<std::int64_t>(kept);
    }
}

MonoTime RateBucket::available_at(MonoTime now, std::uint32_t cost, Taker taker) const {
    if (!is_limited()) {
        return now;
    }
    const bool is_send = taker == Taker::Send;
    const Duration kept = is_send ? Duration{0} : reserve_;
    // A cost above a second's worth waits for a full bucket and leaves a debt.
    const Duration slack = std::max(Duration{0}, kBurst - kept - period_ * cost);
    return std::max(now, (is_send ? spent_until_ : booked_until_) + -slack);
}

void RateBucket::book(MonoTime at, std::uint32_t cost) {
    booked_until_ = std::max(booked_until_, at) + period_ * cost;
}

void RateBucket::spend(MonoTime now, std::uint32_t cost) {
    spent_until_ = std::max(spent_until_, now) + period_ * cost;
}

void RateBucket::take(MonoTime now, std::uint32_t cost) {
    if (spent_until_ - now < kBurst + kDebtMax) {
        book(now, cost);
        spend(now, cost);
    }
}

double RateBucket::left(MonoTime now) const {
    if (!is_limited()) {
        return 0;
    }
    const Duration missing = std::max(Duration{0}, spent_until_ - now);
    return std::chrono::duration<double>(kBurst - missing) / std::chrono::duration<double>(period_);
}

bool RateBucket::is_half_full(MonoTime now) const { return booked_until_ - now <= kBurst / 2; }

}  // namespace sniperforge::rpc
