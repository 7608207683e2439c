// SPDX-License-Identifier: MIT
// Which tick arrays stand around a Whirlpool's price, and which of them a swap uses.
#pragma once

#include <array>
#include <cstdint>

#include "dex/orca_whirlpool_math.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"

namespace sniperforge::dex::whirlpool {

// One swap uses three tick arrays, however many it is given.
inline constexpr std::size_t kArraysPerSwap = 3;

[[nodiscard]] constexpr std::int32_t floor_divide(std::int32_t value, std::int32_t divisor) {
    const std::int32_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

// Ticks from one array's start to the next one's: at most 88 * 65535.
[[nodiscard]] constexpr std::int32_t array_width(const OrcaWhirlpoolPool& pool) {
    return kWhirlpoolTicksPerArray * pool.tick_spacing;
}

// The start of array `i` of the window, whether it is possible or not.
[[nodiscard]] constexpr std::int32_t window_start(const OrcaWhirlpoolPool& pool, std::size_t i) {
    const std::int32_t width = array_width(pool);
    return (floor_divide(pool.tick_current, width) + static_cast<std::int32_t>(i) -
            kWhirlpoolArraysEachWay) *
           width;
}

// Positions in pool.arrays, in the order of the walk.
struct ArraySequence {
    std::array<std::size_t, kArraysPerSwap> at{};
    std::size_t count = 0;
};
// As the program picks them: from the array of the current tick downwards, or from that of the next
// possible tick upwards. Empty when the price has no room left in that direction.
[[nodiscard]] ArraySequence arrays_of_swap(const OrcaWhirlpoolPool& pool, Direction direction);

// Fills oracle and arrays; takes over what `known` has of them (null: nothing is known).
void place_window(OrcaWhirlpoolPool& pool, const OrcaWhirlpoolPool* known);

}  // namespace sniperforge::dex::whirlpool
