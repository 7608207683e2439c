// SPDX-License-Identifier: MIT
// What is of today: the change of what we would have if everything were sold, since 00:00 UTC. What
// was won before and is still open is no gain of today, and no loss of today where it stays lost.
#include <algorithm>

#include "sniperforge/portfolio/portfolio.hpp"

namespace sniperforge::portfolio {

// Not back: what is booked later than it happened, or by a clock that was set back, leaves the
// losses of the day in place.
bool Portfolio::turn_day(WallTime now) {
    const bool is_new = day_.turn(now);
    if (is_new) {
        counters_.pnl_today = {};
        counters_.volume_today = {};
        before_today_ = pnl_unrealized();
    }
    return is_new;
}

std::optional<DayBegun> Portfolio::begin_day(WallTime now) {
    meet_clock(now);
    return turn_day(now) ? std::optional{DayBegun{day_.value(), before_today_}} : std::nullopt;
}

void Portfolio::begin_day(const DayBegun& begun) {
    if (begun.day == day_.value()) {
        before_today_ = begun.before;  // By all marks: the journal has some of them.
    }
}

void Portfolio::meet_clock(WallTime now) {
    record_.meet_clock(now);
    day_.meet(now);
}

void Portfolio::keep_out_of_today(LamportsDelta today_before, LamportsDelta result_before) {
    before_today_ += pnl_today() - today_before;
    before_today_ -= std::min(result() - result_before, LamportsDelta{});
}

void Portfolio::take_back_undated(LamportsDelta today_before, LamportsDelta result_before) {
    before_today_ += pnl_today() - today_before;
    before_today_ -= std::max(result() - result_before, LamportsDelta{});
}

void Portfolio::count_no_gain_today() {
    counters_.pnl_today = std::min(counters_.pnl_today, LamportsDelta{});
    before_today_ = {};
    for (const auto& [id, holding] : holdings_) {
        before_today_ += std::max(holding.unrealized(), LamportsDelta{});
    }
}

}  // namespace sniperforge::portfolio
