// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/course.hpp"

#include <gtest/gtest.h>

#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::daily_sample;
using test::kDayNs;
using test::kHow;
using test::sample_of;
using test::trade_on;

TEST(Drawdown, IsTheDeepestFallFromThePeakBeforeIt) {
    // 10, 40, 15, 35, 5, 45, 30: from 40 down to 5, back at the sixth.
    const Sample sample = daily_sample({10, 30, -25, 20, -30, 40, -15});
    const auto drawdown = max_drawdown(sample);
    ASSERT_TRUE(drawdown);
    EXPECT_EQ(drawdown->depth, Lamports{3'500'000});
    EXPECT_EQ(drawdown->peak_at, sample.trades()[1].closed_at);
    EXPECT_EQ(drawdown->trough_at, sample.trades()[4].closed_at);
    EXPECT_EQ(drawdown->recovered_at, sample.trades()[5].closed_at);
}

TEST(Drawdown, CountsFromTheStartAndMayStayUnrecovered) {
    const Sample sample = daily_sample({-10, -20, 29});
    const auto drawdown = max_drawdown(sample);
    EXPECT_EQ(drawdown->depth, Lamports{3'000'000});
    EXPECT_EQ(drawdown->peak_at, sample.period().from);
    EXPECT_EQ(drawdown->recovered_at, std::nullopt);
    EXPECT_TRUE(max_drawdown(daily_sample({-10, -20, 30}))->recovered_at);
}

TEST(Drawdown, IsZeroWhereNothingFellAndNothingWithoutTrades) {
    EXPECT_EQ(max_drawdown(daily_sample({1, 0, 2}))->depth, Lamports{});
    EXPECT_EQ(max_drawdown(sample_of({}, 1)).error(), Lack::NoTrades);
}

TEST(Excursions, AreToldForWinnersAndLosersApart) {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 10; ++i) {
        auto trade = trade_on(i, 0, 100);
        trade.excursion = Excursion{BasisPoints{10 * i}, BasisPoints{100 + i}};
        trades.push_back(trade);
    }
    auto loser = trade_on(11, 0, -50);
    loser.excursion = Excursion{BasisPoints{80}, BasisPoints{30}};
    trades.push_back(loser);
    trades.push_back(trade_on(12, 0, -50));  // Without a record.
    const auto all = excursions_of(sample_of(trades, 1));
    ASSERT_TRUE(all.winners && all.losers);
    EXPECT_EQ(all.winners->trades, 10U);
    EXPECT_EQ(all.winners->adverse_bps.p50, 50);
    EXPECT_EQ(all.winners->adverse_bps.p90, 90);
    EXPECT_EQ(all.winners->adverse_bps.max, 100);
    EXPECT_EQ(all.winners->favorable_bps.max, 110);
    EXPECT_EQ(all.losers->trades, 1U);
    EXPECT_EQ(all.losers->favorable_bps.p50, 30);
    // 1 to 10, and 80 of the loser.
    EXPECT_NEAR(*all.given_back_bps_p50, 6, 1e-9);
}

TEST(Excursions, AreNotInventedWhereNobodyRecordedThem) {
    const auto all = excursions_of(daily_sample({10, -10}));
    EXPECT_EQ(all.winners.error(), Lack::NotRecorded);
    EXPECT_EQ(all.losers.error(), Lack::NotRecorded);
    EXPECT_EQ(all.given_back_bps_p50.error(), Lack::NotRecorded);
    EXPECT_EQ(excursions_of(sample_of({}, 1)).winners.error(), Lack::NoTrades);
}

TradeResult open_between(std::uint64_t number, std::int64_t from_hour, std::int64_t to_hour) {
    auto trade = trade_on(number, 0, 1);
    trade.opened_at = WallTime{from_hour * kDayNs / 24};
    trade.closed_at = WallTime{to_hour * kDayNs / 24};
    return trade;
}

TEST(TimeInMarket, CountsOverlappingTradesOnceInItsShare) {
    // 0 to 6 and 3 to 9 together are nine hours; 12 to 15 is followed at once by 15 to 18.
    const Sample sample = sample_of({open_between(1, 0, 6), open_between(2, 3, 9),
                                     open_between(3, 12, 15), open_between(4, 15, 18)},
                                    1);
    const auto in_market = time_in_market(sample);
    EXPECT_DOUBLE_EQ(in_market.share, 15.0 / 24);
    EXPECT_DOUBLE_EQ(in_market.open_mean, 18.0 / 24);
    EXPECT_EQ(in_market.open_max, 2U);
    EXPECT_DOUBLE_EQ(in_market.trades_per_day, 4);
}

