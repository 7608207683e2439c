// SPDX-License-Identifier: MIT
// CycleOdds: what becomes of cycles by the share of their profit that they offered, counted from
// our own outcomes. In memory, bounded, told everything: the same outcomes give the same odds.
#pragma once

#include <array>
#include <cstdint>

#include "sniperforge/model/execution.hpp"

namespace sniperforge::strategy {

class CycleOdds {
 public:
    // Shares of the profit that a cycle may offer, in percent. Close where a little decides, and
    // few, as each has to be learnt.
    static constexpr std::array<std::uint8_t, 6> kPercents{0, 10, 25, 50, 75, 90};
    static constexpr std::uint64_t kHundred = 100;
    static constexpr std::uint32_t kMillion = 1'000'000;

    struct Rung {
        std::uint8_t percent = 0;
        // Of what is in a block so many of so many revert.
        std::uint64_t reverts = 0, outcomes = 0;
        // Of all that is sent, in parts per million; the rest expires and costs nothing.
        std::uint32_t in_block = kMillion;
    };
    using Rungs = std::array<Rung, kPercents.size()>;

    explicit CycleOdds(std::uint32_t revert_percent_assumed);
    // Counts for the highest share that is not above the offered one.
    void count(const CycleEnd& end);
    [[nodiscard]] const Rungs& rungs() const { return rungs_; }

 private:
    struct Counts {
        std::uint64_t outcomes = 0, reverts = 0;
        std::uint64_t expired = 0;
    };
    void forget();
    void estimate();

    std::uint64_t revert_percent_assumed_;
    // At the start what is assumed of the least offer counts as so many outcomes of it.
    std::array<Counts, kPercents.size()> counts_{};
    Rungs rungs_{};
};

}  // namespace sniperforge::strategy
