// SPDX-License-Identifier: MIT
// FeeBudget: what priority fees and tips have cost since 00:00 UTC, and what orders on their way
// may still come to.
#pragma once

#include <cstdint>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/core/utc_day.hpp"
#include "sniperforge/model/archive.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::execute {

// What counts of a fill. The base fee does not: nobody chooses it.
[[nodiscard]] inline Lamports chosen_fees(const Fill& fill) {
    return fill.priority_fee.saturating_add(fill.tip);
}

class FeeBudget {
 public:
    // Paid, by what became of an order, as the clock shows it. One that is set back does not open a
    // new day. A fill that is reversed later stays counted: at worst the day ends early.
    void count(Lamports fees, WallTime now) {
        meet_clock(now);
        if (day_.turn(now)) {
            paid_ = {};
        }
        paid_ = paid_.saturating_add(fees);
    }
    void meet_clock(WallTime now) { day_.meet(now); }
    void reserve(Lamports fees) { reserved_ = reserved_.saturating_add(fees); }
    void release(Lamports fees) { reserved_ = reserved_.saturating_sub(fees); }

    [[nodiscard]] Lamports paid(WallTime at) const { return day_.is_over(at) ? Lamports{} : paid_; }
    // With what is on its way, which may all land.
    [[nodiscard]] Lamports used(WallTime at) const { return paid(at).saturating_add(reserved_); }

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        if constexpr (Archive::is_reading) {
            if (archive.layout() < kLayoutWithMarks) {
                self.day_.read_without_doubt(archive);
                archive(self.paid_, self.reserved_);
                return;
            }
        }
        archive(self.day_, self.paid_, self.reserved_);
    }

 private:
    UtcDay day_;
    Lamports paid_, reserved_;
};

}  // namespace sniperforge::execute
