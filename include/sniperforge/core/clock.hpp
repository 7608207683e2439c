// SPDX-License-Identifier: MIT
// Who tells the time: the reactor of a daemon, or the tape that a backtest reads.
#pragma once

#include "sniperforge/core/time.hpp"

namespace sniperforge {

class Clock {
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonoTime now() const = 0;
    [[nodiscard]] virtual WallTime wall_now() const = 0;
};

}  // namespace sniperforge
