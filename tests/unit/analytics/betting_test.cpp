// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/betting.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::kDayNs;
using test::sample_of;
using test::trade_on;

BettingTest after(const std::vector<double>& results) {
    BettingTest test;
    for (const double result : results) {
        test.observe(result);
    }
    return test;
}

// Reference values: NumPy and SciPy's root finder over the same shares.
TEST(Betting, AgreesWithAnIndependentComputation) {
    EXPECT_NEAR(after({0.5}).fortune(), 1.165, 1e-12);
    EXPECT_NEAR(after({0.5, -0.2, 0.3, 1}).fortune(), 1.64437687268, 1e-11);
    const BettingTest test = after({0.5, -0.2, 0.3, 1, -0.1});
    EXPECT_NEAR(test.fortune(), 1.567944668702, 1e-11);
    EXPECT_NEAR(test.fortune_max(), 1.64437687268, 1e-11);
    EXPECT_NEAR(test.mean_low(0.5), -0.09056727668235236, 1e-9);
    EXPECT_EQ(test.observations(), 5U);
}

TEST(Betting, KnowsNothingBeforeTheFirstResult) {
    const BettingTest test;
    EXPECT_EQ(test.fortune(), 1);
    EXPECT_FALSE(test.is_mean_positive(0.05));
    EXPECT_NEAR(test.mean_low(0.05), -1, 1e-9);
}

TEST(Betting, RejectsFromOneOverAlphaOn) {
    const BettingTest test = after({1, 1, 1, 1, 1, 1});
    const double alpha = 1 / test.fortune_max();
    EXPECT_TRUE(test.is_mean_positive(alpha * (1 + 1e-12)));
    EXPECT_FALSE(test.is_mean_positive(alpha * (1 - 1e-9)));
}

TEST(Betting, SurvivesTheWorstResultAndGrowsOnWithoutEnd) {
    EXPECT_GT(after({-1, -1, -1}).fortune(), 0);
    const BettingTest rich = after(std::vector<double>(20'000, 1.0));
    EXPECT_TRUE(rich.is_mean_positive(1e-9));
    EXPECT_GT(rich.mean_low(0.05), 0.999);
}

TEST(Betting, NoResultCountsAsMoreThanTheBound) {
    EXPECT_EQ(after({50, -0.5}).fortune(), after({1, -0.5}).fortune());
    EXPECT_LT(after({0.99}).fortune(), after({1}).fortune());
}

// The promise: whoever looks after each result, and stops at the best moment, is wrong at most
// alpha of the time. Worthless strategies of three shapes, at a mean of exactly zero: fair coins,
// many small wins with a rare large loss, many small losses with a rare large win.
TEST(Betting, IsWrongAtMostAlphaOfTheTimeHoweverOftenOneLooks) {
    constexpr int kRuns = 2'000;
    constexpr int kLooks = 200;
    Rng rng{77};
    for (const int shape : {0, 1, 2}) {
        int wrong = 0;
        for (int run = 0; run < kRuns; ++run) {
            BettingTest test;
            for (int i = 0; i < kLooks && !test.is_mean_positive(0.05); ++i) {
                const double coin = rng.chance(0.5) ? 1 : -1;
                const double rare = rng.chance(0.1) ? -0.9 : 0.1;
                test.observe(shape == 0 ? coin : shape == 1 ? rare : -rare);
            }
            wrong += test.is_mean_positive(0.05) ? 1 : 0;
        }
        EXPECT_LE(wrong, kRuns * 5 / 100) << shape;
        EXPECT_GT(wrong, 0) << shape;  // Or else it would never say anything.
    }
}

// The same of its lower bound: the true mean is below it at any moment in at most alpha of runs.
TEST(Betting, LowerBoundHoldsAtAllMomentsAtOnce) {
    constexpr int kRuns = 400;
    Rng rng{5};
    int wrong = 0;
    for (int run = 0; run < kRuns; ++run) {
        BettingTest test;
        bool is_wrong = false;
        for (int i = 1; i <= 60; ++i) {
            test.observe(rng.chance(0.6) ? 0.5 : -0.5);  // A mean of 0.1.
            is_wrong = is_wrong || (i % 10 == 0 && test.mean_low(0.05) > 0.1);
        }
        wrong += is_wrong ? 1 : 0;
    }
    EXPECT_LE(wrong, kRuns * 5 / 100);
}

TEST(Betting, FindsAnEdge) {
    Rng rng{9};
    int found = 0;
    for (int run = 0; run < 200; ++run) {
        BettingTest test;
        for (int i = 0; i < 100; ++i) {
            test.observe(0.2 + 0.3 * (rng.uniform() * 2 - 1));
        }
        found += test.is_mean_positive(0.05) ? 1 : 0;
        EXPECT_LT(test.mean_low(0.05), 0.25);
    }
    EXPECT_GE(found, 198);
}

TradeResult open_from_to(std::uint64_t number, std::int64_t from_ns, std::int64_t to_ns,
                         double bps) {
    auto trade = trade_on(number, 0, bps);
    trade.opened_at = WallTime{from_ns};
    trade.closed_at = WallTime{to_ns};
    return trade;
}

constexpr Lamports kBound{kLamportsPerSol};

TEST(Epochs, AreDaysOverTheLossBound) {
    const Sample sample =
        sample_of({trade_on(1, 0, 500), trade_on(2, 0, -200), trade_on(3, 4, 100)}, 6);
    const auto epochs = epochs_of(sample, kBound);
    ASSERT_TRUE(epochs);
    ASSERT_EQ(epochs->size(), 2U);
    EXPECT_DOUBLE_EQ((*epochs)[0], 0.03);
    EXPECT_DOUBLE_EQ((*epochs)[1], 0.01);
}

TEST(Epochs, JoinDaysBetweenWhichSomethingWasOpen) {
    const auto before_midnight =
        open_from_to(1, kDayNs - 100, kDayNs - 1, 100);  // Closed just in time.
    const auto next_day = open_from_to(2, kDayNs, kDayNs + 5, 100);
    EXPECT_EQ(epochs_of(sample_of({before_midnight, next_day}, 3), kBound)->size(), 2U);

    // With one that is open at midnight they are one.
    const auto across = open_from_to(3, kDayNs - 100, kDayNs, 100);
    const auto joined = epochs_of(sample_of({before_midnight, next_day, across}, 3), kBound);
    ASSERT_EQ(joined->size(), 1U);
    EXPECT_DOUBLE_EQ(joined->front(), 0.03);
}

TEST(Epochs, TakeALossUpToTheBoundAndNoLargerOne) {
    EXPECT_DOUBLE_EQ(epochs_of(sample_of({trade_on(1, 0, -10'000)}, 1), kBound)->front(), -1);
    auto trade = trade_on(1, 0, -10'000);
    trade.costs.base_fee = Lamports{1};
    EXPECT_EQ(epochs_of(sample_of({trade}, 1), kBound).error(), Lack::BoundBroken);
}

TEST(Epochs, NeedTradesAndABound) {
    EXPECT_EQ(epochs_of(sample_of({}, 1), kBound).error(), Lack::NoTrades);
    EXPECT_EQ(epochs_of(sample_of({trade_on(1, 0, 1)}, 1), Lamports{}).error(), Lack::NotRecorded);
    EXPECT_EQ(betting_test_of(sample_of({}, 1), kBound).error(), Lack::NoTrades);
    EXPECT_EQ(betting_test_of(sample_of({trade_on(1, 0, 1)}, 1), kBound)->observations(), 1U);
}

}  // namespace
}  // namespace sniperforge::analytics
