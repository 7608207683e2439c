// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/course.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analytics/block_bootstrap.hpp"
#include "analytics/clusters.hpp"

namespace sniperforge::analytics {
namespace {

// The value below or at which the share of the sorted values lies; never between two of them.
double nearest_rank(const std::vector<double>& sorted, double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

Measured<ExcursionsOf> excursions_of_side(const Sample& sample, bool is_winner) {
    std::vector<double> adverse;
    std::vector<double> favorable;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        const auto& excursion = sample.trades()[i].excursion;
        if (excursion && (sample.net(i) > LamportsDelta{}) == is_winner) {
            adverse.push_back(static_cast<double>(excursion->adverse.raw()));
            favorable.push_back(static_cast<double>(excursion->favorable.raw()));
        }
    }
    if (adverse.empty()) {
        return std::unexpected{sample.is_empty() ? Lack::NoTrades : Lack::NotRecorded};
    }
    const std::size_t trades = adverse.size();
    return ExcursionsOf{trades, quantiles_of(std::move(adverse)),
                        quantiles_of(std::move(favorable))};
}

// Sums: edge without impact, 1/R. Value: stake of the largest profit.
std::optional<Local> capacity_statistic(const Moments& m) {
    if (!(m[1] > 0)) {
        return std::nullopt;
    }
    const double stake = m[0] / (4 * m[1]);
    return Local{stake, {1 / (4 * m[1]), -stake / m[1], 0}};
}

}  // namespace

Quantiles quantiles_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {nearest_rank(values, 0.5), nearest_rank(values, 0.9), values.back()};
}

Measured<Drawdown> max_drawdown(const Sample& sample) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    Drawdown deepest{Lamports{}, sample.period().from, sample.period().from, std::nullopt};
    LamportsDelta sum;
    LamportsDelta peak;
    LamportsDelta deepest_peak;
    WallTime peak_at = sample.period().from;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        const WallTime now = sample.trades()[i].closed_at;
        sum += sample.net(i);
        if (!deepest.depth.is_zero() && !deepest.recovered_at && sum >= deepest_peak) {
            deepest.recovered_at = now;
        }
        if (sum > peak) {
            peak = sum;
            peak_at = now;
        }
        const Lamports depth = (peak - sum).magnitude();
        if (depth > deepest.depth) {
            deepest = {depth, peak_at, now, std::nullopt};
            deepest_peak = peak;
        }
    }
    return deepest;
}

Excursions excursions_of(const Sample& sample) {
    std::vector<double> given_back;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        if (const auto& excursion = sample.trades()[i].excursion) {
            given_back.push_back(static_cast<double>(excursion->favorable.raw()) -
                                 sample.net_return(i) * static_cast<double>(kBasisPointsOne));
        }
    }
    Excursions all{excursions_of_side(sample, true), excursions_of_side(sample, false),
                   std::unexpected{sample.is_empty() ? Lack::NoTrades : Lack::NotRecorded}};
    if (!given_back.empty()) {
        all.given_back_bps_p50 = quantiles_of(std::move(given_back)).p50;
    }
    return all;
}

TimeInMarket time_in_market(const Sample& sample) {
    struct Edge {
        std::int64_t at;
        int change;
        Lamports stake;
    };
    std::vector<Edge> edges;
    double open_ns = 0;
    for (const TradeResult& trade : sample.trades()) {
        // A cycle begins and ends in one moment, in which it needs its stake beside the others'.
        const bool is_moment = trade.opened_at == trade.closed_at;
        const Lamports held = is_moment ? Lamports{} : trade.stake;
        if (trade.is_landed) {
            edges.push_back({trade.opened_at.ns, 1, held});
            edges.push_back({trade.closed_at.ns, -1, held});
        }
        if (is_moment) {
            edges.push_back({trade.opened_at.ns, 0, trade.stake});
        }
        open_ns += static_cast<double>(trade.closed_at.ns - trade.opened_at.ns);
    }
    // What closes in the moment that another one opens was not open with it.
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
        return std::pair{a.at, a.change} < std::pair{b.at, b.change};
    });
    TimeInMarket in_market;
    std::int64_t open = 0;
    std::int64_t open_max = 0;
    std::int64_t covered_ns = 0;
    Lamports staked;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (i > 0 && open > 0) {
            covered_ns += edges[i].at - edges[i - 1].at;
        }
        open += edges[i].change;
        open_max = std::max(open_max, open);
        // The stakes of a sample have a sum that fits.
        const Lamports with = staked + (edges[i].change < 0 ? Lamports{} : edges[i].stake);
        in_market.stake_max = std::max(in_market.stake_max, with);
        if (edges[i].change != 0) {
            staked = edges[i].change > 0 ? with : staked - edges[i].stake;
        }
    }
    const auto period_ns = static_cast<double>(sample.period().to.ns - sample.period().from.ns);
    in_market.share = static_cast<double>(covered_ns) / period_ns;
    in_market.open_mean = open_ns / period_ns;
    in_market.open_max = static_cast<std::size_t>(open_max);
    in_market.trades_per_day = static_cast<double>(sample.landed()) * 86'400e9 / period_ns;
    return in_market;
}

Measured<Capacity> capacity_of(const Sample& sample, const Resampling& how) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    const auto has_depth = [](const TradeResult& trade) {
        return trade.depth && !trade.depth->is_zero();
    };
    const Sample known = sample.where(has_depth);
    if (known.is_empty()) {
        return std::unexpected{Lack::NotRecorded};
    }
    const auto sums = cluster_sums(known, how.cluster, [&](std::size_t i) {
        const TradeResult& trade = known.trades()[i];
        // What failed moved no price.
        const auto stake = static_cast<double>(trade.is_landed ? trade.stake.raw() : 0);
        const auto depth = static_cast<double>(trade.depth->raw());
        return Moments{known.net_return(i) + 2 * stake / depth, 1 / depth, 0.0};
    });
    Capacity capacity;
    capacity.trades = known.trades().size();
    capacity.stake.value = capacity_statistic(means_of(sums))->value;
    if (capacity.trades >= kTradesMin) {
        capacity.stake.ci95 = block_bootstrap_ci95(sums, capacity_statistic, how);
    }
    capacity.stake.value = std::max(capacity.stake.value, 0.0);
    if (auto& interval = capacity.stake.ci95) {
        interval = Interval{std::max(interval->low, 0.0), std::max(interval->high, 0.0)};
    }
    return capacity;
}

}  // namespace sniperforge::analytics
