// SPDX-License-Identifier: MIT
// A whole run whose orders go to nodes and lanes alike.
#include "daemon_run.hpp"

namespace sniperforge {
namespace {

constexpr std::uint64_t kSenderTip = 200'000;

// Each order has one outcome however many brought it to the chain; tips are paid by what landed and
// by nothing else; and the books are those of the chain to the lamport.
TEST(LanesRun, PaysATipForWhatLandedAndKeepsTheBooksTrue) {
    config::LaneSettings lane;
    lane.name = "staked";
    lane.kind = "sender";
    lane.tip_floor = Lamports{kSenderTip};
    lane.requests_per_second = 15;
    std::uint64_t brought = 0;
    test::RunOptions options;
    options.seed = 3;
    options.duration = std::chrono::seconds{20};
    options.settings.execution.priority_fee = "market";
    options.settings.execution.lanes = {lane};
    options.is_laned = true;
    options.on_cluster_end = [&](const sim::Cluster& cluster, const Pubkey&) {
        brought = cluster.statistics().lane_transactions;
    };
    const auto result = test::run(options);
    test::expect_true_books(result);
    const engine::RunReport& report = result.report;
    EXPECT_GT(brought, 0U);
    EXPECT_GT(report.orders.tipped, 0U);
    EXPECT_GT(report.orders.landed, 0U);
    EXPECT_GT(report.costs.tip, Lamports{});
    EXPECT_LE(report.costs.tip.raw(), report.orders.landed * kSenderTip);
    EXPECT_EQ(report.costs.tip.raw() % kSenderTip, 0U);
}

}  // namespace
}  // namespace sniperforge
