// SPDX-License-Identifier: MIT
// TradingStates: the one place that says whether entries may be made at all. The engine tells which
// causes stand; the gravest is looked up in one table. What the table does not have changes
// nothing.
#pragma once

#include <array>
#include <optional>

#include "sniperforge/model/trading_state.hpp"

namespace sniperforge::risk {

struct StateTransition {
    TradingState from;
    StateCause cause;
    TradingState to;
};

// From Draining nothing leads back. From Reducing a person does, who takes back what he asked for:
// who has lost too much is not set free by that, nor by a feed that came back (DrawdownReached
// still stands then).
inline constexpr std::array kStateTransitions{
    StateTransition{TradingState::Reducing, StateCause::NoneStands, TradingState::Active},
    StateTransition{TradingState::Blind, StateCause::NoneStands, TradingState::Active},
    StateTransition{TradingState::Halted, StateCause::NoneStands, TradingState::Active},

    StateTransition{TradingState::Active, StateCause::PauseRequested, TradingState::Reducing},
    StateTransition{TradingState::Blind, StateCause::PauseRequested, TradingState::Reducing},
    StateTransition{TradingState::Halted, StateCause::PauseRequested, TradingState::Reducing},

    StateTransition{TradingState::Active, StateCause::DrawdownReached, TradingState::Reducing},
    StateTransition{TradingState::Blind, StateCause::DrawdownReached, TradingState::Reducing},
    StateTransition{TradingState::Halted, StateCause::DrawdownReached, TradingState::Reducing},

    StateTransition{TradingState::Active, StateCause::FlattenRequested, TradingState::Reducing},
    StateTransition{TradingState::Blind, StateCause::FlattenRequested, TradingState::Reducing},
    StateTransition{TradingState::Halted, StateCause::FlattenRequested, TradingState::Reducing},

    StateTransition{TradingState::Active, StateCause::RecordsMissing, TradingState::Reducing},
    StateTransition{TradingState::Blind, StateCause::RecordsMissing, TradingState::Reducing},
    StateTransition{TradingState::Halted, StateCause::RecordsMissing, TradingState::Reducing},

    StateTransition{TradingState::Active, StateCause::FeedLost, TradingState::Blind},
    StateTransition{TradingState::Reducing, StateCause::FeedLost, TradingState::Blind},
    StateTransition{TradingState::Halted, StateCause::FeedLost, TradingState::Blind},

    StateTransition{TradingState::Active, StateCause::RecorderBehind, TradingState::Halted},
    StateTransition{TradingState::Reducing, StateCause::RecorderBehind, TradingState::Halted},
    StateTransition{TradingState::Blind, StateCause::RecorderBehind, TradingState::Halted},

    StateTransition{TradingState::Active, StateCause::BooksDoubted, TradingState::Halted},
    StateTransition{TradingState::Reducing, StateCause::BooksDoubted, TradingState::Halted},
    StateTransition{TradingState::Blind, StateCause::BooksDoubted, TradingState::Halted},

    StateTransition{TradingState::Active, StateCause::KeyLost, TradingState::Draining},
    StateTransition{TradingState::Reducing, StateCause::KeyLost, TradingState::Draining},
    StateTransition{TradingState::Halted, StateCause::KeyLost, TradingState::Draining},
    StateTransition{TradingState::Blind, StateCause::KeyLost, TradingState::Draining},

    StateTransition{TradingState::Active, StateCause::StopRequested, TradingState::Draining},
    StateTransition{TradingState::Reducing, StateCause::StopRequested, TradingState::Draining},
    StateTransition{TradingState::Halted, StateCause::StopRequested, TradingState::Draining},
    StateTransition{TradingState::Blind, StateCause::StopRequested, TradingState::Draining},
};

// Nothing: the table has no such row.
[[nodiscard]] constexpr std::optional<TradingState> next_state(TradingState from,
                                                               StateCause cause) {
    for (const StateTransition& row : kStateTransitions) {
        if (row.from == from && row.cause == cause) {
            return row.to;
        }
    }
    return std::nullopt;
}

class TradingStates {
 public:
    // Whether the cause stands from now on. DrawdownReached, KeyLost and StopRequested do for good,
    // once they did.
    void set(StateCause cause, bool stands);
    [[nodiscard]] bool stands(StateCause cause) const {
        return stands_[static_cast<std::size_t>(cause)];
    }

    [[nodiscard]] TradingState state() const { return state_; }
    // The gravest that stands.
    [[nodiscard]] StateCause cause() const;

 private:
    std::array<bool, kStateCauseCount> stands_{};
    TradingState state_ = TradingState::Active;
};

}  // namespace sniperforge::risk
