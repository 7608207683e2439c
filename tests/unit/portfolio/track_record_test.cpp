// SPDX-License-Identifier: MIT
// The peak, the fall from it and the losing streak: by themselves, and through the portfolio.
#include "sniperforge/portfolio/track_record.hpp"

#include <vector>

#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

// ---- The fall from the peak ----

TEST(TrackRecord, FallsFromThePeakAndNotFromTheStart) {
    TrackRecord record;
    EXPECT_EQ(record.drawdown({}), Lamports{});
    record.realized(LamportsDelta{500});
    EXPECT_EQ(record.drawdown(LamportsDelta{500}), Lamports{});
    EXPECT_EQ(record.drawdown(LamportsDelta{501}), Lamports{});
    EXPECT_EQ(record.drawdown(LamportsDelta{499}), Lamports{1});
    EXPECT_EQ(record.drawdown(LamportsDelta{-100}), Lamports{600});
}

TEST(TrackRecord, CountsALossFromTheFirstDayOnAsAFall) {
    TrackRecord record;
    record.realized(LamportsDelta{-30});
    EXPECT_EQ(record.drawdown(LamportsDelta{-30}), Lamports{30});
}

TEST(TrackRecord, ForgetsTheDeepestFallOnlyAtANewPeak) {
    TrackRecord record;
    record.realized(LamportsDelta{500});
    record.realized(LamportsDelta{100});
    record.realized(LamportsDelta{500});  // Won back, to the lamport: no new peak.
    EXPECT_EQ(record.drawdown(LamportsDelta{500}), Lamports{400});
    record.realized(LamportsDelta{501});
    EXPECT_EQ(record.drawdown(LamportsDelta{501}), Lamports{});
}

