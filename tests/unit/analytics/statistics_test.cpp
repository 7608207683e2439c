// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::analytics {
namespace {

// Reference values: Wilson's formula evaluated with 30 digits.
TEST(Wilson, AgreesWithKnownValues) {
    const auto eight_of_ten = wilson_ci95(8, 10);
    EXPECT_NEAR(eight_of_ten.low, 0.4901624715, 1e-9);
    EXPECT_NEAR(eight_of_ten.high, 0.9433178485, 1e-9);
    const auto half = wilson_ci95(50, 100);
    EXPECT_NEAR(half.low, 0.4038315304, 1e-9);
    EXPECT_NEAR(half.high, 0.5961684696, 1e-9);
}

TEST(Wilson, EndsAtZeroAndOneExactly) {
    const auto none = wilson_ci95(0, 10);
    EXPECT_EQ(none.low, 0.0);
    EXPECT_NEAR(none.high, 0.2775327999, 1e-9);
    const auto all = wilson_ci95(10, 10);
    EXPECT_NEAR(all.low, 0.7224672001, 1e-9);
    EXPECT_EQ(all.high, 1.0);
}

TEST(Wilson, KnowsNothingWithoutTrials) {
    const auto unknown = wilson_ci95(0, 0);
    EXPECT_EQ(unknown.low, 0.0);
    EXPECT_EQ(unknown.high, 1.0);
}

TEST(Bootstrap, GivesNoInformationForFewerThanTwoValues) {
    EXPECT_EQ(bootstrap_sum_ci95({}, 1).low, 0.0);
    const std::vector<std::int64_t> one = {-7};
    EXPECT_EQ(bootstrap_sum_ci95(one, 1).low, -7.0);
    EXPECT_EQ(bootstrap_sum_ci95(one, 1).high, -7.0);
    const std::vector<std::int64_t> two = {-7, 7};
    EXPECT_LT(bootstrap_sum_ci95(two, 1).low, bootstrap_sum_ci95(two, 1).high);
    EXPECT_EQ(bootstrap_sum_ci95(two, 1, 0).low, 0.0);
}

TEST(Bootstrap, IsTheSameForTheSameSeed) {
    const std::vector<std::int64_t> values = {5, -3, 8, 1, -9, 4};
    const auto first = bootstrap_sum_ci95(values, 42);
    const auto second = bootstrap_sum_ci95(values, 42);
    EXPECT_EQ(first.low, second.low);
    EXPECT_EQ(first.high, second.high);
}

TEST(Bootstrap, OfEqualValuesIsTheirSum) {
    const std::vector<std::int64_t> values(50, 3);
    EXPECT_EQ(bootstrap_sum_ci95(values, 9).low, 150.0);
    EXPECT_EQ(bootstrap_sum_ci95(values, 9).high, 150.0);
}

// For a sum of many values the interval is close to the normal one: sum ± 1.96 sd sqrt(n).
TEST(Bootstrap, ApproachesTheNormalInterval) {
    Rng rng{1};
    std::vector<std::int64_t> values;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 400; ++i) {
        const auto value = static_cast<std::int64_t>(1'000.0 * rng.normal());
        values.push_back(value);
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const double deviation = std::sqrt(squares - sum * sum / 400.0);  // sd * sqrt(n).
    const auto interval = bootstrap_sum_ci95(values, 5, 20'000);
    EXPECT_NEAR(interval.low, sum - 1.96 * deviation, 0.06 * deviation);
    EXPECT_NEAR(interval.high, sum + 1.96 * deviation, 0.06 * deviation);
}

TEST(Bootstrap, SumsTheLargestValuesWithoutOverflow) {
    const std::vector<std::int64_t> values(4, std::numeric_limits<std::int64_t>::max());
    EXPECT_DOUBLE_EQ(bootstrap_sum_ci95(values, 1).high, 4.0 * 9.223372036854775807e18);
}

}  // namespace
}  // namespace sniperforge::analytics
