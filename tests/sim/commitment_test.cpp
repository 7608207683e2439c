// SPDX-License-Identifier: MIT
// Forks, dropped transactions and nodes that lag: every order finds one true outcome, every fill
// becomes final, and the ledger equals the chain. An order that landed and was called expired, or a
// fill of a dead branch that was believed, would show as a difference of lamports.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::run;
using test::RunOptions;

// No confirmed block was dropped.
void expect_books_without_reversal(const app::DaemonResult& result) {
    test::expect_true_books(result);
    EXPECT_GT(result.report.orders.landed, 0U);
    EXPECT_EQ(result.report.orders.reversed, 0U);
}

// A fork of five slots every seven seconds. Half of them take their transactions along to the new
// branch, the others let them vanish: those were processed and must be no fills.
[[nodiscard]] std::vector<sim::FaultEvent> forks(Duration until) {
    std::vector<sim::FaultEvent> events;
    for (Duration at = seconds{5}; at < until; at += seconds{7}) {
        sim::FaultEvent event;
        event.at = at;
        event.fork = sim::ForkOptions{.slots = 5,
                                      .is_requeued = events.size() % 2 == 0,
                                      .are_reverts_told = events.size() % 3 != 0};
        events.push_back(event);
    }
    return events;
}

[[nodiscard]] sim::FaultEvent lagging(std::size_t node, std::uint32_t slots) {
    sim::FaultEvent event;
    event.node = node;
    event.faults = sim::NodeFaults{.slots_behind = slots};
    return event;
}

TEST(Commitment, TakesNothingThatVanishedWithItsForkForAFill) {
    for (const std::uint64_t seed : {3U, 7U}) {
        SCOPED_TRACE(seed);
        expect_books_without_reversal(
            run({.seed = seed, .faults = forks(seconds{60}), .are_reads_at_commitment = true}));
    }
}

// Balances are read as of their commitment: a node that answered with a block that is dropped later
// would have told of money that never came.
TEST(Commitment, ExpiresWhatIsDroppedForGoodAndNothingElse) {
    const auto result = run({.seed = 7,
                             .faults = forks(seconds{60}),
                             .are_reads_at_commitment = true,
                             .drop_probability = 0.5});
    expect_books_without_reversal(result);
}

// The second node is 40 slots behind, sixteen seconds: what it does not know is no evidence.
TEST(Commitment, IsNotMisledByANodeThatLags) {
    for (const std::uint64_t seed : {3U, 7U}) {
        SCOPED_TRACE(seed);
        expect_books_without_reversal(run({.seed = seed,
                                           .nodes = 2,
                                           .faults = {lagging(1, 40)},
                                           .are_reads_at_commitment = true}));
    }
}

TEST(Commitment, IsNotMisledByForksAndALaggingNodeTogether) {
    auto faults = forks(seconds{60});
    faults.insert(faults.begin(), lagging(0, 40));  // The first in the configuration.
    expect_books_without_reversal(
        run({.seed = 7, .nodes = 2, .faults = std::move(faults), .are_reads_at_commitment = true}));
}

TEST(Commitment, MakesTheSameDecisionsTwiceUnderForks) {
    const RunOptions options{.seed = 5, .faults = forks(seconds{60})};
    const auto first = run(options);
    const auto second = run(options);
    EXPECT_EQ(first.report.journal_sha256, second.report.journal_sha256);
}

}  // namespace
}  // namespace sniperforge
