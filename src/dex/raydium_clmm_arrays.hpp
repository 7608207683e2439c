// SPDX-License-Identifier: MIT
// Which tick arrays of a Raydium CLMM pool exist, which of them a quote needs, and how far the ones
// seen reach. An array's number is its start tick / (60 · spacing).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/dex/raydium_clmm.hpp"

namespace sniperforge::dex {

// The pool's own bitmap knows the numbers from -512 to 511, the extension those beyond.
inline constexpr std::int32_t kClmmBitmapHalf = 512;
inline constexpr std::size_t kClmmExtensionRows = 14;

[[nodiscard]] std::int32_t clmm_array_of(const RaydiumClmmPool& pool, std::int32_t tick);
[[nodiscard]] std::int32_t clmm_array_start(const RaydiumClmmPool& pool, std::int32_t number);
[[nodiscard]] constexpr bool is_beyond_bitmap(std::int32_t number) {
    return number < -kClmmBitmapHalf || number >= kClmmBitmapHalf;
}
// Can such arrays exist at all? Only with a spacing below 15.
[[nodiscard]] bool has_arrays_beyond(const RaydiumClmmPool& pool);

// The flagged arrays nearest to the price in one direction, in the order a swap meets them: first
// the price's own if it is flagged.
struct ClmmWindow {
    std::array<std::int32_t, kClmmArraysPerDirection> numbers{};
    std::size_t count = 0;
    bool is_extension_needed = false;  // It could add to them.

    [[nodiscard]] std::span<const std::int32_t> arrays() const { return {numbers.data(), count}; }
};
[[nodiscard]] ClmmWindow clmm_window(const RaydiumClmmPool& pool, Direction direction);

[[nodiscard]] const ClmmTickArray* find_array(const RaydiumClmmPool& pool, std::int32_t number);
// Addresses: the one seen, or derived (about 10 us).
[[nodiscard]] Pubkey clmm_array_address(const RaydiumClmmPool& pool, std::int32_t number);
[[nodiscard]] Pubkey clmm_extension_address(const RaydiumClmmPool& pool);

// Forgets arrays outside the windows and finds anew how far the ticks reach and what they would
// pay. To be called after every change of price, bitmaps or ticks.
void refresh_ticks(RaydiumClmmPool& pool);

}  // namespace sniperforge::dex
