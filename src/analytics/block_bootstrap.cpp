// SPDX-License-Identifier: MIT
#include "analytics/block_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::analytics {
namespace {

// Below this share of the square it is rounding, not spread.
constexpr double kNoise = 1e-20;

void add_to(Moments& sums, const Moments& more) {
    for (std::size_t k = 0; k < sums.size(); ++k) {
        sums[k] += more[k];
    }
}

// Mean of each block of `length` clusters, the first following on the last.
std::vector<Moments> block_means(std::span<const Moments> clusters, std::size_t length) {
    std::vector<Moments> blocks(clusters.size());
    for (std::size_t start = 0; start < clusters.size(); ++start) {
        for (std::size_t i = 0; i < length; ++i) {
            add_to(blocks[start], clusters[(start + i) % clusters.size()]);
        }
        for (double& value : blocks[start]) {
            value /= static_cast<double>(length);
        }
    }
    return blocks;
}

// How far the statistic is moved by this block, to first order.
double influence(const Moments& block, const Moments& means, const Moments& gradient) {
    double sum = 0;
    for (std::size_t k = 0; k < means.size(); ++k) {
        sum += gradient[k] * (block[k] - means[k]);
    }
    return sum;
}

struct Spread {
    Local local;
    double error = 0;  // Standard error of the value; 0: no spread.
};

// `count` blocks, `at(j)` the j-th of them; `independent` is how many of them do not overlap.
template <typename At>
std::optional<Spread> spread_of(std::size_t count, double independent, Statistic statistic, At at) {
    Moments means{};
    for (std::size_t j = 0; j < count; ++j) {
        add_to(means, at(j));
    }
    for (double& value : means) {
        value /= static_cast<double>(count);
    }
    const auto local = statistic(means);
    if (!local) {
        return std::nullopt;
    }
    double squares = 0;
    for (std::size_t j = 0; j < count; ++j) {
        const double moved = influence(at(j), means, local->gradient);
        squares += moved * moved;
    }
    const double variance = squares / static_cast<double>(count) / independent;
    if (!(variance > kNoise * local->value * local->value) || !std::isfinite(variance)) {
        return Spread{*local, 0.0};
    }
    return Spread{*local, std::sqrt(variance)};
}

}  // namespace

std::size_t block_length(std::size_t clusters) {
    std::size_t length = 1;
    while (length * length * length < clusters) {
        ++length;
    }
    return length;
}

Moments means_of(std::span<const Moments> clusters) {
    Moments means{};
    for (const Moments& cluster : clusters) {
        add_to(means, cluster);
    }
    for (double& value : means) {
        value /= static_cast<double>(std::max<std::size_t>(clusters.size(), 1));
    }
    return means;
}

std::optional<Local> mean_statistic(const Moments& m) {
    if (!(m[0] > 0)) {
        return std::nullopt;
    }
    const double mean = m[1] / m[0];
    return Local{mean, {-mean / m[0], 1 / m[0], 0}};
}

Measured<Interval> block_bootstrap_ci95(std::span<const Moments> clusters, Statistic statistic,
                                        const Resampling& how) {
    if (clusters.size() < kClustersMin) {
        return std::unexpected{Lack::TooFewClusters};
    }
    const std::size_t length = block_length(clusters.size());
    const std::vector<Moments> blocks = block_means(clusters, length);
    const std::size_t drawn = (clusters.size() + length - 1) / length;
    const auto data =
        spread_of(blocks.size(), static_cast<double>(clusters.size()) / static_cast<double>(length),
                  statistic, [&](std::size_t j) -> const Moments& { return blocks[j]; });
    if (!data || data->error == 0) {
        return std::unexpected{Lack::NoVariation};
    }
    Rng rng{how.seed};
    std::vector<double> distances;
    distances.reserve(how.resamples);
    std::vector<std::size_t> starts(drawn);
    for (std::size_t i = 0; i < how.resamples; ++i) {
        for (std::size_t& start : starts) {
            start = rng.below(blocks.size());
        }
        const auto one =
            spread_of(drawn, static_cast<double>(drawn), statistic,
                      [&](std::size_t j) -> const Moments& { return blocks[starts[j]]; });
        if (one && one->error > 0) {
            distances.push_back((one->local.value - data->local.value) / one->error);
        }
    }
    // A resample that cannot be measured may lie anywhere, so it counts for both ends.
    const std::size_t outside = how.resamples / 40;
    const std::size_t unknown = how.resamples - distances.size();
    if (unknown >= outside) {
        return std::unexpected{Lack::NoVariation};
    }
    std::sort(distances.begin(), distances.end());
    const std::size_t skip = outside - unknown;
    return Interval{
        data->local.value - data->error * distances[distances.size() - 1 - skip],
        data->local.value - data->error * distances[skip],
    };
}

}  // namespace sniperforge::analytics
