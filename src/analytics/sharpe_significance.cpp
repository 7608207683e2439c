// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/sharpe_significance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analytics/normal.hpp"

namespace sniperforge::analytics {
namespace {

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

}  // namespace

Measured<ReturnShape> shape_of(std::span<const double> returns) {
    if (returns.size() < 2) {
        return std::unexpected{Lack::TooFewClusters};
    }
    const double mean = mean_of(returns);
    double largest = 0;
    for (const double value : returns) {
        largest = std::max(largest, std::abs(value));
    }
    // In units of the largest, so that fourth powers of lamports stay within reason.
    double second = 0;
    double third = 0;
    double fourth = 0;
    for (const double value : returns) {
        const double d = largest > 0 ? (value - mean) / largest : 0;
        second += d * d;
        third += d * d * d;
        fourth += d * d * d * d;
    }
    const auto n = static_cast<double>(returns.size());
    const double variance = second / n;
    if (!(variance > 1e-24)) {  // What rounding leaves of equal values.
        return std::unexpected{Lack::NoVariation};
    }
    ReturnShape shape;
    shape.count = returns.size();
    shape.sharpe = mean / largest / std::sqrt(second / (n - 1));
    shape.skewness = third / n / std::pow(variance, 1.5);
    shape.kurtosis = fourth / n / (variance * variance);
    return shape;
}

Measured<double> probabilistic_sharpe(const ReturnShape& shape, double benchmark) {
    if (shape.count < 2) {
        return std::unexpected{Lack::TooFewClusters};
    }
    const double sr = shape.sharpe;
    const double variance = 1 - shape.skewness * sr + (shape.kurtosis - 1) / 4 * sr * sr;
    // 0 where there are two values only and the ratio is just so: its error is not of this order.
    if (!(variance > 1e-12)) {
        return std::unexpected{Lack::NoVariation};
    }
    return normal_cdf((sr - benchmark) * std::sqrt(static_cast<double>(shape.count) - 1) /
                      std::sqrt(variance));
}

Trials trials_of(std::span<const double> sharpes) {
    Trials trials{sharpes.size(), 0};
    if (sharpes.size() < 2) {
        return trials;
    }
    const double mean = mean_of(sharpes);
    for (const double sharpe : sharpes) {
        trials.sharpe_variance += (sharpe - mean) * (sharpe - mean);
    }
    trials.sharpe_variance /= static_cast<double>(sharpes.size() - 1);
    return trials;
}

Measured<double> sharpe_max_expected(const Trials& trials) {
    if (trials.count == 0) {
        return std::unexpected{Lack::NotRecorded};
    }
    if (trials.count == 1) {
        return 0.0;  // Nothing was chosen from.
    }
    const auto n = static_cast<double>(trials.count);
    // Quantiles of 1 - 1/N and 1 - 1/(N e), from the other side to keep their digits.
    const double first = -normal_quantile(1 / n);
    const double second = -normal_quantile(1 / (n * std::numbers::e));
    return std::sqrt(trials.sharpe_variance) *
           ((1 - std::numbers::egamma) * first + std::numbers::egamma * second);
}

Measured<double> deflated_sharpe(const ReturnShape& shape, const Trials& trials) {
    const auto benchmark = sharpe_max_expected(trials);
    if (!benchmark) {
        return benchmark;
    }
    return probabilistic_sharpe(shape, *benchmark);
}

}  // namespace sniperforge::analytics
