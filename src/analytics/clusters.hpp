// SPDX-License-Identifier: MIT
// Sums of a sample per day or hour of its period, those without a trade as zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analytics/block_bootstrap.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

[[nodiscard]] inline std::int64_t cluster_index(WallTime time, Cluster cluster) {
    return cluster == Cluster::Day ? time.utc_day() : time.seconds() / 3'600;
}
// Days (hours) that the period touches.
[[nodiscard]] inline std::size_t cluster_count(Period period, Cluster cluster) {
    const WallTime last{period.to.ns - 1};
    return static_cast<std::size_t>(cluster_index(last, cluster) -
                                    cluster_index(period.from, cluster)) +
           1;
}
// By the time of closing. `row(i)` is what trade i adds.
template <typename Row>
[[nodiscard]] std::vector<Moments> cluster_sums(const Sample& sample, Cluster cluster, Row row) {
    std::vector<Moments> sums(cluster_count(sample.period(), cluster));
    const std::int64_t first = cluster_index(sample.period().from, cluster);
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        const auto at = cluster_index(sample.trades()[i].closed_at, cluster) - first;
        Moments& sum = sums[static_cast<std::size_t>(at)];
        const Moments more = row(i);
        for (std::size_t k = 0; k < sum.size(); ++k) {
            sum[k] += more[k];
        }
    }
    return sums;
}

}  // namespace sniperforge::analytics
