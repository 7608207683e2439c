// SPDX-License-Identifier: MIT
// Products of up to 320 bits and their division, in 64-bit limbs, least significant first. The cost
// follows the size of the numbers, which are mostly small: several times faster than a division of
// fixed 512 bits, and nothing is allocated.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::dex {

using Limbs4 = std::array<std::uint64_t, 4>;
using Limbs5 = std::array<std::uint64_t, 5>;

[[nodiscard]] constexpr std::uint64_t low_limb(u128 value) {
    return static_cast<std::uint64_t>(value);
}
[[nodiscard]] constexpr std::uint64_t high_limb(u128 value) {
    return static_cast<std::uint64_t>(value >> 64);
}
[[nodiscard]] constexpr u128 from_limbs(std::uint64_t high, std::uint64_t low) {
    return static_cast<u128>(high) << 64 | low;
}

[[nodiscard]] constexpr Limbs4 mul_limbs(u128 a, u128 b) {
    const u128 ll = static_cast<u128>(low_limb(a)) * low_limb(b);
    const u128 lh = static_cast<u128>(low_limb(a)) * high_limb(b);
    const u128 hl = static_cast<u128>(high_limb(a)) * low_limb(b);
    const u128 hh = static_cast<u128>(high_limb(a)) * high_limb(b);
    const u128 middle = static_cast<u128>(high_limb(ll)) + low_limb(lh) + low_limb(hl);
    const u128 upper = hh + high_limb(lh) + high_limb(hl) + high_limb(middle);
    return {low_limb(ll), low_limb(middle), low_limb(upper), high_limb(upper)};
}

// value · 2^64.
[[nodiscard]] constexpr Limbs5 shift_up(const Limbs4& value) {
    return {0, value[0], value[1], value[2], value[3]};
}

// a + b; the caller knows that it fits.
[[nodiscard]] constexpr Limbs4 add_limbs(const Limbs4& a, const Limbs4& b) {
    Limbs4 sum{};
    u128 carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        carry += static_cast<u128>(a[i]) + b[i];
        sum[i] = low_limb(carry);
        carry >>= 64;
    }
    return sum;
}

// a − b, or nothing below zero.
[[nodiscard]] constexpr std::optional<Limbs4> sub_limbs(const Limbs4& a, const Limbs4& b) {
    Limbs4 difference{};
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < difference.size(); ++i) {
        const u128 value = static_cast<u128>(a[i]) - b[i] - borrow;
        difference[i] = low_limb(value);
        borrow = high_limb(value) != 0 ? 1 : 0;
    }
    return borrow != 0 ? std::nullopt : std::optional{difference};
}

struct Quotient {
    u128 floor = 0;
    bool is_exact = true;  // No remainder.
};

namespace detail {

template <std::size_t N>
[[nodiscard]] constexpr std::size_t limbs_used(const std::array<std::uint64_t, N>& value) {
    std::size_t used = N;
    while (used > 0 && value[used - 1] == 0) {
        --used;
    }
    return used;
}

// One digit of the quotient (Knuth, TAOCP 4.3.1, algorithm D, steps D3 to D6): `top` points at the
// `size` + 1 limbs of the dividend that are divided now, and keeps their remainder. `size` >= 2;
// the divisor's highest bit is set.
[[nodiscard]] constexpr std::uint64_t divide_digit(std::uint64_t* top, const std::uint64_t* divisor,
                                                   std::size_t size) {
    const u128 head = from_limbs(top[size], top[size - 1]);
    const std::uint64_t high = divisor[size - 1];
    u128 digit = 0;
    u128 rest = 0;
    if (top[size] >= high) {
        digit = kU64Max;
        rest = head - digit * high;
    } else {
        digit = head / high;
        rest = head - digit * high;
    }
    while (high_limb(rest) == 0 &&
           digit * divisor[size - 2] > from_limbs(low_limb(rest), top[size - 2])) {
        --digit;
        rest += high;
    }
    std::uint64_t carry = 0;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const u128 product = digit * divisor[i] + carry;
        carry = high_limb(product);
        const u128 difference = static_cast<u128>(top[i]) - low_limb(product) - borrow;
        top[i] = low_limb(difference);
        borrow = high_limb(difference) != 0 ? 1 : 0;
    }
    const u128 difference = static_cast<u128>(top[size]) - carry - borrow;
    top[size] = low_limb(difference);
    if (high_limb(difference) != 0) {  // One too many: rare, about 2 in 2^64.
        --digit;
        u128 sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            sum += static_cast<u128>(top[i]) + divisor[i];
            top[i] = low_limb(sum);
            sum >>= 64;
        }
        top[size] += low_limb(sum);
    }
    return low_limb(digit);
}

[[nodiscard]] constexpr std::optional<Quotient> divide_by_limb(const Limbs5& dividend,
                                                               std::size_t used,
                                                               std::uint64_t divisor) {
    Quotient quotient;
    std::uint64_t rest = 0;
    for (std::size_t i = used; i-- > 0;) {
        if (high_limb(quotient.floor) != 0) {
            return std::nullopt;
        }
        const u128 part = from_limbs(rest, dividend[i]);
        quotient.floor = quotient.floor << 64 | part / divisor;
        rest = low_limb(part % divisor);
    }
    quotient.is_exact = rest == 0;
    return quotient;
}

}  // namespace detail

// dividend / divisor, or nothing when the divisor is zero or the quotient needs more than 128 bits.
[[nodiscard]] constexpr std::optional<Quotient> divide_limbs(const Limbs5& dividend,
                                                             const Limbs4& divisor) {
    const std::size_t size = detail::limbs_used(divisor);
    const std::size_t used = detail::limbs_used(dividend);
    if (size == 0) {
        return std::nullopt;
    }
    if (used < size) {
        return Quotient{0, used == 0};
    }
    if (size == 1) {
        return detail::divide_by_limb(dividend, used, divisor[0]);
    }
    const auto shift = static_cast<unsigned>(std::countl_zero(divisor[size - 1]));
    const auto shifted = [shift](std::uint64_t limb, std::uint64_t below) {
        return shift == 0 ? limb : limb << shift | below >> (64 - shift);
    };
    Limbs4 normal{};
    for (std::size_t i = size; i-- > 0;) {
        normal[i] = shifted(divisor[i], i > 0 ? divisor[i - 1] : 0);
    }
    std::array<std::uint64_t, 6> rest{};
    rest[used] = shifted(0, dividend[used - 1]);
    for (std::size_t i = used; i-- > 0;) {
        rest[i] = shifted(dividend[i], i > 0 ? dividend[i - 1] : 0);
    }
    Quotient quotient;
    for (std::size_t i = used - size + 1; i-- > 0;) {
        if (high_limb(quotient.floor) != 0) {
            return std::nullopt;
        }
        quotient.floor = quotient.floor << 64 | detail::divide_digit(&rest[i], normal.data(), size);
    }
    for (std::size_t i = 0; i < size; ++i) {
        quotient.is_exact = quotient.is_exact && rest[i] == 0;
    }
    return quotient;
}

}  // namespace sniperforge::dex
