// SPDX-License-Identifier: MIT
#include "sim/program_whirlpool_fee.hpp"

#include <algorithm>

#include "sim/program_whirlpool_layout.hpp"
#include "sim/wide.hpp"

namespace sniperforge::sim::whirlpool {
namespace {

constexpr std::uint32_t kRateMax = 100'000;         // 10 %, parts per million.
constexpr std::uint32_t kVolatilityScale = 10'000;  // Per tick group.
constexpr std::uint64_t kReferenceAgeMax = 3'600;   // Seconds.

u128 ceil_div(u128 a, u128 b) { return a / b + (a % b == 0 ? 0 : 1); }

std::int32_t clamp_tick(std::int64_t tick) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(tick, kTickMin, kTickMax));
}

}  // namespace

Adaptive read_adaptive(BytesView data) {
    Adaptive adaptive;
    adaptive.filter_period = read_le<std::uint16_t>(data, oracle::kFilterPeriod);
    adaptive.decay_period = read_le<std::uint16_t>(data, oracle::kDecayPeriod);
    adaptive.reduction_factor = read_le<std::uint16_t>(data, oracle::kReductionFactor);
    adaptive.control_factor = read_le<std::uint32_t>(data, oracle::kControlFactor);
    adaptive.max_volatility = read_le<std::uint32_t>(data, oracle::kMaxVolatility);
    adaptive.tick_group_size =
        std::max<std::uint16_t>(read_le<std::uint16_t>(data, oracle::kTickGroupSize), 1);
    adaptive.major_swap_ticks = read_le<std::uint16_t>(data, oracle::kMajorSwapTicks);
    adaptive.reference_time = read_le<std::uint64_t>(data, oracle::kReferenceTime);
    adaptive.major_swap_time = read_le<std::uint64_t>(data, oracle::kMajorSwapTime);
    adaptive.volatility_reference = read_le<std::uint32_t>(data, oracle::kVolatilityReference);
    adaptive.tick_group_reference = read_le<std::int32_t>(data, oracle::kTickGroupReference);
    adaptive.volatility = read_le<std::uint32_t>(data, oracle::kVolatility);
    return adaptive;
}

void write_adaptive(std::span<std::uint8_t> data, const Adaptive& adaptive) {
    write_le(data, oracle::kReferenceTime, adaptive.reference_time);
    write_le(data, oracle::kMajorSwapTime, adaptive.major_swap_time);
    write_le(data, oracle::kVolatilityReference, adaptive.volatility_reference);
    write_le(data, oracle::kTickGroupReference, adaptive.tick_group_reference);
    write_le(data, oracle::kVolatility, adaptive.volatility);
}

FeeManager::FeeManager(std::uint16_t fee_rate, const std::optional<Adaptive>& adaptive,
                       bool is_a_to_b)
    : fee_rate_{fee_rate}, adaptive_{adaptive}, is_a_to_b_{is_a_to_b} {}

