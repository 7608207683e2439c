// SPDX-License-Identifier: MIT
// Which tick arrays of a Raydium CLMM pool exist, which of them a quote needs, and how far the ones
// seen reach. An array's number is its start tick / (60 · spacing).
#pragma once

#include <cstdint>

#include "dex/flagged_arrays.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kClmmExtensionRows = 14;

[[nodiscard]] std::int32_t clmm_array_of(const RaydiumClmmPool& pool, std::int32_t tick);
[[nodiscard]] std::int32_t clmm_array_start(const RaydiumClmmPool& pool, std::int32_t number);
// Can arrays outside the pool's own bitmap exist at all? Only with a spacing below 15.
[[nodiscard]] bool has_arrays_beyond(const RaydiumClmmPool& pool);

static_assert(ArrayWindow::kMost == kClmmArraysPerDirection);
[[nodiscard]] ArrayWindow clmm_window(const RaydiumClmmPool& pool, Direction direction);

[[nodiscard]] const ClmmTickArray* find_array(const RaydiumClmmPool& pool, std::int32_t number);
// Addresses: the one seen, or derived (about 10 us).
[[nodiscard]] Pubkey clmm_array_address(const RaydiumClmmPool& pool, std::int32_t number);
[[nodiscard]] Pubkey clmm_extension_address(const RaydiumClmmPool& pool);

// Forgets arrays outside the windows and finds anew how far the ticks reach and what they would
// pay. To be called after every change of price, bitmaps or ticks.
void refresh_ticks(RaydiumClmmPool& pool);

}  // namespace sniperforge::dex
