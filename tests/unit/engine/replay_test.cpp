// SPDX-License-Identifier: MIT
// A checkpoint is all of it: books that go on from one are the books that were kept from the
// beginning, to the last byte of their state.
#include "engine/replay.hpp"

#include "sniperforge/core/rng.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

constexpr Now kWallTimes{};
constexpr Lamports kHundred{100 * kLamportsPerSol}, kNinety{90 * kLamportsPerSol};

// What a run may do, at random: every item that the books are kept by, in an order that can be.
class Story {
 public:
    explicit Story(std::uint64_t seed) : rng_{seed} {
        tell(RunStarted{"run", "build", "boot", kWallet});
        tell(LedgerOpened{kGenesis, {kHundred, {{key_of(90), TokenAmount{5}}}}});
    }

    void step() {
        at_ = at_ + std::chrono::seconds{rng_.below(600)};
        slot_ += rng_.below(40);
        switch (rng_.below(12)) {
            case 0:
            case 1:
            case 2:
                return order();
            case 3:
            case 4:
            case 5:
                return report();
            case 6:
            case 7:
                return finalize(rng_.below(4) == 0);
            case 8:
                return position();
            case 9:
                return withdrawal();
            case 10:
                return tell(GiftTaken{
                    {Lamports{rng_.below(1'000)}, {{token(), TokenAmount{rng_.below(100)}}}}});
            default:
                return life();
        }
    }
    // Gets every item as it is told.
    std::function<void(const RecorderItem&, WallTime)> listener;
    [[nodiscard]] WallTime at() const { return at_; }
    // Those that were told before there was a listener.
    std::vector<std::pair<RecorderItem, WallTime>> told;

 private:
    void tell(RecorderItem item) {
        books_.apply(item, at_);
        if (listener) {
            listener(item, at_);
        } else {
            told.emplace_back(std::move(item), at_);
        }
    }
    [[nodiscard]] Pubkey token() { return key_of(static_cast<std::uint8_t>(40 + rng_.below(6))); }
    [[nodiscard]] Signature signature() {
        Bytes bytes(64, 1);
        write_le(std::span{bytes}, 0, ++signatures_);
        return Signature::from(bytes);
    }

    void order() {
        OrderIntent intent = entry(++intents_).intent;
        intent.mint_out = token();
        intent.pool_id = key_of(static_cast<std::uint8_t>(100 + rng_.below(20)));
        intent.venues.add(static_cast<VenueId>(rng_.below(kVenueCount)));
        intent.decided_at = Slot{slot_};
        intent.pool = kPoolUnknown;
        const auto positions = history_.portfolio.positions();
        if (rng_.below(2) == 0 && !positions.empty()) {
            const PositionView& held = positions[rng_.below(positions.size())];
            intent.kind = OrderKind::Exit;
            intent.exit_reason = rng_.below(2) == 0 ? ExitReason::TakeProfit : ExitReason::StopLoss;
            intent.position_id = held.position_id;
            std::swap(intent.mint_in, intent.mint_out);
            intent.mint_in = held.mint;
            intent.amount_in =
                rng_.below(2) == 0 ? held.amount : TokenAmount{1 + held.amount.raw() / 2};
        } else if (rng_.below(4) == 0) {
            intent.kind = OrderKind::Cycle;
            intent.strategy = StrategyId::Arbitrage;
            intent.mint_out = intent.mint_in;
            intent.leg_count = 2;
        }
        tell(intent);
        if (rng_.below(8) == 0) {
            return tell(IntentDenied{intent.intent_id, intent.strategy, {}});
        }
        if (rng_.below(10) == 0) {
            return;  // Cut before anybody answered.
        }
        tell(IntentApproved{intent.intent_id});
        if (rng_.below(10) > 0) {
            tell(OrderSigned{intent.intent_id, signature(), BlockHeight{slot_ + 150}});
        }
    }

    void report() {
        const auto& in_flight = history_.portfolio.orders_in_flight();
        if (in_flight.empty()) {
            return;
        }
        auto chosen = in_flight.begin();
        std::advance(chosen, static_cast<long>(rng_.below(in_flight.size())));
        const OrderIntent intent = chosen->second;
        ExecutionReport report;
        report.intent_id = intent.intent_id;
        report.signature = signature();
        report.slot = Slot{slot_};
        report.outcome = static_cast<Outcome>(rng_.below(5));
        const bool is_landed = report.outcome == Outcome::Landed;
        if (is_landed || report.outcome == Outcome::Reverted) {
            report.fill.base_fee = Lamports{5'000};
            report.fill.priority_fee = Lamports{rng_.below(10'000)};
            report.fill.tip = Lamports{rng_.below(10'000)};
            report.fill.wallet = LamportsDelta{-20'000};
        }
        if (is_landed && intent.kind == OrderKind::Entry) {
            report.fill.wallet = LamportsDelta{-static_cast<std::int64_t>(rng_.below(90'000'000))};
            report.fill.rent_paid = Lamports{rng_.below(2) * 2'039'280};
            report.fill.tokens = {
                {intent.mint_out, TokenDelta{static_cast<std::int64_t>(1 + rng_.below(5'000))}}};
            report.fill.venue_fees = VenueFees{Lamports{rng_.below(9)}, Lamports{1}};
        } else if (is_landed && intent.kind == OrderKind::Exit) {
            report.fill.wallet = LamportsDelta{static_cast<std::int64_t>(rng_.below(99'000'000))};
            report.fill.tokens = {
                {intent.mint_in, TokenDelta{-static_cast<std::int64_t>(intent.amount_in.raw())}}};
        }
        if (!is_landed && report.outcome != Outcome::Unknown) {
            report.failure = static_cast<FailureClass>(rng_.below(kFailureClassCount - 1));
            report.error = "as the node says it";
        }
        tell(report);
    }

    void finalize(bool is_reversed) {
        const auto fills = history_.portfolio.fills_provisional();
        if (fills.empty()) {
            return;
        }
        const ExecutionReport& fill = fills[rng_.below(fills.size())];
        if (is_reversed) {
            return tell(OrderReversed{fill.intent_id, fill.signature, fill.slot});
        }
        tell(OrderFinalized{fill.intent_id, fill.signature, fill.slot});
    }

    void position() {
        const auto positions = history_.portfolio.positions();
        if (positions.empty()) {
            return;
        }
        const PositionId id = positions[rng_.below(positions.size())].position_id;
        if (rng_.below(2) == 0) {
            return tell(PositionPeak{id, Lamports{rng_.below(900'000'000)}});
        }
        tell(PositionPlaced{id, key_of(static_cast<std::uint8_t>(130 + rng_.below(9)))});
    }

    void withdrawal() {
        if (history_.withdrawals_open.empty() || rng_.below(2) == 0) {
            return tell(WithdrawalSigned{signature(),
                                         BlockHeight{slot_ + 150},
                                         key_of(3),
                                         {},
                                         TokenAmount{rng_.below(1'000)}});
        }
        WithdrawalSettled settled{
            history_.withdrawals_open.front().signature, Outcome::Landed, Slot{slot_}, {}};
        settled.fill.wallet = LamportsDelta{-6'000};
        settled.fill.base_fee = Lamports{5'000};
        tell(settled);
    }

    void life() {
        switch (rng_.below(5)) {
            case 0:
                return tell(BooksDoubted{{{"wallet", 100, 90}}});
            case 1: {
                portfolio::ChainBalances chain{kNinety, {}};
                for (const auto& [mint, amount] : history_.portfolio.ledger().balances()) {
                    chain.tokens[mint] = TokenAmount{portfolio::clamped_balance(amount) / 2};
                }
                chain.slots.oldest = chain.slots.newest = Slot{slot_};
                return tell(LedgerAdopted{chain});
            }
            case 2:
                tell(RunStopped{});
                return tell(RunStarted{"run", "build", "boot", kWallet});
            case 3:
                return tell(RunStarted{"run", "build", "another boot", kWallet});
            default:
                for (const auto& [mint, amount] : history_.portfolio.tokens_outside()) {
                    return tell(PositionAdopted{mint, amount});
                }
        }
    }

    Rng rng_;
    History history_;  // What can be: the books as they are.
    Replay books_{history_, kWallTimes};
    WallTime at_ = kOpening;
    std::uint64_t slot_ = 1'000, intents_ = 0, signatures_ = 0;
};

struct Books {
    History history;
    Replay replay;
    explicit Books(const Now& now = kWallTimes) : replay{history, now} {}
};

[[nodiscard]] Result<void> give(Replay& replay, const std::vector<std::string>& bodies) {
    journal::Record record;
    record.kind = journal::RecordKind::Checkpoint;
    for (const std::string& body : bodies) {
        record.body = body;
        if (auto taken = replay.take_part(record); !taken) {
            return taken;
        }
    }
    return {};
}

TEST(Replay, GoesOnFromACheckpointAsIfItHadReadEverything) {
    std::size_t positions = 0, provisional = 0, in_flight = 0, withdrawals = 0, doubts = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Story story{seed};
        Books whole;
        auto parts = std::make_unique<Books>();
        for (const auto& [item, at] : story.told) {
            whole.replay.apply(item, at);
            parts->replay.apply(item, at);
        }
        story.listener = [&](const RecorderItem& item, WallTime at) {
            whole.replay.apply(item, at);
            parts->replay.apply(item, at);
        };
        Rng rng{seed};
        for (int step = 0; step < 300; ++step) {
            story.step();
            if (rng.below(25) == 0) {
                const auto bodies = parts->replay.checkpoint(story.at());
                parts = std::make_unique<Books>();
                ASSERT_TRUE(give(parts->replay, bodies));
            }
        }
        const History& history = whole.history;
        positions += history.portfolio.positions().size();
        provisional += history.portfolio.fills_provisional().size();
        in_flight += history.portfolio.orders_in_flight().size();
        withdrawals += history.withdrawals_open.size();
        doubts += history.doubt ? 1 : 0;
        const std::string reads = whole.replay.checkpoint(story.at()).front();
        const std::string goes_on = parts->replay.checkpoint(story.at()).front();
        const auto differ = std::ranges::mismatch(goes_on, reads);
        ASSERT_TRUE(goes_on == reads) << seed << ": from " << differ.in1 - goes_on.begin();
        // The same for people who look at it.
        whole.replay.finish("boot");
        parts->replay.finish("boot");
        const History& other = parts->history;
        EXPECT_EQ(other.portfolio.drawdown(), history.portfolio.drawdown());
        EXPECT_EQ(other.portfolio.ledger().balance(), history.portfolio.ledger().balance());
        EXPECT_EQ(other.orders_open.size(), history.orders_open.size());
        EXPECT_EQ(other.orders_unsigned.size(), history.orders_unsigned.size());
        EXPECT_EQ(other.pools, history.pools);
        EXPECT_EQ(other.signatures, history.signatures);
        EXPECT_EQ(other.slot_known, history.slot_known);
        EXPECT_EQ(other.is_cut_by_power, history.is_cut_by_power);
    }
    // The stories were about something.
    EXPECT_GT(positions, 30U);
    EXPECT_GT(provisional, 30U);
    EXPECT_GT(in_flight, 30U);
    EXPECT_GT(withdrawals, 30U);
    EXPECT_GT(doubts, 5U);
}

// A monotonic time means nothing to another process.
TEST(Replay, GivesAPositionItsAgeByTheClockOfWhoeverReads) {
    Books writes;
    const SignedOrder order = entry(1);
    writes.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    writes.replay.apply(order.intent, kOpening);
    writes.replay.apply(IntentApproved{IntentId{1}}, kOpening);
    writes.replay.apply(history_test::landed(order), kOpening);
    Books reads{{MonoTime{1'000}, kOpening + kLater}};
    ASSERT_TRUE(give(reads.replay, writes.replay.checkpoint(kOpening)));
    ASSERT_EQ(reads.history.portfolio.positions().size(), 1U);
    EXPECT_EQ(reads.history.portfolio.positions()[0].opened_at, (MonoTime{1'000 - kLater.count()}));
}

TEST(Replay, RefusesACheckpointThatIsNotWholeOrOfAnotherLayout) {
    Books writes;
    writes.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    const std::string body = writes.replay.checkpoint(kOpening).front();
    Books reads;
    std::string newer = body;
    newer.replace(newer.find("\"layout\":1"), 10, "\"layout\":2");
    const auto refused = give(reads.replay, {newer});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("layout 2, this version reads 1"), std::string::npos);
    std::string shorter = body;
    shorter.erase(shorter.find("\"state\":\"") + 9, 4);
    EXPECT_FALSE(give(reads.replay, {shorter}));
    EXPECT_TRUE(give(reads.replay, {body}));
}

}  // namespace
}  // namespace sniperforge::engine
