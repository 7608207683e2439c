// SPDX-License-Identifier: MIT
// Pools for recordings that have prices or amounts and no accounts. They quote as the venue's own
// do; addresses that no quote needs are derived from the pool's, and stand for nothing.
#pragma once

#include <cstdint>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool.hpp"

namespace sniperforge::backtest {

// pump.fun's curve at its launch: 30 SOL and 1,073,000,000 coins of six decimals, virtual;
// 793,100,000 of them for sale. Source: amm-pump section 1; all trades of the recordings agree.
inline constexpr std::uint64_t kCurveVirtualSol = 30'000'000'000;
inline constexpr std::uint64_t kCurveVirtualTokens = 1'073'000'000'000'000;
inline constexpr std::uint64_t kCurveRealTokens = 793'100'000'000'000;

// A new coin's curve that takes these parts of every trade, in basis points.
[[nodiscard]] dex::Pool recorded_curve(const Pubkey& mint, std::uint16_t protocol_fee,
                                       std::uint16_t creator_fee);
// A PumpSwap pool of a coin against SOL.
[[nodiscard]] dex::Pool recorded_pump_swap(const Pubkey& mint, TokenAmount tokens, Lamports sol,
                                           const dex::PumpFees& fees);
// A Raydium AMM v4 pool, 25 basis points a swap: A against B.
[[nodiscard]] dex::Pool recorded_amm(const Pubkey& id, const Pubkey& mint_a, const Pubkey& mint_b,
                                     TokenAmount a, TokenAmount b);
// Another key for each part of a pool that nobody recorded.
[[nodiscard]] Pubkey key_beside(const Pubkey& key, std::uint8_t part);

// What the price is made of: virtual reserves of a curve, those that can be paid out of the others.
struct PriceReserves {
    std::uint64_t a = 0, b = 0;
};
[[nodiscard]] PriceReserves price_reserves(const dex::Pool& pool);

}  // namespace sniperforge::backtest