// What a position would sell for is asked at every tick; it must not leave a trace.
TEST(TrackRecord, KeepsNothingOfAnEquityThatItIsAskedAbout) {
    TrackRecord record;
    (void)record.drawdown(LamportsDelta{9'000});
    (void)record.drawdown(LamportsDelta{-9'000});
    EXPECT_EQ(record.drawdown({}), Lamports{});
}

// ---- The streak ----

TEST(TrackRecord, CountsLossesInARowAndEndsWithOnePositionThatLostNothing) {
    TrackRecord record;
    record.closed(LamportsDelta{-1}, WallTime{10});
    record.closed(LamportsDelta{-1}, WallTime{20});
    EXPECT_EQ(record.losses_in_row(), 2U);
    EXPECT_EQ(record.loss_last_at(), WallTime{20});
    record.closed(LamportsDelta{}, WallTime{30});
    EXPECT_EQ(record.losses_in_row(), 0U);
    record.closed(LamportsDelta{-1}, WallTime{40});
    EXPECT_EQ(record.losses_in_row(), 1U);
    EXPECT_EQ(record.loss_last_at(), WallTime{40});
}

// Sales become final in another order than they were reported in: the newest decides.
TEST(TrackRecord, KeepsTheTimeOfTheNewestLoss) {
    TrackRecord record;
    record.closed(LamportsDelta{-1}, WallTime{20});
    record.closed(LamportsDelta{-1}, WallTime{10});
    EXPECT_EQ(record.loss_last_at(), WallTime{20});
}

// ---- What a strategy's positions came to ----

TEST(TrackRecord, CountsWinsAndLossesOfEachStrategyByWhatWasSpentOnThem) {
    TrackRecord record;
    record.came_to(StrategyId::Sniper, Lamports{300}, LamportsDelta{-100});
    record.came_to(StrategyId::Sniper, Lamports{300}, LamportsDelta{100});
    record.came_to(StrategyId::Sniper, Lamports{300}, LamportsDelta{});
    record.came_to(StrategyId::Momentum, Lamports{300}, LamportsDelta{300});
    // A third: what was lost is rounded up, what was won down.
    EXPECT_EQ(record.results_of(StrategyId::Sniper),
              (StrategyResults{.losses = 1, .wins = 2, .lost = 333'334, .won = 333'333}));
    EXPECT_EQ(record.results_of(StrategyId::Momentum).won, 1'000'000U);
    EXPECT_EQ(record.results_of(StrategyId::Arbitrage).count(), 0U);
}

TEST(TrackRecord, TakesOneStrokeOfLuckForFourTimesTheStakeAtMost) {
    TrackRecord record;
    record.came_to(StrategyId::Sniper, Lamports{100}, LamportsDelta{400});
    EXPECT_EQ(record.results_of(StrategyId::Sniper).won, 4'000'000U);
    record.came_to(StrategyId::Sniper, Lamports{100}, LamportsDelta{90'000});
    EXPECT_EQ(record.results_of(StrategyId::Sniper).won, 8'000'000U);
    record.came_to(StrategyId::Sniper, Lamports{}, LamportsDelta{5});  // Nothing was at stake.
    EXPECT_EQ(record.results_of(StrategyId::Sniper).count(), 2U);
}

// ---- Through the portfolio ----

class PortfolioRecordTest : public PortfolioTest {
 protected:
    // A position bought for 0.1 SOL and sold for `back`, both final.
    void trade(std::uint64_t id, std::int64_t back, WallTime now = kNewYear) {
        sell(id, back, now);
        portfolio.finalize(IntentId{id});
        portfolio.finalize(IntentId{id + 1});
    }
    void sell(std::uint64_t id, std::int64_t back, WallTime now = kNewYear) {
        const auto opened =
            settle(entry_intent(id), Outcome::Landed, fill_of({-100'000'000, 0, 0, 1'000}), now);
        settle(exit_intent(id + 1, std::get<PositionOpened>(opened.at(0)).position_id),
               Outcome::Landed, fill_of({back, 0, 0, -1'000}), now);
    }
    [[nodiscard]] Exposure now(WallTime at = kNewYear) const {
        return exposure(entry_intent(99, key_of(9)), at);
    }
};

TEST_F(PortfolioRecordTest, ShowsTheFallFromThePeakOfWhatWasWon) {
    trade(1, 130'000'000);
    EXPECT_EQ(now().drawdown, Lamports{});
    trade(3, 80'000'000);
    EXPECT_EQ(now().drawdown, Lamports{20'000'000});
}

TEST_F(PortfolioRecordTest, CountsOpenPositionsAtWhatTheyWouldSellFor) {
    trade(1, 130'000'000);
    const PositionId id = buy(3);
    portfolio.mark(id, Lamports{100'009'000 - 70'000'000});
    EXPECT_EQ(now().drawdown, Lamports{70'000'000});
    portfolio.mark(id, Lamports{900'000'000});  // A mark makes no peak, however high it is.
    portfolio.mark(id, Lamports{100'009'000});
    EXPECT_EQ(now().drawdown, Lamports{});
}

TEST_F(PortfolioRecordTest, SeesALossAtOnceAndTakesAGainForAPeakOnceItIsFinal) {
    sell(1, 130'000'000);
    sell(3, 80'000'000);
    // Up 10 million by confirmed blocks. The peak of 30 million is none yet.
    EXPECT_EQ(now().drawdown, Lamports{});
    for (const std::uint64_t id : {1, 2}) {
        portfolio.finalize(IntentId{id});
    }
    EXPECT_EQ(now().drawdown, Lamports{20'000'000});
    sell(5, 60'000'000);
    EXPECT_EQ(now().drawdown, Lamports{60'000'000});
}

TEST_F(PortfolioRecordTest, CountsCyclesAndRevertsIntoTheFall) {
    settle(cycle_intent(1), Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    portfolio.finalize(IntentId{1});
    settle(cycle_intent(2), Outcome::Reverted, fill_of({-9'000, 0, 0, 0}));
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(now().drawdown, Lamports{9'000});
}

TEST_F(PortfolioRecordTest, NeverCountsAResultThatADroppedBlockTookBack) {
    trade(1, 130'000'000);
    sell(3, 900'000'000);
    (void)portfolio.reverse(IntentId{4}, kNewYear);
    portfolio.finalize(IntentId{3});
    // Sold for less, in the end.
    auto report = report_of(exit_intent(4, only().position_id), Outcome::Landed);
    report.fill = fill_of({80'000'000, 0, 0, -1'000});
    (void)portfolio.apply(report, kNewYear);
    portfolio.finalize(IntentId{4});
    EXPECT_EQ(now().drawdown, Lamports{20'000'000});
    EXPECT_EQ(now().losses_in_row, 1U);
}

TEST_F(PortfolioRecordTest, CountsAPositionThatClosedAtALossOnceItIsFinal) {
    const WallTime then{kNewYear.ns + 5};
    sell(1, 99'999'999, then);
    EXPECT_EQ(now().losses_in_row, 0U);
    portfolio.finalize(IntentId{1});
    EXPECT_EQ(now().losses_in_row, 0U);
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(now().losses_in_row, 1U);
    // From when it was sold, not from when that became final.
    EXPECT_EQ(now(WallTime{then.ns + 7}).since_loss, Duration{7});
    trade(3, 100'000'000);  // Neither won nor lost.
    EXPECT_EQ(now().losses_in_row, 0U);
}

// A reverted transaction costs a fee, a cycle that landed at most its fees.
TEST_F(PortfolioRecordTest, CountsNeitherRevertsNorCyclesIntoTheStreak) {
    trade(1, 90'000'000);
    settle(cycle_intent(3), Outcome::Reverted, fill_of({-9'000, 0, 0, 0}));
    portfolio.finalize(IntentId{3});
    settle(cycle_intent(4), Outcome::Landed, fill_of({-1, 0, 0, 0}));
    portfolio.finalize(IntentId{4});
    settle(cycle_intent(5), Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    portfolio.finalize(IntentId{5});
    EXPECT_EQ(now().losses_in_row, 1U);
}

// A day's limits start anew at midnight; these do not.
TEST_F(PortfolioRecordTest, CarriesPeakAndStreakOverMidnightUtc) {
    trade(1, 130'000'000);
    trade(3, 80'000'000);
    const WallTime tomorrow{kNewYear.ns + kDay.count()};
    trade(5, 90'000'000, tomorrow);
    EXPECT_EQ(now(tomorrow).pnl_today, LamportsDelta{-10'000'000});
    EXPECT_EQ(now(tomorrow).drawdown, Lamports{30'000'000});
    EXPECT_EQ(now(tomorrow).losses_in_row, 2U);
}

// 0.1 SOL and a fee were spent.
TEST_F(PortfolioRecordTest, CountsAStrategysResultsWhenTheyAreFinal) {
    sell(1, 130'000'000);
    EXPECT_EQ(now().results.count(), 0U);
    portfolio.finalize(IntentId{1});
    EXPECT_EQ(now().results.count(), 0U);
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(now().results.wins, 1U);
    EXPECT_EQ(now().results.won, 300'000U);
    trade(3, 80'000'000);
    EXPECT_EQ(now().results.losses, 1U);
    EXPECT_EQ(now().results.lost, 200'000U);
    OrderIntent other = entry_intent(99, key_of(9));
    other.strategy = StrategyId::Arbitrage;
    EXPECT_EQ(exposure(other, kNewYear).results.count(), 0U);
}

// Sold in two halves: one position, and its stake is all that was spent on it.
TEST_F(PortfolioRecordTest, CountsAPositionThatWasSoldInPartsOnce) {
    const PositionId id = buy(1);
    settle(exit_intent(2, id), Outcome::Landed, fill_of({60'000'000, 0, 0, -500}));
    settle(exit_intent(3, id), Outcome::Landed,
           fill_of({60'000'000 + static_cast<std::int64_t>(kRent), 0, kRent, -500}));
    for (const std::uint64_t intent : {1, 2, 3}) {
        portfolio.finalize(IntentId{intent});
    }
    EXPECT_EQ(now().results.count(), 1U);
    EXPECT_NEAR(static_cast<double>(now().results.won), 200'000, 300);
}

// What cannot be sold never closes: its loss would never be a result.
TEST_F(PortfolioRecordTest, CountsAPositionThatIsWorthNothingAsALossOfItsWholeStake) {
    trade(1, 130'000'000);
    const PositionId id = buy(3);
    EXPECT_EQ(now().results.count(), 1U);
    portfolio.mark(id, Lamports{1});
    EXPECT_EQ(now().results.count(), 1U);
    portfolio.mark(id, Lamports{});
    EXPECT_EQ(now().results,
              (StrategyResults{.losses = 1, .wins = 1, .lost = 1'000'000, .won = 300'000}));
    OrderIntent other = entry_intent(99, key_of(9));
    other.strategy = StrategyId::Momentum;
    EXPECT_EQ(exposure(other).results.count(), 0U);
    portfolio.mark(id, Lamports{1});  // Somebody came back.
    EXPECT_EQ(now().results.count(), 1U);
}

// And once, when it was sold for nothing after all.
TEST_F(PortfolioRecordTest, CountsAPositionThatIsWorthNothingOnce) {
    const PositionId id = buy(1);
    portfolio.mark(id, Lamports{});
    settle(exit_intent(2, id), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(kRent), 0, kRent, -1'000}));
    portfolio.finalize(IntentId{1});
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(now().results, (StrategyResults{.losses = 1, .wins = 0, .lost = 1'000'000}));
}

// What its other part was sold for is not lost. A gain is one when it is final: marks make none.
TEST_F(PortfolioRecordTest, CountsOfAWorthlessRestWhatTheSalesBeforeHaveNotBroughtBack) {
    for (const std::int64_t brought : {50'004'500, 100'008'999, 100'009'000, 200'000'000}) {
        SCOPED_TRACE(brought);
        portfolio = {};
        portfolio.start({Lamports{kStart}, {}}, kNewYear);
        const PositionId id = buy(1);
        settle(exit_intent(2, id), Outcome::Landed, fill_of({brought, 0, 0, -500}));
        portfolio.mark(id, Lamports{});
        const bool is_lost = brought < 100'009'000;
        EXPECT_EQ(now().results.count(), is_lost ? 1U : 0U);
        EXPECT_EQ(now().results.lost, brought == 50'004'500 ? 500'000U : is_lost ? 1U : 0U);
    }
}

TEST_F(PortfolioRecordTest, CountsAWorthlessPositionThatNoOrderOfOursBoughtForNothing) {
    portfolio.take_in({Lamports{}, {{kToken, TokenAmount{50}}}});
    ASSERT_TRUE(portfolio.adopt_position(kToken, TokenAmount{50}, MonoTime{}));
    portfolio.mark(only().position_id, Lamports{});
    EXPECT_EQ(now().results.count(), 0U);
    (void)portfolio.adopt({portfolio.ledger().wallet(), {}}, kNewYear);
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(now().results.count(), 0U);
}

TEST_F(PortfolioRecordTest, TellsWhatWeHaveAtWhatPositionsWouldSellFor) {
    const Lamports before = now().equity;
    const PositionId id = buy(1);
    portfolio.mark(id, Lamports{40'000'000});
    EXPECT_EQ(now().equity, now().wallet + Lamports{40'000'000});
    EXPECT_LT(now().equity, before);
}

// The same calls with the recorded times, as after a restart: the same peak, fall and streak.
TEST_F(PortfolioRecordTest, IsTheSameAfterTheCallsAreRepeated) {
    const auto run = [this] {
        portfolio = {};
        portfolio.start({Lamports{kStart}, {}}, kNewYear);
        trade(1, 130'000'000);
        trade(3, 80'000'000);
        trade(5, 90'000'000, WallTime{kNewYear.ns + 10});
        settle(entry_intent(7), Outcome::Landed, fill_of({-100'000'000, 0, 0, 1'000}));
        portfolio.finalize(IntentId{7});
        (void)portfolio.adopt({Lamports{kStart}, {}}, WallTime{kNewYear.ns + 10});
    };
    run();
    // Marks of a position that is gone leave nothing behind.
    const Exposure before = now(WallTime{kNewYear.ns + 30});
    run();
    const Exposure after = now(WallTime{kNewYear.ns + 30});
    EXPECT_EQ(after.drawdown, before.drawdown);
    EXPECT_EQ(after.drawdown, Lamports{30'000'000});
    EXPECT_EQ(after.losses_in_row, before.losses_in_row);
    EXPECT_EQ(after.since_loss, Duration{20});
    EXPECT_EQ(after.results, before.results);
    EXPECT_EQ(after.results.count(), 4U);
}

}  // namespace
}  // namespace sniperforge::portfolio::test
