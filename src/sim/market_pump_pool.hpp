// SPDX-License-Identifier: MIT
// The part of market_pool that speaks of pump.fun's curve and of PumpSwap.
#pragma once

#include "sim/market_pool.hpp"

namespace sniperforge::sim {

// What the program pays for `amount_in`; nothing where it would refuse.
[[nodiscard]] std::optional<std::uint64_t> pump_quote(const CurveView& curve, bool is_sell,
                                                      std::uint64_t amount_in);
[[nodiscard]] std::optional<std::uint64_t> pump_quote(const PumpSwapView& pool, bool is_sell,
                                                      std::uint64_t amount_in);
// buy_exact_sol_in, buy_exact_quote_in or sell, from and to the user's associated accounts.
[[nodiscard]] solana::Instruction pump_swap_in(const PoolView& pool, bool is_sell,
                                               std::uint64_t amount_in,
                                               std::uint64_t amount_out_min, const Pubkey& user);

}  // namespace sniperforge::sim
