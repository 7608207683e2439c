// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/performance.hpp"

#include <algorithm>
#include <cmath>

#include "analytics/block_bootstrap.hpp"
#include "analytics/clusters.hpp"

namespace sniperforge::analytics {
namespace {

// A variance below this share of the square is rounding.
constexpr double kVarianceNoise = 1e-12;

// A function of mean = S/c and q = Q/c with the derivatives `by_mean` and `by_q`.
Local of_mean_and_square(const Moments& m, double value, double by_mean, double by_q) {
    const double mean = m[1] / m[0];
    const double q = m[2] / m[0];
    return {value, {-(by_mean * mean + by_q * q) / m[0], by_mean / m[0], by_q / m[0]}};
}

// Sums: count, x, x^2. Value: mean over standard deviation (of the population).
std::optional<Local> sharpe_statistic(const Moments& m) {
    if (!(m[0] > 0)) {
        return std::nullopt;
    }
    const double mean = m[1] / m[0];
    const double q = m[2] / m[0];
    const double variance = q - mean * mean;
    if (!(variance > kVarianceNoise * q)) {
        return std::nullopt;
    }
    const double s = std::sqrt(variance);
    return of_mean_and_square(m, mean / s, 1 / s + mean * mean / (variance * s),
                              -mean / (2 * variance * s));
}

// Sums: count, x, min(x, 0)^2. Value: mean over downside deviation from 0.
std::optional<Local> sortino_statistic(const Moments& m) {
    if (!(m[0] > 0) || !(m[2] > 0)) {
        return std::nullopt;
    }
    const double mean = m[1] / m[0];
    const double q = m[2] / m[0];
    const double d = std::sqrt(q);
    return of_mean_and_square(m, mean / d, 1 / d, -mean / (2 * q * d));
}

// Sums: won, lost. Value: logarithm of their ratio, which is nearer to a normal one.
std::optional<Local> log_ratio_statistic(const Moments& m) {
    if (!(m[0] > 0) || !(m[1] > 0)) {
        return std::nullopt;
    }
    return Local{std::log(m[0] / m[1]), {1 / m[0], -1 / m[1], 0}};
}

// Too few trades to begin with, or else what the resampling says.
Measured<Interval> interval_of(const Sample& sample, const std::vector<Moments>& sums,
                               Statistic statistic, const Resampling& how) {
    if (sample.trades().size() < kTradesMin) {
        return std::unexpected{Lack::TooFewTrades};
    }
    return block_bootstrap_ci95(sums, statistic, how);
}

Estimate scaled(double value, const Measured<Interval>& interval, double factor) {
    Estimate estimate{value * factor, interval};
    if (estimate.ci95) {
        estimate.ci95->low *= factor;
        estimate.ci95->high *= factor;
    }
    return estimate;
}

// From deviations of the population to those of a sample.
double sample_correction(std::size_t count) {
    const auto n = static_cast<double>(count);
    return std::sqrt((n - 1) / n);
}

template <typename Of>
Measured<Estimate> mean_per_trade(const Sample& sample, const Resampling& how, Of value_of) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    const auto sums = cluster_sums(sample, how.cluster,
                                   [&](std::size_t i) { return Moments{1.0, value_of(i), 0.0}; });
    const auto local = mean_statistic(means_of(sums));
    return Estimate{local->value, interval_of(sample, sums, mean_statistic, how)};
}

Moments downside_row(double x) {
    const double below = std::min(x, 0.0);
    return {1.0, x, below * below};
}

// A ratio per trade: undefined for fewer than two trades, or as `lack` says.
Measured<Estimate> ratio_per_trade(const Sample& sample, const Resampling& how,
                                   const std::vector<Moments>& sums, Statistic statistic, Lack lack,
                                   double factor) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    if (sample.trades().size() < 2) {
        return std::unexpected{Lack::TooFewTrades};
    }
    const auto local = statistic(means_of(sums));
    if (!local) {
        return std::unexpected{lack};
    }
    return scaled(local->value, interval_of(sample, sums, statistic, how), factor);
}

// Days of the sample in units of the largest, so that squares of lamports stay near one.
std::vector<double> daily_scaled(const Sample& sample) {
    std::vector<double> days = daily_nets(sample);
    double largest = 0;
    for (const double day : days) {
        largest = std::max(largest, std::abs(day));
    }
    for (double& day : days) {
        day = largest > 0 ? day / largest : 0;
    }
    return days;
}

template <typename Row>
Measured<Estimate> ratio_per_year(const Sample& sample, const Resampling& how, Row row,
                                  Statistic statistic, Lack lack, bool is_corrected) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    const std::vector<double> days = daily_scaled(sample);
    if (days.size() < 2) {
        return std::unexpected{Lack::TooFewClusters};
    }
    std::vector<Moments> sums;
    sums.reserve(days.size());
    for (const double day : days) {
        sums.push_back(row(day));
    }
    const auto local = statistic(means_of(sums));
    if (!local) {
        return std::unexpected{lack};
    }
    const double correction = is_corrected ? sample_correction(days.size()) : 1.0;
    return scaled(local->value, interval_of(sample, sums, statistic, how),
                  correction * std::sqrt(kDaysPerYear));
}

}  // namespace

