// SPDX-License-Identifier: MIT
// One block of SHA-256, in plain integers and with the instructions that x86-64 has for it.
#pragma once

#include <array>
#include <cstdint>

namespace sniperforge {

using Sha256State = std::array<std::uint32_t, 8>;
using CompressBlock = void (*)(Sha256State& state, const std::uint8_t* block);

// Both take 64 bytes and do the same.
void compress_in_integers(Sha256State& state, const std::uint8_t* block);
// Some 130 instructions in place of 4,000. Nothing where this processor does not have them.
[[nodiscard]] CompressBlock compress_by_processor();

}  // namespace sniperforge
