// SPDX-License-Identifier: MIT
// The whole daemon against three nodes of which some misbehave: whatever happens on the way, it
// ends with its ledger equal to the chain, to the lamport.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/daemon.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

using sim::FaultEvent;
using sim::NodeFaults;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A directory of its own for each run, removed afterwards.
class RunDirectory {
 public:
    RunDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sf-faults-XXXXXX").string();
        SF_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~RunDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

struct Outcome {
    app::DaemonResult result;
    std::uint64_t faults = 0;  // That happened, over all nodes.
};

[[nodiscard]] Outcome run_daemon(std::vector<FaultEvent> faults, std::uint64_t seed = 7) {
    const RunDirectory directory;
    net::VirtualReactor reactor;
    sim::ClusterOptions cluster_options;
    cluster_options.seed = seed;
    cluster_options.scenario = *sim::named_scenario("demo");
    cluster_options.nodes = 3;
    cluster_options.faults = std::move(faults);
    cluster_options.chain.are_reads_at_commitment = true;
    auto cluster = sim::Cluster::start(reactor, cluster_options);
    SF_ASSERT(cluster.has_value());
    app::DaemonOptions daemon;
    for (std::size_t i = 0; i < (*cluster)->node_count(); ++i) {
        config::EndpointSettings endpoint;
        endpoint.name = fmt::format("node{}", i);
        endpoint.rpc_url = (*cluster)->rpc_url(i);
        endpoint.pubsub_url = (*cluster)->pubsub_url(i);
        endpoint.requests_per_second = 200;
        daemon.settings.network.endpoints.push_back(endpoint);
    }
    daemon.settings.network.request_timeout = seconds{2};
    daemon.settings.jupiter.url = (*cluster)->jupiter_url();
    daemon.settings.jupiter.requests_per_second = 200;
    daemon.state_dir = directory.path();
    daemon.scenario = "demo";
    daemon.seed = seed;
    daemon.duration = seconds{60};
    daemon.provenance = Provenance::Sim;
    daemon.is_virtual_time = true;
    daemon.funding = cluster_options.scenario.wallet_lamports;
    std::array<std::uint8_t, solana::kSeedSize> key_seed{};
    key_seed[0] = static_cast<std::uint8_t>(seed);
    auto wallet = solana::Keypair::from_seed(key_seed);
    SF_ASSERT(wallet.has_value());
    auto built = app::Daemon::create(reactor, std::move(*wallet), daemon);
    SF_ASSERT(built.has_value());
    Outcome run;
    run.result = (*built)->run();
    for (std::size_t i = 0; i < (*cluster)->node_count(); ++i) {
        run.faults += (*cluster)->fault_counters(i).total();
    }
    return run;
}

struct Case {
    std::string_view name;
    std::vector<FaultEvent> faults;
    bool is_blinding = false;  // Entries must have been denied for it.
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// From second 10 to 40 of the cluster; the daemon runs for 60.
std::vector<FaultEvent> on(std::optional<std::size_t> node, const NodeFaults& faults) {
    return {{.at = seconds{10}, .node = node, .faults = faults},
            {.at = seconds{40}, .node = node, .faults = NodeFaults{}}};
}

class DaemonFault : public ::testing::TestWithParam<Case> {};

TEST_P(DaemonFault, EndsWithTheLedgerEqualToTheChain) {
    const Case& c = GetParam();
    const Outcome run = run_daemon(c.faults);
    const auto& report = run.result.report;
    ASSERT_EQ(run.result.error, "");
    EXPECT_GT(run.faults, 0U) << "nothing went wrong";
    EXPECT_GT(report.orders.submitted, 0U);
    EXPECT_EQ(report.orders_in_flight, 0U);
    ASSERT_TRUE(report.mismatch_lamports.has_value());
    EXPECT_EQ(*report.mismatch_lamports, 0U);
    EXPECT_EQ(*report.mismatch_tokens, 0U);
    EXPECT_EQ(report.orders.submitted, report.orders.landed + report.orders.reverted +
                                           report.orders.rejected + report.orders.expired);
    const std::uint64_t denied = report.denials[static_cast<std::size_t>(DenialReason::FeedBlind)];
    if (c.is_blinding) {
        EXPECT_GT(denied, 0U);
    } else {
        // An audit that meets a change of the nodes' pace holds some accounts for blind until they
        // are read again.
        EXPECT_LE(denied * 50, report.orders.submitted);
    }
    conclude(fmt::format("daemon: {}", c.name),
             fmt::format("ledger = chain; {} sent, {} landed, {} denied blind",
                         report.orders.submitted, report.orders.landed, denied),
             {});
}

INSTANTIATE_TEST_SUITE_P(
    Faults, DaemonFault,
    ::testing::Values(Case{"node 0 answers 429", on(0, {.too_many_requests_probability = 1})},
                      Case{"node 0 loses answers",
                           on(0, {.truncate_probability = 0.3, .reset_probability = 0.3})},
                      Case{"every node loses a tenth of its answers",
                           on({}, {.truncate_probability = 0.05, .reset_probability = 0.05})},
                      Case{"node 0 hangs", on(0, {.hang_probability = 1})},
                      Case{"node 1 lags 20 slots", on(1, {.slots_behind = 20})},
                      Case{"node 0 refuses every preflight", on(0, {.methods = {"sendTransaction"},
                                                                    .rpc_error_probability = 1,
                                                                    .rpc_error_code = -32'002})},
                      Case{"every node slow",
                           on({}, {.latency = milliseconds{60}, .jitter = milliseconds{60}})},
                      Case{"every notification doubled", on({}, {.duplicate_probability = 1})},
                      Case{"every node silent", on({}, {.is_silent = true}), true},
                      Case{"every node down for ten seconds",
                           {{.at = seconds{15}, .faults = NodeFaults{.is_down = true}},
                            {.at = seconds{25}, .faults = NodeFaults{}}},
                           true}),
    [](const auto& test) { return word_of(test.param.name); });

// Forks come and go; their dead transactions are no fills.
TEST(DaemonForks, EndWithTheLedgerEqualToTheChain) {
    std::uint64_t submitted = 0;
    for (const bool is_requeued : {true, false}) {
        std::vector<FaultEvent> forks;
        for (std::int64_t second = 10; second < 60; second += 5) {
            forks.push_back({.at = seconds{second},
                             .fork = sim::ForkOptions{.slots = 4, .is_requeued = is_requeued}});
        }
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            SCOPED_TRACE(::testing::Message() << "seed " << seed << " requeued " << is_requeued);
            const Outcome run = run_daemon(forks, seed);
            ASSERT_EQ(run.result.error, "");
            const auto& report = run.result.report;
            EXPECT_GT(report.orders.submitted, 0U);
            EXPECT_EQ(report.orders_in_flight, 0U);
            ASSERT_TRUE(report.mismatch_lamports.has_value());
            EXPECT_EQ(*report.mismatch_lamports, 0U);
            EXPECT_EQ(*report.mismatch_tokens, 0U);
            submitted += report.orders.submitted;
        }
    }
    conclude("daemon: forks of 4 slots, 60 in 6 runs",
             fmt::format("ledger = chain; {} sent", submitted), {});
}

}  // namespace
}  // namespace sniperforge::faults
