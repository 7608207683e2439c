// SPDX-License-Identifier: MIT
// How an entry came to its size: what was wanted, and what was known that could make it smaller.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/quantity.hpp"

namespace sniperforge::engine {

struct SizeFacts {
    Lamports wanted;  // By its strategy; what was approved is in the intent.
    // In millionths over volatility_horizon_slots; nothing: the token has too little history, and
    // its size does not follow it.
    std::optional<std::uint32_t> volatility;
    std::optional<Lamports> volatility_cap;  // Nothing also where the rule is off.
    std::uint64_t results = 0;               // Final ones of its strategy.
    std::optional<Lamports> kelly_cap;       // Nothing: off, or not asked of so few results.
};

}  // namespace sniperforge::engine
