// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/betting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "analytics/clusters.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {
namespace {

using Logs = std::array<double, BettingTest::kBets.size()>;

// One more result against "the mean is at most `mean`": (x - mean) / (1 + mean) is at least -1,
// too.
void bet(Logs& logs, double x, double mean) {
    const double payoff = std::max((x - mean) / (1 + mean), -1.0);
    for (std::size_t k = 0; k < logs.size(); ++k) {
        logs[k] += std::log1p(BettingTest::kBets[k] * payoff);
    }
}

double fortune_of(const Logs& logs) {
    double sum = 0;
    for (const double log : logs) {
        sum += std::exp(std::min(log, 700.0));  // Short of overflow, and long past any doubt.
    }
    return sum / static_cast<double>(logs.size());
}

double fortune_against(std::span<const double> results, double mean) {
    Logs logs{};
    for (const double x : results) {
        bet(logs, x, mean);
    }
    return fortune_of(logs);
}

}  // namespace

void BettingTest::observe(double result) {
    SF_ASSERT(result >= -1);
    results_.push_back(std::min(result, 1.0));
    bet(logs_, results_.back(), 0);
    fortune_max_ = std::max(fortune_max_, fortune());
}

double BettingTest::fortune() const { return fortune_of(logs_); }

double BettingTest::mean_low(double alpha) const {
    SF_ASSERT(alpha > 0 && alpha < 1);
    // The fortune falls with the mean that is bet against, so what is rejected lies below one
    // point.
    double rejected = -1;
    double kept = 1;
    for (int i = 0; i < 40; ++i) {
        const double middle = (rejected + kept) / 2;
        (fortune_against(results_, middle) >= 1 / alpha ? rejected : kept) = middle;
    }
    return rejected;
}

Measured<std::vector<double>> epochs_of(const Sample& sample, Lamports loss_bound) {
    if (sample.is_empty()) {
        return std::unexpected{Lack::NoTrades};
    }
    if (loss_bound.is_zero()) {
        return std::unexpected{Lack::NotRecorded};
    }
    const std::size_t days = cluster_count(sample.period(), Cluster::Day);
    const std::int64_t first = sample.period().from.utc_day();
    struct Day {
        LamportsDelta net;
        bool has_trade = false;
        bool is_joined = false;  // Something was open when it began.
    };
    std::vector<Day> all(days);
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        const TradeResult& trade = sample.trades()[i];
        const auto opened = static_cast<std::size_t>(trade.opened_at.utc_day() - first);
        const auto closed = static_cast<std::size_t>(trade.closed_at.utc_day() - first);
        all[closed].net += sample.net(i);
        all[closed].has_trade = true;
        for (std::size_t day = opened + 1; day <= closed; ++day) {
            all[day].is_joined = true;
        }
    }
    std::vector<double> epochs;
    LamportsDelta net;
    bool has_trade = false;
    for (std::size_t day = 0; day < days; ++day) {
        net += all[day].net;
        has_trade = has_trade || all[day].has_trade;
        if (day + 1 < days && all[day + 1].is_joined) {
            continue;
        }
        if (net.is_negative() && net.magnitude() > loss_bound) {
            return std::unexpected{Lack::BoundBroken};
        }
        if (has_trade) {
            epochs.push_back(static_cast<double>(net.raw()) /
                             static_cast<double>(loss_bound.raw()));
        }
        net = {};
        has_trade = false;
    }
    return epochs;
}

Measured<BettingTest> betting_test_of(const Sample& sample, Lamports loss_bound) {
    const auto epochs = epochs_of(sample, loss_bound);
    if (!epochs) {
        return std::unexpected{epochs.error()};
    }
    BettingTest test;
    for (const double epoch : *epochs) {
        test.observe(epoch);
    }
    return test;
}

}  // namespace sniperforge::analytics
