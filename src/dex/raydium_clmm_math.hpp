// SPDX-License-Identifier: MIT
// Raydium CLMM's integer arithmetic, rounding as the program does. Prices are square roots of token
// B per token A in Q64.64. Everything returns nothing where the program would fail.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dex/swap_order.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"

namespace sniperforge::dex {

// Ticks and their prices: 1.0001^tick, from 2^-64 to 2^64.
inline constexpr std::int32_t kClmmTickMin = -443'636;
inline constexpr std::int32_t kClmmTickMax = 443'636;
inline constexpr u128 kClmmSqrtPriceMin = 4'295'048'016;
// 79226673521066979257578248091.
inline constexpr u128 kClmmSqrtPriceMax =
    static_cast<u128>(4'294'886'577) << 64 | 9'537'527'425'331'189'659U;
inline constexpr u128 kQ64 = static_cast<u128>(1) << 64;

// floor(a / b) for negative a too; b > 0.
[[nodiscard]] constexpr std::int32_t floor_div(std::int32_t a, std::int32_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

// `tick` within the limits above. About 19 multiplications.
[[nodiscard]] u128 clmm_sqrt_price_at(std::int32_t tick);

// Token A, and token B, between two prices in either order. Nothing above 64 bits.
[[nodiscard]] std::optional<std::uint64_t> clmm_amount_a(u128 price_1, u128 price_2, u128 liquidity,
                                                         Rounding rounding);
[[nodiscard]] std::optional<std::uint64_t> clmm_amount_b(u128 price_1, u128 price_2, u128 liquidity,
                                                         Rounding rounding);

// Where the price goes when `amount` comes in (A moves it down, B up) or goes out (A moves it up, B
// down). `liquidity` > 0.
[[nodiscard]] std::optional<u128> clmm_price_after_input(u128 price, u128 liquidity,
                                                         std::uint64_t amount, Direction direction);
[[nodiscard]] std::optional<u128> clmm_price_after_output(u128 price, u128 liquidity,
                                                          std::uint64_t amount,
                                                          Direction direction);

// floor and ceil of amount · numerator / denominator. `numerator` and `denominator` are rates of at
// most kClmmRateOne, `denominator` > 0.
[[nodiscard]] std::optional<std::uint64_t> clmm_part_floor(std::uint64_t amount,
                                                           std::uint32_t numerator,
                                                           std::uint32_t denominator);
[[nodiscard]] std::optional<std::uint64_t> clmm_part_ceil(std::uint64_t amount,
                                                          std::uint32_t numerator,
                                                          std::uint32_t denominator);

// The price of limit orders at a tick, not its root: token B per token A in Q64.64, rounded for
// who placed them. Nothing above 128 bits.
[[nodiscard]] std::optional<u128> clmm_order_price(u128 sqrt_price, Direction direction);
// What orders give for `amount_in` (up to 128 bits), and what they ask for `amount_out`.
[[nodiscard]] u128 clmm_order_output(std::uint64_t amount_in, u128 price, Direction direction);
[[nodiscard]] std::optional<std::uint64_t> clmm_order_input(std::uint64_t amount_out, u128 price,
                                                            Direction direction);

// The share of the fee that volatility adds, capped, in parts per million.
[[nodiscard]] std::uint32_t clmm_dynamic_fee_rate(const ClmmDynamicFee& fee,
                                                  std::uint16_t tick_spacing);
// base + dynamic is capped at 10 %.
inline constexpr std::uint32_t kClmmFeeRateMax = 100'000;

}  // namespace sniperforge::dex
