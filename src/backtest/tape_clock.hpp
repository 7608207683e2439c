// SPDX-License-Identifier: MIT
// The time of a tape, as the stages ask for it.
#pragma once

#include "sniperforge/core/clock.hpp"

namespace sniperforge::backtest {

class TapeClock final : public Clock {
 public:
    explicit TapeClock(WallTime begin) : now_{begin} {}
    [[nodiscard]] MonoTime now() const override { return MonoTime{now_.ns}; }
    [[nodiscard]] WallTime wall_now() const override { return now_; }
    // Never back.
    void advance(WallTime to) { now_ = std::max(now_, to); }

 private:
    WallTime now_;
};

}  // namespace sniperforge::backtest
