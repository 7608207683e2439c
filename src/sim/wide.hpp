// SPDX-License-Identifier: MIT
// Unsigned integers of 512 bits for concentrated liquidity: products of prices and liquidity need
// up to 288. Written for being read: division is by bits, some microseconds each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::sim {

class Wide {
 public:
    static constexpr std::size_t kLimbs = 8;

    constexpr Wide() = default;
    constexpr Wide(u128 value)  // NOLINT(google-explicit-constructor): a number is a number.
        : limbs_{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)} {}

    [[nodiscard]] bool bit(std::size_t index) const {
        return (limbs_[index / 64] >> (index % 64) & 1) != 0;
    }
    [[nodiscard]] bool operator==(const Wide&) const = default;
    [[nodiscard]] bool operator<(const Wide& other) const {
        for (std::size_t i = kLimbs; i-- > 0;) {
            if (limbs_[i] != other.limbs_[i]) {
                return limbs_[i] < other.limbs_[i];
            }
        }
        return false;
    }
    [[nodiscard]] bool operator<=(const Wide& other) const { return !(other < *this); }

    [[nodiscard]] Wide operator+(const Wide& other) const {
        Wide sum;
        u128 carry = 0;
        for (std::size_t i = 0; i < kLimbs; ++i) {
            carry += static_cast<u128>(limbs_[i]) + other.limbs_[i];
            sum.limbs_[i] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
        SF_ASSERT(carry == 0);
        return sum;
    }
    // `other` must not be larger.
    [[nodiscard]] Wide operator-(const Wide& other) const {
        Wide difference;
        std::uint64_t borrow = 0;
        for (std::size_t i = 0; i < kLimbs; ++i) {
            const u128 taken = static_cast<u128>(other.limbs_[i]) + borrow;
            borrow = limbs_[i] < taken ? 1 : 0;
            difference.limbs_[i] = static_cast<std::uint64_t>(limbs_[i] - taken);
        }
        SF_ASSERT(borrow == 0);
        return difference;
    }
    [[nodiscard]] Wide operator*(const Wide& other) const {
        Wide product;
        for (std::size_t i = 0; i < kLimbs; ++i) {
            u128 carry = 0;
            for (std::size_t j = 0; i + j < kLimbs; ++j) {
                carry += static_cast<u128>(limbs_[i]) * other.limbs_[j] + product.limbs_[i + j];
                product.limbs_[i + j] = static_cast<std::uint64_t>(carry);
                carry >>= 64;
            }
            SF_ASSERT(carry == 0);
        }
        return product;
    }
    [[nodiscard]] Wide operator<<(std::size_t bits) const {
        Wide shifted;
        const std::size_t limbs = bits / 64, rest = bits % 64;
        for (std::size_t i = kLimbs; i-- > limbs;) {
            const u128 low = i - limbs > 0 ? limbs_[i - limbs - 1] : 0;
            const u128 both = static_cast<u128>(limbs_[i - limbs]) << 64 | low;
            shifted.limbs_[i] = static_cast<std::uint64_t>(both << rest >> 64);
        }
        return shifted;
    }
    [[nodiscard]] Wide operator>>(std::size_t bits) const {
        Wide shifted;
        const std::size_t limbs = bits / 64, rest = bits % 64;
        for (std::size_t i = 0; i + limbs < kLimbs; ++i) {
            const u128 high = i + limbs + 1 < kLimbs ? limbs_[i + limbs + 1] : 0;
            const u128 both = high << 64 | limbs_[i + limbs];
            shifted.limbs_[i] = static_cast<std::uint64_t>(both >> rest);
        }
        return shifted;
    }

    // Quotient, rounded down or up; the divisor is not zero.
    [[nodiscard]] Wide divided_by(const Wide& divisor, bool is_rounded_up) const {
        SF_ASSERT(!(divisor == Wide{}));
        Wide quotient, rest;
        std::size_t top = kLimbs;
        while (top > 0 && limbs_[top - 1] == 0) {
            --top;
        }
        for (std::size_t i = 64 * top; i-- > 0;) {
            rest = rest << 1;
            rest.limbs_[0] |= bit(i) ? 1 : 0;
            if (divisor <= rest) {
                rest = rest - divisor;
                quotient.limbs_[i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
        return is_rounded_up && !(rest == Wide{}) ? quotient + Wide{1} : quotient;
    }

    [[nodiscard]] std::optional<u128> to_u128() const {
        for (std::size_t i = 2; i < kLimbs; ++i) {
            if (limbs_[i] != 0) {
                return std::nullopt;
            }
        }
        return static_cast<u128>(limbs_[1]) << 64 | limbs_[0];
    }
    [[nodiscard]] std::optional<std::uint64_t> to_u64() const {
        const auto wide = to_u128();
        return wide && *wide <= kU64Max ? std::optional{static_cast<std::uint64_t>(*wide)}
                                        : std::nullopt;
    }

 private:
    std::array<std::uint64_t, kLimbs> limbs_{};  // The least significant first.
};

}  // namespace sniperforge::sim
