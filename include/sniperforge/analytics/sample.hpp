// SPDX-License-Identifier: MIT
// Trades of one provenance over a stretch of time that was watched from end to end, and the
// attempts at one that failed. Days without a trade are part of it: a Sharpe ratio of the good days
// alone is none.
//
// Positions that are open at the end belong into it, too, closed at the end with FillBasis::Quote.
// A sample without them forgets the losers that nobody has sold yet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sniperforge/analytics/trade_result.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

struct Period {
    WallTime from, to;  // `to` is not part of it.
};

class Sample {
 public:
    // Refuses with the trade's number and the value: another provenance than the first one's, a
    // number twice, no stake, a loss before costs above the stake, amounts beyond 64 bits, times
    // in the wrong order or outside the period.
    [[nodiscard]] static Result<Sample> of(std::vector<TradeResult> trades, Period period);

    // In the order of closing, of opening, of number. With attempts that failed.
    [[nodiscard]] std::span<const TradeResult> trades() const { return trades_; }
    [[nodiscard]] bool is_empty() const { return trades_.empty(); }
    [[nodiscard]] Period period() const { return period_; }
    // Of these, what landed.
    [[nodiscard]] std::size_t landed() const;
    // Of the trade at this place. Their sum fits 64 bits, too.
    [[nodiscard]] LamportsDelta net(std::size_t index) const { return nets_[index]; }
    // Net of all costs, per lamport of stake.
    [[nodiscard]] double net_return(std::size_t index) const;
    // Nothing of an empty sample.
    [[nodiscard]] std::optional<Provenance> provenance() const;

    // Trades of the period that the records do not tell whole, of whatever strategy.
    [[nodiscard]] std::uint64_t missing() const { return missing_; }
    void note_missing(std::uint64_t count) { missing_ = count; }
    // Lamports that moved and are in none of the trades: what was won or lost with orders of ours,
    // and what the wallet lacked and a person accepted. Of whatever strategy.
    [[nodiscard]] LamportsDelta unassigned() const { return unassigned_; }
    [[nodiscard]] Lamports shortfall() const { return shortfall_; }
    void note_unassigned(LamportsDelta sum) { unassigned_ = sum; }
    void note_shortfall(Lamports sum) { shortfall_ = sum; }
    // Records of the time before the period were deleted: nobody chose where it begins, but not
    // all that happened is in it.
    [[nodiscard]] bool is_cut() const { return is_cut_; }
    void note_cut() { is_cut_ = true; }

    // The same stretch of time with fewer trades.
    template <typename Predicate>
    [[nodiscard]] Sample where(Predicate predicate) const {
        Sample part{period_};
        part.missing_ = missing_;
        part.is_cut_ = is_cut_;
        part.unassigned_ = unassigned_;
        part.shortfall_ = shortfall_;
        for (std::size_t i = 0; i < trades_.size(); ++i) {
            if (predicate(trades_[i])) {
                part.trades_.push_back(trades_[i]);
                part.nets_.push_back(nets_[i]);
            }
        }
        return part;
    }

 private:
    explicit Sample(Period period) : period_{period} {}

    Period period_;
    std::vector<TradeResult> trades_;
    std::vector<LamportsDelta> nets_;
    std::uint64_t missing_ = 0;
    bool is_cut_ = false;
    LamportsDelta unassigned_;
    Lamports shortfall_;
};

}  // namespace sniperforge::analytics
