// SPDX-License-Identifier: MIT
// What runs may do, at random: stories of items that the books are kept by.
#pragma once

#include <array>
#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/replay.hpp"
#include "sniperforge/core/rng.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine::history_test {

inline constexpr Now kWallTimes{};
inline constexpr Lamports kHundred{100 * kLamportsPerSol}, kNinety{90 * kLamportsPerSol};

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
        switch (rng_.below(14)) {
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
            case 11:
                return upkeep();
            case 12:
                return recovery(rng_.below(3) == 0);
            default:
                return life();
        }
    }
    // Gets every item as it is told.
    std::function<void(const RecorderItem&, WallTime)> listener;
    [[nodiscard]] WallTime at() const { return at_; }
    // Those that were told before there was a listener.
    std::vector<std::pair<RecorderItem, WallTime>> told;
    // How many there were of each alternative.
    std::array<std::uint64_t, std::variant_size_v<RecorderItem>> kinds{};

 private:
    void tell(RecorderItem item) {
        books_.apply(item, at_);
        ++kinds[item.index()];
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
        } else if (intents_ % 3 > 0) {
            in_parts(intent);
        }
        tell(intent);
        if (rng_.below(8) == 0) {
            const auto reason =
                intents_ % 2 == 0 ? DenialReason::PoolContested : DenialReason::FeedBlind;
            return tell(IntentDenied{intent.intent_id, intent.strategy, {reason, ""}});
        }
        if (rng_.below(10) == 0) {
            return;  // Cut before anybody answered.
        }
        tell(IntentApproved{intent.intent_id});
        if (rng_.below(10) > 0) {
            tell(signed_as(intent));
            tell(PathChoice{.intent_id = intent.intent_id});
        }
    }

    // The first part of an entry, or the next of what is held.
    void in_parts(OrderIntent& intent) const {
        const auto positions = history_.portfolio.positions();
        const auto held = std::ranges::find(positions, intent.mint_out, &PositionView::mint);
        const auto last = history_.parts.find(intent.mint_out);
        intent.part = {7, 1, 3};
        if (held != positions.end() && last != history_.parts.end()) {
            intent.part.number = static_cast<std::uint8_t>(last->second.part.number + 1);
            intent.position_id = held->position_id;
        }
    }

    // Each third one is on a nonce, which is all that says what ends it.
    [[nodiscard]] OrderSigned signed_as(const OrderIntent& intent) {
        OrderSigned order{intent.intent_id, signature(), BlockHeight{slot_ + 150}};
        if (intents_ % 3 == 0) {
            const Hash value = Hash::from(Bytes(32, static_cast<std::uint8_t>(intents_)));
            order.last_valid_height = kNeverByHeight;
            order.lease = NonceLease{key_of(static_cast<std::uint8_t>(30 + intents_ % 8)), value,
                                     Slot{slot_}};
        }
        return order;
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
            report.fill.rent_of_others = Lamports{rng_.below(2) * 890'880};
            report.fill.unexplained = LamportsDelta{-static_cast<std::int64_t>(rng_.below(3))};
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
        switch (rng_.below(4)) {
            case 0:
                return tell(PositionPeak{id, Lamports{rng_.below(900'000'000)}});
            case 1:
                return tell(PositionMarked{id, Lamports{rng_.below(900'000'000)}});
            case 2:
                return tell(DayBegun{at_.utc_day(),
                                     LamportsDelta{static_cast<std::int64_t>(rng_.below(9'000))}});
            default:
                break;
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

    void upkeep() {
        WithdrawalSigned made{signature(), BlockHeight{slot_ + 150}, token(), {}, {}};
        made.upkept = rng_.below(4) == 0 ? UpkeptAccount::Nonce : UpkeptAccount::LookupTable;
        tell(made);
        if (rng_.below(3) > 0) {
            WithdrawalSettled settled{made.signature, Outcome::Landed, Slot{slot_}, {}};
            settled.outcome = rng_.below(4) == 0 ? Outcome::Expired : Outcome::Landed;
            settled.fill.wallet = LamportsDelta{-5'000};
            settled.fill.base_fee = Lamports{5'000};
            settled.fill.rent_refunded = Lamports{rng_.below(2) * 1'000};
            tell(settled);
        }
    }

    // What the wallet's history told, to its end or cut by the end of the process.
    void recovery(bool is_cut) {
        tell(RecoveryBegun{});
        for (std::uint64_t orders = 1 + rng_.below(3); orders > 0; --orders) {
            OrderIntent intent = entry(++intents_).intent;
            intent.mint_out = token();
            intent.decided_at = Slot{slot_};
            tell(intent);
            tell(IntentApproved{intent.intent_id});
            tell(OrderSigned{intent.intent_id, signature(), BlockHeight{}});
            ExecutionReport report = history_test::landed(entry(intents_));
            report.fill.tokens = {{intent.mint_out, TokenDelta{50}}};
            report.slot = Slot{slot_};
            tell(report);
            tell(OrderFinalized{intent.intent_id, report.signature, report.slot});
        }
        tell(is_cut ? RecorderItem{RunStarted{"run", "build", "boot", kWallet}} : RecoveryEnded{});
    }

    // What follows from the others, and is not read.
    void note() {
        switch (rng_.below(7)) {
            case 0:
                return tell(RunNote{"note"});
            case 5:
                return tell(SettingsChanged{"sum", {{"key", "1", "2", true, false}}});
            case 4:
                return tell(TokenVerdict{Slot{slot_}, {token(), std::nullopt}});
            case 1:
                return tell(PositionOpened{PositionId{1}, {}, token(), {}, {}});
            case 2:
                return tell(PositionChanged{PositionId{1}, {}, {}});
            case 3:
                return tell(PositionClosed{PositionId{1}, {}, token(), {}, {}});
            default:
                return tell(ShortfallAccepted{{{"wallet", 100, 90}}});
        }
    }

    void life() {
        switch (rng_.below(8)) {
            case 7: {
                constexpr StateCause kHeld[] = {StateCause::PauseRequested,
                                                StateCause::DrawdownReached,
                                                StateCause::FlattenRequested};
                return tell(CauseChanged{.cause = kHeld[rng_.below(std::size(kHeld))],
                                         .stands = rng_.chance(0.5),
                                         .by = "pause",
                                         .reason = "why",
                                         .drawdown = Lamports{rng_.below(100)},
                                         .drawdown_max = MicroUsd{rng_.below(100)},
                                         .is_outside_sold = rng_.chance(0.5)});
            }
            case 5:
                return tell(
                    RungBegun{static_cast<std::uint32_t>(rng_.below(7)), MicroUsd{rng_.below(100)},
                              Lamports{rng_.below(100)}, Lamports{rng_.below(100)},
                              LamportsDelta{static_cast<std::int64_t>(rng_.below(100))}, "reason"});
            case 0: {
                const Pubkey mint = token();
                return tell(
                    BooksDoubted{{{"wallet", 100, 90}, {mint.to_string(), 90, rng_.below(90)}}});
            }
            case 1:
                return note();
            case 2: {
                portfolio::ChainBalances chain{kNinety, {}};
                for (const auto& [mint, amount] : history_.portfolio.ledger().balances()) {
                    chain.tokens[mint] = TokenAmount{portfolio::clamped_balance(amount) / 2};
                }
                chain.slots.oldest = chain.slots.newest = Slot{slot_};
                return tell(LedgerAdopted{chain});
            }
            case 3:
                tell(RunStopped{});
                return tell(RunStarted{"run", "build", "boot", kWallet});
            case 4:
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

// The same for people who look at it: every member of a history but those
// of the ring, and the signatures: of old ones a checkpoint has forgotten some.
inline void expect_same(const History& one, const History& other) {
    EXPECT_EQ(one.portfolio.drawdown(), other.portfolio.drawdown());
    EXPECT_EQ(one.portfolio.ledger().balance(), other.portfolio.ledger().balance());
    EXPECT_TRUE(std::ranges::equal(one.portfolio.positions(), other.portfolio.positions(), {},
                                   &PositionView::missing, &PositionView::missing));
    EXPECT_TRUE(std::ranges::equal(
        one.portfolio.settled().results(), other.portfolio.settled().results(),
        [](const auto& a, const auto& b) {
            return a.strategy == b.strategy && a.net == b.net && a.stake == b.stake &&
                   a.opened_at == b.opened_at && a.closed_at == b.closed_at;
        }));
    ASSERT_EQ(one.rung.has_value(), other.rung.has_value());
    if (one.rung) {
        EXPECT_EQ(one.rung->begun.rung, other.rung->begun.rung);
        EXPECT_EQ(one.rung->begun.capital_max, other.rung->begun.capital_max);
        EXPECT_EQ(one.rung->begun.reason, other.rung->begun.reason);
        EXPECT_EQ(one.rung->at, other.rung->at);
    }
    EXPECT_EQ(one.wallet, other.wallet);
    EXPECT_EQ(one.genesis, other.genesis);
    EXPECT_EQ(one.intent_last, other.intent_last);
    EXPECT_EQ(one.orders_open.size(), other.orders_open.size());
    EXPECT_EQ(one.orders_unsigned.size(), other.orders_unsigned.size());
    EXPECT_EQ(one.fills_provisional.size(), other.fills_provisional.size());
    EXPECT_EQ(one.pools, other.pools);
    EXPECT_EQ(one.parts, other.parts);
    EXPECT_EQ(one.reverted.size(), other.reverted.size());
    EXPECT_EQ(one.cycles_ended, other.cycles_ended);
    EXPECT_TRUE(std::ranges::equal(
        one.signed_lately, other.signed_lately, [](const auto& each, const auto& its) {
            const OrderIntent &intent = each.intent, &other_intent = its.intent;
            return intent.intent_id == other_intent.intent_id && intent.kind == other_intent.kind &&
                   intent.mint_in == other_intent.mint_in &&
                   intent.mint_out == other_intent.mint_out &&
                   intent.amount_in == other_intent.amount_in &&
                   intent.receive_min == other_intent.receive_min &&
                   intent.spend_max == other_intent.spend_max && each.at == its.at;
        }));
    EXPECT_EQ(one.withdrawals_open.size(), other.withdrawals_open.size());
    EXPECT_EQ(one.lookup_tables, other.lookup_tables);
    ASSERT_EQ(one.doubt.has_value(), other.doubt.has_value());
    if (one.doubt) {
        EXPECT_EQ(one.doubt->since, other.doubt->since);
        EXPECT_EQ(one.doubt->mismatches, other.doubt->mismatches);
    }
    EXPECT_EQ(one.slot_last, other.slot_last);
    EXPECT_EQ(one.slot_known, other.slot_known);
    EXPECT_EQ(one.is_stopped, other.is_stopped);
    EXPECT_EQ(one.is_rebuilding_cut, other.is_rebuilding_cut);
    EXPECT_EQ(one.are_orders_lost, other.are_orders_lost);
}

}  // namespace sniperforge::engine::history_test
