// SPDX-License-Identifier: MIT
#include "sniperforge/risk/trading_states.hpp"

#include "sniperforge/core/assert.hpp"

namespace sniperforge::risk {
namespace {

// Only another run takes these back.
[[nodiscard]] constexpr bool is_lasting(StateCause cause) {
    return cause == StateCause::DrawdownReached || cause == StateCause::KeyLost ||
           cause == StateCause::StopRequested;
}

}  // namespace

void TradingStates::set(StateCause cause, bool stands) {
    SF_ASSERT(cause != StateCause::NoneStands);
    bool& standing = stands_[static_cast<std::size_t>(cause)];
    const bool stands_now = stands || (standing && is_lasting(cause));
    if (stands_now == standing) {
        return;  // No row of the table leads on from where its own cause has led.
    }
    standing = stands_now;
    state_ = next_state(state_, this->cause()).value_or(state_);
}

StateCause TradingStates::cause() const {
    for (std::size_t i = kStateCauseCount; i-- > 1;) {
        if (stands_[i]) {
            return static_cast<StateCause>(i);
        }
    }
    return StateCause::NoneStands;
}

}  // namespace sniperforge::risk
