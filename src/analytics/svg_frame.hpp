// SPDX-License-Identifier: MIT
// The frame that charts share: where values lie on it, grid lines, labels.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

struct Tick {
    double at = 0;  // In units of the axis.
    std::string label;
};

// A straight line from values to pixels.
struct Axis {
    double low = 0, high = 1;   // Values,
    double begin = 0, end = 1;  // and the pixels where they are.
    [[nodiscard]] double pixel(double value) const {
        return begin + (value - low) / (high - low) * (end - begin);
    }
};

// The drawing area of all wide charts, in pixels of their view box.
inline constexpr double kChartWidth = 860;
inline constexpr double kPlotLeft = 74, kPlotRight = 850, kPlotTop = 10;
inline constexpr std::size_t kPlotColumns = 776;

// About `count` round values within the bounds.
[[nodiscard]] std::vector<double> round_values(double low, double high, int count);
// Round moments of a period, with the day or the time of day.
[[nodiscard]] std::vector<Tick> time_ticks(Period period);
// A value as an axis prints it: no digits that say nothing.
[[nodiscard]] std::string axis_number(double value);

[[nodiscard]] std::string svg_begin(double height, std::string_view description);
[[nodiscard]] std::string svg_text(double x, double y, std::string_view style,
                                   std::string_view text);
// Grid lines and their labels; `x_ticks` in the units of `x`.
[[nodiscard]] std::string svg_grid(const Axis& x, const std::vector<Tick>& x_ticks, const Axis& y,
                                   const std::vector<Tick>& y_ticks);

}  // namespace sniperforge::analytics
