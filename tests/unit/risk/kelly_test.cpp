// SPDX-License-Identifier: MIT
// Expected values by hand, and by an independent calculation with the formula in floating point.
#include "sniperforge/risk/kelly.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace sniperforge::risk {
namespace {

// So many, each of so many millionths of its stake.
[[nodiscard]] StrategyResults results(std::uint64_t wins, std::uint64_t win, std::uint64_t losses,
                                      std::uint64_t loss) {
    return {.losses = losses, .wins = wins, .lost = losses * loss, .won = wins * win};
}

TEST(Kelly, WithoutResultsThereIsNoEdge) {
    EXPECT_EQ(kelly_estimate({}).fraction, 0U);
    EXPECT_EQ(kelly_estimate(results(0, 0, 50, 100'000)).fraction, 0U);
}

TEST(Kelly, TheWinRateIsTheLowerEndOfWilsonsInterval) {
    for (const std::uint64_t count : {1, 2, 10, 100, 5'000}) {
        for (std::uint64_t wins = 1; wins <= count; wins += 1 + count / 7) {
            const double n = static_cast<double>(count), p = static_cast<double>(wins) / n;
            const double z = 1.96;
            const double low =
                (p + z * z / (2 * n) - z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
                (1 + z * z / n);
            const auto rate = static_cast<double>(
                kelly_estimate(results(wins, 100'000, count - wins, 100'000)).win_rate);
            EXPECT_LE(rate, low * 1e6 + 1e-3) << wins << " of " << count;  // Against us.
            EXPECT_GE(rate, low * 1e6 - 4) << wins << " of " << count;
        }
    }
}

// Half are won, and a win is half as much again as a loss. 0.4038 - 0.5962 / 1.5 = 0.0064 by 100
// results; what would be a sixth if the rate were known is nothing before some 90.
TEST(Kelly, AnEdgeIsMeasuredOnlyByEnoughResults) {
    EXPECT_EQ(kelly_estimate(results(40, 150'000, 40, 100'000)).fraction, 0U);
    const KellyEstimate measured = kelly_estimate(results(50, 150'000, 50, 100'000));
    EXPECT_EQ(measured.win_rate, 403'829U);
    EXPECT_EQ(measured.win_mean, 150'000U);
    EXPECT_EQ(measured.loss_mean, 100'000U);
    EXPECT_NEAR(static_cast<double>(measured.fraction), 6'382, 3);
    EXPECT_GT(kelly_estimate(results(5'000, 150'000, 5'000, 100'000)).fraction, 140'000U);
}

// Win rate 0.5 in the middle, wins as large as losses: never an edge, however many.
TEST(Kelly, AFairGameHasNoEdgeHoweverOftenItIsPlayed) {
    for (const std::uint64_t half : {10, 1'000, 1'000'000}) {
        EXPECT_EQ(kelly_estimate(results(half, 100'000, half, 100'000)).fraction, 0U);
    }
}

TEST(Kelly, WithoutALossTheStakeIsTheLowerWinRate) {
    const KellyEstimate estimate = kelly_estimate(results(30, 10'000, 0, 0));
    EXPECT_EQ(estimate.fraction, estimate.win_rate);
    EXPECT_GT(estimate.fraction, 800'000U);
    EXPECT_LT(estimate.fraction, 1'000'000U);
}

TEST(Kelly, WinsOfNothingAreNoEdge) {
    EXPECT_EQ(kelly_estimate(results(100, 0, 10, 100'000)).fraction, 0U);
}

TEST(Kelly, TheLargestNumbersGiveNoMoreThanAll) {
    const KellyEstimate most = kelly_estimate({.losses = ~std::uint64_t{0} / 2,
                                               .wins = ~std::uint64_t{0} / 2,
                                               .lost = ~std::uint64_t{0},
                                               .won = ~std::uint64_t{0}});
    EXPECT_LE(most.win_rate, 1'000'000U);
    EXPECT_EQ(most.fraction, 0U);
}

}  // namespace
}  // namespace sniperforge::risk
