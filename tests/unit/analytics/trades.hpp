// SPDX-License-Identifier: MIT
// Trades for the tests of statistics: a stake of 1 SOL, live, reconciled, without costs, one minute
// long, closed in the order of their numbers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics::test {

inline constexpr std::int64_t kMinuteNs = 60'000'000'000;
inline constexpr std::int64_t kDayNs = 1'440 * kMinuteNs;
// Days, 2,000 resamples, one seed.
inline constexpr Resampling kHow{};

[[nodiscard]] inline TradeResult trade_on(std::uint64_t number, std::int64_t day, double net_bps) {
    TradeResult trade;
    trade.trade_id = number;
    trade.opened_at =
        WallTime{day * kDayNs + static_cast<std::int64_t>(number % 1'400) * kMinuteNs};
    trade.closed_at = trade.opened_at + Duration{kMinuteNs};
    trade.stake = Lamports{kLamportsPerSol};
    trade.gross = LamportsDelta{static_cast<std::int64_t>(net_bps * 1e5)};
    trade.provenance = Provenance::Live;
    trade.basis = FillBasis::Chain;
    trade.is_reconciled = true;
    trade.searched = Searched::No;
    return trade;
}

[[nodiscard]] inline Period days(std::int64_t count) {
    return {WallTime{0}, WallTime{count * kDayNs}};
}

[[nodiscard]] inline Sample sample_of(std::vector<TradeResult> trades, std::int64_t day_count) {
    auto sample = Sample::of(std::move(trades), days(day_count));
    SF_ASSERT(sample.has_value());
    return *std::move(sample);
}

// One trade a day.
[[nodiscard]] inline Sample daily_sample(const std::vector<double>& net_bps) {
    std::vector<TradeResult> trades;
    for (std::size_t day = 0; day < net_bps.size(); ++day) {
        trades.push_back(trade_on(day + 1, static_cast<std::int64_t>(day), net_bps[day]));
    }
    return sample_of(std::move(trades), static_cast<std::int64_t>(net_bps.size()));
}

// Twelve trades on six of twelve days, whose figures were computed independently with NumPy 2 and
// SciPy 1.
[[nodiscard]] inline Sample reference_sample() {
    const std::vector<std::pair<std::int64_t, double>> rows = {
        {0, 120}, {0, -80},  {1, 45}, {3, -150}, {3, 300}, {4, 10},
        {6, -25}, {6, -160}, {6, 90}, {7, 0},    {9, 210}, {9, -40}};
    std::vector<TradeResult> trades;
    for (const auto& [day, net_bps] : rows) {
        trades.push_back(trade_on(trades.size() + 1, day, net_bps));
    }
    return sample_of(std::move(trades), 12);
}

}  // namespace sniperforge::analytics::test
