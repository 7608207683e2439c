// SPDX-License-Identifier: MIT
// The best size of a route whose optimum is not known beforehand.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "dex/cycle_quotes.hpp"

namespace sniperforge::dex {

// How far a concave function that starts at zero can rise, by the points of it that were seen:
// between two of them it stays below the lines through those beyond.
class ConcaveCeiling {
 public:
    // `slope`: at zero, at most. `end`: where it ends.
    ConcaveCeiling(double slope, double end) : slope_{slope}, end_{end} {}

    // `error`: of this value, at most, in either direction. Points past the bound are left out,
    // which lowers no ceiling.
    void add(double at, double value, double error);
    void set_end(double end) { end_ = end; }
    [[nodiscard]] double value() const;

 private:
    struct Point {
        double at = 0;
        double value = 0;
    };
    static constexpr std::size_t kPointsMax = 1 + kAttemptsMax;

    [[nodiscard]] double slope_between(std::size_t i, std::size_t j) const;
    [[nodiscard]] double between(std::size_t i) const;

    double slope_;
    double end_;
    double error_ = 0;
    std::size_t count_ = 1;                   // The first is zero.
    std::array<Point, kPointsMax> points_{};  // In order of `at`.
};

// At most kAttemptsMax attempts.
[[nodiscard]] std::optional<Attempt> bracket_attempt(const RouteQuotes& quotes, i128 to_beat);

}  // namespace sniperforge::dex
