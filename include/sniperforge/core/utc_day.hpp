// SPDX-License-Identifier: MIT
// UtcDay: which day the counters of a day are of, by a clock that may be wrong. A clock that is set
// back opens no new day. One that shows a day long before it was ahead until now, or is behind now;
// which of both nobody knows, so the counters go on and count as of its day.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge {

class UtcDay {
 public:
    UtcDay() = default;
    explicit UtcDay(WallTime at) : day_{at.utc_day()} {}

    [[nodiscard]] std::int64_t value() const { return day_; }
    // Whether counters of this day say nothing of that time: it is of a later day. Not where the
    // clock is only back where it was when it was doubted.
    [[nodiscard]] bool is_over(WallTime at) const {
        const std::int64_t day = at.utc_day();
        return day > day_ && (day == day_ + 1 || day > latest_);
    }
    // It is that time, or was. True: the counters begin anew.
    [[nodiscard]] bool turn(WallTime at) {
        const bool is_new = is_over(at);
        day_ = std::max(day_, at.utc_day());
        return is_new;
    }
    // The clock shows this now: never the time of something that is told of late.
    void meet(WallTime now) {
        if (day_ > now.utc_day() + 1) {
            latest_ = std::max(latest_, day_);
            day_ = now.utc_day();
        }
    }

    // Of layouts with or without the doubt: whoever stores it says which.
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.day_, self.latest_);
    }
    template <typename Archive>
    void read_without_doubt(Archive& archive) {
        archive(day_);
        latest_ = 0;
    }

 private:
    std::int64_t day_ = 0;
    std::int64_t latest_ = 0;  // That a doubted clock has shown.
};

}  // namespace sniperforge
