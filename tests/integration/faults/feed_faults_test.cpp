// SPDX-License-Identifier: MIT
// Faults of notifications: how soon the feed knows, what it does about it while the fault lasts,
// and that nothing is lost, doubled, or believed while it is not heard.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rig.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

using sim::FaultKind;
using sim::NodeFaults;
using sim::NotificationKind;

constexpr std::size_t kSickNode = 0;

struct FeedFaultCase {
    std::string_view name;
    NodeFaults faults{};
    bool is_everywhere = false;
    bool is_blinding_throughout = false;  // As long as the fault lasts; of faults everywhere.
    // Within which some account must be known to be blind; nothing: none may become blind.
    std::optional<Duration> detected_max{};
    // From the fault on (one node) or from its end on (all nodes): everything is seen again.
    Duration recovered_max{0};
    // Slots that a state of an account that is subscribed once may be older than it should be while
    // we think that we see it. Of those that are subscribed more than once none may be.
    std::uint64_t stale_slots_max = 0;
};

void PrintTo(const FeedFaultCase& c, std::ostream* out) { *out << c.name; }

class FeedFault : public ::testing::TestWithParam<FeedFaultCase> {};

TEST_P(FeedFault, EndsWithEveryAccountSeenAndNothingLostOrDoubled) {
    const FeedFaultCase& c = GetParam();
    Rig rig;
    rig.run(seconds{10});
    ASSERT_FALSE(rig.is_anything_blind()) << "sighted before";
    const Findings before = rig.findings();
    ASSERT_EQ(before.stale_while_sighted + before.stale_single, 0U);
    ASSERT_EQ(before.duplicates, 0U);

    const auto inject = [&](const NodeFaults& faults) {
        if (c.is_everywhere) {
            rig.set_faults_everywhere(faults);
        } else {
            rig.set_faults(kSickNode, faults);
        }
    };
    const auto is_blind = [&] { return rig.is_anything_blind(); };
    const auto is_sighted = [&] { return !rig.is_anything_blind(); };
    std::vector<Timing> timings;
    inject(c.faults);
    const auto detected = rig.run_until(is_blind, seconds{10});
    if (c.detected_max) {
        timings.push_back({"blind", detected, *c.detected_max});
    }
    if (c.detected_max && !c.is_everywhere) {
        timings.push_back(
            {"seen elsewhere", rig.run_until(is_sighted, seconds{20}), c.recovered_max});
    }
    rig.run(seconds{20});
    if (c.detected_max && c.is_everywhere && c.is_blinding_throughout) {
        EXPECT_TRUE(rig.is_anything_blind()) << "nothing can be heard";
    }
    EXPECT_GT(rig.faults_happened(), 0U) << "nothing went wrong";
    inject({});
    if (c.detected_max && c.is_everywhere) {
        timings.push_back({"well, seen", rig.run_until(is_sighted, seconds{30}), c.recovered_max});
    }
    rig.run(seconds{20});
    EXPECT_FALSE(rig.is_anything_blind());
    rig.stop_writing();
    rig.run(seconds{5});

    const Findings found = rig.findings();
    if (!c.detected_max) {
        EXPECT_EQ(found.blind, before.blind) << "blind for no reason";
    }
    EXPECT_EQ(rig.differing(), 0U) << "lost updates";
    EXPECT_EQ(found.duplicates, 0U);
    EXPECT_EQ(found.regressions, 0U);
    EXPECT_EQ(found.stale_slots_max, 0U) << "believed what was not heard";
    EXPECT_LE(found.stale_single_slots_max, c.stale_slots_max);
    conclude(std::string{c.name},
             c.detected_max ? "blind, then all is seen; none lost, doubled"
                            : "never blind; none lost, doubled",
             std::move(timings));
}

NodeFaults of_accounts(NodeFaults faults) {
    faults.notification_kinds = {NotificationKind::Account};
    return faults;
}

