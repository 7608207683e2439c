// SPDX-License-Identifier: MIT
// What a swap's trial says of our quotes.
#pragma once

#include "app/doctor_findings.hpp"
#include "app/swap_trial.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::app {

// Where a fee goes by the clock, a quote that is further from what the node's programs pay than
// this is wrong, whatever the clock did in between; elsewhere one unit is.
inline constexpr BasisPoints kTrialDifferenceMax{10};
// While the pool moves, as much as orders allow for.
inline constexpr BasisPoints kTrialMovingMax{100};

// Fills in verdict, figures and advice. `units_allowed`: what a transaction with one swap
// asks for; with two it is twice that.
void judge_trial(const SwapTrial& trial, ComputeUnits units_allowed, Finding& finding);

}  // namespace sniperforge::app
