// SPDX-License-Identifier: MIT
// `sim serve`: the simulated cluster for others.
#include <fmt/format.h>

#include <cstdio>
#include <functional>

#include "app/cluster_urls.hpp"
#include "app/commands.hpp"
#include "app/scenario_file.hpp"
#include "app/signals.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::app {
namespace {

void print_faults(std::string_view of, const sim::FaultCounters& counters) {
    if (counters.total() == 0) {
        return;
    }
    fmt::print("faults of {}:", of);
    for (std::size_t kind = 0; kind < sim::kFaultKinds; ++kind) {
        if (counters.counts[kind] > 0) {
            fmt::print(" {} {}", sim::fault_name(static_cast<sim::FaultKind>(kind)),
                       counters.counts[kind]);
        }
    }
    fmt::print("\n");
}

// What was done to the clients of which node, and what the world around them did.
void print_faults(const sim::Cluster& cluster) {
    for (std::size_t i = 0; i < cluster.node_count(); ++i) {
        print_faults(fmt::format("node {}", i), cluster.fault_counters(i));
    }
    print_faults("the world", cluster.world_fault_counters());
}

// What --cluster would not find by itself.
std::string needed_settings(const sim::Cluster& cluster) {
    const auto assumed = external_urls(cluster.rpc_url(), config::JupiterSettings{}.url);
    if (assumed && assumed->jupiter == cluster.jupiter_url()) {
        return {};
    }
    return fmt::format(" with jupiter.url: {} in its --config", cluster.jupiter_url());
}

}  // namespace

int sim_serve_command(const SimServeArguments& arguments) {
    auto scenario = load_scenario(arguments.scenario);
    if (!scenario) {
        return fail_with(kExitUsage, scenario.error().text);
    }
    sim::ClusterOptions options;
    options.seed = arguments.seed;
    options.chain.seed = arguments.seed;
    options.scenario = *scenario;
    options.rpc_port = arguments.rpc_port;
    options.jupiter_port = arguments.jupiter_port;
    if (!arguments.market.empty()) {
        auto bars = sim::read_candles(arguments.market);
        if (!bars) {
            return fail_with(kExitUsage, bars.error().text);
        }
        options.market = std::move(*bars);
    }
    auto faults = load_faults(arguments.faults, arguments.nodes);
    if (!faults) {
        return fail_with(kExitUsage, faults.error().text);
    }
    options.nodes = arguments.nodes;
    options.faults = std::move(*faults);
    install_signal_handlers();
    const auto reactor = net::make_asio_reactor();
    auto cluster = sim::Cluster::start(*reactor, options);
    if (!cluster) {
        return fail_with(kExitNotReady, cluster.error().text);
    }
    fmt::print(
        "simulated cluster, scenario {} (rates x{:g}), seed {}\n  JSON-RPC {}\n  PubSub   {}\n"
        "  Jupiter  {}\n  lanes    {}/api/v1/transactions, /api/v1/bundles, /fast\nsniperforge run "
        "--cluster {} trades against it{}; SIGINT stops it\n",
        scenario->name, scenario->time_compression, arguments.seed, (*cluster)->rpc_url(),
        (*cluster)->pubsub_url(), (*cluster)->jupiter_url(), (*cluster)->jupiter_url(),
        (*cluster)->rpc_url(), needed_settings(**cluster));
    for (std::size_t i = 1; i < (*cluster)->node_count(); ++i) {
        fmt::print("  node {}   {}  {}\n", i, (*cluster)->rpc_url(i), (*cluster)->pubsub_url(i));
    }
    std::fflush(stdout);
    const MonoTime end = reactor->now() + std::chrono::seconds{arguments.duration_s};
    std::function<void()> watch = [&] {
        if (is_stop_signalled() || (arguments.duration_s > 0 && reactor->now() >= end)) {
            return reactor->stop();
        }
        reactor->schedule_after(std::chrono::milliseconds{100}, [&] { watch(); });
    };
    reactor->post(watch);  // A stop before run() would be forgotten.
    reactor->run();
    const sim::ClusterStatistics& s = (*cluster)->statistics();
    fmt::print(
        "{} slots, {} transactions, {} market trades, {} launches, {} RPC requests, {} "
        "notifications, {} Jupiter requests, {} transactions through lanes\n",
        s.slots, s.transactions, s.market_trades, s.launches, s.rpc_requests, s.notifications,
        s.jupiter_requests, s.lane_transactions);
    print_faults(**cluster);
    return kExitOk;
}

}  // namespace sniperforge::app
