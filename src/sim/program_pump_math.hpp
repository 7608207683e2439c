// SPDX-License-Identifier: MIT
// Arithmetic of the pump.fun curve and of PumpSwap, written plainly from protocol amm-pump sections
// 2, 3 and 6. Quote amounts are lamports, tokens are base units, rates are basis points.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::sim::pump {

struct FeeRates {
    std::uint64_t lp = 0, protocol = 0, creator = 0;
    [[nodiscard]] bool operator==(const FeeRates&) const = default;
};
struct Fees {
    std::uint64_t lp = 0, protocol = 0, creator = 0;
};
// Each fee is rounded up on its own; nothing when one does not fit 64 bits.
[[nodiscard]] std::optional<Fees> fees_of(std::uint64_t quote, const FeeRates& rates);

// A buy or sell: `quote` is what the curve or pool gains or gives up, without fees.
struct Trade {
    std::uint64_t tokens = 0, quote = 0;
    Fees fees;
    std::uint64_t user_quote = 0;  // What the user pays or receives, fees included.
};

struct CurveReserves {
    std::uint64_t virtual_token = 0, virtual_quote = 0, real_token = 0, real_quote = 0;
};
// Nothing: more than the curve has, or nothing at all would change hands.
[[nodiscard]] std::optional<Trade> curve_buy_tokens(const CurveReserves& reserves,
                                                    std::uint64_t tokens, const FeeRates& rates);
[[nodiscard]] std::optional<Trade> curve_buy_quote(const CurveReserves& reserves,
                                                   std::uint64_t quote, const FeeRates& rates);
[[nodiscard]] std::optional<Trade> curve_sell(const CurveReserves& reserves, std::uint64_t tokens,
                                              const FeeRates& rates);
// Quote per token times the supply; zero for an empty curve.
[[nodiscard]] u128 market_cap(u128 quote, u128 base, std::uint64_t supply);

// PumpSwap prices with the vault's balance and virtual quote on top of it (0 in most pools).
struct PoolReserves {
    std::uint64_t base = 0, quote = 0;
    i128 virtual_quote = 0;
    [[nodiscard]] std::optional<std::uint64_t> priced_quote() const;
};
[[nodiscard]] std::optional<Trade> pool_buy_base(const PoolReserves& reserves, std::uint64_t base,
                                                 const FeeRates& rates);
[[nodiscard]] std::optional<Trade> pool_buy_quote(const PoolReserves& reserves, std::uint64_t quote,
                                                  const FeeRates& rates);
[[nodiscard]] std::optional<Trade> pool_sell(const PoolReserves& reserves, std::uint64_t base,
                                             const FeeRates& rates);

}  // namespace sniperforge::sim::pump
