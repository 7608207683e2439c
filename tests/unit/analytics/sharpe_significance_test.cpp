// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/sharpe_significance.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "sniperforge/analytics/performance.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

// The worked example of Bailey and Lopez de Prado, "The Deflated Sharpe Ratio" (2014): an annual
// ratio of 2.5 over 1,250 of 250 days a year, skewness -3, kurtosis 10, variance of annual ratios
// 1/2. The paper: the best of 100 trials is expected at 0.1132 a day, and 2.5 is worth 0.9004; 46
// trials would have left 0.9505, and 88 if the returns were normal.
TEST(DeflatedSharpe, AgreesWithItsAuthorsExample) {
    const ReturnShape shape{1'250, 2.5 / std::sqrt(250.0), -3, 10};
    const double variance = 0.5 / 250;
    EXPECT_NEAR(*sharpe_max_expected({100, variance}), 0.1132, 5e-5);
    EXPECT_NEAR(*deflated_sharpe(shape, {100, variance}), 0.9004, 5e-5);
    EXPECT_NEAR(*deflated_sharpe(shape, {46, variance}), 0.9505, 5e-5);
    const ReturnShape normal{1'250, 2.5 / std::sqrt(250.0), 0, 3};
    EXPECT_NEAR(*deflated_sharpe(normal, {88, variance}), 0.9505, 5e-5);
}

// Reference values: NumPy and SciPy on the same days.
TEST(DeflatedSharpe, AgreesWithSciPyOnDailyResults) {
    const auto shape = shape_of(daily_nets(test::reference_sample()));
    ASSERT_TRUE(shape);
    EXPECT_EQ(shape->count, 12U);
    EXPECT_NEAR(shape->sharpe, 0.37502705259861063, 1e-12);
    EXPECT_NEAR(shape->skewness, 0.7685204865606649, 1e-12);
    EXPECT_NEAR(shape->kurtosis, 3.397748422195579, 1e-12);
    EXPECT_NEAR(*probabilistic_sharpe(*shape, 0), 0.9183482378354506, 1e-12);
    EXPECT_NEAR(*probabilistic_sharpe(*shape, 0.1), 0.8466870810063195, 1e-12);

    const auto trials = trials_of(std::array{0.1, 0.25, -0.05, 0.3, 0.12});
    EXPECT_EQ(trials.count, 5U);
    EXPECT_NEAR(trials.sharpe_variance, 0.01893, 1e-15);
    EXPECT_NEAR(*sharpe_max_expected(trials), 0.16408463956837901, 1e-12);
    EXPECT_NEAR(*deflated_sharpe(*shape, trials), 0.7835130744507252, 1e-12);
}

TEST(DeflatedSharpe, OfASingleTrialIsTheProbabilisticOne) {
    const ReturnShape shape{100, 0.2, -0.5, 4};
    EXPECT_EQ(*sharpe_max_expected({1, 0.3}), 0);
    EXPECT_EQ(*deflated_sharpe(shape, {1, 0.3}), *probabilistic_sharpe(shape, 0));
    EXPECT_LT(*deflated_sharpe(shape, {2, 0.3}), *deflated_sharpe(shape, {1, 0.3}));
}

TEST(DeflatedSharpe, DoesNotExistWhereTrialsWereNotCounted) {
    EXPECT_EQ(deflated_sharpe({100, 0.2, 0, 3}, {}).error(), Lack::NotRecorded);
}

TEST(DeflatedSharpe, FallsWithEachTrial) {
    const ReturnShape shape{250, 0.15, 0, 3};
    double before = 1;
    for (const std::uint64_t trials : std::array<std::uint64_t, 6>{1, 2, 5, 20, 100, 10'000}) {
        const double now = *deflated_sharpe(shape, {trials, 0.004});
        EXPECT_LT(now, before) << trials;
        before = now;
    }
}

TEST(ReturnShape, NeedsTwoValuesThatDiffer) {
    EXPECT_EQ(shape_of({}).error(), Lack::TooFewClusters);
    EXPECT_EQ(shape_of(std::array{1.0}).error(), Lack::TooFewClusters);
    EXPECT_EQ(shape_of(std::array{0.0, 0.0}).error(), Lack::NoVariation);
    EXPECT_EQ(shape_of(std::vector<double>(30, 0.1)).error(), Lack::NoVariation);
    EXPECT_TRUE(shape_of(std::array{1.0, 2.0}));
}

// With a skewness of 1 and a kurtosis of 2, which two values can have, at a ratio of 2 the formula
// has no error left, and a division by it would make any result certain.
TEST(ProbabilisticSharpe, IsNotCertainWhereItsFormulaEnds) {
    EXPECT_EQ(probabilistic_sharpe({10, 2.0, 1, 2}, 0).error(), Lack::NoVariation);
    EXPECT_TRUE(probabilistic_sharpe({10, 1.9, 1, 2}, 0));
    EXPECT_EQ(probabilistic_sharpe({1, 1, 0, 3}, 0).error(), Lack::TooFewClusters);
}

}  // namespace
}  // namespace sniperforge::analytics
