// SPDX-License-Identifier: MIT
// What a swap's trial says of our quotes.
#pragma once

#include "app/doctor_findings.hpp"
#include "app/swap_trial.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::app {

// A quote that is further from what the node's programs pay than this is wrong, whatever the clock
// did in between to a fee.
inline constexpr BasisPoints kTrialDifferenceMax{10};
// While the pool moves, as much as orders allow for.
inline constexpr BasisPoints kTrialMovingMax{100};

// Fills in verdict, figures and advice. `units_allowed`: what such a transaction asks for.
void judge_trial(const SwapTrial& trial, ComputeUnits units_allowed, Finding& finding);

}  // namespace sniperforge::app
