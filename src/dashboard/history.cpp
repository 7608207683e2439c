// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/history.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sniperforge::dashboard {

void History::add(const HistoryPoint& point) { add_to(0, point); }

void History::add_to(std::size_t span, const HistoryPoint& point) {
    std::deque<HistoryPoint>& points = spans_[span];
    if (!points.empty() && point.at < points.back().at + kSpans[span].step) {
        return;
    }
    points.push_back(point);
    if (points.size() <= kSpans[span].points) {
        return;
    }
    const HistoryPoint oldest = points.front();
    points.pop_front();
    if (span + 1 < kSpans.size()) {
        add_to(span + 1, oldest);
    }
}

std::vector<HistoryPoint> History::points() const {
    std::vector<HistoryPoint> points;
    points.reserve(kPointsMax);
    for (auto span = spans_.rbegin(); span != spans_.rend(); ++span) {
        points.insert(points.end(), span->begin(), span->end());
    }
    return points;
}

std::string to_json(const History& history) {
    std::string json = R"({"points":[)";
    bool is_first = true;
    for (const HistoryPoint& point : history.points()) {
        fmt::format_to(std::back_inserter(json), "{}[{},{},{},{}]", is_first ? "" : ",",
                       point.at.ns / 1'000'000, point.equity.raw(), point.realized.raw(),
                       point.updates);
        is_first = false;
    }
    return json + "]}";
}

}  // namespace sniperforge::dashboard
