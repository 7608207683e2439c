// SPDX-License-Identifier: MIT
#include "sniperforge/engine/lot_history.hpp"

#include <gtest/gtest.h>

#include "engine/lot_shares.hpp"
#include "history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

[[nodiscard]] OrderFinalized finalized(const SignedOrder& order) {
    return {order.intent.intent_id, order.signed_as.signature, Slot{55}};
}

[[nodiscard]] SignedOrder sale(std::uint64_t id, std::uint64_t amount) {
    SignedOrder order = entry(id);
    order.intent.kind = OrderKind::Exit;
    order.intent.exit_reason = ExitReason::TakeProfit;
    order.intent.position_id = PositionId{1};
    std::swap(order.intent.mint_in, order.intent.mint_out);
    order.intent.amount_in = TokenAmount{amount};
    return order;
}

[[nodiscard]] ExecutionReport sold(const SignedOrder& order, std::int64_t lamports) {
    ExecutionReport report = landed(order);
    report.slot = Slot{60};
    report.fill.wallet = LamportsDelta{lamports};
    report.fill.tokens = {
        {kToken, TokenDelta{-static_cast<std::int64_t>(order.intent.amount_in.raw())}}};
    return report;
}

class LotHistoryTest : public HistoryTest {
 protected:
    // Both purchases of a position: 1,000 for 100,009,000 lamports, and again.
    void buy_twice(Recorder& recorder) {
        recorder.record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        for (const std::uint64_t id : {1, 2}) {
            SignedOrder order = entry(id);
            order.intent.position_id = PositionId{id - 1};
            trade(recorder, order);
            recorder.record(landed(order), kOpening);
            recorder.record(finalized(order), kOpening);
        }
    }
    [[nodiscard]] LotHistory lots() const {
        auto lots = read_lots((directory / "journal.sfj").string());
        EXPECT_TRUE(lots) << lots.error().text;
        return lots ? std::move(*lots) : LotHistory{};
    }
};

TEST(LotShares, AddUpToAllOfItWhateverTheParts) {
    LotShares shares{TokenAmount{3}, Lamports{100}};
    EXPECT_EQ(shares.take(TokenAmount{1}), Lamports{33});
    EXPECT_EQ(shares.take(TokenAmount{1}), Lamports{33});
    EXPECT_EQ(shares.take(TokenAmount{1}), Lamports{34});
    EXPECT_EQ(shares.take(TokenAmount{1}), Lamports{});
}

