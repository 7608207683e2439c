// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/reverts.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNow = 20'000 * kDay + 17;

ExecutionReport report_of(Outcome outcome, OrderKind kind = OrderKind::Cycle) {
    ExecutionReport report;
    report.kind = kind;
    report.outcome = outcome;
    report.fill.base_fee = Lamports{5'000};
    report.fill.priority_fee = Lamports{6'000};
    report.fill.tip = Lamports{1'000};
    return report;
}

TEST(Reverts, CountOnlyCyclesThatPaidAFee) {
    Reverts reverts{Lamports{12'000}};
    reverts.settled(report_of(Outcome::Reverted, OrderKind::Entry), kNow);
    reverts.settled(report_of(Outcome::Expired), kNow);
    reverts.settled(report_of(Outcome::Rejected), kNow);
    reverts.settled(report_of(Outcome::Unknown), kNow);
    EXPECT_TRUE(reverts.is_budget_left(kNow));
    reverts.settled(report_of(Outcome::Reverted), kNow);
    EXPECT_FALSE(reverts.is_budget_left(kNow));
}

TEST(Reverts, SpendABudgetThatBeginsAnewAtMidnight) {
    Reverts reverts{Lamports{24'000}};
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
    const Reverts reverts{Lamports{}};
    EXPECT_FALSE(reverts.is_budget_left(0));
    EXPECT_FALSE(reverts.is_budget_left(kNow));
}

}  // namespace
}  // namespace sniperforge::strategy
