// SPDX-License-Identifier: MIT
// Whirlpool arithmetic, written plainly from protocol amm-orca sections 2 and 3: prices of ticks,
// amounts between two prices, and one step of a swap. Prices are square roots in Q64.64.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::sim::whirlpool {

inline constexpr std::int32_t kTickMin = -443'636, kTickMax = 443'636;
[[nodiscard]] u128 sqrt_price_min();
[[nodiscard]] u128 sqrt_price_max();

[[nodiscard]] constexpr std::int32_t floor_div(std::int32_t a, std::int32_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// The tick must be within the bounds.
[[nodiscard]] u128 sqrt_price_of(std::int32_t tick);
// The last tick whose price is not above `sqrt_price`, which must be within the bounds.
[[nodiscard]] std::int32_t tick_of(u128 sqrt_price);

struct StepQuery {
    std::uint64_t amount = 0;    // What is left of the exact side.
    std::uint32_t fee_rate = 0;  // Parts per million.
    u128 liquidity = 0, sqrt_price = 0, target = 0;
    bool is_exact_in = true, is_a_to_b = true;
};
struct Step {
    std::uint64_t amount_in = 0, amount_out = 0, fee = 0;
    u128 sqrt_price = 0;
};
// Nothing where the program's arithmetic fails: a price out of bounds, an amount above 64 bits.
[[nodiscard]] std::optional<Step> compute_step(const StepQuery& query);

}  // namespace sniperforge::sim::whirlpool
