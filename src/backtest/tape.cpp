// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/tape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::backtest {

Slot nominal_slot(WallTime begin, WallTime at) {
    const std::int64_t since = std::max<std::int64_t>(at.ns - begin.ns, 0);
    return Slot{1 + static_cast<std::uint64_t>(since / kSlotNominal.count())};
}

void assume_nominal_slots(Tape& tape) {
    tape.assumptions.push_back(
        fmt::format("slots last {} ms",
                    std::chrono::duration_cast<std::chrono::milliseconds>(kSlotNominal).count()));
}

}  // namespace sniperforge::backtest
