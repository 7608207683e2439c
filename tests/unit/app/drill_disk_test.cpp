// SPDX-License-Identifier: MIT
// What the disk of a drill did counts where somebody wrote to it then.
#include "app/drill_disk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "app/drill_plan.hpp"
#include "app/drill_run.hpp"
#include "app/drill_spells.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::app {
namespace {

TEST(DrillDisk, CountsAWriteThatFailsAndNotThatItWould) {
    DrillDisk disk;
    disk.set_unwritable(true);
    disk.set_unwritable(false);
    EXPECT_EQ(disk.take(0, 100), 100U);
    EXPECT_EQ(disk.counts().unwritable, 0U) << "nobody wrote meanwhile";
    disk.set_unwritable(true);
    EXPECT_EQ(disk.take(100, 100), 0U);
    EXPECT_EQ(disk.counts().unwritable, 1U);
    EXPECT_EQ(disk.counts().refused, 1U);
    disk.mend();
    disk.set_full(true);
    EXPECT_EQ(disk.take(100, 100), 50U);
    EXPECT_EQ(disk.counts().refused, 2U);
    EXPECT_EQ(disk.counts().unwritable, 1U) << "it is full";
}

TEST(DrillDisk, CountsEachStallThatAWriteWaitsForOnce) {
    DrillDisk disk;
    EXPECT_FALSE(disk.is_stalled());
    disk.set_stalled(true);
    EXPECT_EQ(disk.counts().stalled, 0U) << "nobody wrote yet";
    EXPECT_TRUE(disk.is_stalled());
    EXPECT_TRUE(disk.is_stalled());
    EXPECT_EQ(disk.counts().stalled, 1U);
    disk.set_stalled(false);
    EXPECT_FALSE(disk.is_stalled());
    for (int i = 0; i < 2; ++i) {
        disk.set_stalled(true, true);
        EXPECT_TRUE(disk.is_stalled());
        disk.set_stalled(false, true);
    }
    EXPECT_EQ(disk.counts().slow, 2U);
    EXPECT_EQ(disk.counts().stalled, 1U);
}

// A daemon that writes rarely meets it all the same.
TEST(DrillSpells, GoOnUntilAWriteHasMetThemOrTheyAreEnded) {
    using std::chrono::milliseconds;
    const auto is_stalled_at = [](DiskSpell::Kind kind, Duration written_at, Duration asked_at,
                                  Duration ended_at) {
        net::VirtualReactor reactor;
        DrillDisk disk;
        DrillSpells spells{disk, reactor};
        spells.schedule({kind, milliseconds{100}, milliseconds{500}});
        bool is_stalled = false;
        const MonoTime began = reactor.now();
        // Longer than one slow write and the time to the next.
        for (Duration at = written_at; at < written_at + milliseconds{240};
             at += milliseconds{40}) {
            reactor.schedule_at(began + at, [&] { (void)disk.is_stalled(); });
        }
        reactor.schedule_at(began + ended_at, [&] { spells.end(); });
        reactor.schedule_at(began + asked_at, [&] {
            is_stalled = disk.is_stalled();
            reactor.stop();
        });
        reactor.run();
        return is_stalled;
    };
    constexpr auto kStalled = DiskSpell::Kind::Stalled;
    constexpr Duration kNever = milliseconds{60'000};
    EXPECT_TRUE(is_stalled_at(kStalled, milliseconds{200}, milliseconds{599}, kNever));
    EXPECT_FALSE(is_stalled_at(kStalled, milliseconds{200}, milliseconds{601}, kNever));
    EXPECT_TRUE(is_stalled_at(kStalled, milliseconds{5'000}, milliseconds{4'900}, kNever));
    EXPECT_FALSE(is_stalled_at(kStalled, milliseconds{5'000}, milliseconds{5'800}, kNever));
    EXPECT_FALSE(
        is_stalled_at(kStalled, milliseconds{5'000}, milliseconds{4'900}, milliseconds{3'000}));
    EXPECT_FALSE(
        is_stalled_at(kStalled, milliseconds{5'000}, milliseconds{4'900}, milliseconds{50}))
        << "it had not begun";
    constexpr auto kSlow = DiskSpell::Kind::Slow;
    EXPECT_TRUE(is_stalled_at(kSlow, milliseconds{10'000}, milliseconds{4'950}, kNever));
    EXPECT_FALSE(is_stalled_at(kSlow, milliseconds{10'000}, milliseconds{5'070}, kNever));
    EXPECT_FALSE(is_stalled_at(kSlow, milliseconds{200}, milliseconds{4'950}, kNever));
}

TEST(DrillSpells, OneThatNoWriteHasMetIsNotEndedByWhatAnotherDid) {
    using std::chrono::milliseconds;
    net::VirtualReactor reactor;
    DrillDisk disk;
    DrillSpells spells{disk, reactor};
    spells.schedule({DiskSpell::Kind::Broken, milliseconds{100}, milliseconds{500}});
    spells.schedule({DiskSpell::Kind::Stalled, milliseconds{100}, milliseconds{500}});
    reactor.schedule_at(reactor.now() + milliseconds{200}, [&] { (void)disk.is_stalled(); });
    reactor.schedule_at(reactor.now() + milliseconds{3'000}, [&] { reactor.stop(); });
    reactor.run();
    EXPECT_FALSE(disk.is_stalled());
    EXPECT_FALSE(disk.sync()) << "nothing has been synced yet";
    spells.end();
}

// It dies at a turn of the journal, before its time, and a spell that was to be its own meets the
// last daemon, which could not write and has no next start.
TEST(DrillDisk, DoesNothingMoreToTheLastDaemon) {
    constexpr std::uint64_t kSeed = 27;
    const DrillPlan plan = make_drill_plan("disk", kSeed, {});
    ASSERT_NE(plan.lives.front().turn, DrillDisk::Turn::None);
    ASSERT_TRUE(std::ranges::any_of(plan.disk, [](const DiskSpell& spell) {
        return spell.kind == DiskSpell::Kind::Unwritable;
    }));
    const DrillOutcome outcome = run_drill("disk", kSeed, {});
    EXPECT_EQ(outcome.violation_count, 0U)
        << (outcome.violations.empty() ? "" : outcome.violations.front());
}

}  // namespace
}  // namespace sniperforge::app
