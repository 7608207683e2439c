// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/reverts.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNow = 20'000 * kDay + 17;

config::ArbitrageSettings settings_of(std::uint32_t percent, std::uint64_t budget = 1'000'000) {
    config::ArbitrageSettings settings;
    settings.revert_percent_assumed = percent;
    settings.revert_budget = Lamports{budget};
    return settings;
}

ExecutionReport report_of(Outcome outcome, OrderKind kind = OrderKind::Cycle) {
    ExecutionReport report;
    report.kind = kind;
    report.outcome = outcome;
    report.fill.base_fee = Lamports{5'000};
    report.fill.priority_fee = Lamports{6'000};
    report.fill.tip = Lamports{1'000};
    return report;
}

TEST(Reverts, AskForNoMoreThanTheLeastProfitWhereNothingReverts) {
    const Reverts reverts{settings_of(0)};
    EXPECT_EQ(reverts.profit_floor(Lamports{100'000}, Lamports{11'000}), Lamports{100'000});
}

// Of five attempts one reverts: four earn for five, and the fee of the fifth. Rounded up.
TEST(Reverts, LetTheLandedOnesEarnForAll) {
    const Reverts reverts{settings_of(20)};
    EXPECT_EQ(reverts.profit_floor(Lamports{100'000}, Lamports{11'000}),
              Lamports{(5 * 100'000 + 11'000) / 4});
    EXPECT_EQ(reverts.profit_floor(Lamports{0}, Lamports{3}), Lamports{1});
    EXPECT_EQ(reverts.profit_floor(Lamports::max(), Lamports{0}), Lamports::max());
}

TEST(Reverts, LearnFromWhatLandedAndWhatReverted) {
    Reverts reverts{settings_of(20)};
    const auto floor = [&] { return reverts.profit_floor(Lamports{100'000}, Lamports{11'000}); };
    const Lamports assumed = floor();
    for (int i = 0; i < 100; ++i) {
        reverts.settled(report_of(Outcome::Landed), kNow);
    }
    // 20 of 200.
    EXPECT_EQ(floor(), Lamports{(200 * 100'000 + 20 * 11'000 + 179) / 180});
    for (int i = 0; i < 60; ++i) {
        reverts.settled(report_of(Outcome::Reverted), kNow);
    }
    EXPECT_GT(floor(), assumed);
    // What is older than a few hundred outcomes is forgotten.
    for (int i = 0; i < 5'000; ++i) {
        reverts.settled(report_of(Outcome::Landed), kNow);
    }
    EXPECT_EQ(floor(), Lamports{100'000});
}

TEST(Reverts, CountOnlyCyclesThatPaidAFee) {
    Reverts reverts{settings_of(20, 12'000)};
    const Lamports before = reverts.profit_floor(Lamports{100'000}, Lamports{11'000});
    reverts.settled(report_of(Outcome::Reverted, OrderKind::Entry), kNow);
    reverts.settled(report_of(Outcome::Expired), kNow);
    reverts.settled(report_of(Outcome::Rejected), kNow);
    reverts.settled(report_of(Outcome::Unknown), kNow);
    EXPECT_EQ(reverts.profit_floor(Lamports{100'000}, Lamports{11'000}), before);
    EXPECT_TRUE(reverts.is_budget_left(kNow));
    reverts.settled(report_of(Outcome::Reverted), kNow);
    EXPECT_FALSE(reverts.is_budget_left(kNow));
}

TEST(Reverts, SpendABudgetThatBeginsAnewAtMidnight) {
    Reverts reverts{settings_of(0, 24'000)};
    EXPECT_TRUE(reverts.is_budget_left(kNow));
    reverts.settled(report_of(Outcome::Reverted), kNow);
    EXPECT_TRUE(reverts.is_budget_left(kNow));
    reverts.settled(report_of(Outcome::Reverted), kNow);  // 12,000 twice.
    EXPECT_FALSE(reverts.is_budget_left(kNow));
    EXPECT_FALSE(reverts.is_budget_left(20'001 * kDay - 1));
    EXPECT_TRUE(reverts.is_budget_left(20'001 * kDay));
    reverts.settled(report_of(Outcome::Reverted), 20'001 * kDay);
    EXPECT_TRUE(reverts.is_budget_left(20'001 * kDay));
}

TEST(Reverts, TryNothingWithoutABudget) {
    const Reverts reverts{settings_of(0, 0)};
    EXPECT_FALSE(reverts.is_budget_left(0));
    EXPECT_FALSE(reverts.is_budget_left(kNow));
}

}  // namespace
}  // namespace sniperforge::strategy
