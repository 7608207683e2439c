// SPDX-License-Identifier: MIT
// `run --mode paper`: watches the chain of the endpoints, and fills its orders by a model. There is
// no key, no wallet, no faucet and nothing that could sign.
#include <fmt/format.h>

#include <optional>

#include "app/cluster_urls.hpp"
#include "app/operator_line.hpp"
#include "app/run_books.hpp"
#include "app/run_setup.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] Result<void> check_paper(const RunArguments& arguments) {
    const RunArguments defaults;
    if (arguments.is_confirmed_live) {
        return fail(
            "--live-mode confirms that real money is traded, and --mode paper signs nothing: leave "
            "out one of the two");
    }
    if (arguments.is_shortfall_accepted) {
        return fail(
            "--accept-shortfall is about what the chain has, and on paper it has nothing of ours: "
            "leave it out");
    }
    if (arguments.is_ladder_restarted) {
        return fail("--restart-ladder: nothing earned on paper raises capital: leave it out");
    }
    if (!arguments.market.empty() || !arguments.faults.empty() ||
        arguments.nodes != defaults.nodes || arguments.scenario != defaults.scenario ||
        arguments.is_virtual_time) {
        return fail(
            "--mode paper watches a chain that is there: --scenario, --market, --nodes, --faults "
            "and --virtual-time are for --mode sim, or for the `sim serve` behind --cluster");
    }
    if (arguments.config.empty() && arguments.cluster.empty()) {
        return fail(
            "--mode paper watches the nodes of a settings file: name some under network.endpoints "
            "and give the file with --config, or the URL of a `sim serve` with --cluster");
    }
    return {};
}

struct PaperSettings {
    config::Settings settings;  // As the file says them: a reload is held against these.
    std::optional<ClusterUrls> cluster;
};

[[nodiscard]] std::expected<PaperSettings, NoRun> paper_settings(const RunArguments& arguments) {
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return Err{settings.error()};
    }
    if (!arguments.cluster.empty()) {
        const auto urls = external_urls(arguments.cluster, settings->jupiter.url);
        if (!urls) {
            return Err{NoRun{kExitUsage, urls.error().text}};
        }
        return PaperSettings{std::move(*settings), *urls};
    }
    if (settings->network.endpoints.empty()) {
        return Err{NoRun{
            kExitUsage, fmt::format("{}: network.endpoints: is empty; --mode paper has no nodes of "
                                    "its own, name yours",
                                    arguments.config)}};
    }
    return PaperSettings{std::move(*settings), std::nullopt};
}

void print_what_is_watched(const DaemonOptions& options) {
    tell_operator(fmt::format(
        "[{}] nothing is signed: orders are filled by a model (docs/paper.md); new books begin "
        "with {} SOL{}",
        to_string(options.provenance), format_sol(options.settings.paper.balance),
        options.scenario.empty() ? "" : "; the chain is not mainnet"));
}

}  // namespace

int run_paper(const RunArguments& arguments) {
    if (auto checked = check_paper(arguments); !checked) {
        return fail_with(kExitUsage, checked.error().text);
    }
    auto paper = paper_settings(arguments);
    if (!paper) {
        return fail_with(paper.error());
    }
    auto setup = set_up_run(arguments, std::move(paper->settings));
    if (!setup) {
        return fail_with(setup.error());
    }
    DaemonOptions& options = setup->options;
    if (paper->cluster) {
        use_cluster(options.settings, *paper->cluster, "cluster");
    }
    if (auto started = start_process(options.settings.logging); !started) {
        return fail_with(started.error());
    }
    const auto is_on_mainnet = reads_mainnet(options.settings);
    if (!is_on_mainnet) {
        return fail_with(is_on_mainnet.error());
    }
    options.provenance = Provenance::Paper;
    options.scenario = *is_on_mainnet ? "" : "not mainnet";
    options.seed = arguments.seed;
    print_what_is_watched(options);
    auto result = run_daemon(*net::make_asio_reactor(), std::nullopt, options, OtherBooks::Refuse);
    if (result && result->is_other_chain) {
        result->error += "; name another --state-dir, or that chain's endpoints";
    }
    return finish(result, arguments.is_json);
}

}  // namespace sniperforge::app
