// SPDX-License-Identifier: MIT
// compact-u16 ("shortvec"): seven bits a byte, low group first, at most three bytes.
// Source: protocol wire format section 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::solana {

[[nodiscard]] constexpr std::size_t shortvec_size(std::uint16_t value) {
    return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}
void append_shortvec(Bytes& bytes, std::uint16_t value);
// Nothing when the input ends early, exceeds 65,535 or is longer than it needs to be (`80 00`).
[[nodiscard]] std::optional<std::uint16_t> read_shortvec(ByteReader& reader);

}  // namespace sniperforge::solana
