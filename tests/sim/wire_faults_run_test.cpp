// SPDX-License-Identifier: MIT
// What the daemon makes of a node whose wire fails in ways that its sockets survive: pings without
// an answer, subscriptions that go on, answers that drip.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using sim::FaultKind;
using sim::NodeFaults;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kFailing = 1;  // Of two nodes.

struct Seen {
    app::DaemonResult result;
    sim::FaultCounters faults;  // Of the node that fails.
    sim::NodeStatistics failing, other;
};

// The node has the faults from then on, to second 45 of 60.
[[nodiscard]] Seen run_with(const NodeFaults& faults, Duration from = milliseconds{19'500}) {
    test::RunOptions options;
    options.nodes = 2;
    options.duration = seconds{60};
    options.settings.exits.time_limit = seconds{5};  // What was sold is not watched any more.
    options.settings.network.request_timeout = seconds{2};
    options.faults = {{.at = from, .node = kFailing, .faults = faults},
                      {.at = seconds{45}, .node = kFailing, .faults = NodeFaults{}}};
    Seen seen;
    options.on_cluster_end = [&seen](const sim::Cluster& cluster, const Pubkey&) {
        seen.faults = cluster.fault_counters(kFailing);
        seen.failing = cluster.node_statistics(kFailing);
        seen.other = cluster.node_statistics(0);
    };
    seen.result = test::run(options);
    test::expect_true_books(seen.result);
    EXPECT_GT(seen.result.report.orders.landed, 5U);
    return seen;
}

// A connection pings 20 s after it was opened.
TEST(WireFaults, ASocketThatSaysNothingAndAnswersNoPingIsOpenedAnewAndOneThatTellsThingsIsKept) {
    const Seen well = run_with({});
    EXPECT_EQ(well.faults[FaultKind::WithheldPong], 0U);

    const Seen telling = run_with({.is_without_pongs = true});
    EXPECT_GT(telling.faults[FaultKind::WithheldPong], 0U);
    EXPECT_EQ(telling.failing.pubsub_connections, well.failing.pubsub_connections);

    const Seen silent = run_with({.is_silent = true, .is_without_pongs = true});
    EXPECT_GT(silent.faults[FaultKind::WithheldPong], 0U);
    EXPECT_GT(silent.failing.pubsub_connections, well.failing.pubsub_connections);
    EXPECT_EQ(silent.other.pubsub_connections, well.other.pubsub_connections);
}

TEST(WireFaults, WhatIsToldOfWhatWasUnsubscribedIsNoReasonToOpenASocketAnew) {
    const Seen well = run_with({});
    const Seen ignoring = run_with({.is_unsubscribe_ignored = true}, seconds{2});
    EXPECT_GT(ignoring.faults[FaultKind::IgnoredUnsubscribe], 0U);
    EXPECT_GT(ignoring.failing.notifications, well.failing.notifications) << "it goes on";
    EXPECT_EQ(ignoring.failing.pubsub_connections, well.failing.pubsub_connections);
}

// An answer of some hundred bytes takes longer than the 2 s that it is waited for.
TEST(WireFaults, ANodeWhoseAnswersDripIsAskedLessAndTheOtherOneMore) {
    const Seen well = run_with({}, seconds{2});
    const Seen dripping = run_with({.drip_bytes_per_second = 50}, seconds{2});
    EXPECT_GT(dripping.faults[FaultKind::DrippedAnswer], 0U);
    EXPECT_LT(dripping.failing.requests * 2, well.failing.requests);
    EXPECT_GT(dripping.other.requests, well.other.requests);
}

}  // namespace
}  // namespace sniperforge
