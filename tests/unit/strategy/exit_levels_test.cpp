// SPDX-License-Identifier: MIT
// The levels that people are shown are those that the exits decide by.
#include "sniperforge/strategy/exit_levels.hpp"

#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

class ExitLevelsTest : public ExitsTest {};

TEST_F(ExitLevelsTest, TheStopSellsAtItsLevelAndNotOneLamportAbove) {
    settings.stop_loss = BasisPoints{1'234};
    position().cost = Lamports{value().raw() * 10'000 / (10'000 - 1'234)};
    const auto level = [&] { return stop_loss_value(settings, position()); };
    while (level() < value()) {
        position().cost = position().cost + Lamports{1};
    }
    EXPECT_EQ(reason(), ExitReason::StopLoss);
    while (level() >= value()) {
        position().cost = position().cost - Lamports{1};
    }
    EXPECT_EQ(reason(), ExitReason::None);
}

TEST_F(ExitLevelsTest, AProfitIsTakenAtItsLevelAndNotOneLamportBelow) {
    settings.take_profit = BasisPoints{2'500};
    position().cost = Lamports{value().raw() * 4 / 5};
    const auto level = [&] {
        return value_gaining(position().cost_average(), settings.take_profit);
    };
    while (level() > value()) {
        position().cost = position().cost - Lamports{1};
    }
    EXPECT_EQ(reason(), ExitReason::TakeProfit);
    while (level() <= value()) {
        position().cost = position().cost + Lamports{1};
    }
    EXPECT_EQ(reason(), ExitReason::None);
}

TEST_F(ExitLevelsTest, ATrailingStopIsArmedAtItsPeakAndSellsAtItsDistance) {
    settings.trailing_arm = BasisPoints{600};
    settings.trailing_distance = BasisPoints{400};
    position().cost = Lamports{10'000'000};
    position().value_peak = Lamports{10'599'999};
    ArmedStop stop = trailing_stop(settings, position());
    EXPECT_FALSE(stop.is_armed);
    EXPECT_EQ(stop.arm, Lamports{10'600'000});
    position().value_peak = Lamports{10'600'000};
    stop = trailing_stop(settings, position());
    EXPECT_TRUE(stop.is_armed);
    EXPECT_EQ(stop.value, Lamports{10'176'000});
}

TEST_F(ExitLevelsTest, BreakEvenIsOffWithoutAnArmAndElseSellsAtTheCost) {
    position().cost = Lamports{10'000'000};
    position().value_peak = Lamports{20'000'000};
    settings.break_even_arm = {};
    EXPECT_FALSE(break_even_stop(settings, position()).is_on);
    EXPECT_FALSE(break_even_stop(settings, position()).is_armed);
    settings.break_even_arm = BasisPoints{500};
    EXPECT_TRUE(break_even_stop(settings, position()).is_armed);
    EXPECT_EQ(break_even_stop(settings, position()).value, Lamports{10'000'000});
    position().value_peak = Lamports{10'499'999};
    EXPECT_FALSE(break_even_stop(settings, position()).is_armed);
}

TEST_F(ExitLevelsTest, TheLadderKeepsWhatItsStepsLeaveTogether) {
    settings.take_profit_ladder = {{BasisPoints{1'500}, 50}, {BasisPoints{4'000}, 25}};
    const auto levels = profit_levels(settings);
    ASSERT_EQ(levels.size(), 2U);
    EXPECT_EQ(levels[0].percent_kept, 50U);
    EXPECT_EQ(levels[1].percent_kept, 25U);
    position().amount = TokenAmount{500};
    position().bought = TokenAmount{1'001};
    EXPECT_EQ(amount_kept(position(), 50), TokenAmount{500});
    EXPECT_EQ(amount_kept(position(), 25), TokenAmount{250});
    settings.take_profit_ladder.clear();
    settings.take_profit = BasisPoints{900};
    settings.take_profit_percent = 60;
    const auto single = profit_levels(settings);
    ASSERT_EQ(single.size(), 1U);
    EXPECT_EQ(single[0].gain, BasisPoints{900});
    EXPECT_EQ(single[0].percent_kept, 40U);
}

}  // namespace
}  // namespace sniperforge::strategy
