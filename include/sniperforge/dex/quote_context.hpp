// SPDX-License-Identifier: MIT
// The chain's clock as quotes ask for it.
#pragma once

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::dex {

// Of mainnet and of every cluster without warm-up epochs.
inline constexpr std::uint64_t kEpochSlots = 432'000;

[[nodiscard]] constexpr QuoteContext quote_context(std::int64_t unix_time, Slot slot) {
    return {.unix_time = unix_time, .epoch = slot.value / kEpochSlots, .slot = slot.value};
}

}  // namespace sniperforge::dex
