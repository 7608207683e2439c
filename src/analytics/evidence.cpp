// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/evidence.hpp"

namespace sniperforge::analytics {
namespace {

LamportsDelta signed_of(Lamports amount) { return amount.minus(Lamports{}); }

Measured<Estimate> win_rate_estimate(const Measured<WinRate>& rate) {
    if (!rate) {
        return std::unexpected{rate.error()};
    }
    return Estimate{rate->value, rate->widest()};
}

// Days without spread have no shape either.
Measured<ReturnShape> daily_shape(const Sample& sample) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    return shape_of(daily_nets(sample));
}

}  // namespace

CostTotals cost_totals_of(const Sample& sample) {
    CostTotals totals;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        const TradeResult& trade = sample.trades()[i];
        totals.base_fee += signed_of(trade.costs.base_fee);
        totals.priority_fee += signed_of(trade.costs.priority_fee);
        totals.tip += signed_of(trade.costs.tip);
        totals.reverts += signed_of(trade.costs.reverts);
        totals.rent += trade.costs.rent;
        totals.gross += trade.gross;
        totals.net += sample.net(i);
        totals.stake += signed_of(trade.is_landed ? trade.stake : Lamports{});
        if (!trade.is_landed) {
            continue;  // No venue took anything.
        }
        if (!trade.costs.venue_fees) {
            ++totals.venue_fees_unknown;
            continue;
        }
        totals.amm_fee += signed_of(trade.costs.venue_fees->amm);
        totals.transfer_fee += signed_of(trade.costs.venue_fees->transfer);
    }
    return totals;
}

Evidence evidence_of(const Sample& sample, const Resampling& resampling, const Trials& trials) {
    Evidence evidence;
    evidence.provenance = sample.provenance();
    evidence.period = sample.period();
    evidence.grounds = grounds_of(sample);
    evidence.resampling = resampling;
    evidence.totals = cost_totals_of(sample);

    evidence.win_rate = win_rate_of(sample, resampling);
    evidence.expectancy_lamports = expectancy_lamports(sample, resampling);
    evidence.expectancy_bps = expectancy_bps(sample, resampling);
    evidence.profit_factor = profit_factor(sample, resampling);
    evidence.sharpe_per_trade = sharpe_per_trade(sample, resampling);
    evidence.sortino_per_trade = sortino_per_trade(sample, resampling);
    evidence.sharpe_annual = sharpe_annual(sample, resampling);
    evidence.sortino_annual = sortino_annual(sample, resampling);

    evidence.trials = trials;
    evidence.shape_daily = daily_shape(sample);
    if (evidence.shape_daily) {
        evidence.sharpe_probabilistic = probabilistic_sharpe(*evidence.shape_daily, 0);
        evidence.sharpe_deflated = deflated_sharpe(*evidence.shape_daily, trials);
    } else {
        evidence.sharpe_probabilistic = std::unexpected{evidence.shape_daily.error()};
        evidence.sharpe_deflated = std::unexpected{evidence.shape_daily.error()};
    }

    evidence.drawdown = max_drawdown(sample);
    evidence.excursions = excursions_of(sample);
    evidence.time_in_market = time_in_market(sample);
    evidence.capacity = capacity_of(sample, resampling);
    evidence.breakdown = breakdown_of(sample, resampling);

    TargetClaim claim{kWinRateTarget, win_rate_estimate(evidence.win_rate),
                      evidence.expectancy_lamports, evidence.grounds, resampling.cluster};
    evidence.win_rate_target = judge(claim);
    claim.target = kSharpeAnnualTarget;
    claim.figure = evidence.sharpe_annual;
    evidence.sharpe_target = judge(claim);
    return evidence;
}

}  // namespace sniperforge::analytics
