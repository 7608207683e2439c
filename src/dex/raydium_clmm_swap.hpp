// SPDX-License-Identifier: MIT
// One swap through a Raydium CLMM pool, step by step as the program's swap_internal does it, on a
// pool that stays as it is.
#pragma once

#include <expected>
#include <optional>

#include "dex/swap_order.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"

namespace sniperforge::dex {

// Limit orders at one tick.
struct ClmmOrdersLeft {
    std::int32_t tick = 0;
    std::uint64_t orders = 0, part_filled = 0;
};

struct ClmmSwap {
    std::uint64_t amount_in = 0, amount_out = 0;
    std::uint64_t fee = 0;  // Within amount_in, or missing from amount_out.
    bool is_fee_on_output = false;
    // The pool afterwards.
    u128 sqrt_price = 0, liquidity = 0;
    // Known when the price came to rest on a tick or on an edge of the dynamic fee's intervals;
    // otherwise it is the greatest tick at or below the price, or the old one if nothing moved.
    std::optional<std::int32_t> tick;
    ClmmDynamicFee dynamic_fee;
    // The last tick whose limit orders were met; those of the ticks before it are gone.
    std::optional<ClmmOrdersLeft> orders_left;
    std::int32_t tick_farthest = 0;  // The last tick that the swap headed for.
    std::uint32_t steps = 0;
};

// ExceedsReserve: the ticks seen, or kClmmStepsMax, end before the amount does. Unsupported: a kind
// of fee that is not known here, or one that takes all.
[[nodiscard]] std::expected<ClmmSwap, QuoteError> clmm_swap(const RaydiumClmmPool& pool,
                                                            const SwapOrder& order,
                                                            const QuoteContext& context);

}  // namespace sniperforge::dex
