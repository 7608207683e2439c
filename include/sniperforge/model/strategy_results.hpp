// SPDX-License-Identifier: MIT
// What the positions of one strategy came to, for good: portfolio counts, risk asks.
#pragma once

#include <cstdint>

namespace sniperforge {

// Shares that a basis point is too coarse for.
inline constexpr std::uint32_t kMillionthsOne = 1'000'000;

struct StrategyResults {
    // Positions that closed with a negative result, every fee and rent included, and those that did
    // not.
    std::uint64_t losses = 0, wins = 0;
    // Sums of what they lost and won, each in millionths of what had been spent on it.
    std::uint64_t lost = 0, won = 0;

    [[nodiscard]] std::uint64_t count() const { return losses + wins; }
    [[nodiscard]] bool operator==(const StrategyResults&) const = default;
};

}  // namespace sniperforge
