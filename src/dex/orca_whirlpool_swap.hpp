// SPDX-License-Identifier: MIT
// One swap through a Whirlpool, step by step as the program does it, with all that it leaves
// behind.
#pragma once

#include <cstdint>
#include <expected>

#include "dex/swap_order.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"

namespace sniperforge::dex::whirlpool {

struct SwapAmounts {
    std::uint64_t in = 0;  // With the fee.
    std::uint64_t out = 0;
    std::uint64_t fee = 0;
};

// What the swap does to the pool's account.
struct SwapTrace {
    u128 liquidity = 0;
    u128 sqrt_price = 0;
    std::int32_t tick_current = 0;
    std::uint64_t protocol_fee = 0;  // Added to what is owed.
    u128 fee_growth = 0;  // Added, modulo 2^128, to the growth of the input token's fees.
};

// Refusals that concern the pool (disabled, not open, incomplete) are the caller's. Allocates
// nothing. At most kStepsMax steps.
[[nodiscard]] std::expected<SwapAmounts, QuoteError> run_swap(const OrcaWhirlpoolPool& pool,
                                                              const SwapOrder& order,
                                                              const QuoteContext& context);
// The same, with what quotes do not need and do not pay for.
[[nodiscard]] std::expected<SwapAmounts, QuoteError> trace_swap(const OrcaWhirlpoolPool& pool,
                                                                const SwapOrder& order,
                                                                const QuoteContext& context,
                                                                SwapTrace& trace);

// Ticks of three arrays, and the groups of ticks of an adaptive fee between them. A transaction
// would run out of compute units before: 1.4 million, and a step takes thousands.
inline constexpr int kStepsMax = 1'024;

// What the ticks seen let one swap in this direction take out, fees aside. Keeps in pool.segments
// what it works out, for the next time.
[[nodiscard]] TokenAmount payable(OrcaWhirlpoolPool& pool, Direction direction);

}  // namespace sniperforge::dex::whirlpool
