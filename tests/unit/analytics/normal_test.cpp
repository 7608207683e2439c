// SPDX-License-Identifier: MIT
#include "analytics/normal.hpp"

#include <gtest/gtest.h>

namespace sniperforge::analytics {
namespace {

// Reference values: scipy.stats.norm.
TEST(Normal, AgreesWithKnownValues) {
    EXPECT_NEAR(normal_cdf(-6) / 9.865876450376946e-10, 1, 1e-12);
    EXPECT_NEAR(normal_cdf(-1.5), 0.06680720126885807, 1e-15);
    EXPECT_EQ(normal_cdf(0), 0.5);
    EXPECT_NEAR(normal_cdf(0.7), 0.758036347776927, 1e-15);
    EXPECT_NEAR(normal_cdf(3), 0.9986501019683699, 1e-15);

    EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-12);
    EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-13);
    EXPECT_NEAR(normal_quantile(0.3), -0.5244005127080409, 1e-14);
    EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
}

TEST(Normal, QuantileIsTheInverseEverywhere) {
    for (int i = 1; i < 1'000; ++i) {
        const double probability = i / 1'000.0;
        EXPECT_NEAR(normal_cdf(normal_quantile(probability)), probability, 1e-14);
    }
}

}  // namespace
}  // namespace sniperforge::analytics
