// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sniperforge::dashboard {
namespace {

using std::chrono::seconds;

[[nodiscard]] HistoryPoint point_at(Duration after) {
    return {.at = WallTime{1'700'000'000'000'000'000} + after,
            .equity = Lamports{static_cast<std::uint64_t>(after / seconds{1})}};
}

[[nodiscard]] History history_of(Duration length, Duration step) {
    History history;
    for (Duration after{0}; after < length; after += step) {
        history.add(point_at(after));
    }
    return history;
}

TEST(HistoryTest, TakesAPointAStepLaterAndNotANanosecondEarlier) {
    const Duration step = History::kSpans[0].step;
    History history;
    history.add(point_at(Duration{0}));
    history.add(point_at(step - Duration{1}));
    EXPECT_EQ(history.points().size(), 1U);
    history.add(point_at(step));
    EXPECT_EQ(history.points().size(), 2U);
    history.add(point_at(Duration{0}));  // A clock that was set back.
    EXPECT_EQ(history.points().size(), 2U);
}

TEST(HistoryTest, KeepsAllOfTheNewestQuarterOfAnHour) {
    const Duration length = History::kSpans[0].step * 450;
    EXPECT_EQ(history_of(length, History::kSpans[0].step).points().size(), 450U);
    // One more: the oldest is the first of the thinner ones, and is still there.
    const auto points = history_of(length + seconds{2}, History::kSpans[0].step).points();
    EXPECT_EQ(points.size(), 451U);
    EXPECT_EQ(points.front().at, point_at(Duration{0}).at);
}

TEST(HistoryTest, IsThinnerTheOlderItIsAndInOrder) {
    const auto points = history_of(std::chrono::hours{4}, seconds{1}).points();
    EXPECT_TRUE(std::ranges::is_sorted(points, {}, &HistoryPoint::at));
    EXPECT_EQ(points.front().at, point_at(Duration{0}).at);
    // Of four hours, fifteen minutes are two seconds apart, the rest a minute.
    EXPECT_EQ(points.back().at.ns - points[points.size() - 2].at.ns, Duration{seconds{2}}.count());
    EXPECT_EQ(points[1].at.ns - points[0].at.ns, Duration{std::chrono::minutes{1}}.count());
    EXPECT_NEAR(static_cast<double>(points.size()), 450 + 3.75 * 60, 2);
}

TEST(HistoryTest, IsBoundedHoweverLongItGets) {
    const auto points = history_of(std::chrono::hours{24 * 30}, seconds{30}).points();
    EXPECT_LE(points.size(), History::kPointsMax);
    EXPECT_GT(points.front().at, point_at(Duration{0}).at);
}

TEST(HistoryTest, IsToldAsArraysOfNumbers) {
    History history;
    EXPECT_EQ(to_json(history), R"({"points":[]})");
    history.add({.at = WallTime{1'700'000'000'123'456'789},
                 .equity = Lamports{5},
                 .realized = LamportsDelta{-6},
                 .updates = 7});
    history.add({.at = WallTime{1'700'000'003'000'000'000}});
    EXPECT_EQ(to_json(history), R"({"points":[[1700000000123,5,-6,7],[1700000003000,0,0,0]]})");
}

}  // namespace
}  // namespace sniperforge::dashboard
