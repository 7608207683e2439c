// SPDX-License-Identifier: MIT
// Quantity<Unit>: an unsigned 64-bit amount of one unit, and Delta<Unit>: its signed difference.
// Different units do not mix; addition and subtraction are checked; products go through mul_div.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge {

template <typename Unit>
class Delta;

template <typename Unit>
class Quantity {
 public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(std::uint64_t raw) : raw_{raw} {}

    [[nodiscard]] constexpr std::uint64_t raw() const { return raw_; }
    [[nodiscard]] constexpr bool is_zero() const { return raw_ == 0; }
    [[nodiscard]] constexpr auto operator<=>(const Quantity&) const = default;

    [[nodiscard]] static constexpr Quantity max() {
        return Quantity{std::numeric_limits<std::uint64_t>::max()};
    }

    // Overflow here means that a bound was missed earlier, which is our fault: it aborts.
    // Where input decides, use checked_add / checked_sub.
    constexpr Quantity& operator+=(Quantity other) {
        SF_ASSERT(!__builtin_add_overflow(raw_, other.raw_, &raw_));
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other) {
        SF_ASSERT(!__builtin_sub_overflow(raw_, other.raw_, &raw_));
        return *this;
    }
    [[nodiscard]] friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
    [[nodiscard]] friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }

    [[nodiscard]] constexpr std::optional<Quantity> checked_add(Quantity other) const {
        std::uint64_t sum = 0;
        return __builtin_add_overflow(raw_, other.raw_, &sum) ? std::nullopt
                                                              : std::optional{Quantity{sum}};
    }
    [[nodiscard]] constexpr std::optional<Quantity> checked_sub(Quantity other) const {
        return other.raw_ > raw_ ? std::nullopt : std::optional{Quantity{raw_ - other.raw_}};
    }
    // Clamped at zero / at the maximum: for limits and headroom, never for balances.
    [[nodiscard]] constexpr Quantity saturating_sub(Quantity other) const {
        return Quantity{other.raw_ > raw_ ? 0 : raw_ - other.raw_};
    }
    [[nodiscard]] constexpr Quantity saturating_add(Quantity other) const {
        return checked_add(other).value_or(max());
    }

    [[nodiscard]] constexpr Delta<Unit> minus(Quantity other) const;

 private:
    std::uint64_t raw_ = 0;
};

// A signed change of an amount. 64 bits signed: ±9.2e18 base units, above any real balance change;
// conversions check.
template <typename Unit>
class Delta {
 public:
    constexpr Delta() = default;
    constexpr explicit Delta(std::int64_t raw) : raw_{raw} {}

    [[nodiscard]] constexpr std::int64_t raw() const { return raw_; }
    [[nodiscard]] constexpr bool is_negative() const { return raw_ < 0; }
    [[nodiscard]] constexpr auto operator<=>(const Delta&) const = default;

    constexpr Delta& operator+=(Delta other) {
        SF_ASSERT(!__builtin_add_overflow(raw_, other.raw_, &raw_));
        return *this;
    }
    constexpr Delta& operator-=(Delta other) {
        SF_ASSERT(!__builtin_sub_overflow(raw_, other.raw_, &raw_));
        return *this;
    }
    [[nodiscard]] friend constexpr Delta operator+(Delta a, Delta b) { return a += b; }
    [[nodiscard]] friend constexpr Delta operator-(Delta a, Delta b) { return a -= b; }
    [[nodiscard]] constexpr Delta operator-() const { return Delta{} - *this; }

    // The size without its sign.
    [[nodiscard]] constexpr Quantity<Unit> magnitude() const {
        return Quantity<Unit>{raw_ < 0 ? ~static_cast<std::uint64_t>(raw_) + 1
                                       : static_cast<std::uint64_t>(raw_)};
    }

 private:
    std::int64_t raw_ = 0;
};

template <typename Unit>
constexpr Delta<Unit> Quantity<Unit>::minus(Quantity other) const {
    const i128 difference = static_cast<i128>(raw_) - static_cast<i128>(other.raw_);
    SF_ASSERT(difference >= std::numeric_limits<std::int64_t>::min() &&
              difference <= std::numeric_limits<std::int64_t>::max());
    return Delta<Unit>{static_cast<std::int64_t>(difference)};
}

using Lamports = Quantity<struct LamportsUnit>;        // 1 SOL = 1e9 lamports.
using TokenAmount = Quantity<struct TokenAmountUnit>;  // Base units: 10^decimals per token.
using MicroUsd = Quantity<struct MicroUsdUnit>;        // 1 USD = 1e6 micro-USD.
using BasisPoints = Quantity<struct BasisPointsUnit>;  // 1 bp = 0.01 %.
using ComputeUnits = Quantity<struct ComputeUnitsUnit>;
// Price of a compute unit: micro-lamports per unit.
using ComputeUnitPrice = Quantity<struct ComputeUnitPriceUnit>;

using LamportsDelta = Delta<struct LamportsUnit>;
using TokenDelta = Delta<struct TokenAmountUnit>;
using MicroUsdDelta = Delta<struct MicroUsdUnit>;

inline constexpr std::uint64_t kLamportsPerSol = 1'000'000'000;
inline constexpr std::uint64_t kMicroUsdPerUsd = 1'000'000;
inline constexpr std::uint64_t kBasisPointsOne = 10'000;

// Part of a quantity in basis points, rounded down / up.
template <typename Unit>
[[nodiscard]] constexpr Quantity<Unit> part_floor(Quantity<Unit> whole, BasisPoints part) {
    const auto raw = mul_div_floor(whole.raw(), part.raw(), kBasisPointsOne);
    SF_ASSERT(raw.has_value());
    return Quantity<Unit>{*raw};
}
template <typename Unit>
[[nodiscard]] constexpr Quantity<Unit> part_ceil(Quantity<Unit> whole, BasisPoints part) {
    const auto raw = mul_div_ceil(whole.raw(), part.raw(), kBasisPointsOne);
    SF_ASSERT(raw.has_value());
    return Quantity<Unit>{*raw};
}

}  // namespace sniperforge
