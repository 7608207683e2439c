// SPDX-License-Identifier: MIT
// Prices as decimal text for people, and what amounts are worth at them: in integer arithmetic
// throughout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/dex/pool.hpp"

namespace sniperforge::dex {

inline constexpr unsigned kPriceDigits = 12;

// One whole token A in whole tokens B, rounded half up to 12 significant digits, without exponent
// or trailing zeros. Nothing when there is no price.
[[nodiscard]] std::optional<std::string> price_text(const MarginalPrice& price,
                                                    std::uint8_t decimals_a,
                                                    std::uint8_t decimals_b);

// Likewise, of a pool. Nothing until the accounts that its price rests on have been seen.
[[nodiscard]] std::optional<std::string> price_text(const Pool& pool);

// What `amount` is worth at the pool's marginal price, rounded down: of token B for one of A with
// AToB, of A for one of B with BToA. Nothing without a price, or above 64 bits.
[[nodiscard]] std::optional<TokenAmount> worth_at(const MarginalPrice& price, Direction direction,
                                                  TokenAmount amount);

}  // namespace sniperforge::dex
