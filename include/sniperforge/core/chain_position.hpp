// SPDX-License-Identifier: MIT
// Slot (leader turn) and BlockHeight (count of produced blocks): ordinals that must not be mixed.
// A blockhash expires by block height, never by slot.
#pragma once

#include <compare>
#include <cstdint>

namespace sniperforge {

template <typename Tag>
struct Ordinal {
    std::uint64_t value = 0;

    [[nodiscard]] constexpr auto operator<=>(const Ordinal&) const = default;
    [[nodiscard]] constexpr Ordinal plus(std::uint64_t count) const { return {value + count}; }
    // How far this is past `earlier`; zero when it is not.
    [[nodiscard]] constexpr std::uint64_t since(Ordinal earlier) const {
        return value > earlier.value ? value - earlier.value : 0;
    }
};

using Slot = Ordinal<struct SlotTag>;
using BlockHeight = Ordinal<struct BlockHeightTag>;

}  // namespace sniperforge
