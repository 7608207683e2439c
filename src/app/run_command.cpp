// SPDX-License-Identifier: MIT
// `run`: the daemon against the embedded simulated cluster, or against an external one.
#include <fmt/format.h>

#include <cstdio>
#include <future>
#include <thread>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/scenario_file.hpp"
#include "app/signals.hpp"
#include "app/sim_wallet.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

// Where a run's cluster is.
struct ClusterUrls {
    struct Node {
        std::string rpc;
        std::string pubsub;
    };
    std::vector<Node> nodes;
    std::string jupiter;
};

[[nodiscard]] ClusterUrls urls_of(const sim::Cluster& cluster) {
    ClusterUrls urls;
    for (std::size_t i = 0; i < cluster.node_count(); ++i) {
        urls.nodes.push_back({cluster.rpc_url(i), cluster.pubsub_url(i)});
    }
    urls.jupiter = cluster.jupiter_url();
    return urls;
}

[[nodiscard]] Result<ClusterUrls> external_urls(const std::string& rpc_url,
                                                const std::string& jupiter_url) {
    auto url = net::parse_url(rpc_url);
    if (!url) {
        return fail("--cluster", url.error());
    }
    if (url->address.port > 65'533) {
        return fail(
            fmt::format("--cluster: port {} leaves no room for PubSub (port + 1) and Jupiter "
                        "(port + 2)",
                        url->address.port));
    }
    const auto at = [&](const char* scheme, int offset) {
        return fmt::format("{}{}://{}:{}", scheme, url->address.is_tls ? "s" : "",
                           url->address.host, url->address.port + offset);
    };
    const std::string jupiter_default = config::JupiterSettings{}.url;
    return ClusterUrls{{{rpc_url, at("ws", 1)}},
                       jupiter_url == jupiter_default ? at("http", 2) : jupiter_url};
}

void use_cluster(config::Settings& settings, const ClusterUrls& urls, const std::string& name) {
    settings.network.endpoints.clear();
    for (std::size_t i = 0; i < urls.nodes.size(); ++i) {
        config::EndpointSettings endpoint;
        endpoint.name = i == 0 ? name : fmt::format("{}-{}", name, i);
        endpoint.rpc_url = urls.nodes[i].rpc;
        endpoint.pubsub_url = urls.nodes[i].pubsub;
        endpoint.requests_per_second = 1'000;  // Our own cluster: no provider to spare.
        settings.network.endpoints.push_back(std::move(endpoint));
    }
    settings.jupiter.url = urls.jupiter;
    settings.jupiter.requests_per_second = 200;
}

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

// The embedded cluster on a thread and a reactor of its own, behind real loopback sockets.
class ClusterThread {
 public:
    [[nodiscard]] Result<ClusterUrls> start(const sim::ClusterOptions& options) {
        reactor_ = net::make_asio_reactor();
        std::promise<Result<ClusterUrls>> started;
        auto answer = started.get_future();
        thread_ = std::thread{[this, options, &started] {
            auto cluster = sim::Cluster::start(*reactor_, options);
            if (!cluster) {
                started.set_value(Err{cluster.error()});
                return;
            }
            started.set_value(urls_of(**cluster));
            reactor_->run();
        }};
        return answer.get();
    }
    ~ClusterThread() {
        if (thread_.joinable()) {
            reactor_->post([this] { reactor_->stop(); });
            thread_.join();
        }
    }

 private:
    std::unique_ptr<net::Reactor> reactor_;
    std::thread thread_;
};

[[nodiscard]] int finish(const DaemonResult& result, const RunArguments& arguments) {
    if (!result.error.empty()) {
        return fail_with(result.exit_code, result.error);
    }
    fmt::print("{}", arguments.is_json ? engine::to_json(result.report) + "\n"
                                       : engine::to_text(result.report));
    const bool is_balanced =
        result.report.mismatch_lamports == 0U && result.report.mismatch_tokens == 0U;
    if (!is_balanced && !result.is_unproven && result.report.orders_in_flight == 0 &&
        result.report.orders.unknown == 0) {
        return fail_with(kExitFailed, "the ledger does not equal the chain's balances");
    }
    return result.exit_code;
}

// Files of another wallet or chain are kept, and out of the way: a test cluster is often a new one.
[[nodiscard]] bool set_aside(const std::string& state_dir, const std::string& reason) {
    const auto aside = set_run_files_aside(state_dir);
    if (!aside) {
        telemetry::error("app", "{}", aside.error().text);
        return false;
    }
    telemetry::warning("app", "{}; its files were moved to {} and this run begins anew", reason,
                       *aside);
    return true;
}

