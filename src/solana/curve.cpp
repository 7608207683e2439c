// SPDX-License-Identifier: MIT
// The on-curve test of program-derived addresses: arithmetic modulo p = 2^255 - 19 in five limbs
// of 51 bits. libsodium's own point check is stricter (canonical form, prime subgroup) and would
// call addresses off-curve that the runtime calls on-curve.
#include <array>
#include <cstring>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::solana {
namespace {

constexpr std::uint64_t kLimbMask = (std::uint64_t{1} << 51) - 1;

// An element modulo p, not necessarily reduced; limbs stay below 2^53 between operations.
using Field = std::array<std::uint64_t, 5>;

constexpr Field kOne{1, 0, 0, 0, 0};
// d = -121665 / 121666 modulo p, the constant of the curve equation.
constexpr Field kD{929955233495203, 466365720129213, 1662059464998953, 2033849074728123,
                   1442794654840575};
// 2 p, added before a subtraction so that no limb goes below zero.
constexpr Field kTwoP{0xfffffffffffda, 0xffffffffffffe, 0xffffffffffffe, 0xffffffffffffe,
                      0xffffffffffffe};

[[nodiscard]] Field add(const Field& a, const Field& b) {
    return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]};
}

[[nodiscard]] Field subtract(const Field& a, const Field& b) {
    Field out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = a[i] + kTwoP[i] - b[i];
    }
    return out;
}

[[nodiscard]] Field multiply(const Field& a, const Field& b) {
    const auto product = [&](std::size_t i, std::size_t k) {
        return static_cast<u128>(a[i]) * b[k];
    };
    // Limbs past the fifth wrap around with a factor of 19, because 2^255 = 19 modulo p.
    const std::array<u128, 5> wide{
        product(0, 0) + 19 * (product(1, 4) + product(2, 3) + product(3, 2) + product(4, 1)),
        product(0, 1) + product(1, 0) + 19 * (product(2, 4) + product(3, 3) + product(4, 2)),
        product(0, 2) + product(1, 1) + product(2, 0) + 19 * (product(3, 4) + product(4, 3)),
        product(0, 3) + product(1, 2) + product(2, 1) + product(3, 0) + 19 * product(4, 4),
        product(0, 4) + product(1, 3) + product(2, 2) + product(3, 1) + product(4, 0)};
    Field out;
    u128 carry = 0;
    for (std::size_t i = 0; i < wide.size(); ++i) {
        const u128 limb = wide[i] + carry;
        out[i] = static_cast<std::uint64_t>(limb) & kLimbMask;
        carry = limb >> 51;
    }
    const u128 first = out[0] + 19 * carry;
    out[0] = static_cast<std::uint64_t>(first) & kLimbMask;
    out[1] += static_cast<std::uint64_t>(first >> 51);
    return out;
}

[[nodiscard]] Field square_times(Field a, int count) {
    for (int i = 0; i < count; ++i) {
        a = multiply(a, a);
    }
    return a;
}

// z^((p - 1) / 2) = z^(2^254 - 10): 1 for a non-zero square, 0 for zero, p - 1 otherwise.
[[nodiscard]] Field legendre(const Field& z) {
    const Field z2 = square_times(z, 1);
    const Field z9 = multiply(square_times(z2, 2), z);
    const Field z11 = multiply(z9, z2);
    // ones_n is z^(2^n - 1).
    const Field ones_5 = multiply(square_times(z11, 1), z9);
    const Field ones_10 = multiply(square_times(ones_5, 5), ones_5);
    const Field ones_20 = multiply(square_times(ones_10, 10), ones_10);
    const Field ones_40 = multiply(square_times(ones_20, 20), ones_20);
    const Field ones_50 = multiply(square_times(ones_40, 10), ones_10);
    const Field ones_100 = multiply(square_times(ones_50, 50), ones_50);
    const Field ones_200 = multiply(square_times(ones_100, 100), ones_100);
    const Field ones_250 = multiply(square_times(ones_200, 50), ones_50);
    // (2^250 - 1) * 16 + 6 = 2^254 - 10.
    const Field z6 = multiply(square_times(z2, 1), z2);
    return multiply(square_times(ones_250, 4), z6);
}

// Whether the element is zero modulo p.
[[nodiscard]] bool is_zero(Field a) {
    // Three rounds of carrying bring every limb to 51 bits; the value is then below 2^255.
    for (int round = 0; round < 3; ++round) {
        std::uint64_t carry = 0;
        for (auto& limb : a) {
            limb += carry;
            carry = limb >> 51;
            limb &= kLimbMask;
        }
        a[0] += 19 * carry;
    }
    const bool all_zero = (a[0] | a[1] | a[2] | a[3] | a[4]) == 0;
    const bool is_p = a[0] == kLimbMask - 18 && (a[1] & a[2] & a[3] & a[4]) == kLimbMask;
    return all_zero || is_p;
}

[[nodiscard]] Field y_of(const Pubkey& key) {
    const auto word = [&](std::size_t offset) {
        std::uint64_t value = 0;
        std::memcpy(&value, key.bytes.data() + offset, sizeof value);
        return value;
    };
    // Bit 255, the sign of x, falls to the mask of the last limb.
    return {word(0) & kLimbMask, word(6) >> 3 & kLimbMask, word(12) >> 6 & kLimbMask,
            word(19) >> 1 & kLimbMask, word(24) >> 12 & kLimbMask};
}

}  // namespace

bool is_on_curve(const Pubkey& key) {
    const Field y = y_of(key);
    const Field y_squared = multiply(y, y);
    const Field u = subtract(y_squared, kOne);
    const Field v = add(multiply(kD, y_squared), kOne);
    // u / v is a square exactly when u * v is: v is never zero, as -1/d is not a square.
    const Field character = legendre(multiply(u, v));
    return is_zero(character) || is_zero(subtract(character, kOne));
}

}  // namespace sniperforge::solana
