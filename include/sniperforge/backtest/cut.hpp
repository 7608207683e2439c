// SPDX-License-Identifier: MIT
// A part of a tape, as if the recording had begun and ended there. What is searched or judged on it
// cannot have seen more: nothing of the rest is in it.
#pragma once

#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/backtest/tape.hpp"

namespace sniperforge::backtest {

// Pools that were there before stand as the recording had left them (TapeEventKind::Stand); those
// that begin later are not in it. Empty where nothing happens within the period.
[[nodiscard]] Tape cut(const Tape& tape, const analytics::Period& period);

}  // namespace sniperforge::backtest
