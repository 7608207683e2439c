// SPDX-License-Identifier: MIT
// The chain's own clock, and what lives by it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

inline constexpr Pubkey kClockSysvar =
    detail::key_literal("SysvarC1ock11111111111111111111111111111111");
// Slot, epoch start, epoch, leader schedule epoch, unix time; eight bytes each.
inline constexpr std::size_t kClockTimeAt = 32;
inline constexpr std::size_t kClockBytes = 40;

// A blockhash is valid for so many blocks.
inline constexpr std::uint64_t kBlockhashBlocks = 150;

}  // namespace sniperforge::solana
