// SPDX-License-Identifier: MIT
#include "analytics/pixel_columns.hpp"

#include <algorithm>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {

std::vector<CoursePoint> equity_course(const Sample& sample) {
    std::vector<CoursePoint> course;
    course.reserve(sample.trades().size());
    LamportsDelta sum;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        sum += sample.net(i);
        course.push_back({sample.trades()[i].closed_at, static_cast<double>(sum.raw())});
    }
    return course;
}

std::vector<CoursePoint> drawdown_course(const std::vector<CoursePoint>& equity) {
    std::vector<CoursePoint> course = equity;
    double peak = 0;
    for (CoursePoint& point : course) {
        peak = std::max(peak, point.value);
        point.value -= peak;
    }
    return course;
}

std::vector<PixelColumn> pixel_columns(const std::vector<CoursePoint>& course, Period period,
                                       std::size_t width) {
    std::vector<PixelColumn> columns;
    const auto span = static_cast<double>(period.to.ns - period.from.ns);
    for (const CoursePoint& point : course) {
        SF_ASSERT(point.at >= period.from && point.at <= period.to);
        const double share = static_cast<double>(point.at.ns - period.from.ns) / span;
        const auto x =
            std::min(static_cast<std::size_t>(share * static_cast<double>(width)), width - 1);
        if (columns.empty() || columns.back().x != x) {
            columns.push_back({x, point.value, point.value, point.value, point.value});
            continue;
        }
        PixelColumn& column = columns.back();
        column.low = std::min(column.low, point.value);
        column.high = std::max(column.high, point.value);
        column.last = point.value;
    }
    return columns;
}

std::vector<std::size_t> evenly_chosen(std::size_t count, std::size_t cap) {
    const std::size_t chosen = std::min(count, cap);
    std::vector<std::size_t> places(chosen);
    for (std::size_t i = 0; i < chosen; ++i) {
        places[i] = i * count / chosen;
    }
    return places;
}

}  // namespace sniperforge::analytics
