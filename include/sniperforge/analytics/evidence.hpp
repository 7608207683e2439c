// SPDX-License-Identifier: MIT
// Everything that a sample says, in one value: what a report prints of a strategy or of all.
#pragma once

#include <optional>

#include "sniperforge/analytics/breakdown.hpp"
#include "sniperforge/analytics/course.hpp"
#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sharpe_significance.hpp"
#include "sniperforge/analytics/verdict.hpp"

namespace sniperforge::analytics {

// What the project promises to be measured by; both are to be exceeded.
inline constexpr double kWinRateTarget = 0.70;
inline constexpr double kSharpeAnnualTarget = 2.0;

// Each cost class, summed. Venue fees of trades whose fills tell them; the others are counted.
struct CostTotals {
    LamportsDelta base_fee, priority_fee, tip, reverts, rent, amm_fee, transfer_fee;
    LamportsDelta gross, net, stake;  // stake: turned over, entries that landed only.
    std::size_t venue_fees_unknown = 0;
};
[[nodiscard]] CostTotals cost_totals_of(const Sample& sample);

struct Evidence {
    std::optional<Provenance> provenance;  // Nothing: no trades.
    Period period;
    Grounds grounds;
    Resampling resampling;
    CostTotals totals;

    Measured<WinRate> win_rate = std::unexpected{Lack::NoTrades};
    Measured<Estimate> expectancy_lamports = std::unexpected{Lack::NoTrades};
    Measured<Estimate> expectancy_bps = std::unexpected{Lack::NoTrades};
    Measured<Estimate> profit_factor = std::unexpected{Lack::NoTrades};
    Measured<Estimate> sharpe_per_trade = std::unexpected{Lack::NoTrades};
    Measured<Estimate> sortino_per_trade = std::unexpected{Lack::NoTrades};
    Measured<Estimate> sharpe_annual = std::unexpected{Lack::NoTrades};
    Measured<Estimate> sortino_annual = std::unexpected{Lack::NoTrades};

    // Of daily net results. PSR against zero; DSR against the best of the trials.
    Measured<ReturnShape> shape_daily = std::unexpected{Lack::NoTrades};
    Measured<double> sharpe_probabilistic = std::unexpected{Lack::NoTrades};
    Measured<double> sharpe_deflated = std::unexpected{Lack::NoTrades};
    Trials trials;

    Measured<Drawdown> drawdown = std::unexpected{Lack::NoTrades};
    Excursions excursions;
    TimeInMarket time_in_market;
    Measured<Capacity> capacity = std::unexpected{Lack::NoTrades};
    Breakdown breakdown;

    Judgement win_rate_target, sharpe_target;
};
// Slow, most of it the intervals of the breakdown: for reports, not for the loop.
[[nodiscard]] Evidence evidence_of(const Sample& sample, const Resampling& resampling,
                                   const Trials& trials);

}  // namespace sniperforge::analytics
