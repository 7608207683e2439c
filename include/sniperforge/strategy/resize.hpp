// SPDX-License-Identifier: MIT
// An entry that was decided on, made smaller: floor, ceiling and price impact are those of the
// smaller amount.
#pragma once

#include <optional>

#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

// Nothing when the pool cannot be quoted for it now. `amount` is not above what the entry spends.
[[nodiscard]] std::optional<OrderIntent> resized_entry(const OrderIntent& entry, Lamports amount,
                                                       const View& view);

}  // namespace sniperforge::strategy