Measured<Interval> WinRate::widest() const {
    Measured<Interval> other = clustered;
    if (!clustered && clustered.error() == Lack::NoVariation) {
        const std::uint64_t whole = wins * clusters;  // In parts of a trade.
        other = Interval{wilson_ci95(whole / attempts, clusters).low,
                         wilson_ci95((whole + attempts - 1) / attempts, clusters).high};
    }
    if (!other) {
        return other;
    }
    return Interval{std::min(wilson.low, other->low), std::max(wilson.high, other->high)};
}

Measured<double> WinRate::of_landed() const {
    if (landed == 0) {
        return std::unexpected{Lack::NoTrades};
    }
    return static_cast<double>(wins) / static_cast<double>(landed);
}

Measured<WinRate> win_rate_of(const Sample& sample, const Resampling& resampling) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    WinRate rate;
    rate.attempts = sample.trades().size();
    rate.landed = sample.landed();
    const auto sums = cluster_sums(sample, resampling.cluster, [&](std::size_t i) {
        const bool is_won = sample.net(i) > LamportsDelta{};
        rate.wins += is_won ? 1 : 0;
        return Moments{1.0, is_won ? 1.0 : 0.0, 0.0};
    });
    rate.clusters = static_cast<std::uint64_t>(
        std::count_if(sums.begin(), sums.end(), [](const Moments& sum) { return sum[0] > 0; }));
    rate.value = static_cast<double>(rate.wins) / static_cast<double>(rate.attempts);
    rate.wilson = wilson_ci95(rate.wins, rate.attempts);
    rate.clustered = interval_of(sample, sums, mean_statistic, resampling);
    if (rate.clustered) {
        rate.clustered->low = std::clamp(rate.clustered->low, 0.0, 1.0);
        rate.clustered->high = std::clamp(rate.clustered->high, 0.0, 1.0);
    }
    return rate;
}

Measured<Estimate> expectancy_lamports(const Sample& sample, const Resampling& how) {
    return mean_per_trade(sample, how,
                          [&](std::size_t i) { return static_cast<double>(sample.net(i).raw()); });
}

Measured<Estimate> expectancy_bps(const Sample& sample, const Resampling& how) {
    return mean_per_trade(sample, how, [&](std::size_t i) {
        return sample.net_return(i) * static_cast<double>(kBasisPointsOne);
    });
}

Measured<Estimate> profit_factor(const Sample& sample, const Resampling& how) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    const auto sums = cluster_sums(sample, how.cluster, [&](std::size_t i) {
        const auto net = static_cast<double>(sample.net(i).raw());
        return Moments{std::max(net, 0.0), std::max(-net, 0.0), 0.0};
    });
    const Moments means = means_of(sums);
    if (!(means[1] > 0)) {
        return std::unexpected{Lack::NoLoss};
    }
    if (!(means[0] > 0)) {
        return Estimate{0.0, std::unexpected{Lack::NoWin}};
    }
    Estimate estimate{means[0] / means[1], interval_of(sample, sums, log_ratio_statistic, how)};
    if (estimate.ci95) {
        estimate.ci95 = Interval{std::exp(estimate.ci95->low), std::exp(estimate.ci95->high)};
    }
    return estimate;
}

Measured<Estimate> sharpe_per_trade(const Sample& sample, const Resampling& how) {
    const auto sums = cluster_sums(sample, how.cluster, [&](std::size_t i) {
        const double x = sample.net_return(i);
        return Moments{1.0, x, x * x};
    });
    return ratio_per_trade(sample, how, sums, sharpe_statistic, Lack::NoVariation,
                           sample_correction(std::max<std::size_t>(sample.trades().size(), 1)));
}

Measured<Estimate> sortino_per_trade(const Sample& sample, const Resampling& how) {
    const auto sums = cluster_sums(
        sample, how.cluster, [&](std::size_t i) { return downside_row(sample.net_return(i)); });
    return ratio_per_trade(sample, how, sums, sortino_statistic, Lack::NoLoss, 1.0);
}

std::vector<double> daily_nets(const Sample& sample) {
    const auto sums = cluster_sums(sample, Cluster::Day, [&](std::size_t i) {
        return Moments{static_cast<double>(sample.net(i).raw()), 0.0, 0.0};
    });
    std::vector<double> days;
    days.reserve(sums.size());
    for (const Moments& sum : sums) {
        days.push_back(sum[0]);
    }
    return days;
}

Measured<Estimate> sharpe_annual(const Sample& sample, const Resampling& how) {
    return ratio_per_year(
        sample, how, [](double x) { return Moments{1.0, x, x * x}; }, sharpe_statistic,
        Lack::NoVariation, true);
}

Measured<Estimate> sortino_annual(const Sample& sample, const Resampling& how) {
    return ratio_per_year(sample, how, downside_row, sortino_statistic, Lack::NoLoss, false);
}

}  // namespace sniperforge::analytics
