// SPDX-License-Identifier: MIT
// Which arrays of ticks or bins exist, as Raydium CLMM and Meteora DLMM keep it: one bit for each,
// in the pool's own account for the numbers from -512 to 511 and in its bitmap extension for those
// beyond.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

inline constexpr std::int32_t kBitmapHalf = 512;

[[nodiscard]] constexpr bool is_beyond_bitmap(std::int32_t number) {
    return number < -kBitmapHalf || number >= kBitmapHalf;
}

struct FlaggedArrays {
    const std::array<std::uint64_t, 16>& bitmap;  // Bit (number + 512).
    std::span<const std::int16_t> beyond;         // Of the extension, ascending.
    bool may_be_beyond = false;                   // Such arrays can exist.
    bool is_extension_seen = false;               // Or seen not to exist.
};

// The flagged arrays nearest to the price in one direction, in the order a swap meets them: first
// the price's own if it is flagged.
struct ArrayWindow {
    // As many as are watched, and as one swap is quoted through.
    static constexpr std::size_t kMost = 3;

    std::array<std::int32_t, kMost> numbers{};
    std::size_t count = 0;
    bool is_extension_needed = false;  // It could add to them.

    [[nodiscard]] std::span<const std::int32_t> arrays() const { return {numbers.data(), count}; }
};

// From `first`, the price's own, to at most `last`. The window ends before a gap of which only an
// extension not seen could tell whether it is one.
[[nodiscard]] ArrayWindow nearest_arrays(const FlaggedArrays& flagged, Direction direction,
                                         std::int32_t first, std::int32_t last);

}  // namespace sniperforge::dex
