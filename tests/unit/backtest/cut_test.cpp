// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "unit/backtest/tapes.hpp"

namespace sniperforge::backtest {
namespace {

using test::kTapeBegin;
using test::slot_time;

[[nodiscard]] PriceReserves reserves_of(const Tape& tape, std::uint32_t pool) {
    return price_reserves(tape.pools[pool]);
}

TEST(Cut, HasWhatHappensWithinThePeriodAndNothingElse) {
    const Tape tape = test::up_and_down(100, 50, 100'000'000);
    const Tape part = cut(tape, {slot_time(20), slot_time(40)});
    ASSERT_FALSE(part.is_empty());
    for (const TapeEvent& event : part.events) {
        EXPECT_GE(event.at, slot_time(20));
        EXPECT_LT(event.at, slot_time(40)) << "the end is not part of it";
    }
    EXPECT_EQ(std::ranges::count(part.events, TapeEventKind::Swap, &TapeEvent::kind), 20);
}

// What a swap did before the cut is in the pool that stands at its begin.
TEST(Cut, APoolStandsAsTheRecordingHadLeftIt) {
    const Tape tape = test::up_and_down(100, 50, 100'000'000);
    const Tape whole = cut(tape, {kTapeBegin, slot_time(1'000)});
    const Tape part = cut(tape, {slot_time(60), slot_time(1'000)});
    EXPECT_EQ(part.events[0].kind, TapeEventKind::Stand);
    EXPECT_EQ(part.events[0].at, slot_time(60));
    EXPECT_NE(reserves_of(part, 0).b, reserves_of(whole, 0).b);
    // Cut twice is cut once.
    const Tape again =
        cut(cut(tape, {slot_time(30), slot_time(1'000)}), {slot_time(60), slot_time(1'000)});
    EXPECT_EQ(reserves_of(again, 0).a, reserves_of(part, 0).a);
    EXPECT_EQ(reserves_of(again, 0).b, reserves_of(part, 0).b);
    EXPECT_EQ(again.events.size(), part.events.size());
}

TEST(Cut, APoolThatBeginsLaterIsNotInIt) {
    Tape tape = test::up_and_down(100, 50, 100'000'000);
    Tape other = test::up_and_down(10, 5, 100'000'000);
    tape.pools.push_back(other.pools[0]);
    const auto later = static_cast<std::uint32_t>(tape.pools.size() - 1);
    tape.events.push_back(
        {slot_time(200), Slot{300}, 0, 0, later, Direction::AToB, TapeEventKind::Appear});
    EXPECT_EQ(cut(tape, {kTapeBegin, slot_time(200)}).pools.size(), 2U);
    EXPECT_EQ(cut(tape, {kTapeBegin, slot_time(201)}).pools.size(), 3U);
}

TEST(Cut, IsEmptyWhereNothingHappens) {
    const Tape tape = test::up_and_down(100, 50, 100'000'000);
    EXPECT_TRUE(cut(tape, {slot_time(500), slot_time(600)}).is_empty());
    EXPECT_TRUE(cut(tape, {WallTime{0}, kTapeBegin}).is_empty());
}

// The decisions on the whole are those on the tape; a pool that stands is none that is new.
TEST(Cut, TheWholeIsTheTapeAndWhatStandsIsNotNew) {
    const Tape tape = test::up_and_down(200, 90, 200'000'000);
    const auto uncut = run_backtest(tape, test::eager(), {});
    const auto whole = run_backtest(cut(tape, {kTapeBegin, slot_time(1'000)}), test::eager(), {});
    ASSERT_TRUE(uncut && whole);
    EXPECT_EQ(whole->decision_sha256, uncut->decision_sha256);

    config::Settings sniping = test::eager();
    sniping.momentum.is_enabled = false;
    sniping.sniper.is_enabled = true;
    sniping.sniper.age_slots_max = 1'000;
    const auto seen_new = run_backtest(tape, sniping, {});
    const auto standing = run_backtest(cut(tape, {slot_time(2), slot_time(1'000)}), sniping, {});
    ASSERT_TRUE(seen_new && standing);
    EXPECT_GT(seen_new->orders.submitted, 0U);
    EXPECT_EQ(standing->orders.submitted, 0U);
}

}  // namespace
}  // namespace sniperforge::backtest
