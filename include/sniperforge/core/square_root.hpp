// SPDX-License-Identifier: MIT
// Square roots in integers, with their rounding in the name: the same everywhere, for decisions
// that a replay must make again.
#pragma once

#include <bit>
#include <cstdint>

namespace sniperforge {

// The largest r with r^2 <= value.
[[nodiscard]] constexpr std::uint64_t square_root_floor(std::uint64_t value) {
    if (value == 0) {
        return 0;
    }
    // Newton's steps from above fall until they reach it. The start is a power of two that is not
    // below the root, so that six steps are enough.
    std::uint64_t root = std::uint64_t{1} << ((std::bit_width(value) + 1) / 2);
    while (true) {
        const std::uint64_t next = (root + value / root) / 2;
        if (next >= root) {
            return root;
        }
        root = next;
    }
}

// The smallest r with r^2 >= value.
[[nodiscard]] constexpr std::uint64_t square_root_ceil(std::uint64_t value) {
    const std::uint64_t root = square_root_floor(value);
    return root + (root * root < value ? 1 : 0);
}

}  // namespace sniperforge
