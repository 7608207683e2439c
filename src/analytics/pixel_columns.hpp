// SPDX-License-Identifier: MIT
// A course over time, brought down to what a picture can show: per column of pixels the first, the
// lowest, the highest and the last value. No peak and no trough is lost, however many trades.
#pragma once

#include <cstddef>
#include <vector>

#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

struct CoursePoint {
    WallTime at;
    double value = 0;
};
// Summed net results in lamports, after each trade.
[[nodiscard]] std::vector<CoursePoint> equity_course(const Sample& sample);
// How far each point is below the highest before it, the start (0) included: 0 or negative.
[[nodiscard]] std::vector<CoursePoint> drawdown_course(const std::vector<CoursePoint>& equity);

struct PixelColumn {
    std::size_t x = 0;
    double first = 0, low = 0, high = 0, last = 0;
};
// Columns without a point are left out. Points must lie in the period, in their order.
[[nodiscard]] std::vector<PixelColumn> pixel_columns(const std::vector<CoursePoint>& course,
                                                     Period period, std::size_t width);

// Places of at most `cap` of `count` things, evenly spread; all when there are no more.
[[nodiscard]] std::vector<std::size_t> evenly_chosen(std::size_t count, std::size_t cap);

}  // namespace sniperforge::analytics
