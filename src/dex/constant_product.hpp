// SPDX-License-Identifier: MIT
// x·y = k in integers: what constant-product programs compute, rounding for the pool.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

// What a pool trades with, in the direction of the swap.
struct SwapReserves {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
};

template <typename P>
[[nodiscard]] inline SwapReserves swap_reserves(const P& pool, Direction direction) {
    const auto a = reserve_a(pool).raw();
    const auto b = reserve_b(pool).raw();
    return direction == Direction::AToB ? SwapReserves{a, b} : SwapReserves{b, a};
}

// floor(net_in · reserve_out / (reserve_in + net_in)). Never above reserve_out, so it fits; the sum
// may need 65 bits. `reserve_in` + `net_in` > 0.
[[nodiscard]] constexpr std::uint64_t curve_out_floor(std::uint64_t reserve_in,
                                                      std::uint64_t reserve_out,
                                                      std::uint64_t net_in) {
    const u128 product = static_cast<u128>(net_in) * reserve_out;
    const u128 reserve_after = static_cast<u128>(reserve_in) + net_in;
    if (reserve_after <= kU64Max) {  // Nearly always; a single instruction then.
        return divide(product, static_cast<std::uint64_t>(reserve_after)).quotient;
    }
    return static_cast<std::uint64_t>(product / reserve_after);
}

// ceil(reserve_in · out / (reserve_out − out)), or nothing above 64 bits. `out` < `reserve_out`.
[[nodiscard]] constexpr std::optional<std::uint64_t> curve_in_ceil(std::uint64_t reserve_in,
                                                                   std::uint64_t reserve_out,
                                                                   std::uint64_t out) {
    return mul_div_ceil(reserve_in, out, reserve_out - out);
}

// The smallest amount that leaves `net` after a fee of ceil(amount · numerator / denominator), or
// nothing above 64 bits. `numerator` < `denominator`.
[[nodiscard]] constexpr std::optional<std::uint64_t> before_fee_ceil(std::uint64_t net,
                                                                     std::uint64_t numerator,
                                                                     std::uint64_t denominator) {
    return mul_div_ceil(net, denominator, denominator - numerator);
}

}  // namespace sniperforge::dex
