// SPDX-License-Identifier: MIT
// States of two SOL pools in slots in which a detector saw their prices apart. Positives only:
// slots without a difference are not in the file, so that it gives no rate of wins.
#pragma once

#include <cstdint>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dataset/reading.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dataset {

enum class QuoteToken : std::uint8_t { Usdc, Usdt };

struct PoolState {
    VenueId venue = VenueId::RaydiumAmmV4;  // Or a Whirlpool, whose vaults are no reserves.
    QuoteToken quote_token = QuoteToken::Usdc;
    Pubkey pool;
    Lamports base;
    TokenAmount quote;  // Base units of 6 decimals.
    Slot updated_at;
};
struct PoolPair {
    Slot slot;
    PoolState buy, sell;  // SOL is cheaper in the first.
};
// The detector's own sizes and margins are not read: some of them take a whole pool as the size.
[[nodiscard]] Result<Reading<PoolPair>> read_pool_pairs(std::string_view text);

}  // namespace sniperforge::dataset
