// SPDX-License-Identifier: MIT
// The arithmetic that the bonding curve and PumpSwap share: x·y = k with fees on the quote side,
// each rounded up by itself. Sources: amm-pump sections 3 and 6; recorded TradeEvents and
// BuyEvents.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/dex/pump_fees.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::dex {

// What prices are made of: virtual reserves on the curve, vault balances (and what PumpSwap adds to
// its quote vault) in a pool.
struct PumpReserves {
    std::uint64_t base = 0;
    std::uint64_t quote = 0;
};

struct PumpFeeAmounts {
    std::uint64_t lp = 0;
    std::uint64_t protocol = 0;
    std::uint64_t creator = 0;

    [[nodiscard]] u128 total() const { return static_cast<u128>(lp) + protocol + creator; }
};
[[nodiscard]] PumpFeeAmounts pump_fee_amounts(std::uint64_t quote_amount, const PumpFees& fees);

// What a budget leaves for the trade itself, fees apart; nothing when fees eat it whole.
[[nodiscard]] std::optional<std::uint64_t> pump_net_of_budget(std::uint64_t budget,
                                                              const PumpFees& fees);

// The buy of exactly `base_out`, whose price before fees is `cost` (nothing: above 64 bits).
[[nodiscard]] QuoteResult pump_buy_exact_base(const PumpReserves& reserves, const PumpFees& fees,
                                              std::uint64_t base_out,
                                              std::optional<std::uint64_t> cost);

// The buy that a budget allows. The programs refuse, and so do we, what would take more than
// `base_max`. Up to two units of the budget stay with the buyer, from rounding: amount_in is the
// whole budget.
[[nodiscard]] QuoteResult pump_buy_exact_quote(const PumpReserves& reserves, const PumpFees& fees,
                                               std::uint64_t budget, std::uint64_t base_max);

// The sale of exactly `base_in`. `quote_max` is what can be paid out, the fee for liquidity
// providers apart: it stays.
[[nodiscard]] QuoteResult pump_sell_exact_base(const PumpReserves& reserves, const PumpFees& fees,
                                               std::uint64_t base_in, std::uint64_t quote_max);

// The smallest sale that yields at least `quote_out`; amount_out is what it yields. A larger sale
// may yield a unit or two less: each fee is rounded up by itself.
[[nodiscard]] QuoteResult pump_sell_for_quote(const PumpReserves& reserves, const PumpFees& fees,
                                              std::uint64_t quote_out, std::uint64_t quote_max);

// floor(quote · supply / base), what fee tiers are chosen by. `base` > 0.
[[nodiscard]] u128 pump_market_cap(const PumpReserves& reserves, std::uint64_t supply);

}  // namespace sniperforge::dex
