// SPDX-License-Identifier: MIT
// What the files of earlier runs say of entries in parts: the part that was ordered last, and
// whether the books have it or may come to.
#include "engine/entry_parts.hpp"

#include "engine/signed_record.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

constexpr std::uint64_t kRecipe = 0xfedcba9876543210;

// One of three; the later ones add to position 1.
[[nodiscard]] SignedOrder part(std::uint64_t id, std::uint8_t number) {
    SignedOrder order = entry(id);
    order.intent.part = {kRecipe, number, 3};
    order.intent.decided_at = Slot{50 + id};
    if (number > 1) {
        order.intent.position_id = PositionId{1};
    }
    return order;
}

class EntryPartsTest : public HistoryTest {
 protected:
    // Told to a recorder, which is then gone.
    void run(const std::function<void(Recorder&)>& story) {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        story(*recorder);
    }
    static void buy(Recorder& recorder, const SignedOrder& order) {
        trade(recorder, order);
        recorder.record(landed(order), kOpening);
    }
    static void deny(Recorder& recorder, const SignedOrder& order, DenialReason reason) {
        recorder.record(order.intent, kOpening);
        recorder.record(IntentDenied{order.intent.intent_id, StrategyId::Sniper, {reason, ""}},
                        kOpening);
    }
    // The part of kToken's entry that stands in the books; nothing: none.
    [[nodiscard]] std::optional<History::PartOrdered> last() const {
        const History history = read();
        const auto found = history.parts.find(kToken);
        return found == history.parts.end() ? std::nullopt : std::optional{found->second};
    }
};

TEST_F(EntryPartsTest, ThePartThatWasBoughtLastIsKnown) {
    run([](Recorder& recorder) {
        buy(recorder, part(1, 1));
        buy(recorder, part(2, 2));
    });
    ASSERT_TRUE(last());
    EXPECT_EQ(last()->part, (EntryPart{kRecipe, 2, 3}));
    EXPECT_EQ(last()->order, IntentId{2});
    EXPECT_EQ(last()->order_before, IntentId{1});
    EXPECT_EQ(last()->decided_at, Slot{52});
    EXPECT_EQ(last()->position, PositionId{1});
    const History history = read();
    const PartHeld held = part_held(history.portfolio, kToken, IntentId{2});
    ASSERT_NE(held.lot, nullptr);
    EXPECT_EQ(held.lot->slot, Slot{55});
    EXPECT_EQ(part_held(history.portfolio, kToken, IntentId{3}).lot, nullptr);
    EXPECT_EQ(part_held(history.portfolio, key_of(77), IntentId{2}).position, nullptr);
}

// The journal had not got to it: the ring says the same.
TEST_F(EntryPartsTest, APartThatOnlyTheRingHasIsKnown) {
    run([](Recorder& recorder) { buy(recorder, part(1, 1)); });
    {
        auto ring = journal::IntentRing::open((directory / "intents.ring").string());
        ASSERT_TRUE(ring);
        const SignedOrder second = part(2, 2);
        ASSERT_TRUE((*ring)->append(journal::RecordKind::Signed,
                                    encode_signed(second.intent, second.signed_as).view()));
    }
    ASSERT_TRUE(last());
    EXPECT_EQ(last()->part, (EntryPart{kRecipe, 2, 3}));
    EXPECT_EQ(last()->order, IntentId{2});
    EXPECT_EQ(read().orders_open.size(), 1U);
}

TEST_F(EntryPartsTest, APartIsOpenWhileItIsOnItsWayAndNotOnceItWasNotBought) {
    run([](Recorder& recorder) {
        buy(recorder, part(1, 1));
        recorder.record(OrderFinalized{IntentId{1}, signed_with(1), Slot{55}}, kOpening);
        trade(recorder, part(2, 2));
    });
    ASSERT_TRUE(last());
    EXPECT_EQ(last()->order, IntentId{2});
    EXPECT_TRUE(is_part_open(read().portfolio, IntentId{2}));
    EXPECT_FALSE(is_part_open(read().portfolio, IntentId{1})) << "final";
    {
        auto recorder = open();
        ExecutionReport expired = landed(part(2, 2));
        expired.outcome = Outcome::Expired;
        expired.fill = {};
        recorder->record(expired, kOpening);
    }
    const History history = read();
    EXPECT_EQ(last()->order, IntentId{2});
    EXPECT_FALSE(is_part_open(history.portfolio, IntentId{2}));
    const PartHeld held = part_held(history.portfolio, kToken, IntentId{2});
    EXPECT_NE(held.position, nullptr);
    EXPECT_EQ(held.lot, nullptr);
}

