// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/cycle_odds.hpp"

#include <algorithm>

namespace sniperforge::strategy {
namespace {

// What is assumed weighs as much as so many outcomes; a hundred, so that percents are counts.
constexpr std::uint64_t kOutcomesAssumed = CycleOdds::kHundred;
// About a day of a busy market; when all shares have so many together, the older half of each is
// let go: a share that is not offered any more is forgotten with the others, and tried again.
constexpr std::uint64_t kOutcomesMax = 400;
// What a share is hoped to do weighs little: twenty outcomes of its own count as much.
constexpr std::uint64_t kOutcomesHoped = 20;

[[nodiscard]] std::uint64_t parts_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : (part * CycleOdds::kMillion + whole - 1) / whole;
}

// A rival who offers any share of it alike would make what is lost shrink in proportion to what is
// kept of the profit. The square of that is hope: enough for a share to be tried where more than
// 37 % are lost without one (ADR 0045). It never grows with the share.
[[nodiscard]] std::uint64_t hoped(std::uint64_t lost_below, std::uint64_t percent_below,
                                  std::uint64_t percent) {
    const std::uint64_t kept = CycleOdds::kHundred - percent,
                        kept_below = CycleOdds::kHundred - percent_below;
    return lost_below * kept * kept / (kept_below * kept_below);
}

// Parts per million: its own outcomes, and the hope as if it had been so many of them.
[[nodiscard]] std::uint64_t weighed(std::uint64_t lost, std::uint64_t of, std::uint64_t hope) {
    const std::uint64_t weight = of + kOutcomesHoped;
    return (lost * CycleOdds::kMillion + kOutcomesHoped * hope + weight - 1) / weight;
}

}  // namespace

CycleOdds::CycleOdds(std::uint32_t revert_percent_assumed)
    : revert_percent_assumed_{
          std::min<std::uint64_t>(revert_percent_assumed, CycleOdds::kHundred)} {
    counts_.front() = {kOutcomesAssumed, revert_percent_assumed_, 0};
    estimate();
}

void CycleOdds::count(const CycleEnd& end) {
    const auto above = std::ranges::upper_bound(kPercents, end.bid_percent);
    Counts& counts = counts_[static_cast<std::size_t>(above - kPercents.begin()) - 1];
    if (end.outcome == Outcome::Expired) {
        ++counts.expired;
    } else {
        ++counts.outcomes;
        counts.reverts += end.outcome == Outcome::Reverted ? 1 : 0;
    }
    forget();
    estimate();
}

void CycleOdds::forget() {
    std::uint64_t outcomes = 0, expired = 0;
    for (const Counts& counts : counts_) {
        outcomes += counts.outcomes;
        expired += counts.expired;
    }
    const bool are_outcomes_many = outcomes >= kOutcomesMax;
    for (Counts& counts : counts_) {
        if (are_outcomes_many) {
            counts.outcomes /= 2;
            counts.reverts /= 2;
        }
        if (are_outcomes_many || expired >= kOutcomesMax) {
            counts.expired /= 2;
        }
    }
}

void CycleOdds::estimate() {
    std::uint64_t lost_below = 0, expired_below = 0;
    for (std::size_t i = 0; i < kPercents.size(); ++i) {
        const Counts& counts = counts_[i];
        Rung& rung = rungs_[i];
        rung.percent = kPercents[i];
        std::uint64_t expired = 0;
        if (i == 0) {
            // Where it was hardly offered of late, the rest is what was assumed of it.
            const std::uint64_t assumed =
                kOutcomesHoped - std::min(kOutcomesHoped, counts.outcomes);
            rung.outcomes = counts.outcomes + assumed;
            rung.reverts =
                counts.reverts +
                (assumed * revert_percent_assumed_ + CycleOdds::kHundred - 1) / CycleOdds::kHundred;
            expired = parts_of(counts.expired, rung.outcomes + counts.expired);
        } else {
            rung.outcomes = kMillion;
            rung.reverts = weighed(counts.reverts, counts.outcomes,
                                   hoped(lost_below, kPercents[i - 1], kPercents[i]));
            expired = weighed(counts.expired, counts.outcomes + counts.expired,
                              hoped(expired_below, kPercents[i - 1], kPercents[i]));
        }
        rung.in_block = kMillion - static_cast<std::uint32_t>(expired);
        lost_below = parts_of(rung.reverts, rung.outcomes);
        expired_below = expired;
    }
}

}  // namespace sniperforge::strategy
