// SPDX-License-Identifier: MIT
#include "sniperforge/risk/trading_states.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace sniperforge::risk {
namespace {

constexpr std::size_t kSubsets = std::size_t{1} << kStateCauseCount;

[[nodiscard]] StateCause cause_of(std::size_t index) { return static_cast<StateCause>(index); }

// The causes whose bits are set, as TradingStates would be told.
[[nodiscard]] TradingStates with(std::size_t bits) {
    TradingStates states;
    for (std::size_t i = 1; i < kStateCauseCount; ++i) {
        states.set(cause_of(i), (bits >> i & 1) != 0);
    }
    return states;
}

// What each cause leads to when nothing graver stands.
[[nodiscard]] TradingState state_by(StateCause cause) {
    switch (cause) {
        case StateCause::NoneStands:
            return TradingState::Active;
        case StateCause::PauseRequested:
        case StateCause::DrawdownReached:
        case StateCause::FlattenRequested:
        case StateCause::RecordsMissing:
            return TradingState::Reducing;
        case StateCause::FeedLost:
            return TradingState::Blind;
        case StateCause::RecorderBehind:
        case StateCause::BooksDoubted:
            return TradingState::Halted;
        case StateCause::KeyLost:
        case StateCause::StopRequested:
            return TradingState::Draining;
    }
    return TradingState::Active;
}

TEST(TradingStates, WalksEveryRowOfTheTable) {
    std::set<std::pair<TradingState, StateCause>> seen;
    for (const StateTransition& row : kStateTransitions) {
        EXPECT_EQ(next_state(row.from, row.cause), row.to);
        EXPECT_NE(row.from, row.to);
        EXPECT_EQ(row.to, state_by(row.cause));
        EXPECT_TRUE(seen.emplace(row.from, row.cause).second)
            << to_string(row.from) << " has two rows for: " << to_string(row.cause);
    }
}

TEST(TradingStates, RefusesWhateverTheTableDoesNotHave) {
    std::size_t refused = 0;
    for (std::size_t from = 0; from < kTradingStateCount; ++from) {
        for (std::size_t cause = 0; cause < kStateCauseCount; ++cause) {
            const bool is_row =
                std::ranges::any_of(kStateTransitions, [&](const StateTransition& row) {
                    return static_cast<std::size_t>(row.from) == from &&
                           static_cast<std::size_t>(row.cause) == cause;
                });
            const auto next = next_state(static_cast<TradingState>(from), cause_of(cause));
            EXPECT_EQ(next.has_value(), is_row) << from << ' ' << cause;
            refused += next ? 0 : 1;
        }
    }
    // Nothing out of Draining, and not to where one is already: nothing but the two that lead to
    // Draining leads there from wherever one is.
    EXPECT_EQ(refused, kStateCauseCount + (kStateCauseCount - 2));
    EXPECT_EQ(next_state(TradingState::Active, StateCause::NoneStands), std::nullopt);
}

TEST(TradingStates, StartsActiveAndStaysWhileNothingStands) {
    TradingStates states;
    EXPECT_EQ(states.state(), TradingState::Active);
    EXPECT_EQ(states.cause(), StateCause::NoneStands);
    states.set(StateCause::FeedLost, false);
    EXPECT_EQ(states.state(), TradingState::Active);
}

// Whatever stands at a time, in whatever order it came and went.
TEST(TradingStates, IsWhereTheGravestStandingCauseLeads) {
    for (std::size_t before = 0; before < kSubsets; before += 2) {
        for (std::size_t after = 0; after < kSubsets; after += 2) {
            TradingStates states = with(before);
            for (std::size_t i = kStateCauseCount; i-- > 1;) {
                states.set(cause_of(i), (after >> i & 1) != 0);
            }
            // These stand for good.
            const std::size_t lasting =
                before & (1U << static_cast<std::size_t>(StateCause::DrawdownReached) |
                          1U << static_cast<std::size_t>(StateCause::KeyLost) |
                          1U << static_cast<std::size_t>(StateCause::StopRequested));
            StateCause gravest = StateCause::NoneStands;
            for (std::size_t i = 1; i < kStateCauseCount; ++i) {
                if (((after | lasting) >> i & 1) != 0) {
                    gravest = cause_of(i);
                }
            }
            EXPECT_EQ(states.cause(), gravest) << before << " -> " << after;
            EXPECT_EQ(states.state(), state_by(gravest)) << before << " -> " << after;
        }
    }
}

TEST(TradingStates, IsNotSetFreeByAFeedThatComesBackAfterTheDrawdown) {
    TradingStates states;
    states.set(StateCause::DrawdownReached, true);
    EXPECT_EQ(states.state(), TradingState::Reducing);
    states.set(StateCause::FeedLost, true);
    EXPECT_EQ(states.state(), TradingState::Blind);
    states.set(StateCause::DrawdownReached, false);  // Won back: it stands all the same.
    states.set(StateCause::FeedLost, false);
    EXPECT_EQ(states.state(), TradingState::Reducing);
}

TEST(TradingStates, IsSetFreeByAPersonFromWhatHeAskedForAndNotFromADrawdown) {
    for (const StateCause asked : {StateCause::PauseRequested, StateCause::FlattenRequested}) {
        TradingStates states;
        states.set(asked, true);
        EXPECT_EQ(states.state(), TradingState::Reducing);
        states.set(asked, false);
        EXPECT_EQ(states.state(), TradingState::Active);
        states.set(asked, true);
        states.set(StateCause::DrawdownReached, true);
        states.set(asked, false);
        EXPECT_EQ(states.state(), TradingState::Reducing);
        EXPECT_EQ(states.cause(), StateCause::DrawdownReached);
    }
}

TEST(TradingStates, NeverLeavesDraining) {
    TradingStates states;
    states.set(StateCause::StopRequested, true);
    for (std::size_t i = 1; i < kStateCauseCount; ++i) {
        states.set(cause_of(i), true);
        states.set(cause_of(i), false);
        EXPECT_EQ(states.state(), TradingState::Draining);
    }
}

TEST(TradingStates, NamesStatesAndCausesApart) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kTradingStateCount; ++i) {
        EXPECT_TRUE(names.insert(to_string(static_cast<TradingState>(i))).second) << i;
    }
    for (std::size_t i = 0; i < kStateCauseCount; ++i) {
        EXPECT_TRUE(names.insert(to_string(cause_of(i))).second) << i;
        EXPECT_TRUE(names.insert(name_of(cause_of(i))).second) << i;
    }
}

}  // namespace
}  // namespace sniperforge::risk