TEST_F(LotHistoryTest, ASaleTakesTheOldestLotFirstAndTheSharesAddUp) {
    {
        auto recorder = open();
        buy_twice(*recorder);
        trade(*recorder, sale(3, 1'500));
        recorder->record(sold(sale(3, 1'500), 300'000'001), kOpening + kLater);
        recorder->record(finalized(sale(3, 1'500)), kOpening + kLater);
    }
    const LotHistory found = lots();
    ASSERT_EQ(found.rows.size(), 3U);
    const LotRow &first = found.rows[0], &second = found.rows[1], &rest = found.rows[2];
    EXPECT_EQ(first.kind, LotRowKind::Sold);
    EXPECT_EQ(first.acquired->order, IntentId{1});
    EXPECT_EQ(first.acquired->signature, signed_with(1));
    EXPECT_EQ(first.acquired->at, kOpening);
    EXPECT_EQ(first.acquired->fees, Lamports{9'000});
    EXPECT_EQ(first.disposed->order, IntentId{3});
    EXPECT_EQ(first.disposed->signature, signed_with(3));
    EXPECT_EQ(first.disposed->at, kOpening + kLater);
    EXPECT_EQ(first.amount, TokenAmount{1'000});
    EXPECT_EQ(first.cost, Lamports{100'009'000});
    EXPECT_EQ(first.proceeds, LamportsDelta{200'000'000});
    EXPECT_EQ(first.result, LamportsDelta{99'991'000});
    EXPECT_EQ(second.acquired->order, IntentId{2});
    EXPECT_EQ(second.amount, TokenAmount{500});
    EXPECT_EQ(second.cost, Lamports{50'004'500});
    EXPECT_EQ(second.proceeds, LamportsDelta{100'000'001});
    EXPECT_EQ(second.acquired->fees, Lamports{4'500});
    EXPECT_EQ(*first.disposed->fees + *second.disposed->fees, Lamports{9'000});
    EXPECT_TRUE(second.is_final);
    EXPECT_EQ(rest.kind, LotRowKind::Held);
    EXPECT_EQ(rest.amount, TokenAmount{500});
    EXPECT_EQ(rest.cost, Lamports{50'004'500});
    EXPECT_EQ(rest.acquired->fees, Lamports{4'500});
    EXPECT_FALSE(rest.disposed);
    EXPECT_EQ(rest.run_id, "run");
}

TEST_F(LotHistoryTest, ASaleThatIsNotFinalIsARowThatSaysSo) {
    {
        auto recorder = open();
        buy_twice(*recorder);
        trade(*recorder, sale(3, 2'000));
        recorder->record(sold(sale(3, 2'000), 300'000'000), kOpening);
    }
    const LotHistory found = lots();
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_FALSE(found.rows[0].is_final);
    EXPECT_EQ(found.rows[0].result + found.rows[1].result, LamportsDelta{99'982'000});
}

TEST_F(LotHistoryTest, WhatAForkTookBackIsInNoRowAndLaterSalesTookTheOlderLots) {
    {
        auto recorder = open();
        buy_twice(*recorder);
        trade(*recorder, sale(3, 1'000));
        recorder->record(sold(sale(3, 1'000), 150'000'000), kOpening);
        trade(*recorder, sale(4, 500));
        recorder->record(sold(sale(4, 500), 150'000'000), kOpening);
        recorder->record(OrderReversed{IntentId{3}, signed_with(3), Slot{60}}, kOpening);
        recorder->record(finalized(sale(4, 500)), kOpening);
    }
    const LotHistory found = lots();
    ASSERT_EQ(found.rows.size(), 3U);
    EXPECT_EQ(found.rows[0].disposed->order, IntentId{4});
    EXPECT_EQ(found.rows[0].acquired->order, IntentId{1});
    EXPECT_EQ(found.rows[0].amount, TokenAmount{500});
    EXPECT_EQ(found.rows[1].kind, LotRowKind::Held);
    EXPECT_EQ(found.rows[1].amount, TokenAmount{500});
    EXPECT_EQ(found.rows[2].amount, TokenAmount{1'000});
}

TEST_F(LotHistoryTest, WhatWasMovedOutsideLeavesAtItsCostWithoutAResult) {
    {
        auto recorder = open();
        buy_twice(*recorder);
        recorder->record(LedgerAdopted{{kFunds, {{kToken, TokenAmount{600}}}}}, kOpening + kLater);
    }
    const LotHistory found = lots();
    ASSERT_EQ(found.rows.size(), 3U);
    EXPECT_EQ(found.rows[0].kind, LotRowKind::MovedOut);
    EXPECT_EQ(found.rows[0].mint, kToken);
    EXPECT_EQ(found.rows[0].amount, TokenAmount{1'000});
    EXPECT_EQ(found.rows[0].cost, Lamports{100'009'000});
    EXPECT_EQ(found.rows[0].result, LamportsDelta{});
    EXPECT_EQ(found.rows[0].disposed->at, kOpening + kLater);
    EXPECT_EQ(found.rows[1].amount, TokenAmount{400});
    EXPECT_EQ(found.rows[2].kind, LotRowKind::Held);
    EXPECT_EQ(found.rows[2].amount, TokenAmount{600});
}

TEST_F(LotHistoryTest, FeesOfWhatFailedAreARowAndDenialsAreNone) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        ExecutionReport reverted = landed(entry(1));
        reverted.outcome = Outcome::Reverted;
        reverted.fill.wallet = LamportsDelta{-9'000};
        reverted.fill.tokens.clear();
        recorder->record(reverted, kOpening);
        recorder->record(entry(2).intent, kOpening);
        recorder->record(IntentDenied{IntentId{2}, StrategyId::Sniper, {}}, kOpening);
    }
    const LotHistory found = lots();
    ASSERT_EQ(found.rows.size(), 1U);
    EXPECT_EQ(found.rows[0].kind, LotRowKind::Failed);
    EXPECT_EQ(found.rows[0].result, LamportsDelta{-9'000});
    EXPECT_FALSE(found.rows[0].acquired);
    EXPECT_EQ(found.orders.at(1).outcome, Outcome::Reverted);
    EXPECT_EQ(found.orders.at(1).signature, signed_with(1));
    EXPECT_TRUE(found.orders.at(2).is_denied);
}

}  // namespace
}  // namespace sniperforge::engine
