// SPDX-License-Identifier: MIT
// What trades are made of again: orders, positions and what the books said of them, over runs.
#include "analytics/store_trades.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "sniperforge/analytics/store.hpp"
#include "support/keys.hpp"

namespace sniperforge::analytics {
namespace {

using sniperforge::test::key_of;
const Pubkey kMint = key_of(3);

class StoreTradesTest : public ::testing::Test {
 protected:
    void SetUp() override {
        directory_ = std::filesystem::path{::testing::TempDir()} /
                     (std::string{"store_trades_"} +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        store_ = Store::open(directory_ / "trades.sqlite").value();
        begin("first", 100);
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void begin(const std::string& run_id, std::int64_t at,
               Provenance provenance = Provenance::Live) {
        ASSERT_TRUE(store_->begin_run({run_id, provenance, "", 1.0, 1, at, "b"}));
    }
    static OrderIntent intent(std::uint64_t id) {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.kind = OrderKind::Entry;
        intent.amount_in = TokenAmount{70'000};
        intent.pool_liquidity = Lamports{9'000'000};
        intent.venues.add(VenueId::PumpSwap);
        intent.venues.add(VenueId::RaydiumAmmV4);
        return intent;
    }
    static ExecutionReport landed(std::uint64_t id) {
        ExecutionReport report;
        report.intent_id = IntentId{id};
        report.strategy = StrategyId::Momentum;
        report.kind = OrderKind::Entry;
        report.mint = kMint;
        report.outcome = Outcome::Landed;
        report.signature.bytes.fill(static_cast<std::uint8_t>(id));
        report.slot = Slot{50};
        report.fill.wallet = LamportsDelta{-80'000};
        report.fill.base_fee = Lamports{5'000};
        report.fill.priority_fee = Lamports{3'000};
        report.fill.tip = Lamports{1'000};
        report.fill.rent_paid = Lamports{700};
        report.fill.rent_of_others = Lamports{300};
        report.fill.unexplained = LamportsDelta{-9};
        report.fill.venue_fees = VenueFees{Lamports{210}, Lamports{4}};
        return report;
    }
    void finalize(std::uint64_t id) {
        store_->add_finalized({IntentId{id}, landed(id).signature, Slot{60}});
    }
    [[nodiscard]] RecordedTrades recorded(Provenance provenance = Provenance::Live) {
        EXPECT_TRUE(store_->commit());
        auto read = store_->recorded_trades(provenance);
        EXPECT_TRUE(read) << read.error().text;
        return read ? *std::move(read) : RecordedTrades{};
    }
    [[nodiscard]] bool is_reconciled() { return recorded().orders.at(0).is_reconciled; }

    std::filesystem::path directory_;
    std::unique_ptr<Store> store_;
};

TEST_F(StoreTradesTest, KeepsEveryLamportOfAFillAndWhatItWasDecidedOn) {
    store_->add_intent(intent(1));
    store_->add_report(landed(1), 110);
    const auto orders = recorded().orders;
    ASSERT_EQ(orders.size(), 1U);
    const ExecutionReport& read = orders[0].report;
    Fill fill = landed(1).fill;
    EXPECT_EQ(read.fill, fill);
    EXPECT_EQ(read.strategy, StrategyId::Momentum);
    EXPECT_EQ(read.kind, OrderKind::Entry);
    EXPECT_EQ(read.mint, kMint);
    EXPECT_EQ(orders[0].at, WallTime{110});
    ASSERT_TRUE(orders[0].intent);
    EXPECT_EQ(orders[0].intent->amount_in, Lamports{70'000});
    EXPECT_EQ(orders[0].intent->pool_liquidity, Lamports{9'000'000});
    EXPECT_EQ(orders[0].intent->venues, intent(1).venues);
}

// Once is not enough: the look may be of a moment before the block was final.
TEST_F(StoreTradesTest, AnOrderIsReconciledByTwoLooksBehindItsFinalityAndNotByOne) {
    store_->add_report(landed(1), 110);
    store_->add_books_equal();
    store_->add_books_equal();
    finalize(1);
    EXPECT_FALSE(is_reconciled()) << "looks of before";
    store_->add_books_equal();
    EXPECT_FALSE(is_reconciled());
    store_->add_books_equal();
    EXPECT_TRUE(is_reconciled());
    store_->add_report(landed(1), 120);
    EXPECT_FALSE(is_reconciled()) << "told again: nothing is known of it";
}

// The books equal the chain from then on because they took its figures over.
TEST_F(StoreTradesTest, BehindAnAcceptedShortfallOlderOrdersAreNotReconciledAndTheSolIsTold) {
    for (const std::uint64_t id : {1U, 2U}) {
        store_->add_report(landed(id), 110);
        finalize(id);
        store_->add_books_equal();
    }
    store_->add_shortfall(Lamports{500}, 150);  // One has two looks, two has one.
    store_->add_shortfall(Lamports{500}, 150);  // Told again from the journal.
    store_->add_report(landed(3), 151);
    finalize(3);
    store_->add_books_equal();
    store_->add_books_equal();
    const auto read = recorded();
    EXPECT_EQ(read.missing, Lamports{500});
    ASSERT_EQ(read.orders.size(), 3U);
    EXPECT_TRUE(read.orders[0].is_reconciled);
    EXPECT_FALSE(read.orders[1].is_reconciled);
    EXPECT_TRUE(read.orders[2].is_reconciled);
    EXPECT_EQ(recorded(Provenance::Paper).missing, Lamports{});
}

TEST_F(StoreTradesTest, ALaterRunFinishesWhatAnEarlierOneLeft) {
    store_->add_intent(intent(1));
    store_->add_report(landed(1), 110);
    store_->add_position_opened(
        {PositionId{4}, StrategyId::Momentum, kMint, TokenAmount{8}, Lamports{80}}, 111);
    store_->add_position_marked({PositionId{4}, Lamports{60}});
    begin("second", 200);
    finalize(1);
    store_->add_books_equal();
    store_->add_books_equal();
    store_->add_position_marked({PositionId{4}, Lamports{90}});
    store_->add_position_marked({PositionId{4}, Lamports{75}});
    EXPECT_TRUE(is_reconciled());
    ASSERT_EQ(recorded().positions.size(), 1U);
    EXPECT_EQ(recorded().positions[0].value_last, Lamports{75});
    EXPECT_FALSE(recorded().positions[0].closed_at);
    store_->add_position_closed(
        {PositionId{4}, StrategyId::Momentum, kMint, {}, ExitReason::StopLoss}, 220);
    const auto positions = recorded().positions;
    ASSERT_EQ(positions.size(), 1U);
    EXPECT_EQ(positions[0].opened_at, WallTime{111});
    EXPECT_EQ(positions[0].closed_at, WallTime{220});
    EXPECT_EQ(positions[0].reason, ExitReason::StopLoss);
    EXPECT_EQ(positions[0].value_low, Lamports{60});
    EXPECT_EQ(positions[0].value_high, Lamports{90});
}

TEST_F(StoreTradesTest, ASnapshotIsOfOneMomentAndEndsWithItsOwner) {
    store_->add_report(landed(1), 110);
    ASSERT_TRUE(store_->commit());
    const auto reader = Store::open(directory_ / "trades.sqlite").value();
    const auto orders = [&] { return reader->recorded_trades(Provenance::Live)->orders.size(); };
    {
        const auto snapshot = StoreSnapshot::take(*reader);
        ASSERT_TRUE(snapshot);
        ASSERT_EQ(reader->runs(9)->size(), 1U);
        store_->add_report(landed(2), 111);
        ASSERT_TRUE(store_->commit()) << "who reads keeps nobody from writing";
        EXPECT_EQ(orders(), 1U);
    }
    EXPECT_EQ(orders(), 2U);
    store_->add_report(landed(3), 112);
    EXPECT_FALSE(StoreSnapshot::take(*store_)) << "rows wait for their commit";
}

// What was opened without a cost a person brought; what was only closed was opened nobody knows
// how.
TEST_F(StoreTradesTest, TellsAdoptedPositionsFromThoseWithoutABegin) {
    store_->add_position_opened({PositionId{1}, StrategyId::Sniper, kMint, TokenAmount{8}, {}}, 5);
    store_->add_position_closed({PositionId{2}, StrategyId::Sniper, kMint, {}, {}}, 6);
    store_->add_position_opened(
        {PositionId{3}, StrategyId::Sniper, kMint, TokenAmount{8}, Lamports{1}}, 7);
    std::map<std::uint64_t, bool> adopted;
    for (const RecordedPosition& position : recorded().positions) {
        adopted[position.position_id.value] = position.is_adopted;
    }
    EXPECT_EQ(adopted, (std::map<std::uint64_t, bool>{{1, true}, {2, false}, {3, false}}));
}

TEST_F(StoreTradesTest, WhatALaterRunFoundTakenBackIsNoTrade) {
    store_->add_report(landed(1), 110);
    store_->add_report(landed(2), 111);
    begin("second", 200);
    ExecutionReport expired = landed(1);
    expired.outcome = Outcome::Expired;
    expired.fill = {};
    store_->add_report(expired, 210);
    const auto orders = recorded().orders;
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].report.intent_id, IntentId{2});
}

// A journal that was lost begins its numbers again, and both orders were paid for.
TEST_F(StoreTradesTest, EqualNumbersOfDifferentTransactionsAreTwoOrders) {
    store_->add_report(landed(1), 110);
    begin("second", 200);
    ExecutionReport other = landed(1);
    other.signature.bytes.fill(0xee);
    store_->add_report(other, 210);
    EXPECT_EQ(recorded().orders.size(), 2U);
}

TEST_F(StoreTradesTest, AnIntentIsOfItsOwnTransactionAndOfNoOtherOfItsNumber) {
    store_->add_intent(intent(1));
    store_->add_report(landed(1), 110);
    store_->add_intent(intent(2));  // Killed before anybody told of it.
    begin("second", 200);
    ExecutionReport other = landed(1);
    other.signature.bytes.fill(0xee);
    store_->add_report(other, 210);
    store_->add_report(landed(2), 220);
    const auto orders = recorded().orders;
    ASSERT_EQ(orders.size(), 3U);
    EXPECT_TRUE(orders[0].intent);
    EXPECT_FALSE(orders[1].intent);
    EXPECT_TRUE(orders[2].intent);
}

// The first run's journal was lost with one position open: it is found on the chain again.
TEST_F(StoreTradesTest, APositionThatIsOpenedAgainIsTheOneThatItWas) {
    const auto open = [&](std::uint64_t id, const Pubkey& mint, std::int64_t at) {
        store_->add_position_opened(
            {PositionId{id}, StrategyId::Momentum, mint, TokenAmount{8}, Lamports{80}}, at);
    };
    open(1, key_of(4), 111);
    store_->add_position_marked({PositionId{1}, Lamports{10}});
    open(9, kMint, 112);
    store_->add_position_marked({PositionId{9}, Lamports{60}});
    begin("second", 200);
    open(1, kMint, 201);
    store_->add_position_marked({PositionId{1}, Lamports{90}});
    const auto positions = recorded().positions;
    ASSERT_EQ(positions.size(), 2U);
    EXPECT_EQ(positions[0].value_last, Lamports{10}) << "another mint's of that number";
    EXPECT_EQ(positions[1].position_id, PositionId{1});
    EXPECT_EQ(positions[1].opened_at, WallTime{112});
    EXPECT_EQ(positions[1].value_low, Lamports{60});
    EXPECT_EQ(positions[1].value_last, Lamports{90});
    store_->add_position_closed(
        {PositionId{1}, StrategyId::Momentum, kMint, {}, ExitReason::StopLoss}, 220);
    EXPECT_EQ(recorded().positions[1].closed_at, WallTime{220});
    begin("third", 300);
    open(2, kMint, 301);
    EXPECT_EQ(recorded().positions.size(), 3U) << "bought again behind its sale";
}

TEST_F(StoreTradesTest, OnPaperNothingIsSignedAndEachRunHasItsOwnOrders) {
    begin("paper", 300, Provenance::Paper);
    ExecutionReport unsigned_order = landed(1);
    unsigned_order.signature = {};
    store_->add_report(unsigned_order, 310);
    begin("paper again", 400, Provenance::Paper);
    store_->add_report(unsigned_order, 410);
    EXPECT_EQ(recorded(Provenance::Paper).orders.size(), 2U);
    EXPECT_TRUE(recorded(Provenance::Live).orders.empty());
}

TEST_F(StoreTradesTest, OrdersThatCostNothingAreNotAskedFor) {
    for (const Outcome outcome : {Outcome::Rejected, Outcome::Expired, Outcome::Unknown}) {
        ExecutionReport report = landed(10 + static_cast<std::uint64_t>(outcome));
        report.outcome = outcome;
        store_->add_report(report, 110);
    }
    ExecutionReport reverted = landed(5);
    reverted.outcome = Outcome::Reverted;
    store_->add_report(reverted, 120);
    const auto orders = recorded().orders;
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].report.outcome, Outcome::Reverted);
}

}  // namespace
}  // namespace sniperforge::analytics
