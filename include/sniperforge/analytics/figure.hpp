// SPDX-License-Identifier: MIT
// A figure and what is known of it. What the data cannot tell is a value of its own, never a zero.
#pragma once

#include <cstdint>
#include <string_view>

#include "sniperforge/analytics/statistics.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::analytics {

// Why a figure or its interval does not exist.
enum class Lack : std::uint8_t {
    NoTrades,
    TooFewTrades,
    TooFewClusters,  // Days (or hours) that an interval could be resampled from.
    NoVariation,     // All equal: no spread to measure by.
    NoLoss,          // Nothing was lost, so nothing can be divided by what was.
    NoWin,
    NotRecorded,  // The trades do not carry what this needs, or trials were not counted.
    BoundBroken,  // A loss was larger than the bound that the test rests on.
};
[[nodiscard]] constexpr std::string_view to_string(Lack lack) {
    switch (lack) {
        case Lack::NoTrades:
            return "no_trades";
        case Lack::TooFewTrades:
            return "too_few_trades";
        case Lack::TooFewClusters:
            return "too_few_clusters";
        case Lack::NoVariation:
            return "no_variation";
        case Lack::NoLoss:
            return "no_loss";
        case Lack::NoWin:
            return "no_win";
        case Lack::NotRecorded:
            return "not_recorded";
        case Lack::BoundBroken:
            return "bound_broken";
    }
    return "unknown";
}

template <typename T>
using Measured = Result<T, Lack>;

// The interval can be missing where the figure exists.
struct Estimate {
    double value = 0;
    Measured<Interval> ci95 = std::unexpected{Lack::TooFewTrades};
};

}  // namespace sniperforge::analytics
