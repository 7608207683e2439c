// SPDX-License-Identifier: MIT
// TrackRecord: how well it has gone, by final results alone. What a dropped block may still take
// back counts for nothing here, so nothing here is ever undone; and it follows from the portfolio's
// calls alone, so the journal gives the same again after a restart. Marks are not in it: what a
// position might sell for is an estimate that one trade in a thin pool can move.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/strategy_results.hpp"

namespace sniperforge::portfolio {

class TrackRecord {
 public:
    // A position's closing sale is final. `at` is when the sale was reported.
    void closed(LamportsDelta result, WallTime at) {
        if (!result.is_negative()) {
            losses_in_row_ = 0;
            return;
        }
        ++losses_in_row_;
        loss_last_at_ = std::max(loss_last_at_, at);
    }
    // A loss that is later than the clock says was by a clock that was ahead: the pause after it
    // begins now, and is no longer than it is.
    void meet_clock(WallTime now) { loss_last_at_ = std::min(loss_last_at_, now); }
    // And what it came to, of all that had been spent on it. Rounded against us; more than four
    // times the stake says no more than four: one stroke of luck is no habit.
    void came_to(StrategyId strategy, Lamports spent, LamportsDelta result) {
        if (spent.is_zero()) {
            return;
        }
        const std::uint64_t size = result.magnitude().raw();
        StrategyResults& results = results_[static_cast<std::size_t>(strategy)];
        if (result.is_negative()) {
            const auto share = mul_div_ceil(size, kMillionthsOne, spent.raw());
            ++results.losses;
            results.lost += std::min(share.value_or(kShareMax), kShareMax);
        } else {
            const auto share = mul_div_floor(size, kMillionthsOne, spent.raw());
            ++results.wins;
            results.won += std::min(share.value_or(kShareMax), kShareMax);
        }
    }
    // The sum of all final results: closed positions, cycles and reverts, every cost included.
    void realized(LamportsDelta sum) {
        if (sum > peak_) {
            peak_ = sum;
            fall_max_ = {};
        }
        fall_max_ = std::max(fall_max_, fall_to(sum));
    }

    // A person has accepted the fall: the next one is measured from here.
    void begin_peak(LamportsDelta equity) {
        peak_ = equity;
        fall_max_ = {};
    }

    // What `equity` is below the highest sum since the start of the journal, or was once since that
    // peak: a fall that was won back in part, without a new peak, was one all the same.
    [[nodiscard]] Lamports drawdown(LamportsDelta equity) const {
        return std::max(fall_max_, fall_to(equity));
    }
    // Positions that closed at a loss, fees included, without one that did not.
    [[nodiscard]] std::uint32_t losses_in_row() const { return losses_in_row_; }
    // Zero without a loss.
    [[nodiscard]] WallTime loss_last_at() const { return loss_last_at_; }
    // Of every position of the strategy since the start of the journal.
    [[nodiscard]] const StrategyResults& results_of(StrategyId strategy) const {
        return results_[static_cast<std::size_t>(strategy)];
    }

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.peak_, self.fall_max_, self.losses_in_row_, self.loss_last_at_, self.results_);
    }

 private:
    static constexpr std::uint64_t kShareMax = 4 * std::uint64_t{kMillionthsOne};
    [[nodiscard]] Lamports fall_to(LamportsDelta equity) const {
        return equity < peak_ ? (peak_ - equity).magnitude() : Lamports{};
    }

    // At least zero until a fall is accepted: a loss from the first day on is a fall too.
    LamportsDelta peak_;
    Lamports fall_max_;  // Since the peak.
    std::uint32_t losses_in_row_ = 0;
    WallTime loss_last_at_;
    std::array<StrategyResults, kStrategyCount> results_{};
};

}  // namespace sniperforge::portfolio
