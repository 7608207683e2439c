// SPDX-License-Identifier: MIT
// The standard normal distribution.
#pragma once

namespace sniperforge::analytics {

[[nodiscard]] double normal_cdf(double x);
// The x below which `probability` of it lies; 0 < probability < 1.
[[nodiscard]] double normal_quantile(double probability);

}  // namespace sniperforge::analytics
