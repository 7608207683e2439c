// SPDX-License-Identifier: MIT
#include "dex/orca_whirlpool_fee.hpp"

#include <algorithm>

#include "dex/orca_whirlpool_window.hpp"

namespace sniperforge::dex::whirlpool {
namespace {

// Whatever volatility says: 10 %.
constexpr std::uint64_t kRateMax = 100'000;
constexpr std::uint64_t kVolatilityPerGroup = 10'000;
constexpr std::uint64_t kReductionOne = 10'000;
// control factor (parts of 100,000) times the square of volatility (in 10,000ths).
constexpr std::uint64_t kRateDivisor = 100'000ULL * kVolatilityPerGroup * kVolatilityPerGroup;
constexpr std::uint64_t kReferenceAgeMax = 3'600;  // Seconds.

struct Reference {
    std::int32_t group = 0;
    std::uint32_t volatility = 0;
};

// What volatility is measured from, at `now`: swaps in quick succession share their reference.
Reference reference_at(const WhirlpoolAdaptiveFee& fee, std::int32_t group, std::uint64_t now) {
    const std::uint64_t latest = std::max(fee.reference_updated_at, fee.major_swap_at);
    const std::uint64_t time = std::max(now, latest);
    const std::uint64_t elapsed = time - latest;
    if (time - fee.reference_updated_at > kReferenceAgeMax) {
        return {group, 0};
    }
    if (elapsed < fee.filter_period) {
        return {fee.tick_group_reference, fee.volatility_reference};
    }
    if (elapsed < fee.decay_period) {
        const std::uint64_t reduced =
            std::uint64_t{fee.volatility} * fee.reduction_factor / kReductionOne;
        return {group, static_cast<std::uint32_t>(reduced)};
    }
    return {group, 0};
}

std::int64_t floor_group(std::int64_t tick, std::int64_t size) {
    return tick / size - (tick % size < 0 ? 1 : 0);
}

}  // namespace

FeeAlongSwap::FeeAlongSwap(const OrcaWhirlpoolPool& pool, Direction direction,
                           std::int64_t unix_time)
    : is_down_{direction == Direction::AToB},
      fixed_rate_{pool.fee_rate},
      adaptive_{pool.adaptive_fee ? &*pool.adaptive_fee : nullptr} {
    if (adaptive_ == nullptr) {
        return;
    }
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(unix_time, 0));
    const std::int32_t group = floor_divide(pool.tick_current, adaptive_->tick_group_size);
    const Reference reference = reference_at(*adaptive_, group, now);
    group_ = group;
    group_reference_ = reference.group;
    volatility_reference_ = reference.volatility;
    const std::uint64_t room =
        std::max<std::uint64_t>(adaptive_->volatility_max, volatility_reference_) -
        volatility_reference_;
    const auto groups =
        static_cast<std::int64_t>((room + kVolatilityPerGroup - 1) / kVolatilityPerGroup);
    group_low_ = group_reference_ - groups;
    group_high_ = group_reference_ + groups;
}

std::uint32_t FeeAlongSwap::rate() const {
    if (adaptive_ == nullptr) {
        return fixed_rate_;
    }
    const auto away = static_cast<std::uint64_t>(
        group_ < group_reference_ ? group_reference_ - group_ : group_ - group_reference_);
    const std::uint64_t volatility = std::min<std::uint64_t>(
        volatility_reference_ + away * kVolatilityPerGroup, adaptive_->volatility_max);
    // Both factors were checked to fit 32 bits together when the oracle was decoded.
    const std::uint64_t crossed = volatility * adaptive_->tick_group_size;
    const u128 scaled = static_cast<u128>(crossed * crossed) * adaptive_->control_factor;
    if (scaled >= static_cast<u128>(kRateMax) * kRateDivisor) {
        return kRateMax;
    }
    const std::uint64_t narrow = static_cast<std::uint64_t>(scaled);
    const std::uint64_t rate = narrow / kRateDivisor + (narrow % kRateDivisor != 0 ? 1 : 0);
    return static_cast<std::uint32_t>(std::min(fixed_rate_ + rate, kRateMax));
}

// `tick` or the target, whichever comes first. Ticks compare as their prices do, and cost nothing.
StepEnd FeeAlongSwap::up_to(std::int64_t tick, const StepEnd& target) const {
    if (is_down_ ? tick <= target.tick : tick >= target.tick) {
        return target;
    }
    const std::int32_t end = clamp_tick(tick);
    return {end, sqrt_price_of(end)};
}

StepEnd FeeAlongSwap::limit(const StepEnd& target, u128 liquidity) {
    if (adaptive_ == nullptr) {
        return target;
    }
    const std::int64_t size = adaptive_->tick_group_size;
    is_long_step_ = true;
    if (adaptive_->control_factor == 0 || liquidity == 0) {
        return target;
    }
    const std::int64_t low_tick = group_low_ * size;
    const std::int64_t high_tick = (group_high_ + 1) * size;
    if (low_tick > kTickMin && group_ < group_low_) {
        return is_down_ ? target : up_to(low_tick, target);
    }
    if (high_tick < kTickMax && group_ > group_high_) {
        return is_down_ ? up_to(high_tick, target) : target;
    }
    is_long_step_ = false;
    return up_to((is_down_ ? group_ : group_ + 1) * size, target);
}

void FeeAlongSwap::advance(const StepEnd& end) {
    if (adaptive_ == nullptr) {
        return;
    }
    if (is_long_step_) {
        const std::int64_t size = adaptive_->tick_group_size;
        // Upwards a boundary still belongs to the group below it.
        const std::int64_t last =
            !is_down_ && end.tick % size == 0 ? end.tick / size - 1 : floor_group(end.tick, size);
        group_ = is_down_ ? std::min(group_, last) : std::max(group_, last);
    }
    group_ += is_down_ ? -1 : 1;
}

}  // namespace sniperforge::dex::whirlpool
