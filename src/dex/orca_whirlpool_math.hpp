// SPDX-License-Identifier: MIT
// The Whirlpool program's arithmetic: ticks, amounts between two prices, one step of a swap. Every
// rounding and every overflow is the program's own (orca-so/whirlpools 630c0e01, math/).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "dex/swap_order.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::dex::whirlpool {

inline constexpr std::int32_t kTickMin = -443'636;
inline constexpr std::int32_t kTickMax = 443'636;
// Square roots of prices are Q64.64; these are the ones of the two ticks.
inline constexpr u128 kSqrtPriceMin = 4'295'048'016;
inline constexpr u128 kSqrtPriceMax =
    (static_cast<u128>(0xfffec4b1ULL) << 64) | 0x35bb7f32a81b33afULL;
// Fee rates are parts per million.
inline constexpr std::uint64_t kFeeRateOne = 1'000'000;

[[nodiscard]] constexpr std::int32_t clamp_tick(std::int64_t tick) {
    return tick < kTickMin   ? kTickMin
           : tick > kTickMax ? kTickMax
                             : static_cast<std::int32_t>(tick);
}

// 1.0001^(tick/2). `tick` from kTickMin to kTickMax; up to 18 multiplications.
[[nodiscard]] u128 sqrt_price_of(std::int32_t tick);
// The highest tick whose price is not above `sqrt_price`, which is from kSqrtPriceMin to
// kSqrtPriceMax. 20 times the cost of sqrt_price_of: not for quotes.
[[nodiscard]] std::int32_t tick_of(u128 sqrt_price);

// An amount between two prices. Above 64 bits the program goes on with it as "very much"; a product
// that does not fit its 256 bits makes it fail.
struct AmountBetween {
    std::uint64_t value = 0;
    bool is_above_u64 = false;
    bool is_overflow = false;

    [[nodiscard]] bool is_valid() const { return !is_above_u64 && !is_overflow; }
};
[[nodiscard]] AmountBetween amount_a_between(u128 price, u128 other_price, u128 liquidity,
                                             Rounding rounding);
[[nodiscard]] AmountBetween amount_b_between(u128 price, u128 other_price, u128 liquidity,
                                             Rounding rounding);

struct StepOrder {
    std::uint64_t amount = 0;  // What is left of the specified amount.
    bool is_exact_in = true;
    bool is_a_to_b = true;
    std::uint32_t fee_rate = 0;  // Below kFeeRateOne.
};

struct Step {
    std::uint64_t amount_in = 0;  // Without the fee.
    std::uint64_t amount_out = 0;
    std::uint64_t fee = 0;
    u128 sqrt_price = 0;
};

// Trades from `sqrt_price` until the amount or the way to `target` is used up. `target` is on the
// side the swap moves to, or equal.
[[nodiscard]] std::expected<Step, QuoteError> trade_step(const StepOrder& order, u128 liquidity,
                                                         u128 sqrt_price, u128 target);

}  // namespace sniperforge::dex::whirlpool
