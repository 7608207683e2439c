// SPDX-License-Identifier: MIT
// How a sample went on its way: drawdown, excursions, time in the market, and how much larger the
// stakes could have been.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sniperforge/analytics/figure.hpp"
#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

// The deepest fall of the summed net results below their highest point before it, the start (0)
// included. Closed trades only: what was lost meanwhile and won back before closing does not show.
struct Drawdown {
    Lamports depth;
    WallTime peak_at, trough_at;           // The start of the period where the start was the peak.
    std::optional<WallTime> recovered_at;  // Nothing: the peak was not reached again.
};
// Zero depth when it never fell.
[[nodiscard]] Measured<Drawdown> max_drawdown(const Sample& sample);

struct Quantiles {
    double p50 = 0, p90 = 0, max = 0;
};
// By the nearest rank, of at least one value.
[[nodiscard]] Quantiles quantiles_of(std::vector<double> values);
struct ExcursionsOf {
    std::size_t trades = 0;  // With an excursion recorded.
    Quantiles adverse_bps, favorable_bps;
};
struct Excursions {
    Measured<ExcursionsOf> winners, losers;  // Losers: net of 0 or below.
    // Of all with a record: median of the highest liquidation value less the net result.
    Measured<double> given_back_bps_p50;
};
[[nodiscard]] Excursions excursions_of(const Sample& sample);

struct TimeInMarket {
    double share = 0;      // Of the period with at least one trade open.
    double open_mean = 0;  // Trades open at a time, on average over the period.
    std::size_t open_max = 0;
    // The most that was at stake at a time: the capital that it took. That of what failed, too.
    Lamports stake_max;
    double trades_per_day = 0;  // Those that landed.
};
[[nodiscard]] TimeInMarket time_in_market(const Sample& sample);

// The stake at which own price impact leaves the largest profit a trade. A swap of s against a
// reserve R of a constant-product pool moves its own price by s/R on average, and the market takes
// that back before the exit, which pays it again: 2 s/R of s. Added back at the stakes that were
// traded, the edge without impact is e = r + 2 s/R, and the sum of s (e - 2 s/R) is largest at
// mean(e) / (4 mean(1/R)). Twice that earns nothing. It knows no competitor and no fewer landings.
struct Capacity {
    // Lamports a trade. Zero, and so an end of its interval: there is no edge to scale, and trades
    // lose at any size.
    Estimate stake;
    [[nodiscard]] bool has_edge() const { return stake.value > 0; }
    std::size_t trades = 0;  // With a depth recorded.
};
[[nodiscard]] Measured<Capacity> capacity_of(const Sample& sample, const Resampling& how);

}  // namespace sniperforge::analytics
