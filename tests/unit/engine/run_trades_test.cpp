// SPDX-License-Identifier: MIT
#include "sniperforge/engine/run_trades.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

using analytics::FillBasis;
using analytics::RecordedOrder;
using analytics::RecordedPosition;
using analytics::RecordedTrades;
using sniperforge::test::key_of;

const Pubkey kMint = key_of(3);
constexpr analytics::Period kPeriod{WallTime{0}, WallTime{1'000}};

// `principal` is what the swap moved; 5,000 base, 4,000 priority, 1,000 tip and rent of 2,000.
RecordedOrder order(std::uint64_t id, OrderKind kind, std::int64_t principal, std::int64_t at) {
    RecordedOrder each;
    ExecutionReport& report = each.report;
    report.intent_id = IntentId{id};
    report.strategy = kind == OrderKind::Cycle ? StrategyId::Arbitrage : StrategyId::Sniper;
    report.kind = kind;
    report.mint = kMint;
    report.outcome = Outcome::Landed;
    report.position_id = PositionId{kind == OrderKind::Exit ? 1U : 0U};
    report.spend_max = Lamports{900'000};
    report.fill.base_fee = Lamports{5'000};
    report.fill.priority_fee = Lamports{4'000};
    report.fill.tip = Lamports{1'000};
    const std::int64_t rent = kind == OrderKind::Entry ? 2'000 : 0;
    report.fill.rent_paid = Lamports{static_cast<std::uint64_t>(rent)};
    report.fill.wallet = LamportsDelta{principal - 10'000 - rent};
    each.at = WallTime{at};
    each.is_reconciled = true;
    return each;
}
RecordedOrder reverted(std::uint64_t id, std::int64_t at) {
    RecordedOrder each = order(id, OrderKind::Exit, 0, at);
    each.report.outcome = Outcome::Reverted;
    return each;
}
RecordedPosition position(std::int64_t opened, std::optional<WallTime> closed) {
    return {.position_id = PositionId{1},
            .strategy = StrategyId::Sniper,
            .mint = kMint,
            .opened_at = WallTime{opened},
            .closed_at = closed,
            .reason = closed ? ExitReason::TakeProfit : ExitReason::None,
            .is_adopted = false,
            .value_low = {},
            .value_high = {},
            .value_last = {}};
}
RecordedTrades sold() {
    return {{order(1, OrderKind::Entry, -100'000, 10), reverted(2, 20),
             order(3, OrderKind::Exit, 150'000, 30)},
            {position(10, WallTime{30})}};
}

// 50,000 gained by the swaps; three orders cost 10,000 each, and the rent never came back.
TEST(RunTrades, ARunsTradeIsNetOfEveryLamportThatItCost) {
    const RunTrades run = run_trades(sold(), Provenance::Live, kPeriod);
    ASSERT_EQ(run.trades.size(), 1U);
    const analytics::TradeResult& trade = run.trades[0];
    EXPECT_EQ(trade.stake, Lamports{100'000});
    EXPECT_EQ(trade.gross, LamportsDelta{50'000});
    EXPECT_EQ(trade.costs.base_fee, Lamports{10'000});
    EXPECT_EQ(trade.costs.tip, Lamports{2'000});
    EXPECT_EQ(trade.costs.reverts, Lamports{10'000});
    EXPECT_EQ(trade.costs.rent, LamportsDelta{2'000});
    EXPECT_EQ(analytics::net_of(trade), LamportsDelta{18'000});
    EXPECT_EQ(trade.opened_at, WallTime{10});
    EXPECT_EQ(trade.closed_at, WallTime{30});
    EXPECT_EQ(trade.exit_reason, ExitReason::TakeProfit);
    EXPECT_EQ(trade.provenance, Provenance::Live);
    EXPECT_EQ(trade.basis, FillBasis::Chain);
    EXPECT_TRUE(trade.is_reconciled);
    EXPECT_EQ(run.unassigned, LamportsDelta{});
    EXPECT_EQ(run.open, 0U);
}

TEST(RunTrades, OneOrderThatIsNotReconciledKeepsTheTradeFromIt) {
    for (std::size_t i = 0; i < 3; ++i) {
        RecordedTrades recorded = sold();
        recorded.orders[i].is_reconciled = false;
        const RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
        EXPECT_FALSE(run.trades.at(0).is_reconciled) << i;
    }
}

// What no trade of its strategy follows is an attempt of its own, on its day, with its fees.
TEST(RunTrades, CyclesThatRevertAndOrdersOfAStrategyWithoutATradeAreAttemptsThatFailed) {
    RecordedTrades recorded = sold();
    recorded.orders.push_back(order(4, OrderKind::Cycle, 0, 40));
    recorded.orders.push_back(order(5, OrderKind::Entry, 0, 50));
    recorded.orders[3].intent = analytics::RecordedIntent{Lamports{500'000}, {}, {}};
    recorded.orders[4].report.strategy = StrategyId::Momentum;
    for (const std::size_t i : {3U, 4U}) {
        recorded.orders[i].report.outcome = Outcome::Reverted;
    }
    const RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
    ASSERT_EQ(run.trades.size(), 3U);
    EXPECT_TRUE(run.trades[0].is_landed);
    for (const std::size_t i : {1U, 2U}) {
        const analytics::TradeResult& failed = run.trades[i];
        EXPECT_FALSE(failed.is_landed);
        EXPECT_EQ(analytics::net_of(failed), LamportsDelta{-10'000});
        EXPECT_EQ(failed.basis, FillBasis::Chain);
        EXPECT_TRUE(failed.is_reconciled);
    }
    EXPECT_EQ(run.trades[1].stake, Lamports{500'000});
    EXPECT_EQ(run.trades[1].closed_at, WallTime{40});
    EXPECT_EQ(run.trades[2].strategy, StrategyId::Momentum);
    EXPECT_EQ(run.unassigned, LamportsDelta{});
}

// A journal that was lost begins its numbers again.
TEST(RunTrades, AReconciledOrderReconcilesNoOtherOfItsNumber) {
    RecordedTrades recorded = sold();
    recorded.orders.push_back(order(1, OrderKind::Cycle, 70'000, 40));
    recorded.orders.back().is_reconciled = false;
    const auto trades = run_trades(recorded, Provenance::Live, kPeriod).trades;
    ASSERT_EQ(trades.size(), 2U);
    EXPECT_TRUE(trades[0].is_reconciled);
    EXPECT_FALSE(trades[1].is_reconciled);
}

TEST(RunTrades, OnPaperFillsAreOfThePools) {
    EXPECT_EQ(run_trades(sold(), Provenance::Paper, kPeriod).trades.at(0).basis,
              FillBasis::PoolState);
}

// The purchase was taken back and landed again, behind the opening of its position.
TEST(RunTrades, APositionWhoseEntryLandedAgainKeepsItsSale) {
    RecordedTrades recorded = sold();
    recorded.orders[0].at = WallTime{25};
    const RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
    ASSERT_EQ(run.trades.size(), 1U);
    EXPECT_EQ(analytics::net_of(run.trades[0]), LamportsDelta{18'000});
    EXPECT_EQ(run.exits_without_entry, 0U);
}

TEST(RunTrades, WhatIsOpenCountsAtItsLastValueOrAsNothing) {
    RecordedTrades recorded{{order(1, OrderKind::Entry, -100'000, 10)}, {position(10, {})}};
    RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
    ASSERT_EQ(run.trades.size(), 1U);
    EXPECT_EQ(analytics::net_of(run.trades[0]), LamportsDelta{-110'000});
    EXPECT_EQ(run.open, 1U);
    EXPECT_EQ(run.unmarked, 1U);
    RecordedPosition& held = recorded.positions[0];
    held.value_last = Lamports{130'000};
    held.value_low = Lamports{80'000};
    held.value_high = Lamports{140'000};
    run = run_trades(recorded, Provenance::Live, kPeriod);
    const analytics::TradeResult& trade = run.trades.at(0);
    EXPECT_EQ(analytics::net_of(trade), LamportsDelta{20'000});
    EXPECT_EQ(trade.basis, FillBasis::Quote);
    EXPECT_EQ(trade.closed_at, WallTime{999});
    EXPECT_FALSE(trade.is_reconciled);
    EXPECT_EQ(trade.excursion->adverse, BasisPoints{2'000});
    EXPECT_EQ(trade.excursion->favorable, BasisPoints{4'000});
    EXPECT_EQ(run.unmarked, 0U);
}

TEST(RunTrades, ACyclesStakeIsWhatItWasDecidedWithAndOfOldRecordsItsCeiling) {
    RecordedOrder cycle = order(7, OrderKind::Cycle, 30'000, 40);
    cycle.intent = analytics::RecordedIntent{Lamports{500'000}, Lamports{8'000'000}, {}};
    cycle.intent->venues.add(VenueId::PumpSwap);
    const auto trade_of = [](const RecordedOrder& each) {
        return run_trades({{each}, {}}, Provenance::Live, kPeriod).trades.at(0);
    };
    EXPECT_EQ(trade_of(cycle).stake, Lamports{500'000});
    EXPECT_EQ(trade_of(cycle).venue, VenueId::PumpSwap);
    EXPECT_EQ(trade_of(cycle).depth, Lamports{8'000'000});
    EXPECT_EQ(analytics::net_of(trade_of(cycle)), LamportsDelta{20'000});
    cycle.intent.reset();
    EXPECT_EQ(trade_of(cycle).stake, Lamports{900'000});
    EXPECT_EQ(analytics::net_of(trade_of(cycle)), LamportsDelta{20'000});
}

// Found on the chain again, where the journal was damaged: neither intent nor ceiling.
TEST(RunTrades, ACycleOfWhichNobodyKnowsTheStakeIsNoTradeAndItsResultStays) {
    RecordedOrder cycle = order(7, OrderKind::Cycle, 30'000, 40);
    cycle.report.spend_max = Lamports{1};
    EXPECT_EQ(run_trades({{cycle}, {}}, Provenance::Live, kPeriod).trades.size(), 1U);
    cycle.report.spend_max = {};
    const RunTrades run = run_trades({{cycle}, {}}, Provenance::Live, kPeriod);
    EXPECT_TRUE(run.trades.empty());
    EXPECT_EQ(run.stakes_unknown, 1U);
    EXPECT_EQ(run.unassigned, LamportsDelta{20'000});
}

TEST(RunTrades, CountsSalesOfWhatItNeverSawBought) {
    const RunTrades run =
        run_trades({{order(3, OrderKind::Exit, 150'000, 30)}, {position(0, WallTime{30})}},
                   Provenance::Live, kPeriod);
    EXPECT_TRUE(run.trades.empty());
    EXPECT_EQ(run.exits_without_entry, 1U);
}

TEST(RunTrades, ASaleOfAPersonsOwnTokensIsNoTradeAndIsNotMissing) {
    RecordedTrades recorded{{order(3, OrderKind::Exit, 150'000, 30)}, {position(5, WallTime{30})}};
    recorded.positions[0].is_adopted = true;
    const RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
    EXPECT_TRUE(run.trades.empty());
    EXPECT_EQ(run.exits_without_entry, 0U);
    EXPECT_EQ(run.adopted_sales, 1U);
}

TEST(RunTrades, TradesAreNumberedInTheOrderOfTheirOpening) {
    RecordedTrades recorded = sold();
    recorded.orders.push_back(order(1, OrderKind::Cycle, 30'000, 5));  // Its own count of numbers.
    const RunTrades run = run_trades(recorded, Provenance::Live, kPeriod);
    ASSERT_EQ(run.trades.size(), 2U);
    EXPECT_EQ(run.trades[0].strategy, StrategyId::Arbitrage);
    EXPECT_EQ(run.trades[0].trade_id, 1U);
    EXPECT_EQ(run.trades[1].trade_id, 2U);
}

}  // namespace
}  // namespace sniperforge::engine
