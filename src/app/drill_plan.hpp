// SPDX-License-Identifier: MIT
// What one run of a drill consists of. A scenario and a seed decide all of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/drill_commands.hpp"
#include "app/drill_world.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

// A daemon before the last one, and how it ends.
struct DrillLife {
    enum class End : std::uint8_t {
        Stopped,        // As told, whatever became of its disk.
        Killed,         // At a moment.
        KilledSending,  // While an order of it is on its way, if it sends one in time.
        PowerLost,      // Killed, and the machine with it.
        Doubted,        // Stopped a while after it has said what is missing.
    };
    End end = End::Killed;
    Duration duration{0};
    // Beyond it, at most, for what the end is to meet: KilledSending an order that has no end yet,
    // PowerLost a transaction of ours in a block of which nothing is on disk.
    Duration awaited{0};
    std::uint32_t order = 1;  // KilledSending: at which one, if it comes within the duration.
    double share_kept = 0;    // PowerLost: of what was written and not synced.
    // But for Stopped: as soon as the journal is here on its way into a new segment, if it is.
    DrillDisk::Turn turn = DrillDisk::Turn::None;
};

// What the disk below the journal does for a while, from the start of the run on.
struct DiskSpell {
    enum class Kind : std::uint8_t {
        Full,
        Broken,  // Nothing becomes durable: fdatasync() fails.
        Stalled,
        Unwritable,  // No write is taken, as one that fails with EIO.
        Slow,        // Stalled again and again, for a while each.
    } kind = Kind::Full;
    Duration at{0}, length{0};
};

// The clock of the machine that the daemons run on, from then on.
struct WallJump {
    Duration at{0};  // Since the start of the run.
    Duration by{0};
};

struct DrillPlan {
    std::string scenario;
    DrillWorldOptions world;
    std::vector<DrillLife> lives;  // Before the last one.
    Duration last{0};              // How long the last one trades at least.
    std::vector<DiskSpell> disk;
    std::vector<DrillCommand> commands;  // In the order of their moments.
    std::vector<WallJump> wall_jumps;
    // A person has looked: the last one is started with --accept-shortfall.
    bool is_shortfall_accepted = false;
    bool is_holding = false;  // Sold is only what is worth nothing or pulled.
    // From then on nothing is broken any more that keeps a position from being sold: one that is
    // held for longer than the time limit of the exits, and a while, is a violation. Zero: a rug
    // may keep it for ever, or nobody waits so long.
    Duration sold_from{0};
    // Who leaves token accounts out for a while. Where one node of several never does, nothing may
    // be set aside for it.
    enum class Omission : std::uint8_t { None, OneNode, AllNodes } omission = Omission::None;
    // After the last loss of power no node ever serves the newest transaction that it took from the
    // files.
    bool is_newest_unserved = false;
};

// The scenario is one of kDrillScenarios.
[[nodiscard]] DrillPlan make_drill_plan(std::string_view scenario, std::uint64_t seed,
                                        const config::Settings& settings);
// Part of it (drill_plan_nonces.cpp).
void lend_nonces(DrillPlan& plan, std::uint64_t seed);
// Part of it (drill_plan_slots.cpp).
void tell_false_slots(DrillPlan& plan, std::uint64_t seed);
// Part of it (drill_plan_wire.cpp).
void fail_wires(DrillPlan& plan, std::uint64_t seed);
// Part of it (drill_plan_rugs.cpp).
void aim_rugs(DrillPlan& plan, std::uint64_t seed);
// Which scenario a seed runs when all are drilled.
[[nodiscard]] std::string_view scenario_of_seed(std::uint64_t seed);

}  // namespace sniperforge::app
