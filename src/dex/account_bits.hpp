// SPDX-License-Identifier: MIT
// The masks of InstructionShape: bit i for account position i.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace sniperforge::dex {

[[nodiscard]] constexpr std::uint32_t account_bits(std::initializer_list<unsigned> positions) {
    std::uint32_t mask = 0;
    for (const unsigned position : positions) {
        mask |= std::uint32_t{1} << position;
    }
    return mask;
}

// First to last, both included.
[[nodiscard]] constexpr std::uint32_t account_range(unsigned first, unsigned last) {
    std::uint32_t mask = 0;
    for (unsigned position = first; position <= last; ++position) {
        mask |= std::uint32_t{1} << position;
    }
    return mask;
}

}  // namespace sniperforge::dex
