// SPDX-License-Identifier: MIT
// What plans have since the first ones were drawn. It is drawn behind all else, so that a seed of
// one of the first scenarios has what it had.
#pragma once

#include "app/drill_plan.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {

// ---- Scenarios of their own ----
// Programs and nodes in another version than everybody knew: swaps that take other accounts,
// accounts that are longer or of another kind, fields with other names, calls that nobody knows.
void draw_protocols(DrillPlan& plan, Rng& rng);
// Slots that no node tells of while all else goes on, a drawdown that is reached, or both.
void draw_halts(DrillPlan& plan, Rng& rng);

// ---- More of the others ----
// Of the machine that the daemon runs on: seconds, minutes, a day, or across midnight.
void add_wall_jumps(DrillPlan& plan, Rng& rng);
// Commits of few records, so that what the disk does meets writes; a second spell.
void add_disk_spell(DrillPlan& plan, Rng& rng);
// One attack a run, each in its turn, and breakers that let orders go on asking.
void add_attacks(DrillPlan& plan, std::uint64_t seed, Rng& rng);

}  // namespace sniperforge::app
