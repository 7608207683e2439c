// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/leakage.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::daily_sample;
using test::kHow;

// Forty days of ten bars without a trend. A momentum rule buys after a bar that rose and sells at
// the end of the next one; whoever buys at the beginning of the bar that rose has looked ahead.
Sample momentum_on_noise(bool looks_ahead, std::uint64_t seed) {
    Rng rng{seed};
    std::vector<TradeResult> trades;
    for (std::int64_t day = 0; day < 40; ++day) {
        double before = rng.normal() * 100;
        for (int bar = 0; bar < 10; ++bar) {
            const double now = rng.normal() * 100;
            if (before > 0) {
                trades.push_back(
                    test::trade_on(trades.size() + 1, day, looks_ahead ? before + now : now));
                trades.back().costs.tip = Lamports{100'000};  // 1 bp.
            }
            before = now;
        }
    }
    return test::sample_of(std::move(trades), 40);
}

TEST(Leakage, FailsARuleThatLooksAheadAndPassesTheSameRuleWithoutIt) {
    int found_honest = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        EXPECT_EQ(leakage_check("noise", momentum_on_noise(true, seed), kHow).leakage,
                  Leakage::Found);
        found_honest +=
            leakage_check("noise", momentum_on_noise(false, seed), kHow).leakage == Leakage::Found
                ? 1
                : 0;
    }
    EXPECT_LE(found_honest, 2);  // Once in forty is expected.
}

// A rule that loses on noise pays its costs; only what lies above zero is too good.
TEST(Leakage, LosingIsNoLeakage) {
    std::vector<double> days(40);
    Rng rng{3};
    for (double& day : days) {
        day = -100 + rng.normal() * 10;
    }
    const auto check = leakage_check("noise", daily_sample(days), kHow);
    ASSERT_LT(check.net_bps->ci95->high, 0);
    EXPECT_EQ(check.leakage, Leakage::NotFound);
}

TEST(Leakage, TheIntervalDecidesAtZero) {
    Rng rng{5};
    std::vector<double> days(40);
    for (double& day : days) {
        day = rng.normal() * 100;
    }
    // Every trade is moved until the interval begins just above and just below zero.
    const double low = leakage_check("noise", daily_sample(days), kHow).net_bps->ci95->low;
    for (const double step : {-1.0, 1.0}) {
        std::vector<double> moved = days;
        for (double& day : moved) {
            day += -low + step;
        }
        EXPECT_EQ(leakage_check("noise", daily_sample(moved), kHow).leakage,
                  step > 0 ? Leakage::Found : Leakage::NotFound);
    }
}

TEST(Leakage, ACheckWithoutAnIntervalIsNotPassed) {
    const auto few = leakage_check("noise", daily_sample({500, 400, 300}), kHow);
    EXPECT_EQ(few.leakage, Leakage::Undecided);
    EXPECT_NE(leakage_text(few).find("too few trades"), std::string::npos) << leakage_text(few);
    const auto none = leakage_check("noise", test::sample_of({}, 40), kHow);
    EXPECT_EQ(none.leakage, Leakage::Undecided);
    EXPECT_NE(leakage_text(none).find("(no trades)"), std::string::npos) << leakage_text(none);
}

TEST(Leakage, TheTextSaysTheFiguresAndWhatToDo) {
    const std::string found =
        leakage_text(leakage_check("noise", momentum_on_noise(true, 1), kHow));
    EXPECT_NE(found.find("leakage FOUND: on prices without a trend"), std::string::npos) << found;
    EXPECT_NE(found.find("look there before believing"), std::string::npos) << found;
}

}  // namespace
}  // namespace sniperforge::analytics
