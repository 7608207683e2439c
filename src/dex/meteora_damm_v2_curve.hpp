// SPDX-License-Identifier: MIT
// DAMM v2's two curves, fees apart, with the program's roundings: liquidity between two prices, and
// x·y = k (damm-v2 liquidity_handler/).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "dex/constant_product.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex::damm {

// Prices are square roots, Q64.64; amounts of B are liquidity · (difference of roots) / 2^128.
struct Range {
    u128 liquidity = 0;
    u128 price = 0, price_min = 0, price_max = 0;
};

// What an amount turns into, and the price after it.
struct Trade {
    std::uint64_t amount = 0;
    u128 price = 0;
};
using TradeResult = std::expected<Trade, QuoteError>;

// What comes out for `amount`, and what must go in for it. Beyond the range: ExceedsReserve.
[[nodiscard]] TradeResult range_out(const Range& range, Direction direction, std::uint64_t amount);
[[nodiscard]] TradeResult range_in(const Range& range, Direction direction, std::uint64_t amount);

// What the whole way to the end of the range pays out; the most that 64 bits hold if it is more.
[[nodiscard]] std::uint64_t range_reserve_a(const Range& range);
[[nodiscard]] std::uint64_t range_reserve_b(const Range& range);

using AmountResult = std::expected<std::uint64_t, QuoteError>;

[[nodiscard]] AmountResult product_out(const SwapReserves& reserves, std::uint64_t amount);
[[nodiscard]] AmountResult product_in(const SwapReserves& reserves, std::uint64_t amount);

}  // namespace sniperforge::dex::damm