TEST(TimeInMarket, WhatOpensAsAnotherClosesIsNotOpenWithIt) {
    const auto follows = open_between(2, 15, 18);
    EXPECT_EQ(time_in_market(sample_of({open_between(1, 12, 15), follows}, 1)).open_max, 1U);
    EXPECT_EQ(time_in_market(sample_of({open_between(1, 12, 16), follows}, 1)).open_max, 2U);
}

// What the trades took: 1 SOL each, two of them at a time, and a cycle of 3 SOL in one moment.
TEST(TimeInMarket, TheCapitalIsTheMostAtStakeAtATime) {
    const auto first = open_between(1, 0, 6), second = open_between(2, 3, 9);
    const auto later = open_between(3, 9, 15);
    EXPECT_EQ(time_in_market(sample_of({first, second, later}, 1)).stake_max,
              Lamports{2 * kLamportsPerSol});
    auto cycle = open_between(4, 5, 5);
    cycle.stake = Lamports{3 * kLamportsPerSol};
    EXPECT_EQ(time_in_market(sample_of({first, second, later, cycle}, 1)).stake_max,
              Lamports{5 * kLamportsPerSol});
    cycle.opened_at = cycle.closed_at = WallTime{20 * kDayNs / 24};
    EXPECT_EQ(time_in_market(sample_of({first, second, later, cycle}, 1)).stake_max,
              Lamports{3 * kLamportsPerSol});
}

TEST(TimeInMarket, IsZeroWithoutTrades) {
    const auto in_market = time_in_market(sample_of({}, 1));
    EXPECT_EQ(in_market.share, 0);
    EXPECT_EQ(in_market.open_max, 0U);
}

// 1 SOL against 100 SOL pays 2 % of impact, and earned 4 % net after it: 6 % without. At s the
// profit is s (0.06 - 2 s / 100), largest at 1.5 SOL.
TEST(Capacity, IsTheStakeOfTheLargestProfit) {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        auto trade = trade_on(i, static_cast<std::int64_t>(i), 400);
        trade.depth = Lamports{100 * kLamportsPerSol};
        trades.push_back(trade);
    }
    const auto capacity = capacity_of(sample_of(trades, 10), kHow);
    ASSERT_TRUE(capacity);
    EXPECT_NEAR(capacity->stake.value, 1.5e9, 1);
    EXPECT_EQ(capacity->trades, 4U);
    EXPECT_EQ(capacity->stake.ci95.error(), Lack::TooFewTrades);
}

TEST(Capacity, HasAnIntervalAndIsNotPositiveWithoutAnEdge) {
    std::vector<TradeResult> trades;
    for (std::uint64_t i = 1; i <= 40; ++i) {
        auto trade = trade_on(i, static_cast<std::int64_t>(i), i % 2 == 0 ? -400 : -200);
        trade.depth = Lamports{(900 + i) * kLamportsPerSol};
        trades.push_back(trade);
    }
    const auto capacity = capacity_of(sample_of(trades, 41), kHow);
    ASSERT_TRUE(capacity && capacity->stake.ci95);
    EXPECT_FALSE(capacity->has_edge()) << "trades lose at any size: there is no negative one";
    EXPECT_EQ(capacity->stake.value, 0);
    EXPECT_EQ(capacity->stake.ci95->low, 0);
    EXPECT_EQ(capacity->stake.ci95->high, 0);
}

// Stakes of 1 SOL at 100: the round trip's own impact is 200 bps, which is the edge's limit.
TEST(Capacity, BeginsWithTheFirstEdgeAboveNothing) {
    const auto at = [](double net_bps) {
        std::vector<TradeResult> trades;
        for (std::uint64_t i = 1; i <= 4; ++i) {
            trades.push_back(trade_on(i, static_cast<std::int64_t>(i), net_bps));
            trades.back().depth = Lamports{100 * kLamportsPerSol};
        }
        return capacity_of(sample_of(trades, 10), kHow);
    };
    EXPECT_FALSE(at(-200)->has_edge());
    EXPECT_EQ(at(-200)->stake.value, 0);
    EXPECT_TRUE(at(-199)->has_edge());
    EXPECT_NEAR(at(-199)->stake.value, 0.0025e9, 1);  // 1 bp x 100 SOL / 4.
}

TEST(Capacity, NeedsADepth) {
    EXPECT_EQ(capacity_of(daily_sample({10, -10}), kHow).error(), Lack::NotRecorded);
    EXPECT_EQ(capacity_of(sample_of({}, 1), kHow).error(), Lack::NoTrades);
    auto trade = trade_on(1, 0, 5);
    trade.depth = Lamports{};
    EXPECT_EQ(capacity_of(sample_of({trade}, 1), kHow).error(), Lack::NotRecorded);
}

}  // namespace
}  // namespace sniperforge::analytics
