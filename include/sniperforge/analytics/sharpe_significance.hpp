// SPDX-License-Identifier: MIT
// How likely a Sharpe ratio is to be above a benchmark, given the shape of the returns
// (probabilistic Sharpe ratio), and above what the best of many worthless trials would have shown
// (deflated Sharpe ratio). Bailey and Lopez de Prado 2012 and 2014.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sniperforge/analytics/figure.hpp"

namespace sniperforge::analytics {

struct ReturnShape {
    std::size_t count = 0;
    double sharpe = 0;    // Per observation, never annualised here.
    double skewness = 0;  // 0 for a normal distribution.
    double kurtosis = 3;  // 3 for a normal distribution.
};
// At least two values, not all the same.
[[nodiscard]] Measured<ReturnShape> shape_of(std::span<const double> returns);

// Probability that the true ratio is above `benchmark` (per observation, too).
[[nodiscard]] Measured<double> probabilistic_sharpe(const ReturnShape& shape, double benchmark);

// Everything that was tried before this result was chosen, the rejected as well.
struct Trials {
    std::uint64_t count = 0;     // 0: nobody counted, so nothing can be deflated.
    double sharpe_variance = 0;  // Across trials, of ratios per observation.
};
[[nodiscard]] Trials trials_of(std::span<const double> sharpes);
// The highest ratio to expect of so many trials without any edge; 0 for a single one.
[[nodiscard]] Measured<double> sharpe_max_expected(const Trials& trials);
[[nodiscard]] Measured<double> deflated_sharpe(const ReturnShape& shape, const Trials& trials);

}  // namespace sniperforge::analytics
