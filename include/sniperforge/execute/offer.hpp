// SPDX-License-Identifier: MIT
// What an order offers for its place in a block.
#pragma once

#include <cstdint>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::execute {

// Chosen when the order is decided, so that what the strategy reckons with is what is paid; lowered
// later at most, where the order's own limits want it.
struct Offer {
    ComputeUnitPrice price;
    Lamports tip{};              // Zero: none, and no lane gets the order.
    std::uint32_t factor = 100;  // What the landing ledger made of the market's price, in percent.
    // Priority fee and tip together may come to so much, by the caps of the order and of the day.
    Lamports fee_max{};

    [[nodiscard]] bool operator==(const Offer&) const = default;
};

// A transfer inside the order's own transaction: it is paid when that lands and succeeds.
struct Tip {
    Pubkey account;
    Lamports amount;
};

// What the lane that would be taken now asks for at least, and what those that land pay.
struct TipRange {
    Lamports min;
    Lamports wanted;
};

}  // namespace sniperforge::execute
