// SPDX-License-Identifier: MIT
// What the sale of a position is known to bring in its pool, and what is asked for where the pool
// does not say.
#pragma once

#include <expected>
#include <optional>

#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

// Behind our own swaps. So little that it buys no lamport brings nothing, which is known. An error:
// the pool does not say.
[[nodiscard]] std::expected<TokenAmount, dex::QuoteError> sale_proceeds(
    const PositionView& position, TokenAmount amount, const View& view);

// The least that a sale of so much may bring without a quote: the mark's share less `accepted`;
// where there never was one, the cost's share less `accepted_max`. Nothing where neither is known:
// no price could be told from dust then.
struct SlippageSteps {
    BasisPoints accepted, accepted_max;
};
[[nodiscard]] std::optional<TokenAmount> floor_unquoted(const PositionView& position,
                                                        TokenAmount amount,
                                                        const std::optional<SaleMark>& mark,
                                                        SlippageSteps slippage);

}  // namespace sniperforge::strategy
