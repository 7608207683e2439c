// SPDX-License-Identifier: MIT
// What a restart remembers of a doubt, and from where on the wallet's history tells it something.
#include <fmt/format.h>

#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

const BooksDoubted kShort{{{"wallet", 10, 7}}};

TEST_F(HistoryTest, KeepsADoubtUntilTheBooksAreAdopted) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(kShort, kOpening);
    }
    for (int start = 0; start < 2; ++start) {
        const History history = read();
        ASSERT_TRUE(history.doubt);
        EXPECT_EQ(history.doubt->since, kOpening);
        EXPECT_EQ(history.doubt->mismatches, kShort.mismatches);
        auto recorder = open({}, fmt::format("start-{}", start));
        // The figures of a later look, and a gift that is no answer.
        recorder->record(kShort, kOpening + kLater);
        recorder->record(GiftTaken{{Lamports{3}, {{kToken, TokenAmount{4}}}}}, kOpening + kLater);
    }
    {
        auto recorder = open({}, "accepting");
        recorder->record(ShortfallAccepted{kShort.mismatches}, kOpening);
    }
    EXPECT_TRUE(read().doubt) << "cut before the adoption: it is accepted once more";
    {
        auto recorder = open({}, "adopting");
        recorder->record(LedgerAdopted{{kFunds, {}}}, kOpening);
    }
    EXPECT_FALSE(read().doubt);
}

TEST_F(HistoryTest, OpensTheBreakerOfADoubtAgain) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        EXPECT_TRUE(read().breakers.not_closed(kOpening).empty());
        recorder->record(kShort, kOpening);
    }
    const auto open_ones = read().breakers.not_closed(kOpening + kLater);
    ASSERT_EQ(open_ones.size(), 1U);
    EXPECT_EQ(open_ones[0].hold.failure, FailureClass::BalanceMismatch);
}

// Without it a theft of as much as somebody gave us would not show after a restart.
TEST_F(HistoryTest, BooksWhatSomebodySentUs) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(GiftTaken{{Lamports{3}, {{kToken, TokenAmount{4}}}}}, kOpening);
    }
    const History history = read();
    EXPECT_EQ(history.portfolio.ledger().wallet(), kFunds + Lamports{3});
    EXPECT_EQ(history.portfolio.ledger().token(kToken), TokenAmount{4});
}

TEST_F(HistoryTest, KnowsEverySignatureAndTheSlotBeforeWhichNothingIsNews) {
    {
        auto recorder = open();
        portfolio::ChainBalances balances{kFunds, {}};
        balances.slots.oldest = balances.slots.newest = Slot{40};
        recorder->record(LedgerOpened{kGenesis, balances}, kOpening);
        EXPECT_EQ(read().slot_known, Slot{40});
        SignedOrder late = entry(1);
        late.intent.decided_at = Slot{340};
        trade(*recorder, late);
        EXPECT_EQ(read().slot_known, Slot{40}) << "300 slots before the last decision, no later";
        late = entry(2);
        late.intent.decided_at = Slot{341};
        trade(*recorder, late);
    }
    const History history = read();
    EXPECT_EQ(history.slot_known, Slot{41});
    EXPECT_EQ(history.signatures, (std::set<Signature>{signed_with(1), signed_with(2)}));
}

// A run that decides, and ends before it has searched what a power cut took, knows no more of it.
TEST_F(HistoryTest, GoesOnSearchingFromTheSlotOfThePowerCutUntilTheBooksAreAdopted) {
    const auto decide = [](Recorder& recorder, std::uint64_t id, Slot slot) {
        OrderIntent intent = entry(id).intent;
        intent.decided_at = slot;
        recorder.record(intent, kOpening);
        recorder.record(IntentDenied{intent.intent_id, {}, {}}, kOpening);
    };
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        decide(*recorder, 1, Slot{1'000});
    }
    for (int run = 0; run < 2; ++run) {  // The machine's next start, and another run under it.
        EXPECT_EQ(read("later").slot_known, Slot{700});
        auto recorder = open({}, fmt::format("later-{}", run), "later");
        decide(*recorder, 2, Slot{5'000});
    }
    EXPECT_EQ(read("later").slot_known, Slot{700});
    portfolio::ChainBalances balances{kFunds, {}};
    balances.slots.oldest = balances.slots.newest = Slot{5'100};
    {
        auto recorder = open({}, "adopting", "later");
        recorder->record(LedgerAdopted{balances}, kOpening);
        decide(*recorder, 3, Slot{6'000});
    }
    EXPECT_EQ(read("later").slot_known, Slot{5'700});
}

TEST_F(HistoryTest, MakesAPositionOfTokensThatAPersonWantsSold) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {{kToken, TokenAmount{5}}}}}, kOpening);
        recorder->record(PositionAdopted{kToken, TokenAmount{5}}, kOpening);
    }
    const History history = read();
    ASSERT_EQ(history.portfolio.positions().size(), 1U);
    EXPECT_EQ(history.portfolio.positions()[0].amount, TokenAmount{5});
    EXPECT_EQ(history.portfolio.positions()[0].cost, Lamports{});
}

}  // namespace
}  // namespace sniperforge::engine
