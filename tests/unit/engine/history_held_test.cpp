// SPDX-License-Identifier: MIT
// What a person asked for, and a drawdown that was reached, as a start reads them again.
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

constexpr const char* kWords = "\"quoted\" \\ and more";

TEST_F(HistoryTest, KeepsAPauseOverStartsUntilItIsResumed) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(CauseChanged{.cause = StateCause::PauseRequested,
                                      .stands = true,
                                      .by = "pause",
                                      .reason = kWords},
                         kOpening);
    }
    for (int start = 0; start < 2; ++start) {
        const History history = read();
        const HeldCause* const held = history.held.find(StateCause::PauseRequested);
        ASSERT_NE(held, nullptr);
        EXPECT_EQ(held->since, kOpening);
        EXPECT_EQ(held->change.by, "pause");
        EXPECT_EQ(held->change.reason, kWords);
        auto recorder = open({}, "another start");
    }
    {
        auto recorder = open({}, "the last start");
        recorder->record(CauseChanged{.cause = StateCause::PauseRequested, .by = "resume"},
                         kOpening + kLater);
    }
    EXPECT_TRUE(read().held.all().empty());
}

TEST_F(HistoryTest, KeepsADrawdownWithItsFiguresAndAFlatteningWithWhatItSells) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(CauseChanged{.cause = StateCause::DrawdownReached,
                                      .stands = true,
                                      .drawdown = Lamports{kU64Max},
                                      .drawdown_max = MicroUsd{750'000'000}},
                         kOpening);
        recorder->record(CauseChanged{.cause = StateCause::FlattenRequested,
                                      .stands = true,
                                      .by = "flatten",
                                      .is_outside_sold = true},
                         kOpening + kLater);
    }
    const History history = read();
    ASSERT_EQ(history.held.all().size(), 2U);
    const HeldCause& drawdown = history.held.all()[0];
    EXPECT_EQ(drawdown.change.drawdown, Lamports{kU64Max});
    EXPECT_EQ(drawdown.change.drawdown_max, MicroUsd{750'000'000});
    EXPECT_FALSE(drawdown.change.is_outside_sold);
    EXPECT_TRUE(history.held.all()[1].change.is_outside_sold);
    EXPECT_EQ(history.held.all()[1].since, kOpening + kLater);
}

}  // namespace
}  // namespace sniperforge::engine
