// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/breakdown.hpp"

#include <gtest/gtest.h>

#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

TEST(Breakdown, PartsAddUpToTheWhole) {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 30; ++i) {
        auto trade = test::trade_on(60 * (i % 5) + i, static_cast<std::int64_t>(i),
                                    static_cast<double>(i) - 12);
        if (i % 3 != 0) {
            trade.venue = i % 3 == 1 ? VenueId::PumpSwap : VenueId::RaydiumCpmm;
        }
        trade.exit_reason = i % 2 == 0 ? ExitReason::StopLoss : ExitReason::TakeProfit;
        trade.costs.tip = Lamports{i};
        trades.push_back(trade);
    }
    const Sample sample = test::sample_of(trades, 40);
    const auto breakdown = breakdown_of(sample, {});
    LamportsDelta whole;
    for (std::size_t i = 0; i < sample.trades().size(); ++i) {
        whole += sample.net(i);
    }
    const auto expect_whole = [&](const auto& groups) {
        LamportsDelta net;
        LamportsDelta cost;
        std::uint64_t count = 0;
        for (const auto& group : groups) {
            net += group.figures.net;
            cost += group.figures.cost;
            count += group.figures.win_rate.attempts;
        }
        EXPECT_EQ(net, whole);
        EXPECT_EQ(cost, LamportsDelta{465});
        EXPECT_EQ(count, 30U);
    };
    expect_whole(breakdown.venues);
    expect_whole(breakdown.exit_reasons);
    expect_whole(breakdown.hours);

    ASSERT_EQ(breakdown.venues.size(), 3U);
    EXPECT_EQ(breakdown.venues[0].key, std::nullopt);
    EXPECT_EQ(breakdown.venues[1].key, VenueId::RaydiumCpmm);
    EXPECT_EQ(breakdown.venues[2].key, VenueId::PumpSwap);
    ASSERT_EQ(breakdown.exit_reasons.size(), 2U);
    EXPECT_EQ(to_string(breakdown.exit_reasons[1].key), "stop_loss");
    // Each with an interval of its own, over the days of the whole period.
    EXPECT_TRUE(breakdown.venues[1].figures.expectancy_bps.ci95);
}

TEST(Breakdown, HoursAreThoseOfTheOpeningInUtc) {
    auto early = test::trade_on(1, 3, 5);
    early.opened_at = WallTime{3 * test::kDayNs + 60 * test::kMinuteNs - 1};
    auto late = test::trade_on(2, 3, 5);
    late.opened_at = WallTime{3 * test::kDayNs + 60 * test::kMinuteNs};
    early.closed_at = late.closed_at = WallTime{3 * test::kDayNs + 200 * test::kMinuteNs};
    const auto hours = breakdown_of(test::sample_of({early, late}, 5), {}).hours;
    ASSERT_EQ(hours.size(), 2U);
    EXPECT_EQ(hours[0].key, 0U);
    EXPECT_EQ(hours[1].key, 1U);
}

// Neither was sold for a reason, and neither is a cycle.
TEST(Breakdown, WhatIsOpenAndWhatFailedEachHaveAGroup) {
    auto open = test::trade_on(1, 1, 5);
    open.basis = FillBasis::Quote;
    auto failed = test::trade_on(2, 1, 0);
    failed.is_landed = false;
    const auto cycle = test::trade_on(3, 1, 5);
    const auto endings = breakdown_of(test::sample_of({open, failed, cycle}, 5), {}).exit_reasons;
    ASSERT_EQ(endings.size(), 3U);
    EXPECT_EQ(to_string(endings[0].key), "none");
    EXPECT_EQ(to_string(endings[1].key), "failed");
    EXPECT_EQ(to_string(endings[2].key), "open");
}

TEST(Breakdown, OfNothingIsEmpty) {
    const auto breakdown = breakdown_of(test::sample_of({}, 1), {});
    EXPECT_TRUE(breakdown.venues.empty() && breakdown.exit_reasons.empty() &&
                breakdown.hours.empty());
}

}  // namespace
}  // namespace sniperforge::analytics
