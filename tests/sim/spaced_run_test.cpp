// SPDX-License-Identifier: MIT
// A server that is not Agave writes its JSON with white space: a daemon does the same on it.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

[[nodiscard]] app::DaemonResult run_on(bool is_spaced) {
    test::RunOptions options;
    options.seed = 5;
    sim::FaultEvent event;
    event.faults.emplace();
    event.faults->is_spaced = is_spaced;
    options.faults = {event};
    return test::run(options);
}

TEST(SpacedAnswers, MeanTheSameAsOthers) {
    const auto compact = run_on(false), spaced = run_on(true);
    test::expect_true_books(spaced);
    EXPECT_GT(spaced.report.orders.landed, 20U);
    EXPECT_GT(spaced.report.orders.reverted, 5U) << "an error of the chain is looked into";
    EXPECT_EQ(spaced.report.journal_sha256, compact.report.journal_sha256);
}

}  // namespace
}  // namespace sniperforge
