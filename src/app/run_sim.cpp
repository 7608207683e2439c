// SPDX-License-Identifier: MIT
// `run --mode sim`: against the embedded simulated cluster, or against an external `sim serve`.
#include <fmt/format.h>

#include "app/cluster_thread.hpp"
#include "app/cluster_urls.hpp"
#include "app/run_books.hpp"
#include "app/run_setup.hpp"
#include "app/scenario_file.hpp"
#include "app/sim_wallet.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] sim::ClusterOptions cluster_options(const RunArguments& arguments,
                                                  const sim::Scenario& scenario,
                                                  const std::vector<sim::PriceBar>& market,
                                                  const std::vector<sim::FaultEvent>& faults) {
    sim::ClusterOptions options;
    options.seed = arguments.seed;
    options.scenario = scenario;
    options.market = market;
    options.chain.seed = arguments.seed;
    options.nodes = arguments.nodes;
    options.faults = faults;
    return options;
}

// The wallet of the seed, on the chain that `options` name.
[[nodiscard]] Result<DaemonResult> run_once(net::Reactor& reactor, const DaemonOptions& options) {
    auto wallet = sim_wallet(options.seed);
    if (!wallet) {
        return Err{wallet.error()};
    }
    return run_daemon(reactor, std::move(*wallet), options, OtherBooks::SetAside);
}

// The daemon and its cluster on one reactor, where time jumps.
[[nodiscard]] Result<DaemonResult> run_virtual(DaemonOptions options,
                                               const sim::ClusterOptions& cluster_settings) {
    net::VirtualReactor reactor;
    auto cluster = sim::Cluster::start(reactor, cluster_settings);
    if (!cluster) {
        return Err{cluster.error()};
    }
    use_cluster(options.settings, urls_of(**cluster), "sim");
    return run_once(reactor, options);
}

[[nodiscard]] Result<DaemonResult> run_embedded(DaemonOptions options,
                                                const sim::ClusterOptions& cluster_settings) {
    ClusterThread cluster;
    auto urls = cluster.start(cluster_settings);
    if (!urls) {
        return Err{urls.error()};
    }
    use_cluster(options.settings, *urls, "sim");
    return run_once(*net::make_asio_reactor(), options);
}

[[nodiscard]] Result<DaemonResult> run_external(DaemonOptions options, const ClusterUrls& urls) {
    use_cluster(options.settings, urls, "cluster");
    auto result = run_once(*net::make_asio_reactor(), options);
    if (result && result->is_other_chain && set_aside(options.state_dir, result->error)) {
        result = run_once(*net::make_asio_reactor(), options);
    }
    return result;
}

// The world of a run, as the command line names it.
struct World {
    sim::Scenario scenario;
    std::vector<sim::PriceBar> market;
    std::vector<sim::FaultEvent> faults;
    std::optional<ClusterUrls> external;
};

[[nodiscard]] Result<void> check_world(const RunArguments& arguments) {
    if (arguments.is_confirmed_live) {
        return fail("--live-mode confirms that real money is traded: it is for --mode live");
    }
    if (arguments.cluster.empty()) {
        if (arguments.is_drawdown_accepted) {
            return fail(
                "--accept-drawdown: the embedded cluster is new, and so are its books: leave it "
                "out");
        }
        if (arguments.is_ladder_restarted) {
            return fail(
                "--restart-ladder: the embedded cluster has no capital ladder: leave it out");
        }
        return {};
    }
    if (arguments.nodes != 1 || !arguments.faults.empty() || !arguments.market.empty()) {
        return fail(
            "--nodes, --faults and --market are for the embedded cluster: give them "
            "to the `sim serve` behind --cluster");
    }
    if (arguments.is_virtual_time) {
        return fail(
            "--virtual-time is for the embedded cluster: the one behind --cluster has a "
            "clock of its own; leave out one of the two");
    }
    return {};
}

[[nodiscard]] Result<World> world_of(const RunArguments& arguments, const std::string& jupiter) {
    if (auto checked = check_world(arguments); !checked) {
        return Err{checked.error()};
    }
    World world;
    auto scenario = load_scenario(arguments.scenario);
    if (!scenario) {
        return Err{scenario.error()};
    }
    world.scenario = std::move(*scenario);
    if (!arguments.market.empty()) {
        auto bars = sim::read_candles(arguments.market);
        if (!bars) {
            return Err{bars.error()};
        }
        world.market = std::move(*bars);
    }
    auto faults = load_faults(arguments.faults, arguments.nodes);
    if (!faults) {
        return Err{faults.error()};
    }
    world.faults = std::move(*faults);
    if (!arguments.cluster.empty()) {
        auto urls = external_urls(arguments.cluster, jupiter);
        if (!urls) {
            return Err{urls.error()};
        }
        world.external = std::move(*urls);
    }
    return world;
}

}  // namespace

int run_sim(const RunArguments& arguments) {
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail_with(settings.error());
    }
    const auto world = world_of(arguments, settings->jupiter.url);
    if (!world) {
        return fail_with(kExitUsage, world.error().text);
    }
    auto setup = set_up_run(arguments, std::move(*settings));
    if (!setup) {
        return fail_with(setup.error());
    }
    DaemonOptions& options = setup->options;
    if (auto started = start_process(options.settings.logging); !started) {
        return fail_with(started.error());
    }
    options.provenance = world->external ? Provenance::Test : Provenance::Sim;
    options.seed = arguments.seed;
    options.is_virtual_time = arguments.is_virtual_time;
    options.funding = world->scenario.wallet_lamports;
    if (world->external) {
        return finish(run_external(std::move(options), *world->external), arguments.is_json);
    }
    const auto wallet = sim_wallet(options.seed);
    if (!wallet) {
        return fail_with(kExitFailed, wallet.error().text);
    }
    if (auto kept = refuse_others_books(options); !kept) {
        return fail_with(kExitNotReady, kept.error().text);
    }
    // An external cluster outlives us, and so do our books of it; an embedded one is new each time.
    if (auto cleared = clear_run_files(options.state_dir); !cleared) {
        return fail_with(kExitNotReady, cleared.error().text);
    }
    options.scenario = world->scenario.name;
    options.time_compression = world->scenario.time_compression;
    const auto cluster = cluster_options(arguments, world->scenario, world->market, world->faults);
    return finish(arguments.is_virtual_time ? run_virtual(std::move(options), cluster)
                                            : run_embedded(std::move(options), cluster),
                  arguments.is_json);
}

}  // namespace sniperforge::app
