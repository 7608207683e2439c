// SPDX-License-Identifier: MIT
// What a sample of trades earned, net of all costs, with intervals. An attempt that failed is one
// that lost its fees: it counts wherever a trade does. Trades of one day share its
// market and are resampled together: twenty that won in the same rally are one observation.
// Formulas and what they do not say: docs/evidence.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sniperforge/analytics/figure.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

// What is resampled together. Hours are for recordings too short to have days, and what rests on
// them is never more than a hypothesis.
enum class Cluster : std::uint8_t { Day, Hour };

struct Resampling {
    std::uint64_t seed = 1;
    std::size_t resamples = 2'000;
    Cluster cluster = Cluster::Day;
};

// Fewer of them cover less often than they say (measured, docs/evidence.md).
inline constexpr std::size_t kTradesMin = 10;
inline constexpr std::size_t kClustersMin = 20;
// Markets never close.
inline constexpr double kDaysPerYear = 365.0;

struct WinRate {
    std::uint64_t wins = 0;      // Net above zero; nothing gained is not won.
    std::uint64_t attempts = 0;  // What landed, and what failed.
    std::uint64_t landed = 0;
    double value = 0;              // Of the attempts, and so are the intervals.
    Interval wilson;               // As if trades were independent.
    Measured<Interval> clustered;  // As they are.
    std::uint64_t clusters = 0;    // With an attempt.
    // The hull of both, which a verdict rests on. Where next to nothing varies between clusters
    // (all won, or a single day lost), each of them counts as one trade instead.
    [[nodiscard]] Measured<Interval> widest() const;
    // Of those that landed alone: 100 % by construction where what does not win reverts.
    [[nodiscard]] Measured<double> of_landed() const;
};
[[nodiscard]] Measured<WinRate> win_rate_of(const Sample& sample, const Resampling& resampling);

// Mean net result of an attempt: in lamports, and in basis points of its stake, each alike.
[[nodiscard]] Measured<Estimate> expectancy_lamports(const Sample& sample, const Resampling& how);
[[nodiscard]] Measured<Estimate> expectancy_bps(const Sample& sample, const Resampling& how);

// What winners won by what losers lost, net. 0 when all lost; NoLoss when none did.
[[nodiscard]] Measured<Estimate> profit_factor(const Sample& sample, const Resampling& how);

// Of net returns on stake, one trade as one observation; not annualised.
[[nodiscard]] Measured<Estimate> sharpe_per_trade(const Sample& sample, const Resampling& how);
[[nodiscard]] Measured<Estimate> sortino_per_trade(const Sample& sample, const Resampling& how);

// Net lamports of each UTC day of the period, by the day of closing, days without trades as 0.
[[nodiscard]] std::vector<double> daily_nets(const Sample& sample);
// Of those, annualised by the root of 365. Always resampled by days.
[[nodiscard]] Measured<Estimate> sharpe_annual(const Sample& sample, const Resampling& how);
[[nodiscard]] Measured<Estimate> sortino_annual(const Sample& sample, const Resampling& how);

}  // namespace sniperforge::analytics
