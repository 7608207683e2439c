// SPDX-License-Identifier: MIT
// What people and scripts see of a sweep.
#pragma once

#include <string>

#include "app/rescue_sweep.hpp"

namespace sniperforge::app {

// On standard error: what is moved where, and what is left, before anything is signed.
void print_sweep_plan(const SweepReading& reading, const SweepOptions& options);
// On standard output: what was moved, and what the chain says afterwards.
void print_sweep(const SweepResult& result);

// One object each; of a reading, what would be moved.
[[nodiscard]] std::string sweep_json(const SweepReading& reading, Provenance provenance,
                                     const SweepOptions& options);
[[nodiscard]] std::string sweep_json(const SweepResult& result, Provenance provenance,
                                     const SweepOptions& options);

}  // namespace sniperforge::app