// The books of earlier runs in the state directory. None in an embedded cluster's: that one is new.
[[nodiscard]] Result<engine::History> load_history(const net::Reactor& reactor,
                                                   const DaemonOptions& options,
                                                   const Pubkey& wallet) {
    if (options.is_embedded) {
        return engine::History{};
    }
    auto history = engine::read_history(options.state_dir, {reactor.now(), reactor.wall_now()},
                                        telemetry::boot_id(), options.settings.risk);
    if (!history || !history->has_past()) {
        return history;
    }
    if (history->wallet.is_zero()) {
        return fail(
            fmt::format("{} has a write-ahead ring and no journal: put journal.sfj back, or "
                        "move intents.ring away too, and what was in flight is not followed",
                        options.state_dir));
    }
    if (history->wallet != wallet) {
        if (!set_aside(options.state_dir,
                       fmt::format("the state directory has the books of wallet {}, this is {}",
                                   history->wallet.to_string(), wallet.to_string()))) {
            return fail("the state directory is of another wallet; name another --state-dir");
        }
        return engine::History{};
    }
    if (history->slots_damaged > 0) {
        telemetry::warning("app", "{} slots of the write-ahead ring are damaged and are not used",
                           history->slots_damaged);
    }
    telemetry::info("app",
                    "resuming after {} records: {} positions open, {} orders without an outcome, "
                    "{} fills not final, {} orders that were not signed; the last run {}",
                    history->records, history->portfolio.positions().size(),
                    history->orders_open.size(), history->fills_provisional.size(),
                    history->orders_unsigned.size(),
                    history->is_stopped        ? "ended by itself"
                    : history->is_cut_by_power ? "was cut, and the machine started anew"
                                               : "was cut");
    return history;
}

[[nodiscard]] Result<DaemonResult> run_once(net::Reactor& reactor, const DaemonOptions& options,
                                            std::uint64_t seed) {
    auto wallet = sim_wallet(seed);
    if (!wallet) {
        return Err{wallet.error()};
    }
    FileLock wallet_lock;
    if (!options.is_embedded) {
        auto lock = lock_wallet(wallet->public_key());
        if (!lock) {
            return Err{lock.error()};
        }
        wallet_lock = std::move(*lock);
    }
    auto history = load_history(reactor, options, wallet->public_key());
    if (!history) {
        return Err{history.error()};
    }
    auto daemon = Daemon::create(reactor, std::move(*wallet), options, std::move(*history));
    if (!daemon) {
        return Err{daemon.error()};
    }
    return (*daemon)->run();
}

[[nodiscard]] int run_daemon(net::Reactor& reactor, const DaemonOptions& options,
                             const RunArguments& arguments) {
    const auto result = run_once(reactor, options, arguments.seed);
    return result ? finish(*result, arguments) : fail_with(kExitNotReady, result.error().text);
}

// The daemon and its cluster on one reactor, where time jumps.
[[nodiscard]] int run_virtual(DaemonOptions options, const RunArguments& arguments,
                              const sim::ClusterOptions& cluster_settings) {
    net::VirtualReactor reactor;
    auto cluster = sim::Cluster::start(reactor, cluster_settings);
    if (!cluster) {
        return fail_with(kExitNotReady, cluster.error().text);
    }
    use_cluster(options.settings, urls_of(**cluster), "sim");
    return run_daemon(reactor, options, arguments);
}

[[nodiscard]] int run_embedded(DaemonOptions options, const RunArguments& arguments,
                               const sim::ClusterOptions& cluster_settings) {
    ClusterThread cluster;
    auto urls = cluster.start(cluster_settings);
    if (!urls) {
        return fail_with(kExitNotReady, urls.error().text);
    }
    use_cluster(options.settings, *urls, "sim");
    const auto reactor = net::make_asio_reactor();
    return run_daemon(*reactor, options, arguments);
}

[[nodiscard]] int run_external(DaemonOptions options, const RunArguments& arguments) {
    auto urls = external_urls(arguments.cluster, options.settings.jupiter.url);
    if (!urls) {
        return fail_with(kExitUsage, urls.error().text);
    }
    use_cluster(options.settings, *urls, "cluster");
    auto result = run_once(*net::make_asio_reactor(), options, arguments.seed);
    if (result && result->is_other_chain && set_aside(options.state_dir, result->error)) {
        result = run_once(*net::make_asio_reactor(), options, arguments.seed);
    }
    return result ? finish(*result, arguments) : fail_with(kExitNotReady, result.error().text);
}

[[nodiscard]] int check_mode(const RunArguments& arguments) {
    if (arguments.mode == "sim") {
        return kExitOk;
    }
    if (arguments.mode == "live" || arguments.mode == "paper") {
        return fail_with(
            kExitNotReady,
            fmt::format(
                "--mode {} is not available in this build. Missing: drills and the readiness "
                "certificate of `drill`, endpoint checks against mainnet, an encrypted key store. "
                "Nothing was "
                "signed or sent. Use --mode sim.",
                arguments.mode));
    }
    return fail_with(kExitUsage,
                     fmt::format("--mode \"{}\" is not a mode; write sim", arguments.mode));
}

// What went wrong before a run, with its exit code.
struct Refusal {
    int code = kExitUsage;
    std::string text;
};