// A socket two slots behind the best one counts for nothing: the slot in which it falls silent,
// the two that it misses, and what the tick takes to look.
constexpr Duration kTwoSlots = milliseconds{3 * 400 + 100};
// A fault that is seen at once: what stands in the stream, or the socket's end.
constexpr Duration kAtOnce = milliseconds{10};
// The new subscriptions are acknowledged, then their sockets announce the next slot, and the reads.
constexpr Duration kMoved = milliseconds{1'200};
// The same when the pool has to find out first that the node does not answer.
constexpr Duration kMovedAfterTimeout = seconds{2} + kMoved;
// All have to connect again: within the longest pause between two tries, and as above.
constexpr Duration kReconnected = seconds{10} + kMoved;
// What the audit alone finds: a rotation over 60 accounts takes one read each second.
constexpr Duration kAudited = seconds{4};
// The same in slots, with the two of grace.
constexpr std::uint64_t kAuditSlots = 8;

INSTANTIATE_TEST_SUITE_P(
    OneNode, FeedFault,
    ::testing::Values(
        FeedFaultCase{.name = "silent",
                      .faults = {.is_silent = true},
                      .detected_max = kTwoSlots,
                      .recovered_max = kMoved},
        FeedFaultCase{.name = "silent, without pongs",
                      .faults = {.is_silent = true, .is_without_pongs = true},
                      .detected_max = kTwoSlots,
                      .recovered_max = kMoved},
        FeedFaultCase{.name = "down",
                      .faults = {.is_down = true},
                      .detected_max = kAtOnce,
                      .recovered_max = kMoved},
        FeedFaultCase{.name = "frames cut in the middle",
                      .faults = {.frame_reset_probability = 0.05},
                      .detected_max = seconds{5},
                      .recovered_max = kMoved},
        FeedFaultCase{.name = "stale by 10 slots",
                      .faults = {.slots_behind = 10},
                      .detected_max = kTwoSlots,
                      .recovered_max = kMoved},
        FeedFaultCase{.name = "stale by 1 slot", .faults = {.slots_behind = 1}},
        FeedFaultCase{.name = "latency 100 ms, jitter 50 ms",
                      .faults = {.latency = milliseconds{100}, .jitter = milliseconds{50}}},
        FeedFaultCase{.name = "latency 1,500 ms",
                      .faults = {.latency = milliseconds{1'500}},
                      .detected_max = kTwoSlots,
                      .recovered_max = kMovedAfterTimeout},
        FeedFaultCase{.name = "notifications doubled", .faults = {.duplicate_probability = 1}},
        FeedFaultCase{.name = "notifications reordered", .faults = {.reorder_probability = 0.3}}),
    [](const auto& test) { return word_of(test.param.name); });

// What the node tells of accounts is wrong while its slots are on time: only comparing finds out.
INSTANTIATE_TEST_SUITE_P(
    OneNodeUnnoticed, FeedFault,
    ::testing::Values(FeedFaultCase{.name = "account notifications missing",
                                    .faults = of_accounts({.miss_probability = 1}),
                                    .detected_max = kAudited,
                                    .recovered_max = kMoved,
                                    .stale_slots_max = kAuditSlots},
                      FeedFaultCase{.name = "a third of account notifications missing",
                                    .faults = of_accounts({.miss_probability = 0.3}),
                                    .detected_max = seconds{10},
                                    .recovered_max = kMoved,
                                    .stale_slots_max = kAuditSlots},
                      FeedFaultCase{
                          .name = "account notifications 2 s late",
                          .faults = of_accounts({.delay_probability = 1, .delay = seconds{2}}),
                          .detected_max = kAudited,
                          .recovered_max = kMoved,
                          .stale_slots_max = kAuditSlots},
                      FeedFaultCase{.name = "a fifth of account notifications 300 ms late",
                                    .faults = of_accounts({.delay_probability = 0.2,
                                                           .delay = milliseconds{300}})}),
    [](const auto& test) { return word_of(test.param.name); });

INSTANTIATE_TEST_SUITE_P(EveryNode, FeedFault,
                         ::testing::Values(
                             // stall_slots (4) of the measured slot time, and the tick.
                             FeedFaultCase{.name = "all silent",
                                           .faults = {.is_silent = true},
                                           .is_everywhere = true,
                                           .is_blinding_throughout = true,
                                           .detected_max = milliseconds{4 * 400 + 500},
                                           .recovered_max = seconds{4}},
                             FeedFaultCase{.name = "all down",
                                           .faults = {.is_down = true},
                                           .is_everywhere = true,
                                           .is_blinding_throughout = true,
                                           .detected_max = kAtOnce,
                                           .recovered_max = kReconnected},
                             FeedFaultCase{.name = "all with latency 100 ms",
                                           .faults = {.latency = milliseconds{100}},
                                           .is_everywhere = true},
                             FeedFaultCase{.name = "all notifications doubled",
                                           .faults = {.duplicate_probability = 1},
                                           .is_everywhere = true},
                             FeedFaultCase{.name = "all cut frames",
                                           .faults = {.frame_reset_probability = 0.02},
                                           .is_everywhere = true,
                                           .detected_max = seconds{5},
                                           .recovered_max = kReconnected}),
                         [](const auto& test) { return word_of(test.param.name); });

}  // namespace
}  // namespace sniperforge::faults
