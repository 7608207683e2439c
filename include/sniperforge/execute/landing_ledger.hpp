// SPDX-License-Identifier: MIT
// LandingLedger: what our own orders offered a leader, and whether that was enough. It holds which
// price landed within how many slots and which expired, and makes one factor of it, by which the
// market's price is raised or lowered. In memory, bounded, told everything: the same outcomes give
// the same factor.
#pragma once

#include <cstdint>
#include <deque>

#include "sniperforge/core/quantity.hpp"

namespace sniperforge::execute {

// What an order offered: the price, and the factor that it was chosen with, in percent.
struct Landing {
    ComputeUnitPrice price;
    std::uint32_t factor = 100;
    bool is_in_block = false;  // Else it expired.
    std::uint64_t slots = 0;   // From the send to its block.
};

class LandingLedger {
 public:
    // Never below half of what others pay, or above four times that: beyond, something else than
    // the price is wrong.
    static constexpr std::uint32_t kFactorMin = 50, kFactorMax = 400;
    // Outcomes that count: at a few orders a minute the last quarter of an hour.
    static constexpr std::size_t kRemembered = 32;

    // In a block within so many slots is in time.
    explicit LandingLedger(std::uint32_t slots_target) : slots_target_{slots_target} {}

    void note(const Landing& landing);
    // Percent of the market's price.
    [[nodiscard]] std::uint32_t factor() const { return factor_; }
    [[nodiscard]] const std::deque<Landing>& remembered() const { return remembered_; }

 private:
    [[nodiscard]] bool is_in_time(const Landing& landing) const;
    // Of what offered no more than this, most was late.
    [[nodiscard]] bool is_too_cheap(ComputeUnitPrice price) const;

    std::uint32_t slots_target_;
    std::uint32_t factor_ = 100;
    std::deque<Landing> remembered_;  // Oldest first.
};

}  // namespace sniperforge::execute
