// SPDX-License-Identifier: MIT
// One swap through a DLMM pool, bin by bin as the program does it.
#pragma once

#include <cstdint>
#include <expected>

#include "dex/swap_order.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"

namespace sniperforge::dex::dlmm {

struct SwapAmounts {
    std::uint64_t in = 0;   // With a fee on the input.
    std::uint64_t out = 0;  // Without a fee on the output.
    std::uint64_t fee = 0;
    std::int32_t end_bin = 0;  // Where the price is then.
};

// Modes that are not known here are the caller's to refuse.
[[nodiscard]] bool has_orders(const MeteoraDlmmPool& pool);
[[nodiscard]] bool is_fee_on_input(const MeteoraDlmmPool& pool, Direction direction);

// Refusals that concern the pool (disabled, not open, modes) are the caller's. Allocates nothing.
[[nodiscard]] std::expected<SwapAmounts, QuoteError> run_swap(const MeteoraDlmmPool& pool,
                                                              const SwapOrder& order,
                                                              const QuoteContext& context);
// The same, and the protocol's share of the fee, which quotes do not need and do not pay for.
[[nodiscard]] std::expected<SwapAmounts, QuoteError> trace_swap(const MeteoraDlmmPool& pool,
                                                                const SwapOrder& order,
                                                                const QuoteContext& context,
                                                                std::uint64_t& protocol_fee);

// What the bins seen let swaps in this direction take out, fees aside.
[[nodiscard]] TokenAmount payable(const MeteoraDlmmPool& pool, Direction direction);

}  // namespace sniperforge::dex::dlmm