TEST_F(EntryPartsTest, ADeniedPartEndsItsEntryUnlessItIsToBeAskedForAgain) {
    for (const DenialReason reason :
         {DenialReason::PoolContested, DenialReason::TokenAwaited, DenialReason::CapitalExceeded}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        run([reason](Recorder& recorder) {
            buy(recorder, part(1, 1));
            deny(recorder, part(2, 2), reason);
        });
        ASSERT_EQ(last().has_value(), reason != DenialReason::CapitalExceeded);
        if (last()) {
            EXPECT_EQ(last()->part, (EntryPart{kRecipe, 1, 3}));
            EXPECT_EQ(last()->order, IntentId{1});
        }
    }
}

TEST_F(EntryPartsTest, ADeniedFirstPartLeavesNothing) {
    run([](Recorder& recorder) { deny(recorder, part(1, 1), DenialReason::PoolContested); });
    EXPECT_FALSE(last());
}

// The sale may be taken back with its block, and then the entry stands where it stood.
TEST_F(EntryPartsTest, OfAnEntryThatWasSoldNothingIsHeld) {
    run([](Recorder& recorder) {
        buy(recorder, part(1, 1));
        recorder.record(OrderFinalized{IntentId{1}, signed_with(1), Slot{55}}, kOpening);
        SignedOrder sale = entry(2);
        sale.intent.kind = OrderKind::Exit;
        sale.intent.position_id = PositionId{1};
        std::swap(sale.intent.mint_in, sale.intent.mint_out);
        trade(recorder, sale);
        ExecutionReport sold = landed(sale);
        sold.fill.wallet = LamportsDelta{100'000'000};
        sold.fill.tokens = {{kToken, TokenDelta{-1'000}}};
        recorder.record(sold, kOpening);
    });
    ASSERT_TRUE(last());
    EXPECT_EQ(part_held(read().portfolio, kToken, last()->order).position, nullptr);
    {
        auto recorder = open();
        recorder->record(OrderReversed{IntentId{2}, signed_with(2), Slot{55}}, kOpening);
    }
    EXPECT_NE(part_held(read().portfolio, kToken, last()->order).lot, nullptr);
}

// Of those that nothing came of; what is held or on its way stays, however many there are.
TEST_F(EntryPartsTest, SoManyAreRememberedAndThoseThatTheBooksHaveBeyondIt) {
    History history;
    history.portfolio.start({Lamports{1'000 * kLamportsPerSol}, {}}, kOpening);
    const auto note = [&](std::uint64_t id) {
        OrderIntent intent = part(id, 1).intent;
        write_le(std::span{intent.mint_out.bytes}, 0, id);
        note_part(history, intent);
        return intent;
    };
    const OrderIntent open = note(1);
    history.portfolio.order_submitted(open);
    for (std::uint64_t id = 2; id <= kPartsMax; ++id) {
        (void)note(id);
    }
    EXPECT_EQ(history.parts.size(), kPartsMax);
    const OrderIntent newest = note(kPartsMax + 1);
    EXPECT_EQ(history.parts.size(), 2U);
    EXPECT_TRUE(history.parts.contains(open.mint_out));
    EXPECT_TRUE(history.parts.contains(newest.mint_out));
}

TEST_F(EntryPartsTest, WhatIsBoughtAtOnceIsNoEntryInParts) {
    run([](Recorder& recorder) { buy(recorder, entry(1)); });
    EXPECT_FALSE(last());
}

}  // namespace
}  // namespace sniperforge::engine
