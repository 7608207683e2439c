// SPDX-License-Identifier: MIT
// Statistics of trades with their uncertainty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sniperforge::analytics {

struct Interval {
    double low = 0;
    double high = 0;
};

// 95 % percentile-bootstrap interval of the SUM of the values: resamples trades with replacement.
// Deterministic for a seed. Fewer than two values: both bounds equal the sum (no information).
[[nodiscard]] Interval bootstrap_sum_ci95(std::span<const std::int64_t> values, std::uint64_t seed,
                                          std::size_t resamples = 2'000);
// Wilson 95 % interval of a proportion. No trials: 0 to 1.
[[nodiscard]] Interval wilson_ci95(std::uint64_t successes, std::uint64_t trials);

}  // namespace sniperforge::analytics
