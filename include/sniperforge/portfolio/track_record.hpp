// SPDX-License-Identifier: MIT
// TrackRecord: how well it has gone, by final results alone. What a dropped block may still take
// back counts for nothing here, so nothing here is ever undone; and it follows from the portfolio's
// calls alone, so the journal gives the same again after a restart. Marks are not in it: what a
// position might sell for is an estimate that one trade in a thin pool can move.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"

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
    // The sum of all final results: closed positions, cycles and reverts, every cost included.
    void realized(LamportsDelta sum) {
        if (sum > peak_) {
            peak_ = sum;
            fall_max_ = {};
        }
        fall_max_ = std::max(fall_max_, fall_to(sum));
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

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.peak_, self.fall_max_, self.losses_in_row_, self.loss_last_at_);
    }

 private:
    [[nodiscard]] Lamports fall_to(LamportsDelta equity) const {
        return equity < peak_ ? (peak_ - equity).magnitude() : Lamports{};
    }

    LamportsDelta peak_;  // At least zero: a loss from the first day on is a fall too.
    Lamports fall_max_;   // Since the peak.
    std::uint32_t losses_in_row_ = 0;
    WallTime loss_last_at_;
};

}  // namespace sniperforge::portfolio
