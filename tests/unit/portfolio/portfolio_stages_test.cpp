// SPDX-License-Identifier: MIT
// Entries that name the position that they add to.
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

OrderIntent stage_of(std::uint64_t id, PositionId position) {
    OrderIntent intent = entry_intent(id);
    intent.position_id = position;
    return intent;
}

Fill further() { return fill_of({-static_cast<std::int64_t>(50'000'000 + kFee), 0, 0, 400}); }

TEST_F(PortfolioTest, TellsAStageWhatWasSpentOnItsPosition) {
    const PositionId id = buy();
    EXPECT_EQ(exposure(stage_of(2, id)).staged_spend, Lamports{100'000'000 + kFee});
    EXPECT_EQ(exposure(entry_intent(2)).staged_spend, std::nullopt);
    EXPECT_EQ(exposure(stage_of(2, PositionId{99})).staged_spend, std::nullopt);
    OrderIntent foreign = stage_of(2, id);
    foreign.strategy = StrategyId::Momentum;
    EXPECT_EQ(exposure(foreign).staged_spend, std::nullopt);
    foreign = stage_of(2, id);
    foreign.mint_out = key_of(8);
    EXPECT_EQ(exposure(foreign).staged_spend, std::nullopt);
    EXPECT_EQ(exposure(exit_intent(2, id)).staged_spend, std::nullopt);
}

// What a partial sale brought back is not to be spent again.
TEST_F(PortfolioTest, TellsAStageAllThatWasSpentAlsoAfterAPartOfItWasSold) {
    const PositionId id = buy();
    settle(exit_intent(2, id), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(60'000'000 - kFee), 0, 0, -500}));
    EXPECT_LT(only().cost, Lamports{100'000'000});
    EXPECT_EQ(exposure(stage_of(3, id)).staged_spend, Lamports{100'000'000 + kFee});
}

// Whoever wants out is let out: a stage on its way is no sale on its way.
TEST_F(PortfolioTest, DoesNotTakeAStageOnItsWayForAnExit) {
    const PositionId id = buy();
    portfolio.order_submitted(stage_of(2, id));
    EXPECT_FALSE(only().is_exit_in_flight);
    EXPECT_FALSE(exposure(exit_intent(3, id)).is_exit_in_flight);
    EXPECT_TRUE(exposure(stage_of(3, id)).is_mint_in_flight);

    portfolio.order_submitted(exit_intent(3, id));
    (void)portfolio.apply(report_of(stage_of(2, id), Outcome::Rejected), kNewYear);
    EXPECT_TRUE(only().is_exit_in_flight);  // Its outcome is not the exit's.
    (void)portfolio.apply(report_of(exit_intent(3, id), Outcome::Rejected), kNewYear);
    EXPECT_FALSE(only().is_exit_in_flight);
}

TEST_F(PortfolioTest, AStageGrowsItsPosition) {
    const PositionId id = buy();
    const auto events = settle(stage_of(2, id), Outcome::Landed, further());
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<PositionChanged>(events[0]).amount, TokenAmount{1'400});
    EXPECT_EQ(exposure(stage_of(3, id)).staged_spend, Lamports{150'000'000 + 2 * kFee});
    // And shrinks again when its fill is reversed.
    (void)portfolio.reverse(IntentId{2}, kNewYear);
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_FALSE(only().is_exit_in_flight);
    EXPECT_EQ(exposure(stage_of(3, id)).staged_spend, Lamports{100'000'000 + kFee});
}

// The whole position was sold while the stage was on its way: what it buys is a position of its
// own, with its own cost.
TEST_F(PortfolioTest, AStageThatComesTooLateOpensAPosition) {
    const PositionId id = buy();
    portfolio.order_submitted(stage_of(2, id));
    settle(exit_intent(3, id), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(120'000'000 - kFee), 0, 0, -1'000}));
    EXPECT_TRUE(portfolio.positions().empty());
    auto report = report_of(stage_of(2, id), Outcome::Landed);
    report.fill = further();
    const auto events = portfolio.apply(report, kNewYear);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_NE(std::get<PositionOpened>(events[0]).position_id, id);
    EXPECT_EQ(only().cost, Lamports{50'000'000 + kFee});
}

}  // namespace
}  // namespace sniperforge::portfolio::test
