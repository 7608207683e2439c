// SPDX-License-Identifier: MIT
// Prices as decimal text for people, in integer arithmetic throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

inline constexpr unsigned kPriceDigits = 12;

struct PriceInput {
    TokenAmount reserve_a;
    TokenAmount reserve_b;
    std::uint8_t decimals_a = 0;
    std::uint8_t decimals_b = 0;
};

// (reserve_b / 10^decimals_b) / (reserve_a / 10^decimals_a), rounded half up to 12 significant
// digits, without exponent or trailing zeros. Nothing when a reserve is zero.
[[nodiscard]] std::optional<std::string> price_text(const PriceInput& input);

// The marginal price of one token A in tokens B from the pool's net reserves, fees excluded.
// Nothing until both vaults have been seen.
[[nodiscard]] std::optional<std::string> price_text(const Pool& pool);

}  // namespace sniperforge::dex
