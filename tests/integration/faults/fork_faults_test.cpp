// SPDX-License-Identifier: MIT
// What the chain itself does: branches that die, also under nodes that lag, and slots without a
// block.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rig.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

struct ForkCase {
    std::string_view name;
    sim::ForkOptions fork{};
    std::uint32_t slots_behind = 0;  // Of node 0.
};
void PrintTo(const ForkCase& c, std::ostream* out) { *out << c.name; }

class Forking : public ::testing::TestWithParam<ForkCase> {};

TEST_P(Forking, DeadStateIsReplaced) {
    const ForkCase& c = GetParam();
    RigOptions options;
    options.are_reads_at_commitment = true;
    Rig rig{options};
    rig.run(seconds{10});
    ASSERT_FALSE(rig.is_anything_blind());
    rig.set_faults(0, {.slots_behind = c.slots_behind});
    rig.run(seconds{10});
    ASSERT_FALSE(rig.is_anything_blind());
    std::optional<Duration> slowest{Duration{0}};
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(rig.cluster().chain().fork(c.fork));
        ASSERT_TRUE(rig.run_until([&] { return !rig.cluster().chain().is_forked(); }, seconds{20}));
        // The next block tells of the branch's death.
        const MonoTime dead_at = rig.reactor().now();
        rig.run(milliseconds{500});
        const auto seen = rig.run_until([&] { return !rig.is_anything_blind(); }, seconds{10});
        slowest = seen && slowest ? std::optional{std::max(*slowest, rig.reactor().now() - dead_at)}
                                  : std::nullopt;
        rig.run(seconds{5});
        EXPECT_FALSE(rig.is_anything_blind());
    }
    rig.stop_writing();
    rig.run(seconds{5});
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().duplicates, 0U);
    EXPECT_EQ(rig.findings().stale_while_sighted + rig.findings().stale_single, 0U);
    EXPECT_GT(rig.feed().statistics().slots_abandoned, 0U);
    // A slot in which it is told, one that the reads are to be of, and their way.
    conclude(std::string{c.name}, "dead states replaced; none lost, doubled",
             {{"seen after its death", slowest, seconds{2}}});
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Forking,
    ::testing::Values(
        ForkCase{"fork of 1 slot", {1, true, true}}, ForkCase{"fork of 3 slots", {3, true, true}},
        ForkCase{"fork of 3 slots, transactions vanish", {3, false, true}},
        ForkCase{"fork of 3 slots, they vanish, untold", {3, false, false}},
        ForkCase{"fork of 8 slots, they vanish, untold", {8, false, false}},
        ForkCase{"fork of 3 slots, a node lags 1", {3, true, true}, 1},
        ForkCase{"fork of 3 slots, they vanish, untold, a node lags 1", {3, false, false}, 1},
        ForkCase{"fork of 3 slots, they vanish, untold, a node lags 2", {3, false, false}, 2},
        ForkCase{"fork of 3 slots, they vanish, untold, a node lags 10", {3, false, false}, 10}),
    [](const auto& test) { return word_of(test.param.name); });

TEST(Skipping, ManySkippedSlotsAreNoStall) {
    RigOptions options;
    options.slot_skip_probability = 0.3;
    Rig rig{options};
    rig.run(seconds{10});
    const auto before = rig.findings();
    rig.run(seconds{60});
    // Three in a row make a gap of four slot times, which is what a stall is: 0.3³ of 105 blocks
    // are about three. Had each skipped slot been one, there would have been 45.
    EXPECT_LE(rig.findings().times_blind, before.times_blind + 6);
    const Duration blind = rig.findings().blind - before.blind;
    rig.stop_writing();
    rig.run(seconds{3});
    EXPECT_FALSE(rig.is_anything_blind());
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().duplicates, 0U);
    EXPECT_EQ(rig.findings().stale_while_sighted + rig.findings().stale_single, 0U);
    conclude("30 % of slots skipped, for a minute",
             "seen but in gaps of 4 slots; none lost, doubled",
             {{"blind in all", blind, seconds{6}}});
}

}  // namespace
}  // namespace sniperforge::faults
