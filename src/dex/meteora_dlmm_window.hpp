// SPDX-License-Identifier: MIT
// Which bin arrays of a DLMM pool hold something, which of them a quote needs, and how far the ones
// seen reach.
#pragma once

#include <cstdint>

#include "dex/flagged_arrays.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"

namespace sniperforge::dex::dlmm {

inline constexpr std::size_t kExtensionRows = 12;

// Of the array with this bin.
[[nodiscard]] constexpr std::int32_t array_of(std::int32_t bin_id) {
    const std::int32_t quotient = bin_id / kDlmmBinsPerArray;
    return bin_id % kDlmmBinsPerArray < 0 ? quotient - 1 : quotient;
}
// No array outside these has a bin of the program's range.
inline constexpr std::int32_t kArrayMin = array_of(kDlmmBinMin);
inline constexpr std::int32_t kArrayMax = array_of(kDlmmBinMax);

static_assert(ArrayWindow::kMost == kDlmmArraysPerDirection);
[[nodiscard]] ArrayWindow window_of(const MeteoraDlmmPool& pool, Direction direction);

// Of the pool's arrays; null if it is none of them.
[[nodiscard]] const DlmmArray* find_array(const MeteoraDlmmPool& pool, std::int32_t index);
// Addresses: the one known, or derived (about 10 us).
[[nodiscard]] Pubkey address_of(const MeteoraDlmmPool& pool, const DlmmArray& array);
[[nodiscard]] Pubkey extension_address(const MeteoraDlmmPool& pool);

// Picks the arrays anew after the price or a bitmap has changed, and forgets the others.
void place_window(MeteoraDlmmPool& pool);
// Finds anew how far the bins reach, after they or the arrays have changed.
void refresh_reach(MeteoraDlmmPool& pool);

}  // namespace sniperforge::dex::dlmm
