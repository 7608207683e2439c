// SPDX-License-Identifier: MIT
#include "sniperforge/risk/kelly.hpp"

#include <algorithm>

#include "sniperforge/core/square_root.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::risk {
namespace {

constexpr std::uint64_t kOne = kMillionthsOne;
// z = 1.96 standard deviations: 95 % lie between them. The root comes in millionths, so that what
// it is taken of comes in their squares.
constexpr std::uint64_t kDeviationsHundredth = 196;
constexpr std::uint64_t kHalfSquare = 1'920'800;                  // z^2 / 2.
constexpr std::uint64_t kQuarterSquareSquared = 960'400'000'000;  // z^2 / 4.
constexpr std::uint64_t kSquareTenThousandth = 38'416;            // z^2.
// More than anybody has; keeps the products below 2^64.
constexpr std::uint64_t kCountMax = 1'000'000'000;

[[nodiscard]] std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
    return a > kU64Max - b ? kU64Max : a + b;
}

// (w + z^2/2 - z * sqrt(w * l / n + z^2/4)) / (n + z^2), rounded down.
[[nodiscard]] std::uint64_t win_rate_low(std::uint64_t wins, std::uint64_t losses) {
    const std::uint64_t count = wins + losses;
    const std::uint64_t spread_square = sum_of(
        mul_div_ceil(wins * losses, kOne * kOne, count).value_or(kU64Max), kQuarterSquareSquared);
    const std::uint64_t spread =
        mul_div_ceil(square_root_ceil(spread_square), kDeviationsHundredth, 100).value_or(kU64Max);
    const std::uint64_t middle = wins * kOne + kHalfSquare;
    if (middle <= spread) {
        return 0;
    }
    constexpr std::uint64_t kTenThousand = 10'000;
    return mul_div_floor(middle - spread, kTenThousand, count * kTenThousand + kSquareTenThousandth)
        .value_or(0);
}

}  // namespace

KellyEstimate kelly_estimate(const StrategyResults& results) {
    KellyEstimate estimate;
    if (results.wins == 0) {
        return estimate;
    }
    estimate.win_rate =
        win_rate_low(std::min(results.wins, kCountMax), std::min(results.losses, kCountMax));
    estimate.win_mean = results.won / results.wins;
    estimate.loss_mean =
        results.losses == 0 ? 0 : mul_div_ceil(results.lost, 1, results.losses).value_or(kU64Max);
    const std::uint64_t against =
        mul_div_ceil(kOne - estimate.win_rate, estimate.loss_mean, estimate.win_mean)
            .value_or(kU64Max);
    estimate.fraction = estimate.win_rate > against ? estimate.win_rate - against : 0;
    return estimate;
}

}  // namespace sniperforge::risk
