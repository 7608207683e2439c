// SPDX-License-Identifier: MIT
#include "analytics/normal.hpp"

#include <cmath>
#include <numbers>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_quantile(double probability) {
    SF_ASSERT(probability > 0 && probability < 1);
    // The upper half would lose the digits of 1 - p, and both halves are alike.
    if (probability > 0.5) {
        return -normal_quantile(1.0 - probability);
    }
    // Starts within 4.5e-4 (Abramowitz and Stegun 26.2.23); each step of Halley triples the digits.
    const double t = std::sqrt(-2.0 * std::log(probability));
    double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                         (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int i = 0; i < 2; ++i) {
        const double density =
            std::exp(-0.5 * x * x) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
        const double step = (normal_cdf(x) - probability) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    return x;
}

}  // namespace sniperforge::analytics
