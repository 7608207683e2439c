// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/settled_results.hpp"

#include <algorithm>

namespace sniperforge::portfolio {
namespace {

// The older half, one result for each day that any of them ended on.
[[nodiscard]] std::vector<SettledResult> by_the_day(std::span<const SettledResult> older) {
    std::vector<SettledResult> days;
    for (const SettledResult& result : older) {
        if (days.empty() || days.back().closed_at.utc_day() != result.closed_at.utc_day()) {
            days.push_back(result);
            continue;
        }
        SettledResult& day = days.back();
        day.strategy = result.strategy;
        day.opened_at = std::min(day.opened_at, result.opened_at);
        day.closed_at = std::max(day.closed_at, result.closed_at);
        day.stake = day.stake.saturating_add(result.stake);
        day.net += result.net;
    }
    return days;
}

}  // namespace

void SettledResults::add(SettledResult result, LamportsDelta realized) {
    if (results_.size() == kMax) {
        std::vector<SettledResult> kept = by_the_day(std::span{results_}.first(kMax / 2));
        forgotten_ += kMax / 2 - kept.size();
        kept.insert(kept.end(), results_.begin() + kMax / 2, results_.end());
        results_ = std::move(kept);
    }
    if (results_.size() == kMax) {  // A day each: 2,048 days.
        results_.erase(results_.begin());
        ++forgotten_;
    }
    result.net = realized - counted_;
    counted_ = realized;
    results_.push_back(result);
}

}  // namespace sniperforge::portfolio
