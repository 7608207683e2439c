// SPDX-License-Identifier: MIT
// Withdrawals in the journal: what the books are after one, and after a sweep that was cut.
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

const Signature kWithdrawal = Signature::from(Bytes(64, 9));

[[nodiscard]] WithdrawalSigned withdrawal_signed() {
    return {kWithdrawal, BlockHeight{300}, key_of(5), kToken, TokenAmount{1'000}};
}

[[nodiscard]] WithdrawalSettled withdrawal_settled(Outcome outcome) {
    WithdrawalSettled settled{kWithdrawal, outcome, Slot{99}, {}};
    if (outcome == Outcome::Landed) {
        settled.fill.wallet = LamportsDelta{-7'000};
        settled.fill.base_fee = Lamports{5'000};
        settled.fill.priority_fee = Lamports{2'000};
        settled.fill.tokens = {{kToken, TokenDelta{-1'000}}};
    }
    return settled;
}

class WithdrawalHistory : public HistoryTest {
 protected:
    // A position of 1,000 of kToken whose purchase is final.
    void hold(Recorder& recorder) {
        recorder.record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(recorder, entry(1));
        recorder.record(history_test::landed(entry(1)), kOpening);
        recorder.record(OrderFinalized{IntentId{1}, {}, Slot{55}}, kOpening);
    }
    static constexpr std::uint64_t kLeft = kFunds.raw() - 100'009'000;
};

TEST_F(WithdrawalHistory, TakesWhatLandedOutOfTheBooksAndOutOfThePosition) {
    {
        auto recorder = open();
        hold(*recorder);
        recorder->record(withdrawal_signed(), kOpening);
        recorder->record(withdrawal_settled(Outcome::Landed), kOpening);
    }
    const History history = read();
    EXPECT_TRUE(history.withdrawals_open.empty());
    EXPECT_TRUE(history.portfolio.positions().empty());
    EXPECT_EQ(history.portfolio.ledger().wallet(), Lamports{kLeft - 7'000});
    EXPECT_EQ(history.portfolio.ledger().token(kToken), TokenAmount{});
    EXPECT_EQ(history.slot_last, Slot{99});
}

TEST_F(WithdrawalHistory, KnowsThatOneMayStillLand) {
    {
        auto recorder = open();
        hold(*recorder);
        recorder->record(withdrawal_signed(), kOpening);
    }
    const History history = read();
    ASSERT_EQ(history.withdrawals_open.size(), 1U);
    EXPECT_EQ(history.withdrawals_open[0].signature, kWithdrawal);
    EXPECT_TRUE(history.signatures.contains(kWithdrawal)) << "never booked as an order, too";
    EXPECT_EQ(history.withdrawals_open[0].last_valid_height, BlockHeight{300});
    EXPECT_EQ(history.withdrawals_open[0].destination, key_of(5));
    EXPECT_EQ(history.withdrawals_open[0].mint, kToken);
    EXPECT_EQ(history.withdrawals_open[0].amount, TokenAmount{1'000});
    EXPECT_EQ(history.portfolio.positions().size(), 1U);
}

TEST_F(WithdrawalHistory, LeavesTheBooksAloneWhereNothingLanded) {
    for (const Outcome outcome : {Outcome::Expired, Outcome::Rejected}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        {
            auto recorder = open();
            hold(*recorder);
            recorder->record(withdrawal_signed(), kOpening);
            recorder->record(withdrawal_settled(outcome), kOpening);
        }
        const History history = read();
        EXPECT_TRUE(history.withdrawals_open.empty());
        EXPECT_EQ(history.portfolio.positions().size(), 1U);
        EXPECT_EQ(history.portfolio.ledger().wallet(), Lamports{kLeft});
    }
}

// The chain's figure has it already: it is not taken out a second time.
TEST_F(WithdrawalHistory, CountsNothingTwiceOnceTheChainsFigureWasTakenOver) {
    {
        auto recorder = open();
        hold(*recorder);
        recorder->record(withdrawal_signed(), kOpening);
        recorder->record(LedgerAdopted{{Lamports{5}, {}}}, kOpening);
        recorder->record(withdrawal_settled(Outcome::Landed), kOpening);
    }
    const History history = read();
    EXPECT_TRUE(history.withdrawals_open.empty());
    EXPECT_EQ(history.portfolio.ledger().wallet(), Lamports{5});
    EXPECT_EQ(history.portfolio.ledger().token(kToken), TokenAmount{});
}

// Orders of the run that was killed may be open yet: they are booked when their outcome is known.
TEST_F(WithdrawalHistory, KeepsOrdersThatAreOpenApart) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->record(history_test::landed(entry(1)), kOpening);
        recorder->record(withdrawal_signed(), kOpening);
        recorder->record(withdrawal_settled(Outcome::Landed), kOpening);
    }
    const History history = read();
    EXPECT_EQ(history.fills_provisional.size(), 1U);
    EXPECT_EQ(history.portfolio.ledger().token(kToken), TokenAmount{});
    EXPECT_EQ(history.portfolio.positions().size(), 1U);
}

// ---- Upkeep, which has the same records ----

[[nodiscard]] WithdrawalSigned table_signed(std::uint8_t number, const Pubkey& table) {
    return {Signature::from(Bytes(64, number)), BlockHeight{300}, table, {}, {},
            UpkeptAccount::LookupTable};
}
[[nodiscard]] WithdrawalSettled table_settled(std::uint8_t number, Outcome outcome, Lamports paid,
                                              Lamports refunded) {
    WithdrawalSettled settled{Signature::from(Bytes(64, number)), outcome, Slot{99}, {}};
    if (outcome == Outcome::Landed) {
        settled.fill.base_fee = Lamports{5'000};
        settled.fill.rent_paid = paid;
        settled.fill.rent_refunded = refunded;
        settled.fill.wallet = refunded.minus(paid + Lamports{5'000});
    }
    return settled;
}

TEST_F(WithdrawalHistory, CountsTheRentOfATableAsRentBothWays) {
    const Lamports rent{1'280'640};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(table_signed(1, key_of(40)), kOpening);
        recorder->record(table_settled(1, Outcome::Landed, rent, {}), kOpening);
    }
    const History made = read();
    EXPECT_EQ(made.portfolio.ledger().wallet(), kFunds - rent - Lamports{5'000});
    EXPECT_EQ(made.portfolio.ledger().totals().rent_paid, rent);
    EXPECT_EQ(made.portfolio.ledger().totals().outside, LamportsDelta{});
    EXPECT_EQ(made.lookup_tables, std::vector{key_of(40)});
    {
        auto recorder = open({}, "another");
        recorder->record(table_signed(2, key_of(40)), kOpening);
        recorder->record(table_settled(2, Outcome::Landed, {}, rent), kOpening);
    }
    const History closed = read();
    EXPECT_EQ(closed.portfolio.ledger().wallet(), kFunds - Lamports{10'000});
    EXPECT_EQ(closed.portfolio.ledger().totals().rent_refunded, rent);
    EXPECT_EQ(closed.portfolio.ledger().totals().outside, LamportsDelta{});
    EXPECT_TRUE(closed.lookup_tables.empty());
}

TEST_F(WithdrawalHistory, KnowsATableThatWasSignedForUntilAnotherIsMade) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(table_signed(1, key_of(40)), kOpening);
    }
    const History cut = read();
    ASSERT_EQ(cut.withdrawals_open.size(), 1U);
    EXPECT_EQ(cut.withdrawals_open.front().rent_account(), key_of(40));
    EXPECT_EQ(cut.lookup_tables, std::vector{key_of(40)});
    {
        auto recorder = open({}, "another");
        recorder->record(table_settled(1, Outcome::Expired, {}, {}), kOpening);
    }
    EXPECT_EQ(read().lookup_tables, std::vector{key_of(40)});
    {
        auto recorder = open({}, "a third");
        recorder->record(table_signed(2, key_of(41)), kOpening);
        recorder->record(table_settled(2, Outcome::Landed, Lamports{7}, {}), kOpening);
    }
    EXPECT_EQ(read().lookup_tables, std::vector{key_of(41)});
}

}  // namespace
}  // namespace sniperforge::engine
