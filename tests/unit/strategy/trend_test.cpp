// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/trend.hpp"

#include <gtest/gtest.h>

namespace sniperforge::strategy {
namespace {

// A bar of two trades: the first touches `high`, the second closes it.
struct Shape {
    std::uint64_t close = 10'000;
    std::uint64_t high = 0;  // Zero: the close.
    std::uint64_t bought = 65, sold = 35;
};

Bars bars_of(const std::vector<Shape>& shapes) {
    Bars bars{101};
    for (const Shape& shape : shapes) {
        const std::uint64_t high = shape.high == 0 ? shape.close : shape.high;
        bars.add({Slot{1}, true, Lamports{shape.bought}, {}, {high, 10'000}},
                 {BarRule::By::Trades, 2});
        bars.add({Slot{1}, false, Lamports{shape.sold}, {}, {shape.close, 10'000}},
                 {BarRule::By::Trades, 2});
    }
    return bars;
}

config::MomentumSettings breakout() {
    config::MomentumSettings settings;
    settings.rule = "breakout";
    settings.bars = 3;
    settings.breakout_min = BasisPoints{30};
    return settings;
}

// ---- Breakout ----

TEST(Trend, BreaksOutByExactlyTheLeastAndNotByAnyLess) {
    // The highest price is 10,100, within the oldest of the three bars; no close is above 10,020.
    const std::vector<Shape> before = {{10'000, 10'100}, {10'020}, {9'990}};
    for (const std::uint64_t close : {10'131U, 10'130U}) {
        std::vector<Shape> shapes = before;
        shapes.push_back({close});
        EXPECT_EQ(is_rule_met(bars_of(shapes), breakout()), close == 10'131) << close;
    }
}

TEST(Trend, BreaksOutOfSoManyBarsAndNoMore) {
    std::vector<Shape> shapes = {{10'000, 12'000}, {10'000}, {10'010}, {9'990}, {10'100}};
    EXPECT_TRUE(is_rule_met(bars_of(shapes), breakout()));
    shapes.erase(shapes.begin() + 1);  // The high is among the three now.
    EXPECT_FALSE(is_rule_met(bars_of(shapes), breakout()));
}

TEST(Trend, KnowsNoBreakoutBeforeItHasSoManyBars) {
    EXPECT_FALSE(is_rule_met(bars_of({{10'000}, {10'000}, {10'100}}), breakout()));
    EXPECT_TRUE(is_rule_met(bars_of({{10'000}, {10'000}, {10'000}, {10'100}}), breakout()));
}

TEST(Trend, BreaksOutByMoreThanNothingEvenWhenNothingIsAsked) {
    auto settings = breakout();
    settings.breakout_min = {};
    EXPECT_FALSE(is_rule_met(bars_of({{10'000}, {10'000}, {10'000}, {10'000}}), settings));
    EXPECT_TRUE(is_rule_met(bars_of({{10'000}, {10'000}, {10'000}, {10'001}}), settings));
}

// (65 - 35) / 100 is the limit itself. What was bought before the breakout does not carry it.
TEST(Trend, WantsTheFlowOfTheBarThatBrokeOut) {
    for (const std::uint64_t bought : {65U, 64U}) {
        const Bars bars = bars_of(
            {{10'000, 0, 0, 99}, {10'000, 0, 99, 0}, {10'000, 0, 0, 99}, {10'100, 0, bought, 35}});
        EXPECT_EQ(is_rule_met(bars, breakout()), bought == 65);
    }
}

// ---- Decay ----

TEST(Trend, IsDyingOnlyWhenBothRiseAndVolumeAreBelowTheirPart) {
    const auto last = [](std::uint64_t close, std::uint64_t volume) {
        return bars_of({{10'000}, {10'200}, {close, 0, volume, 0}});
    };
    // Half of 200 bps from 10,200 on are 10,302; half of 100 lamports are 50.
    EXPECT_FALSE(is_decayed(last(10'302, 49), 50));
    EXPECT_FALSE(is_decayed(last(10'301, 50), 50));
    EXPECT_TRUE(is_decayed(last(10'301, 49), 50));
    EXPECT_FALSE(is_decayed(last(10'200, 0), 0)) << "not asked";
}

TEST(Trend, IsNotKnownToBeDyingWithTwoBars) {
    EXPECT_FALSE(is_decayed(bars_of({{10'200}, {10'201, 0, 1, 0}}), 50));
}

// ---- Regime ----

TEST(Trend, MeasuresVolatilityAsTheMeanAbsoluteMove) {
    // 1 %, 0.99 % down and 2 %.
    const Bars bars = bars_of({{10'000}, {10'100}, {10'000}, {10'200}});
    EXPECT_EQ(volatility(bars, 3), BasisPoints{(100 + 99 + 200) / 3});
    EXPECT_EQ(volatility(bars, 1), BasisPoints{200});
    EXPECT_EQ(volatility(bars, 50), BasisPoints{(100 + 99 + 200) / 3});
    EXPECT_EQ(volatility(Bars{3}, 3), BasisPoints{});
    EXPECT_EQ(volatility(bars_of({{10'000}}), 3), BasisPoints{});
}

TEST(Trend, MeasuresEfficiencyAsNetOverSum) {
    EXPECT_EQ(efficiency(bars_of({{10'000}, {10'100}, {10'000}, {10'200}}), 3),
              BasisPoints{200 * 10'000 / 399});
    EXPECT_EQ(efficiency(bars_of({{10'000}, {9'900}, {10'000}}), 2), BasisPoints{});
    EXPECT_EQ(efficiency(bars_of({{10'000}, {10'000}}), 1), BasisPoints{});
    // 10 % three times compound to 33.1 %, and the moves add up to 30 %.
    EXPECT_EQ(efficiency(bars_of({{10'000}, {11'000}, {12'100}, {13'310}}), 3),
              BasisPoints{10'000});
    // Down is as straight as up.
    EXPECT_EQ(efficiency(bars_of({{10'000}, {9'900}}), 1), BasisPoints{10'000});
}

TEST(Trend, WantsTheMarketBetweenItsLimitsBothIncluded) {
    const Bars bars = bars_of({{10'000}, {10'100}, {10'000}, {10'200}});  // 133 bps, 5,012 of one.
    config::MomentumSettings settings;
    settings.bars = 3;
    EXPECT_TRUE(is_regime_wanted(bars, settings));
    settings.volatility_min = settings.volatility_max = BasisPoints{133};
    settings.efficiency_min = BasisPoints{5'012};
    EXPECT_TRUE(is_regime_wanted(bars, settings));
    auto calm = settings;
    calm.volatility_max = BasisPoints{132};
    EXPECT_FALSE(is_regime_wanted(bars, calm));
    auto lively = settings;
    lively.volatility_min = BasisPoints{134};
    EXPECT_FALSE(is_regime_wanted(bars, lively));
    auto straight = settings;
    straight.efficiency_min = BasisPoints{5'013};
    EXPECT_FALSE(is_regime_wanted(bars, straight));
}

TEST(Trend, KeepsOneBarMoreThanItLooksAtAndThreeAtLeast) {
    config::MomentumSettings settings;
    settings.bars = 1;
    EXPECT_EQ(bars_kept(settings), 3U);
    settings.bars = 7;
    EXPECT_EQ(bars_kept(settings), 8U);
}

}  // namespace
}  // namespace sniperforge::strategy
