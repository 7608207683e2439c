// SPDX-License-Identifier: MIT
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

// ---- Entries ----

TEST_F(PortfolioTest, OpensAPositionAtWhatItReallyCostRentExcluded) {
    const PositionId id = buy();
    const PositionView& view = only();
    EXPECT_EQ(view.position_id, id);
    EXPECT_EQ(view.mint, kToken);
    EXPECT_EQ(view.amount, TokenAmount{1'000});
    EXPECT_EQ(view.cost, Lamports{100'000'000 + kFee});
    EXPECT_EQ(view.value_peak, view.cost);
    EXPECT_EQ(view.pool, PoolIndex{3});  // From the intent: the report does not know it.
    EXPECT_EQ(view.opened_at_slot, Slot{55});
    EXPECT_EQ(view.opened_at, MonoTime{77});
    EXPECT_FALSE(view.is_exit_in_flight);
    EXPECT_EQ(portfolio.ledger().token(kToken), TokenAmount{1'000});
    EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart - 100'000'000 - kFee - kRent});
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_EQ(portfolio.counters().fills[1], 1U);
    EXPECT_EQ(portfolio.value_marked(), view.cost);
    portfolio.mark(id, Lamports{5});
    EXPECT_EQ(portfolio.value_marked(), Lamports{5});
}

TEST_F(PortfolioTest, CountsWrappedSolAsSol) {
    // Paid out of a wrapped SOL account: the wallet itself only lost the fee.
    Fill fill = fill_of({-static_cast<std::int64_t>(kFee), 0, 0, 1'000});
    fill.tokens.push_back({solana::kWrappedSolMint, TokenDelta{-100'000'000}});
    settle(entry_intent(1), Outcome::Landed, fill);
    EXPECT_EQ(only().cost, Lamports{100'000'000 + kFee});
}

// Our swaps close the wrapped SOL account at their end: what somebody sent there comes along.
TEST_F(PortfolioTest, MovesWrappedSolThatWasSentToUsIntoTheWalletWithTheNextSwapAndCallsItNoGain) {
    portfolio.take_in({{}, {{solana::kWrappedSolMint, TokenAmount{7'000'000}}}});
    EXPECT_TRUE(portfolio.tokens_outside().empty()) << "it is money";
    EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart});
    Fill fill = fill_of({7'000'000 - 100'000'000 - static_cast<std::int64_t>(kFee), 0, 0, 1'000});
    fill.tokens.push_back({solana::kWrappedSolMint, TokenDelta{-7'000'000}});
    settle(entry_intent(1), Outcome::Landed, fill);
    EXPECT_EQ(only().cost, Lamports{100'000'000 + kFee});
    EXPECT_EQ(portfolio.result(), LamportsDelta{});
    EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart + 7'000'000 - 100'000'000 - kFee});
    EXPECT_EQ(portfolio.ledger().token(solana::kWrappedSolMint), TokenAmount{});
}

TEST_F(PortfolioTest, AddsASecondEntryToThePositionOfItsMint) {
    const PositionId id = buy(1);
    const auto events = settle(entry_intent(2), Outcome::Landed,
                               fill_of({-static_cast<std::int64_t>(50'000'000 + kFee), 0, 0, 400}));
    ASSERT_EQ(events.size(), 1U);
    const auto& changed = std::get<PositionChanged>(events[0]);
    EXPECT_EQ(changed.position_id, id);
    EXPECT_EQ(changed.amount, TokenAmount{1'400});
    EXPECT_EQ(changed.cost, Lamports{150'000'000 + 2 * kFee});
    EXPECT_EQ(portfolio.counters().positions_opened, 1U);
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});  // Bought at cost, nothing lost by it.
}

// ---- Exits ----

TEST_F(PortfolioTest, ClosesAPositionWithEverythingThatMovedForIt) {
    const PositionId id = buy();
    const auto events =
        settle(exit_intent(2, id), Outcome::Landed,
               fill_of({static_cast<std::int64_t>(120'000'000 - kFee + kRent), 0, kRent, -1'000}));
    ASSERT_EQ(events.size(), 1U);
    const auto& closed = std::get<PositionClosed>(events[0]);
    EXPECT_EQ(closed.position_id, id);
    EXPECT_EQ(closed.strategy, StrategyId::Sniper);
    EXPECT_EQ(closed.mint, kToken);
    EXPECT_EQ(closed.reason, ExitReason::TakeProfit);
    EXPECT_EQ(closed.pnl_realized, LamportsDelta{20'000'000 - 2 * static_cast<int>(kFee)});
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(portfolio.counters().positions_closed, 1U);
    EXPECT_EQ(portfolio.counters().pnl_realized, closed.pnl_realized);
    EXPECT_EQ(portfolio.counters().results, std::vector<std::int64_t>{closed.pnl_realized.raw()});
    // Realized and the wallet agree to the lamport.
    EXPECT_EQ(portfolio.ledger().wallet().minus(Lamports{kStart}), closed.pnl_realized);
}

TEST_F(PortfolioTest, CountsRentThatStaysLockedAsLostOnlyWhenThePositionCloses) {
    const PositionId id = buy();
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
    settle(exit_intent(2, id), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(100'000'000 - kFee), 0, 0, -1'000}));
    EXPECT_EQ(portfolio.counters().pnl_realized,
              LamportsDelta{-static_cast<std::int64_t>(2 * kFee + kRent)});
}

// A third of 1,000 tokens goes: two thirds of the cost stay, rounded up.
TEST_F(PortfolioTest, KeepsTheCostOfWhatIsLeftRoundedUp) {
    const PositionId id = buy();
    const auto events =
        settle(exit_intent(2, id), Outcome::Landed, fill_of({33'000'000, 0, 0, -333}));
    ASSERT_EQ(events.size(), 1U);
    const auto& changed = std::get<PositionChanged>(events[0]);
    EXPECT_EQ(changed.amount, TokenAmount{667});
    // 100,009,000 × 667 / 1,000 = 66,706,003 exactly.
    EXPECT_EQ(changed.cost, Lamports{66'706'003});
    settle(exit_intent(3, id), Outcome::Landed, fill_of({33'000'000, 0, 0, -1}));
    // 66,706,003 × 666 / 667 = 66,605,994.0: exact again; one more makes it round.
    EXPECT_EQ(only().cost, Lamports{66'605'994});
    settle(exit_intent(4, id), Outcome::Landed, fill_of({1, 0, 0, -665}));
    // 66,605,994 / 666 = 100,009: exact. One token is left with its cost.
    EXPECT_EQ(only().amount, TokenAmount{1});
    EXPECT_EQ(only().cost, Lamports{100'009});
}

TEST_F(PortfolioTest, RoundsTheCostOfWhatIsLeftAgainstUs) {
    const auto events = settle(entry_intent(1), Outcome::Landed, fill_of({-100, 0, 0, 3}));
    const PositionId id = std::get<PositionOpened>(events.at(0)).position_id;
    settle(exit_intent(2, id), Outcome::Landed, fill_of({30, 0, 0, -1}));
    EXPECT_EQ(only().cost, Lamports{67});  // 100 × 2 / 3 = 66.67.
}

// Half is sold at a heavy loss: the daily limit must see that before the position closes.
TEST_F(PortfolioTest, ShowsWhatAPartialSaleLostAtOnce) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{100'000'000 + kFee});
    settle(exit_intent(2, id), Outcome::Landed, fill_of({10'000'000, 0, 0, -500}));
    portfolio.mark(id, Lamports{10'000'000});  // What the other half would fetch.
    // Paid 100,009,000, got 10,000,000 back, would get 10,000,000 more.
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{-80'009'000});
    EXPECT_EQ(exposure(entry_intent(3)).pnl_today, LamportsDelta{-80'009'000});
}

// The peak of the whole position would sell the rest at once.
TEST_F(PortfolioTest, ScalesMarkAndPeakWithWhatIsLeft) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{150'000'001});
    settle(exit_intent(2, id), Outcome::Landed, fill_of({75'000'000, 0, 0, -500}));
    EXPECT_EQ(only().value_peak, Lamports{75'000'000});
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{150'000'000 - 100'009'000});
}

// In stages, the first one cheap: its lot is sold first, and the dearer one is left.
TEST_F(PortfolioTest, MeasuresGainsByTheAverageOfAllThatWasBoughtWhicheverLotsAreLeft) {
    const PositionId id = buy();
    settle(entry_intent(2), Outcome::Landed, fill_of({-300'000'000, 0, 0, 1'000}));
    const Lamports whole = only().cost_average();
    EXPECT_EQ(whole, only().cost);
    portfolio.mark(id, Lamports{450'000'000});
    settle(exit_intent(3, id), Outcome::Landed, fill_of({220'000'000, 0, 0, -1'000}));
    EXPECT_EQ(only().cost, Lamports{300'000'000}) << "first in, first out";
    EXPECT_EQ(only().cost_average(), Lamports{whole.raw() / 2 + whole.raw() % 2});
    EXPECT_EQ(only().value_peak, Lamports{225'000'000});
    settle(exit_intent(4, id), Outcome::Landed, fill_of({100'000'000, 0, 0, -500}));
    EXPECT_EQ(only().cost_average(), Lamports{(whole.raw() + 3) / 4});
}

// What the shares of the take-profit ladder speak of, whatever was sold since.
TEST_F(PortfolioTest, KnowsHowMuchWasBoughtOfWhatIsStillHeld) {
    const PositionId id = buy();
    EXPECT_EQ(only().bought, TokenAmount{1'000});
    settle(exit_intent(2, id), Outcome::Reverted, fill_of({-5'000, 0, 0, 0}));
    settle(exit_intent(3, id), Outcome::Landed, fill_of({75'000'000, 0, 0, -500}));
    settle(exit_intent(4, id), Outcome::Landed, fill_of({15'000'000, 0, 0, -100}));
    EXPECT_EQ(only().amount, TokenAmount{400});
    EXPECT_EQ(only().bought, TokenAmount{1'000});
    (void)portfolio.reverse(IntentId{3}, kNewYear);
    EXPECT_EQ(only().amount, TokenAmount{900});
    EXPECT_EQ(only().bought, TokenAmount{1'000});
}

TEST_F(PortfolioTest, ClosesWithTheSumOfAllItsSales) {
    const PositionId id = buy();
    settle(exit_intent(2, id), Outcome::Landed, fill_of({10'000'000, 0, 0, -500}));
    const auto events =
        settle(exit_intent(3, id), Outcome::Landed,
               fill_of({static_cast<std::int64_t>(30'000'000 + kRent), 0, kRent, -500}));
    EXPECT_EQ(std::get<PositionClosed>(events.at(0)).pnl_realized,
              LamportsDelta{-60'000'000 - static_cast<std::int64_t>(kFee)});
    EXPECT_EQ(portfolio.counters().results.size(), 1U);
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
}

TEST_F(PortfolioTest, BooksASaleOfAnUnknownPositionWithoutInventingOne) {
    const auto events =
        settle(exit_intent(2, PositionId{99}), Outcome::Landed, fill_of({5'000'000, 0, 0, -10}));
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_TRUE(portfolio.positions().empty());
}

// ---- Failures ----

TEST_F(PortfolioTest, BooksOnlyTheFeesOfARevertAndLeavesThePositionAsItWas) {
    const PositionId id = buy();
    const Lamports cost = only().cost;
    const auto events = settle(exit_intent(2, id), Outcome::Reverted,
                               fill_of({-static_cast<std::int64_t>(kFee), 0, 0, 0}));
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(only().cost, cost);
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_FALSE(only().is_exit_in_flight);
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{-static_cast<std::int64_t>(kFee)});
    EXPECT_EQ(portfolio.counters().fills[1], 1U);  // The entry's alone.
    EXPECT_EQ(portfolio.counters().results.size(), 1U);
}

TEST_F(PortfolioTest, BooksNothingForWhatNeverLanded) {
    for (const Outcome outcome : {Outcome::Rejected, Outcome::Expired}) {
        // A fill in such a report would be a contradiction: it must not be believed.
        const auto events = settle(entry_intent(outcome == Outcome::Rejected ? 1 : 2), outcome,
                                   fill_of({-100'000'000, 0, 0, 1'000}));
        EXPECT_TRUE(events.empty());
    }
    EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart});
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_TRUE(portfolio.counters().results.empty());
    EXPECT_EQ(portfolio.counters().volume, Lamports{});
    EXPECT_EQ(portfolio.in_flight(), 0U);
}

// ---- Cycles ----

TEST_F(PortfolioTest, BooksACycleAsOneResultAndOpensNothing) {
    const auto events = settle(cycle_intent(1), Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    EXPECT_TRUE(events.empty());
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{450'000});
    EXPECT_EQ(portfolio.counters().results, std::vector<std::int64_t>{450'000});
    EXPECT_EQ(portfolio.counters().fills[0], 1U);
    // Both swaps of it, by what leg 1 may have taken: the balances show only the difference.
    EXPECT_EQ(portfolio.counters().volume, Lamports{400'000'000});
    OrderIntent of_three = cycle_intent(2);
    of_three.leg_count = 3;
    (void)settle(of_three, Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    EXPECT_EQ(portfolio.counters().volume, Lamports{1'000'000'000});
}

// ---- In flight ----

TEST_F(PortfolioTest, HoldsTheCeilingOfAnOrderUntilItsReport) {
    const OrderIntent intent = entry_intent(1);
    portfolio.order_submitted(intent);
    EXPECT_EQ(portfolio.in_flight(), 1U);
    Exposure seen = exposure(entry_intent(2, key_of(8)));
    EXPECT_EQ(seen.in_flight_spend, Lamports{105'000'000});
    EXPECT_EQ(seen.wallet, Lamports{kStart - 105'000'000});
    EXPECT_EQ(seen.entries_in_flight, 1U);
    EXPECT_FALSE(seen.is_mint_in_flight);
    EXPECT_TRUE(exposure(entry_intent(2)).is_mint_in_flight);
    (void)portfolio.apply(report_of(intent, Outcome::Expired), kNewYear);
    seen = exposure(entry_intent(2));
    EXPECT_EQ(seen.in_flight_spend, Lamports{});
    EXPECT_EQ(seen.entries_in_flight, 0U);
    EXPECT_FALSE(seen.is_mint_in_flight);
    EXPECT_EQ(seen.wallet, Lamports{kStart});
}

TEST_F(PortfolioTest, MarksThePositionOfAnExitInFlightAndOnlyThatOne) {
    const PositionId first = buy(1, key_of(7));
    const PositionId second = buy(2, key_of(8));
    portfolio.order_submitted(exit_intent(3, first));
    EXPECT_TRUE(portfolio.positions()[0].is_exit_in_flight);
    EXPECT_FALSE(portfolio.positions()[1].is_exit_in_flight);
    EXPECT_TRUE(exposure(exit_intent(4, first)).is_exit_in_flight);
    EXPECT_FALSE(exposure(exit_intent(4, second)).is_exit_in_flight);
    EXPECT_EQ(exposure(exit_intent(4, first)).entries_in_flight, 0U);
}

TEST_F(PortfolioTest, KnowsWhichMintsAreBoughtOrSoldRightNow) {
    portfolio.order_submitted(entry_intent(1));
    EXPECT_TRUE(portfolio.is_in_flight(kToken));
    EXPECT_TRUE(portfolio.is_in_flight(solana::kWrappedSolMint));
    EXPECT_FALSE(portfolio.is_in_flight(key_of(8)));
    (void)portfolio.apply(report_of(entry_intent(1), Outcome::Rejected), kNewYear);
    EXPECT_FALSE(portfolio.is_in_flight(kToken));
}

TEST_F(PortfolioTest, NeverShowsAWalletBelowZero) {
    OrderIntent intent = entry_intent(1);
    intent.spend_max = Lamports::max();
    portfolio.order_submitted(intent);
    intent.intent_id = IntentId{2};
    portfolio.order_submitted(intent);  // The sum of both saturates.
    EXPECT_EQ(exposure(entry_intent(3)).wallet, Lamports{});
    EXPECT_EQ(exposure(entry_intent(3)).in_flight_spend, Lamports::max());
}

// ---- Exposure, marks, counters ----

TEST_F(PortfolioTest, TellsTheGateAboutTheIntentsOwnMintAndPosition) {
    const PositionId id = buy();
    Exposure seen = exposure(entry_intent(2));
    EXPECT_TRUE(seen.is_mint_held);
    EXPECT_EQ(seen.positions_open, 1U);
    EXPECT_EQ(seen.open_cost, Lamports{100'000'000 + kFee});
    EXPECT_EQ(seen.holding, TokenAmount{});  // An entry names no position.
    EXPECT_FALSE(exposure(entry_intent(2, key_of(8))).is_mint_held);
    EXPECT_EQ(exposure(exit_intent(2, id)).holding, TokenAmount{1'000});
    EXPECT_EQ(exposure(exit_intent(2, PositionId{99})).holding, TokenAmount{});
    // What only the caller knows stays closed.
    EXPECT_EQ(seen.state, TradingState::Blind);
    EXPECT_EQ(seen.sol_price, MicroUsd{});
}

// Open cost and orders on their way, as for all capital.
TEST_F(PortfolioTest, TellsWhatTheIntentsStrategyHasAtStake) {
    buy();  // The sniper's.
    OrderIntent asking = entry_intent(9, key_of(9));
    EXPECT_EQ(exposure(asking).strategy_stake, Lamports{100'000'000 + kFee});
    portfolio.order_submitted(entry_intent(2, key_of(8)));
    portfolio.order_submitted(cycle_intent(3));
    EXPECT_EQ(exposure(asking).strategy_stake, Lamports{100'000'000 + kFee + 105'000'000});
    asking.strategy = StrategyId::Arbitrage;
    EXPECT_EQ(exposure(asking).strategy_stake, Lamports{205'000'000});
    asking.strategy = StrategyId::Momentum;
    EXPECT_EQ(exposure(asking).strategy_stake, Lamports{});
}

TEST_F(PortfolioTest, RemembersTheHighestMarkAndValuesAtTheLast) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{130'000'000});
    portfolio.mark(id, Lamports{90'000'000});
    EXPECT_EQ(only().value_peak, Lamports{130'000'000});
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{90'000'000 - 100'009'000});
    portfolio.mark(PositionId{99}, Lamports{1});  // Nothing happens.
    EXPECT_EQ(only().value_peak, Lamports{130'000'000});
}

// The pipeline goes through positions() and marks each on the way.
TEST_F(PortfolioTest, KeepsThePositionsValidWhileTheyAreMarked) {
    buy(1, key_of(7));
    buy(2, key_of(8));
    buy(3, key_of(9));
    const auto* const before = portfolio.positions().data();
    for (const PositionView& position : portfolio.positions()) {
        portfolio.mark(position.position_id, Lamports{200'000'000});
    }
    EXPECT_EQ(portfolio.positions().data(), before);
    for (const PositionView& position : portfolio.positions()) {
        EXPECT_EQ(position.value_peak, Lamports{200'000'000});
    }
    for (const PositionView& position : portfolio.positions()) {
        portfolio.set_pool(position.position_id, PoolIndex{44});
    }
    portfolio.set_pool(PositionId{99}, PoolIndex{45});  // Nothing happens.
    EXPECT_EQ(portfolio.positions().data(), before);
    buy(4, key_of(10));
    EXPECT_EQ(portfolio.positions().front().pool, PoolIndex{44});
    EXPECT_EQ(portfolio.positions().back().pool, PoolIndex{3});
}

TEST_F(PortfolioTest, CountsTheMostPositionsThatWereOpenAtOnce) {
    const PositionId first = buy(1, key_of(7));
    buy(2, key_of(8));
    auto intent = exit_intent(3, first);
    settle(intent, Outcome::Landed, fill_of({1, 0, 0, -1'000}, key_of(7)));
    buy(4, key_of(9));
    EXPECT_EQ(portfolio.positions().size(), 2U);
    EXPECT_EQ(portfolio.counters().positions_open_max, 2U);
    EXPECT_EQ(portfolio.counters().positions_opened, 3U);
    EXPECT_EQ(portfolio.counters().positions_closed, 1U);
}

TEST_F(PortfolioTest, ListsPositionsInTheOrderOfTheirIds) {
    buy(1, key_of(9));
    buy(2, key_of(7));
    buy(3, key_of(8));
    const auto positions = portfolio.positions();
    ASSERT_EQ(positions.size(), 3U);
    EXPECT_LT(positions[0].position_id, positions[1].position_id);
    EXPECT_LT(positions[1].position_id, positions[2].position_id);
}

// ---- The day ----

TEST_F(PortfolioTest, StartsTheDayAnewAtMidnightUtcAndNotBefore) {
    const WallTime last{kNewYear.ns + kDay.count() - 1};
    const WallTime midnight{kNewYear.ns + kDay.count()};
    settle(cycle_intent(1), Outcome::Landed, fill_of({-300'000, 0, 0, 0}), kNewYear);
    EXPECT_EQ(exposure(entry_intent(2), last).pnl_today, LamportsDelta{-300'000});
    EXPECT_EQ(exposure(entry_intent(2), last).volume_today, Lamports{400'000'000});
    // Before any report of the new day came.
    EXPECT_EQ(exposure(entry_intent(2), midnight).pnl_today, LamportsDelta{});
    EXPECT_EQ(exposure(entry_intent(2), midnight).volume_today, Lamports{});
    settle(cycle_intent(3), Outcome::Landed, fill_of({-100'000, 0, 0, 0}), midnight);
    EXPECT_EQ(portfolio.counters().pnl_today, LamportsDelta{-100'000});
    EXPECT_EQ(portfolio.counters().volume_today, Lamports{400'000'000});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{-400'000});
    EXPECT_EQ(portfolio.counters().volume, Lamports{800'000'000});
}

// An order that is found in the wallet's history is booked at the time of its block.
TEST_F(PortfolioTest, KeepsTheLossesOfTheDayWhenAnOrderOfYesterdayIsBooked) {
    const WallTime today = kNewYear + kDay;
    settle(cycle_intent(1), Outcome::Landed, fill_of({-300'000, 0, 0, 0}), today);
    settle(cycle_intent(2), Outcome::Landed, fill_of({450'000, 0, 0, 0}), kNewYear);
    EXPECT_EQ(exposure(entry_intent(4), today).pnl_today, LamportsDelta{-300'000});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{150'000});
    settle(cycle_intent(3), Outcome::Landed, fill_of({-100'000, 0, 0, 0}), kNewYear);
    EXPECT_EQ(exposure(entry_intent(4), today).pnl_today, LamportsDelta{-400'000});
    EXPECT_EQ(exposure(entry_intent(4), kNewYear).pnl_today, LamportsDelta{-400'000})
        << "a clock that is set back opens no day";
    EXPECT_EQ(exposure(entry_intent(4), today + kDay).pnl_today, LamportsDelta{});
}

}  // namespace
}  // namespace sniperforge::portfolio::test