// Everything that a run needs besides its cluster.
struct Prepared {
    DaemonOptions options;
    sim::Scenario scenario;
    std::vector<sim::PriceBar> market;
    std::vector<sim::FaultEvent> faults;
    FileLock state_lock;
};

[[nodiscard]] std::expected<std::vector<sim::PriceBar>, Refusal> load_market(
    const std::string& path) {
    if (path.empty()) {
        return {};
    }
    auto bars = sim::read_candles(path);
    if (!bars) {
        return Err{Refusal{kExitUsage, bars.error().text}};
    }
    return std::move(*bars);
}

[[nodiscard]] std::expected<config::Settings, Refusal> load_settings(const std::string& path) {
    config::Settings settings;
    if (!path.empty()) {
        auto loaded = config::load_file(path);
        if (!loaded) {
            return Err{Refusal{kExitUsage, loaded.error().text()}};
        }
        settings = std::move(*loaded);
    }
    if (auto resolved = config::resolve_secrets(settings); !resolved) {
        return Err{Refusal{kExitUsage, resolved.error().text}};
    }
    return settings;
}

// An external cluster outlives us, and so do our books of it; an embedded one is new each time.
[[nodiscard]] std::expected<FileLock, Refusal> take_state_dir(const std::string& path,
                                                              bool is_embedded) {
    auto lock = open_state_dir(path);
    if (!lock) {
        return Err{Refusal{kExitNotReady, lock.error().text}};
    }
    if (!is_embedded) {
        return std::move(*lock);
    }
    if (auto cleared = clear_run_files(path); !cleared) {
        return Err{Refusal{kExitNotReady, cleared.error().text}};
    }
    return std::move(*lock);
}

[[nodiscard]] std::expected<Prepared, Refusal> prepare(const RunArguments& arguments) {
    Prepared prepared;
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return Err{settings.error()};
    }
    auto scenario = load_scenario(arguments.scenario);
    if (!scenario) {
        return Err{Refusal{kExitUsage, scenario.error().text}};
    }
    auto market = load_market(arguments.market);
    if (!market) {
        return Err{market.error()};
    }
    if (!arguments.cluster.empty() &&
        (arguments.nodes != 1 || !arguments.faults.empty() || !arguments.market.empty())) {
        return Err{Refusal{kExitUsage,
                           "--nodes, --faults and --market are for the embedded cluster: give them "
                           "to the `sim serve` behind --cluster"}};
    }
    if (!arguments.cluster.empty() && arguments.is_virtual_time) {
        return Err{Refusal{kExitUsage,
                           "--virtual-time is for the embedded cluster: the one behind --cluster "
                           "has a clock of its own; leave out one of the two"}};
    }
    auto faults = load_faults(arguments.faults, arguments.nodes);
    if (!faults) {
        return Err{Refusal{kExitUsage, faults.error().text}};
    }
    auto state_dir = arguments.state_dir.empty() ? default_state_dir(arguments.mode)
                                                 : Result<std::string>{arguments.state_dir};
    if (!state_dir) {
        return Err{Refusal{kExitUsage, state_dir.error().text}};
    }
    auto lock = take_state_dir(*state_dir, arguments.cluster.empty());
    if (!lock) {
        return Err{lock.error()};
    }
    DaemonOptions& options = prepared.options;
    options.settings = std::move(*settings);
    options.state_dir = *state_dir;
    options.seed = arguments.seed;
    options.duration = std::chrono::seconds{arguments.duration_s};
    options.is_virtual_time = arguments.is_virtual_time;
    options.is_embedded = arguments.cluster.empty();
    options.funding = scenario->wallet_lamports;
    options.is_stop_requested = is_stop_signalled;
    options.progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    prepared.scenario = std::move(*scenario);
    prepared.market = std::move(*market);
    prepared.faults = std::move(*faults);
    prepared.state_lock = std::move(*lock);
    return prepared;
}

}  // namespace

int run_command(const RunArguments& arguments) {
    if (const int code = check_mode(arguments); code != kExitOk) {
        return code;
    }
    auto prepared = prepare(arguments);
    if (!prepared) {
        return fail_with(prepared.error().code, prepared.error().text);
    }
    DaemonOptions& options = prepared->options;
    const config::LoggingSettings& logging = options.settings.logging;
    const auto level = telemetry::parse_level(logging.level).value_or(telemetry::Level::Info);
    if (auto started = telemetry::start_logging(level, logging.file); !started) {
        return fail_with(kExitUsage, started.error().text);
    }
    install_signal_handlers();
    if (!options.is_embedded) {
        return run_external(std::move(options), arguments);
    }
    options.scenario = prepared->scenario.name;
    options.time_compression = prepared->scenario.time_compression;
    const auto cluster =
        cluster_options(arguments, prepared->scenario, prepared->market, prepared->faults);
    return arguments.is_virtual_time ? run_virtual(std::move(options), arguments, cluster)
                                     : run_embedded(std::move(options), arguments, cluster);
}

}  // namespace sniperforge::app
