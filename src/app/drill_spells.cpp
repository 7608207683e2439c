// SPDX-License-Identifier: MIT
#include "app/drill_spells.hpp"

#include <chrono>

namespace sniperforge::app {
namespace {

// A write to a disk that is slow, and the time between two of them.
constexpr Duration kSlowWrite = std::chrono::milliseconds{120};

}  // namespace

void DrillSpells::schedule(const DiskSpell& spell) {
    reactor_.schedule_at(reactor_.now() + spell.at, [this, spell] { begin(spell); });
}

void DrillSpells::end() {
    has_ended_ = true;
    disk_.mend();
}

void DrillSpells::begin(const DiskSpell& spell) {
    if (!has_ended_) {
        go_on(spell, reactor_.now() + spell.length, met(spell.kind));
    }
}

// For a while, and then again for as long as it is not over.
void DrillSpells::go_on(const DiskSpell& spell, MonoTime until, std::uint64_t met_before) {
    const bool is_slow = spell.kind == DiskSpell::Kind::Slow;
    const Duration part = is_slow ? kSlowWrite : spell.length;
    set(spell.kind, true);
    reactor_.schedule_at(reactor_.now() + part, [this, spell, until, met_before, is_slow] {
        const bool is_ending = is_over(spell.kind, until, met_before);
        if (is_slow || is_ending) {
            set(spell.kind, false);
        }
        if (is_ending) {
            return;
        }
        if (!is_slow) {
            return go_on(spell, until, met_before);
        }
        reactor_.schedule_at(reactor_.now() + kSlowWrite, [this, spell, until, met_before] {
            if (!is_over(spell.kind, until, met_before)) {
                go_on(spell, until, met_before);
            }
        });
    });
}

bool DrillSpells::is_over(DiskSpell::Kind kind, MonoTime until, std::uint64_t met_before) const {
    return has_ended_ || (reactor_.now() >= until && met(kind) > met_before);
}

std::uint64_t DrillSpells::met(DiskSpell::Kind kind) const {
    const DrillDisk::Counts& counts = disk_.counts();
    switch (kind) {
        case DiskSpell::Kind::Full:
            return counts.refused - counts.unwritable;
        case DiskSpell::Kind::Broken:
            return counts.failed_syncs;
        case DiskSpell::Kind::Unwritable:
            return counts.unwritable;
        case DiskSpell::Kind::Slow:
            return counts.slow;
        case DiskSpell::Kind::Stalled:
            break;
    }
    return counts.stalled;
}

void DrillSpells::set(DiskSpell::Kind kind, bool is_on) {
    switch (kind) {
        case DiskSpell::Kind::Full:
            return disk_.set_full(is_on);
        case DiskSpell::Kind::Broken:
            return disk_.set_broken(is_on);
        case DiskSpell::Kind::Unwritable:
            return disk_.set_unwritable(is_on);
        case DiskSpell::Kind::Slow:
        case DiskSpell::Kind::Stalled:
            return disk_.set_stalled(is_on, kind == DiskSpell::Kind::Slow);
    }
}

}  // namespace sniperforge::app