bool FeeManager::begin(std::int32_t tick, std::uint64_t now) {
    if (!adaptive_) {
        return true;
    }
    Adaptive& state = *adaptive_;
    const std::int32_t size = state.tick_group_size;
    group_ = floor_div(tick, size);
    const std::uint64_t latest = std::max(state.reference_time, state.major_swap_time);
    if (now < latest) {
        return false;
    }
    const std::uint64_t elapsed = now - latest;
    if (now - state.reference_time > kReferenceAgeMax || elapsed >= state.decay_period) {
        state.tick_group_reference = group_;
        state.volatility_reference = 0;
        state.reference_time = now;
    } else if (elapsed >= state.filter_period) {
        state.tick_group_reference = group_;
        state.volatility_reference = static_cast<std::uint32_t>(
            static_cast<std::uint64_t>(state.volatility) * state.reduction_factor / 10'000);
        state.reference_time = now;
    }
    const std::uint32_t rise = state.max_volatility > state.volatility_reference
                                   ? state.max_volatility - state.volatility_reference
                                   : 0;
    const auto groups = static_cast<std::int64_t>(ceil_div(rise, kVolatilityScale));
    const std::int64_t lower = state.tick_group_reference - groups;
    const std::int64_t upper = state.tick_group_reference + groups;
    if (lower * size > kTickMin) {
        lower_ = Edge{static_cast<std::int32_t>(lower), sqrt_price_of(clamp_tick(lower * size))};
    }
    if ((upper + 1) * size < kTickMax) {
        upper_ =
            Edge{static_cast<std::int32_t>(upper), sqrt_price_of(clamp_tick((upper + 1) * size))};
    }
    return true;
}

void FeeManager::update_volatility() {
    Adaptive& state = *adaptive_;
    const std::int64_t distance = static_cast<std::int64_t>(state.tick_group_reference) - group_;
    const u128 volatility =
        static_cast<u128>(state.volatility_reference) +
        static_cast<u128>(distance < 0 ? -distance : distance) * kVolatilityScale;
    state.volatility = static_cast<std::uint32_t>(std::min<u128>(volatility, state.max_volatility));
}

std::uint32_t FeeManager::rate() {
    if (!adaptive_) {
        return fee_rate_;
    }
    update_volatility();
    const u128 crossed = static_cast<u128>(adaptive_->volatility) * adaptive_->tick_group_size;
    constexpr u128 kBottom = u128{100'000} * kVolatilityScale * kVolatilityScale;
    const u128 adaptive = ceil_div(crossed * crossed * adaptive_->control_factor, kBottom);
    return static_cast<std::uint32_t>(std::min<u128>(fee_rate_ + adaptive, kRateMax));
}

FeeManager::Bound FeeManager::bound(u128 target, u128 liquidity) const {
    if (!adaptive_ || adaptive_->control_factor == 0 || liquidity == 0) {
        return {target, true};
    }
    if (lower_ && group_ < lower_->group) {
        return {is_a_to_b_ ? target : std::min(target, lower_->sqrt_price), true};
    }
    if (upper_ && group_ > upper_->group) {
        return {is_a_to_b_ ? std::max(target, upper_->sqrt_price) : target, true};
    }
    const std::int64_t size = adaptive_->tick_group_size;
    const std::int64_t edge = is_a_to_b_ ? group_ * size : (group_ + 1) * size;
    const u128 price = sqrt_price_of(clamp_tick(edge));
    return {is_a_to_b_ ? std::max(target, price) : std::min(target, price), false};
}

void FeeManager::advance(const Bound& bound, const Position& position) {
    if (!adaptive_) {
        return;
    }
    if (bound.is_group_skipped) {
        const std::int32_t size = adaptive_->tick_group_size;
        const bool is_on_tick = position.sqrt_price == position.next_tick_sqrt_price;
        const std::int32_t tick = is_on_tick ? position.next_tick : tick_of(position.sqrt_price);
        const bool is_on_edge =
            tick % size == 0 && (is_on_tick || position.sqrt_price == sqrt_price_of(tick));
        const std::int32_t last = floor_div(tick, size) - (is_on_edge && !is_a_to_b_ ? 1 : 0);
        if (is_a_to_b_ ? last < group_ : last > group_) {
            group_ = last;
            update_volatility();
        }
    }
    group_ += is_a_to_b_ ? -1 : 1;
}

void FeeManager::end(u128 price_before, u128 price_after, std::uint64_t now) {
    if (!adaptive_) {
        return;
    }
    const u128 low = std::min(price_before, price_after);
    const u128 high = std::max(price_before, price_after);
    const Wide threshold =
        (Wide{low} * Wide{sqrt_price_of(clamp_tick(adaptive_->major_swap_ticks))}) >> 64;
    if (threshold <= Wide{high}) {
        adaptive_->major_swap_time = now;
    }
}

}  // namespace sniperforge::sim::whirlpool
