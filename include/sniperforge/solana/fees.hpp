// SPDX-License-Identifier: MIT
// What a transaction and an account cost. Source: protocol wire format section 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "sniperforge/core/quantity.hpp"

namespace sniperforge::solana {

inline constexpr Lamports kFeePerSignature{5'000};
// Rent counts every account as this many bytes longer than its data.
inline constexpr std::uint64_t kAccountOverheadBytes = 128;

[[nodiscard]] constexpr Lamports base_fee(std::size_t signatures) {
    const auto raw = mul_div_floor(signatures, kFeePerSignature.raw(), 1);
    return Lamports{raw.value_or(kU64Max)};
}

// ceil(price * limit / 1e6), on the limit that is asked for and not on what is used. Clamped at 64
// bits, as the runtime does.
[[nodiscard]] constexpr Lamports priority_fee(ComputeUnitPrice price, ComputeUnits limit) {
    constexpr std::uint64_t kMicroLamportsPerLamport = 1'000'000;
    const auto raw = mul_div_ceil(price.raw(), limit.raw(), kMicroLamportsPerLamport);
    return Lamports{raw.value_or(kU64Max)};
}

// `lamports_per_byte` changes over time (6960, then lower by SIMD-0437): ask the cluster, never
// assume it.
[[nodiscard]] constexpr Lamports rent_exempt_minimum(std::size_t data_bytes,
                                                     std::uint64_t lamports_per_byte) {
    const auto raw = mul_div_floor(static_cast<std::uint64_t>(data_bytes) + kAccountOverheadBytes,
                                   lamports_per_byte, 1);
    return Lamports{raw.value_or(kU64Max)};
}

}  // namespace sniperforge::solana
