// SPDX-License-Identifier: MIT
// What of earlier runs counts on in the signer's budgets, also where the clock cannot be right.
#include "engine/signed_lately.hpp"

#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;
using namespace std::chrono_literals;

class SignedLately : public HistoryTest {
 protected:
    [[nodiscard]] History read_at(WallTime now) const {
        auto history = read_history(directory.string(), {MonoTime{}, now}, "boot", {});
        EXPECT_TRUE(history) << history.error().text;
        return history ? std::move(*history) : History{};
    }
    void sign(Recorder& recorder, std::uint64_t id, WallTime at) {
        recorder.record(entry(id).intent, at);
        recorder.record(IntentApproved{IntentId{id}}, at);
        ASSERT_TRUE(recorder.record_signed(entry(id).intent, entry(id).signed_as, at));
    }
};

[[nodiscard]] WithdrawalSigned costing(std::uint8_t number, UpkeptAccount upkept,
                                       std::optional<Lamports> cost) {
    return {Signature::from(Bytes(64, number)), BlockHeight{300}, key_of(5), {}, {}, upkept, cost};
}

TEST_F(SignedLately, CountsWhatUpkeepAndWithdrawalsCostWhereTheirRecordsSayIt) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(costing(1, UpkeptAccount::Nonce, Lamports{1'500'000}), kOpening);
        recorder->record(costing(2, UpkeptAccount::None, Lamports{7'000}), kOpening);
        recorder->record(costing(3, UpkeptAccount::LookupTable, std::nullopt), kOpening);
    }
    const History history = read_at(kOpening + 30min);
    ASSERT_EQ(history.signed_lately.size(), 2U);
    EXPECT_EQ(history.signed_lately[0].intent.kind, OrderKind::Sweep);
    EXPECT_EQ(history.signed_lately[0].intent.spend_max, Lamports{1'500'000});
    EXPECT_EQ(history.signed_lately[1].intent.kind, OrderKind::Exit);
    EXPECT_EQ(history.signed_lately[1].intent.spend_max, Lamports{7'000});
    EXPECT_EQ(history.signed_lately[1].at, kOpening);
    ASSERT_EQ(history.withdrawals_open.size(), 3U);
    EXPECT_EQ(history.withdrawals_open[0].cost, Lamports{1'500'000});
    EXPECT_EQ(history.withdrawals_open[2].cost, std::nullopt);
}

TEST_F(SignedLately, KeepsTheOldWindowWhereTheClockIsBehindOrFarAhead) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        sign(*recorder, 1, kOpening + -30h);
        sign(*recorder, 2, kOpening);
    }
    const auto kept = [&](Duration apart) {
        const History history = read_at(kOpening + apart);
        return std::pair{history.is_clock_doubted, history.signed_lately.size()};
    };
    EXPECT_EQ(kept(36h), (std::pair{false, std::size_t{0}}));
    EXPECT_EQ(kept(36h + 1ns), (std::pair{true, std::size_t{1}}));
    EXPECT_EQ(kept(24h * 5'000), (std::pair{true, std::size_t{1}}));
    EXPECT_EQ(kept(-1min), (std::pair{false, std::size_t{1}}));
    EXPECT_EQ(kept(-1min - 1ns), (std::pair{true, std::size_t{1}}));
    EXPECT_EQ(kept(-24h * 5'000), (std::pair{true, std::size_t{1}}));
    EXPECT_FALSE(is_clock_doubted(std::nullopt, kOpening));
}

// A run whose clock was a year ahead: what it signed is no later than the run behind it.
TEST_F(SignedLately, GivesWhatAWrongClockCalledLaterTheAgeOfItsCorrection) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        sign(*recorder, 1, kOpening + 24h * 365);
        recorder->record(RunStopped{0}, kOpening);
    }
    const History soon = read_at(kOpening + 10min);
    ASSERT_EQ(soon.signed_lately.size(), 1U);
    EXPECT_EQ(soon.signed_lately[0].at, kOpening);
    EXPECT_TRUE(read_at(kOpening + 30h).signed_lately.empty());
}

// What only the ring has may be of any time, and a wrong clock takes nothing of the journal away.
TEST_F(SignedLately, KeepsTheRingAndTheJournalWhereTheClockIsWrong) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        sign(*recorder, 1, kOpening);
    }
    History history;
    note_written(history, kOpening);
    keep_signed(history, entry(1).intent, kOpening);
    for (const Duration apart : {Duration{24h * 400}, Duration{-24h * 400}}) {
        History with_ring = history;
        keep_signed(with_ring, entry(2).intent, kOpening + apart);
        keep_signed_lately(with_ring, kOpening + apart);
        EXPECT_TRUE(with_ring.is_clock_doubted);
        EXPECT_EQ(with_ring.signed_lately.size(), 2U);
    }
}

// A run that began with a wrong clock has records, too: the one behind it sees no doubt.
TEST_F(SignedLately, KeepsTheOldWindowOverASecondStartWithTheSameWrongClock) {
    const WallTime wrong = kOpening + 24h * 400;
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        sign(*recorder, 1, kOpening);
        recorder->record(RunStopped{0}, wrong);
    }
    const History again = read_at(wrong + 5min);
    EXPECT_FALSE(again.is_clock_doubted);
    ASSERT_EQ(again.signed_lately.size(), 1U);
    EXPECT_EQ(again.signed_lately[0].at, wrong);
    EXPECT_TRUE(read_at(wrong + 30h).signed_lately.empty());
}

}  // namespace
}  // namespace sniperforge::engine
