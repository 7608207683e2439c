// SPDX-License-Identifier: MIT
// The take-profit ladder, and what it must agree with.
#include "unit/config/load_support.hpp"

namespace sniperforge::config {
namespace {

using namespace test;

std::string ladder(std::string_view steps) {
    return fmt::format("exits: {{take_profit_ladder: [{}]}}", steps);
}

TEST(Load, ReadsTheStepsOfALadderInTheirOrder) {
    const auto settings =
        load_text(ladder("{gain_bps: 600, percent: 50}, {gain_bps: 4000, percent: 25}"), "f");
    ASSERT_TRUE(settings) << settings.error().text();
    const std::vector<ProfitStep> expected = {{BasisPoints{600}, 50}, {BasisPoints{4'000}, 25}};
    EXPECT_EQ(settings->exits.take_profit_ladder, expected);
    EXPECT_TRUE(load_text(ladder(""), "f")->exits.take_profit_ladder.empty());
}

TEST(Load, RefusesAStepThatIsNotWholeOrOutOfItsRange) {
    expect_problem(ladder("{gain_bps: 600}"),
                   "1: exits.take_profit_ladder[0].percent: is missing; write 1 to 100 percent");
    expect_problem(ladder("{gain_bps: 600, percent: 0}"),
                   "1: exits.take_profit_ladder[0].percent: 0 is below the minimum; write 1 to 100 "
                   "percent");
    expect_problem(
        ladder("{gain_bps: 600, percent: 5, share: 1}"),
        "1: exits.take_profit_ladder[0]: \"share\" is not a key; config show lists them");
    expect_problem("exits: {take_profit_ladder: 5}",
                   "1: exits.take_profit_ladder: write a list of steps, [] for none");
}

TEST(Load, TakesStepsThatRiseAndNotTwoAtOneGain) {
    expect_loads(ladder("{gain_bps: 600, percent: 50}, {gain_bps: 601, percent: 50}"));
    expect_problem(ladder("{gain_bps: 600, percent: 50}, {gain_bps: 600, percent: 50}"),
                   "1: exits.take_profit_ladder[1].gain_bps: 600 bps is not above the 600 bps of "
                   "the step before; write the steps in the order of their gains");
}

TEST(Load, LetsALadderSellAllThatWasBoughtAndNotOnePercentMore) {
    expect_loads(ladder("{gain_bps: 600, percent: 50}, {gain_bps: 900, percent: 50}"));
    expect_problem(ladder("{gain_bps: 600, percent: 50}, {gain_bps: 900, percent: 51}"),
                   "1: exits.take_profit_ladder: the steps sell 101 percent of what was bought, "
                   "and there are 100; what they leave is for the other exits");
}

TEST(Load, TakesEightStepsAndNotNine) {
    std::string steps;
    for (int i = 0; i < 8; ++i) {
        steps += fmt::format("{}{{gain_bps: {}, percent: 10}}", i == 0 ? "" : ", ", 600 + i);
    }
    expect_loads(ladder(steps));
    expect_problem(ladder(steps + ", {gain_bps: 700, percent: 10}"),
                   "1: exits.take_profit_ladder: 9 is above the steps that may be listed (8): each "
                   "is a sale with its fees");
}

// Not take_profit_bps, which the ladder stands in place of. What it leaves may go higher.
TEST(Load, ArmsTheTrailingStopNoHigherThanTheLastStepOfALadderThatLeavesNothing) {
    expect_loads("exits: {take_profit_bps: 1, take_profit_ladder: [{gain_bps: 600, percent: 50}]}");
    expect_loads(ladder("{gain_bps: 599, percent: 99}"));
    expect_loads(ladder("{gain_bps: 600, percent: 100}"));
    expect_problem(ladder("{gain_bps: 599, percent: 100}"),
                   "1: exits.trailing_arm_bps: 600 bps is above exits.take_profit_ladder (599 "
                   "bps): the trailing stop could never arm");
}

}  // namespace
}  // namespace sniperforge::config
