// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_budget.hpp"

#include <gtest/gtest.h>

namespace sniperforge::execute {
namespace {

constexpr WallTime kLastNanosecond{1'767'225'600'000'000'000 - 1};  // Of 2025.
constexpr WallTime kMidnight{1'767'225'600'000'000'000};

TEST(FeeBudget, BeginsAnewAtMidnightUtcAndNotWhenTheClockIsSetBack) {
    FeeBudget budget;
    budget.count(Lamports{5}, kLastNanosecond);
    EXPECT_EQ(budget.paid(kLastNanosecond), Lamports{5});
    EXPECT_EQ(budget.paid(kMidnight), Lamports{});
    budget.count(Lamports{7}, kMidnight);
    EXPECT_EQ(budget.paid(kMidnight), Lamports{7});
    EXPECT_EQ(budget.paid(kLastNanosecond), Lamports{7});
    budget.count(Lamports{1}, kLastNanosecond);
    EXPECT_EQ(budget.paid(kMidnight), Lamports{8});
}

// Else the budget of a day would hold until the years have passed.
TEST(FeeBudget, CountsWhatAClockAheadHasPaidAsOfTheDayOfTheClockThatIsRight) {
    constexpr Duration kDay = std::chrono::hours{24};
    FeeBudget budget;
    budget.count(Lamports{5}, kMidnight + 3'000 * kDay);
    EXPECT_EQ(budget.paid(kMidnight), Lamports{5});
    EXPECT_EQ(budget.paid(kMidnight + kDay), Lamports{5}) << "nobody has looked at the clock";
    budget.count(Lamports{7}, kMidnight);
    EXPECT_EQ(budget.paid(kMidnight), Lamports{12}) << "nothing is dropped";
    EXPECT_EQ(budget.paid(kMidnight + kDay), Lamports{});
    budget.meet_clock(WallTime{});
    EXPECT_EQ(budget.paid(kMidnight), Lamports{12}) << "nor by a clock that was behind";
}

TEST(FeeBudget, CountsWhatIsOnItsWayUntilItIsReleased) {
    FeeBudget budget;
    budget.reserve(Lamports{4});
    EXPECT_EQ(budget.used(kMidnight), Lamports{4});
    budget.count(Lamports{3}, kMidnight);
    EXPECT_EQ(budget.used(kMidnight), Lamports{7});
    budget.release(Lamports{4});
    EXPECT_EQ(budget.used(kMidnight), Lamports{3});
}

TEST(FeeBudget, CountsPriorityFeeAndTipOfAFillButNotItsBaseFee) {
    Fill fill;
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{40};
    fill.tip = Lamports{2};
    EXPECT_EQ(chosen_fees(fill), Lamports{42});
}

}  // namespace
}  // namespace sniperforge::execute
