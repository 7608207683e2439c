// SPDX-License-Identifier: MIT
// Integers of 256 and 512 bits, for the mathematics of square-root prices. Fixed size, no
// allocation, wrap on overflow: choose the width so that it cannot happen. Costly to include:
// source files only.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::dex {

template <unsigned Bits>
using WideUnsigned = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<
    Bits, Bits, boost::multiprecision::unsigned_magnitude, boost::multiprecision::unchecked, void>>;

using u256 = WideUnsigned<256>;
using u512 = WideUnsigned<512>;

[[nodiscard]] inline u256 mul_wide(u128 a, u128 b) { return u256{a} * b; }

// The value, or nothing when it does not fit.
template <unsigned Bits>
[[nodiscard]] std::optional<u128> narrow_to_u128(const WideUnsigned<Bits>& value) {
    if (value > ~static_cast<u128>(0)) {
        return std::nullopt;
    }
    return static_cast<u128>(value);
}

// floor(a * b / divisor) and ceil(a * b / divisor); nothing when the result does not fit 128 bits
// or the divisor is zero.
[[nodiscard]] inline std::optional<u128> mul_div_floor_u128(u128 a, u128 b, u128 divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    return narrow_to_u128<256>(mul_wide(a, b) / divisor);
}
[[nodiscard]] inline std::optional<u128> mul_div_ceil_u128(u128 a, u128 b, u128 divisor) {
    if (divisor == 0) {
        return std::nullopt;
    }
    const u256 product = mul_wide(a, b);
    const u256 quotient = product / divisor;
    return narrow_to_u128<256>(product % divisor != 0 ? u256{quotient + 1} : quotient);
}

}  // namespace sniperforge::dex
