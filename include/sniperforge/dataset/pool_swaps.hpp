// SPDX-License-Identifier: MIT
// Swaps of coins in their first minutes after graduation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"

namespace sniperforge::dataset {

struct PoolSwap {
    Pubkey mint;
    WallTime created_at, at;  // Of the coin, of the swap; whole seconds.
    std::uint64_t index = 0;  // Of the coin's swaps, from 0.
    bool is_buy = false;
    // What the trader's wallet changed by, to 0.0001 SOL: with rents and tips, and without what was
    // paid in wrapped SOL or another token, so that it can be 0.
    Lamports sol;
    TokenAmount tokens;  // Base units of 6 decimals; an amount of 0 is a bad row.
    std::string source;  // Program or router that was called.
};
// Coins one after the other, each in the order of its swaps. A break: an index was left out, be it
// that its row was bad.
[[nodiscard]] Result<Reading<PoolSwap>> read_pool_swaps(std::string_view text);

}  // namespace sniperforge::dataset
