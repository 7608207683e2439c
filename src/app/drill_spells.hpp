// SPDX-License-Identifier: MIT
// What the disk below the journal of a drill does, and when. A spell that no write has met goes on.
#pragma once

#include <cstdint>

#include "app/drill_disk.hpp"
#include "app/drill_plan.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

class DrillSpells {
 public:
    // Both must outlive this, which must outlive what the reactor runs.
    DrillSpells(DrillDisk& disk, net::Reactor& reactor) : disk_{disk}, reactor_{reactor} {}

    // From now on, as it says.
    void schedule(const DiskSpell& spell);
    // The disk is well from now on: no daemon starts on one that is not, and one that could not
    // write trades on after its next start only.
    void end();

 private:
    // Writes that such a spell was done to: several may go on at a time.
    [[nodiscard]] std::uint64_t met(DiskSpell::Kind kind) const;
    [[nodiscard]] bool is_over(DiskSpell::Kind kind, MonoTime until,
                               std::uint64_t met_before) const;
    void begin(const DiskSpell& spell);
    void go_on(const DiskSpell& spell, MonoTime until, std::uint64_t met_before);
    void set(DiskSpell::Kind kind, bool is_on);

    DrillDisk& disk_;
    net::Reactor& reactor_;
    bool has_ended_ = false;
};

}  // namespace sniperforge::app
