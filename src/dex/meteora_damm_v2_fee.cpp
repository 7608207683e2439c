// SPDX-License-Identifier: MIT
#include "dex/meteora_damm_v2_fee.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace sniperforge::dex {
namespace damm {
namespace {

constexpr std::uint64_t kBasisPointRate = kDammV2FeeOne / 10'000;
constexpr u128 kOneQ64 = static_cast<u128>(1) << 64;
// By fee_version.
constexpr std::uint64_t kFeeMost[] = {500'000'000, 990'000'000};

DammV2FeeRate refuse(QuoteError error) { return Err<QuoteError>{error}; }

std::uint32_t low_half(std::uint64_t factor) { return static_cast<std::uint32_t>(factor); }
std::uint32_t high_half(std::uint64_t factor) { return static_cast<std::uint32_t>(factor >> 32); }

// cliff · (1 − reduction/10,000)^periods. The program's pow rounds every product down, and fails
// where nothing is left.
DammV2FeeRate exponential_rate(const DammV2BaseFee& fee, std::uint64_t periods) {
    if (fee.third_factor == 0) {
        return fee.cliff_rate;
    }
    const u128 reduction = (static_cast<u128>(fee.third_factor) << 64) / 10'000;
    if (reduction > kOneQ64) {
        return refuse(QuoteError::Overflow);
    }
    u128 square = kOneQ64 - reduction;  // Below 2^64: so are all its powers.
    u128 power = kOneQ64;
    for (std::uint64_t rest = periods; rest != 0; rest >>= 1) {  // 16 rounds at most.
        if ((rest & 1) != 0) {
            power = power * square >> 64;
        }
        square = square * square >> 64;
    }
    if (power == 0) {
        return refuse(QuoteError::Overflow);
    }
    return static_cast<std::uint64_t>(power * fee.cliff_rate >> 64);
}

DammV2FeeRate scheduled_rate(const DammV2BaseFee& fee, std::uint64_t periods) {
    if (fee.mode == DammV2BaseFeeMode::TimeExponential ||
        fee.mode == DammV2BaseFeeMode::MarketCapExponential) {
        return exponential_rate(fee, periods);
    }
    std::uint64_t reduction = 0;
    if (__builtin_mul_overflow(fee.third_factor, periods, &reduction) ||
        reduction > fee.cliff_rate) {
        return refuse(QuoteError::Overflow);
    }
    return fee.cliff_rate - reduction;
}

// Before activation nobody trades but the pool's whitelisted vault, after all periods' reduction.
DammV2FeeRate time_rate(const MeteoraDammV2Pool& pool, std::uint64_t point) {
    const DammV2BaseFee& fee = pool.base_fee;
    if (fee.second_factor == 0) {
        return fee.cliff_rate;
    }
    const std::uint64_t most = fee.first_factor;
    return scheduled_rate(
        fee, point < pool.activation_point
                 ? most
                 : std::min((point - pool.activation_point) / fee.second_factor, most));
}

// How many steps the root of the price has risen since the start, up to `most`.
std::optional<std::uint64_t> price_steps(const MeteoraDammV2Pool& pool, std::uint64_t most) {
    if (pool.sqrt_price <= pool.sqrt_price_initial) {
        return 0;
    }
    const std::uint32_t step = low_half(pool.base_fee.second_factor);
    if (pool.sqrt_price_initial == 0 || step == 0) {
        return std::nullopt;
    }
    const auto risen =
        divide_words(multiply_words(pool.sqrt_price - pool.sqrt_price_initial, 10'000),
                     to_words(pool.sqrt_price_initial));
    // Above 128 bits it is above any number of steps.
    return risen ? low_word(std::min<u128>(risen->value / step, most)) : most;
}

DammV2FeeRate market_cap_rate(const MeteoraDammV2Pool& pool, std::uint64_t point) {
    const DammV2BaseFee& fee = pool.base_fee;
    std::uint64_t expires_after = 0;
    if (__builtin_add_overflow(pool.activation_point, high_half(fee.second_factor),
                               &expires_after)) {
        return refuse(QuoteError::Overflow);
    }
    const std::uint64_t most = fee.first_factor;
    const bool is_over = point > expires_after || point < pool.activation_point;
    const auto steps = is_over ? std::optional{most} : price_steps(pool, most);
    return steps ? scheduled_rate(fee, *steps) : refuse(QuoteError::Unsupported);
}

// Nothing for what the program lets nobody create.
std::optional<RateLimiter> rate_limiter_of(const DammV2BaseFee& fee) {
    const RateLimiter limiter{.cliff = fee.cliff_rate,
                              .increment = fee.first_factor * kBasisPointRate,
                              .most = high_half(fee.second_factor) * kBasisPointRate,
                              .reference = fee.third_factor};
    if (limiter.reference == 0 || limiter.increment == 0 || limiter.cliff > limiter.most ||
        limiter.most >= kDammV2FeeOne) {
        return std::nullopt;
    }
    RateLimiter complete = limiter;
    complete.steps = (limiter.most - limiter.cliff) / limiter.increment;
    return complete;
}

bool is_limiter_applied(const MeteoraDammV2Pool& pool, Direction direction, std::uint64_t point) {
    const DammV2BaseFee& fee = pool.base_fee;
    const bool is_set = fee.first_factor != 0 || fee.second_factor != 0 || fee.third_factor != 0;
    return is_set && direction == Direction::BToA && point >= pool.activation_point &&
           point - pool.activation_point <= low_half(fee.second_factor);
}

enum class AmountKind : std::uint8_t { FeeIncluded, FeeExcluded };

DammV2FeeRate limited_rate(const MeteoraDammV2Pool& pool, Direction direction, TokenAmount amount,
                           AmountKind kind, std::uint64_t point) {
    if (!is_limiter_applied(pool, direction, point)) {
        return pool.base_fee.cliff_rate;
    }
    const auto limiter = rate_limiter_of(pool.base_fee);
    // The program knows it only where fees are taken from token B that comes in.
    if (!limiter || pool.collect_fee_mode != DammV2CollectFeeMode::OnlyB) {
        return refuse(QuoteError::Unsupported);
    }
    return kind == AmountKind::FeeIncluded ? limiter_rate_included(*limiter, amount.raw())
                                           : limiter_rate_excluded(*limiter, amount.raw());
}

DammV2FeeRate base_rate(const MeteoraDammV2Pool& pool, Direction direction, TokenAmount amount,
                        AmountKind kind, std::uint64_t point) {
    switch (pool.base_fee.mode) {
        case DammV2BaseFeeMode::TimeLinear:
        case DammV2BaseFeeMode::TimeExponential:
            return time_rate(pool, point);
        case DammV2BaseFeeMode::RateLimiter:
            return limited_rate(pool, direction, amount, kind, point);
        case DammV2BaseFeeMode::MarketCapLinear:
        case DammV2BaseFeeMode::MarketCapExponential:
            return market_cap_rate(pool, point);
    }
    return refuse(QuoteError::Unsupported);
}

// ceil(control · (volatility · bin step)² / 10^11); nothing above 128 bits on the way.
std::optional<u128> dynamic_rate(const DammV2DynamicFee& fee) {
    if (!fee.is_enabled) {
        return 0;
    }
    constexpr std::uint64_t kScale = 100'000'000'000;
    u128 crossed = 0;
    u128 scaled = 0;
    if (__builtin_mul_overflow(fee.volatility, static_cast<u128>(fee.bin_step), &crossed) ||
        __builtin_mul_overflow(crossed, crossed, &scaled) ||
        __builtin_mul_overflow(scaled, static_cast<u128>(fee.control), &scaled) ||
        __builtin_add_overflow(scaled, static_cast<u128>(kScale - 1), &scaled)) {
        return std::nullopt;
    }
    return scaled / kScale;
}

DammV2FeeRate fee_rate(const MeteoraDammV2Pool& pool, Direction direction, TokenAmount amount,
                       AmountKind kind, const QuoteContext& context) {
    if (pool.fee_version >= std::size(kFeeMost) || pool.activation_type > kPointsAreSeconds) {
        return refuse(QuoteError::Unsupported);
    }
    const auto base = base_rate(pool, direction, amount, kind, current_point(pool, context));
    if (!base) {
        return base;
    }
    const auto dynamic = dynamic_rate(pool.dynamic_fee);
    u128 rate = 0;
    if (!dynamic || __builtin_add_overflow(*dynamic, static_cast<u128>(*base), &rate) ||
        rate > kU64Max) {
        return refuse(QuoteError::Overflow);
    }
    return std::min(low_word(rate), kFeeMost[pool.fee_version]);
}

}  // namespace

std::uint64_t current_point(const MeteoraDammV2Pool& pool, const QuoteContext& context) {
    if (pool.activation_type == kPointsAreSlots) {
        return context.slot;
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(context.unix_time, 0));
}

}  // namespace damm

DammV2FeeRate damm_v2_fee_rate_included(const MeteoraDammV2Pool& pool, Direction direction,
                                        TokenAmount amount, const QuoteContext& context) {
    return damm::fee_rate(pool, direction, amount, damm::AmountKind::FeeIncluded, context);
}

DammV2FeeRate damm_v2_fee_rate_excluded(const MeteoraDammV2Pool& pool, Direction direction,
                                        TokenAmount amount, const QuoteContext& context) {
    return damm::fee_rate(pool, direction, amount, damm::AmountKind::FeeExcluded, context);
}

}  // namespace sniperforge::dex
