// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

// The 97.5 % quantile of the standard normal distribution.
constexpr double kZ95 = 1.959963984540054;

// A sum of 64-bit values fits into 128 bits and is rounded once.
double sum_of(std::span<const std::int64_t> values) {
    i128 sum = 0;
    for (const std::int64_t value : values) {
        sum += value;
    }
    return static_cast<double>(sum);
}

}  // namespace

Interval bootstrap_sum_ci95(std::span<const std::int64_t> values, std::uint64_t seed,
                            std::size_t resamples) {
    if (values.size() < 2 || resamples == 0) {
        const double sum = sum_of(values);
        return {sum, sum};
    }
    Rng rng{seed};
    std::vector<double> sums(resamples);
    for (double& resampled : sums) {
        i128 sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += values[rng.below(values.size())];
        }
        resampled = static_cast<double>(sum);
    }
    std::sort(sums.begin(), sums.end());
    // As many resamples below the interval as above it: 2.5 % each, rounded down.
    const std::size_t outside = resamples / 40;
    return {sums[outside], sums[resamples - 1 - outside]};
}

Interval wilson_ci95(std::uint64_t successes, std::uint64_t trials) {
    SF_ASSERT(successes <= trials);
    if (trials == 0) {
        return {0.0, 1.0};  // Nothing is known.
    }
    const auto n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    const double z2 = kZ95 * kZ95;
    const double scale = 1.0 / (1.0 + z2 / n);
    const double centre = p + z2 / (2.0 * n);
    const double half = kZ95 * std::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    // At the ends the formula gives exactly 0 and 1, rounding does not.
    return {successes == 0 ? 0.0 : std::max(0.0, (centre - half) * scale),
            successes == trials ? 1.0 : std::min(1.0, (centre + half) * scale)};
}

}  // namespace sniperforge::analytics
