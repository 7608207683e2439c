// SPDX-License-Identifier: MIT
// `run --mode live`: the endpoints and the wallet of a settings file. Everything that must be there
// is looked at before the key is opened.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "app/certificate.hpp"
#include "app/endpoints.hpp"
#include "app/genesis.hpp"
#include "app/run_books.hpp"
#include "app/run_setup.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {
namespace {

// A network that comes up with the machine needs a moment.
constexpr Duration kChainPatience = std::chrono::seconds{20};

// What the command line must say and what only a simulated cluster has.
[[nodiscard]] Result<void> check_confirmed(const RunArguments& arguments) {
    const RunArguments defaults;
    if (!arguments.cluster.empty() || !arguments.market.empty() || !arguments.faults.empty() ||
        arguments.nodes != defaults.nodes || arguments.seed != defaults.seed ||
        arguments.scenario != defaults.scenario || arguments.is_virtual_time) {
        return fail(
            "--mode live trades on the chain of its endpoints: --cluster, --seed, "
            "--scenario, --market, --nodes, --faults and --virtual-time are for --mode sim");
    }
    if (arguments.config.empty()) {
        return fail(
            "real money has no defaults: name endpoints, wallet and limits in a settings "
            "file and give it with --config");
    }
    if (!arguments.is_confirmed_live) {
        return fail(
            "this signs with the wallet of --config and spends its money; say that you want "
            "that with --live-mode");
    }
    return {};
}

[[nodiscard]] Result<void> check_complete(const config::Settings& settings) {
    if (settings.network.endpoints.empty()) {
        return fail("network.endpoints: is empty; live mode has no nodes of its own, name yours");
    }
    if (settings.wallet.keypair_file.empty()) {
        return fail(
            "wallet.keypair_file: is empty; make one with `sniperforge wallet new`, fund "
            "its address and name the file");
    }
    return {};
}

// Whose chain it is, the endpoints say.
[[nodiscard]] std::expected<Provenance, NoRun> provenance_of(const config::Settings& settings) {
    const auto chain = read_chain(endpoints_of(settings.network), settings.network.request_timeout,
                                  kChainPatience);
    if (!chain) {
        return Err{NoRun{kExitNotReady, chain.error().text}};
    }
    if (!is_mainnet(*chain)) {
        return Provenance::Test;
    }
    if (settings.feed.pools.empty()) {
        return Err{NoRun{kExitUsage,
                         "feed.pools: is empty, and mainnet has too many pools for a node to list; "
                         "name those to watch, deep SOL/USDC pools for the SOL price among them"}};
    }
    return Provenance::Live;
}

void print_what_trades(const DaemonOptions& options, const Pubkey& wallet) {
    const config::RiskSettings& risk = options.settings.risk;
    fmt::print(stderr,
               "[{}] wallet {}: at most {} USD of capital, {} USD a trade, {} positions, {} USD of "
               "losses a day\n",
               to_string(options.provenance), wallet.to_string(), format_usd(risk.capital_max),
               format_usd(risk.trade_max), risk.positions_max, format_usd(risk.daily_loss_max));
}

// Trading needs a certificate. A rescue does not: it only sells, and must work on the worst day.
[[nodiscard]] Result<void> check_ready(const DaemonOptions& options, WallTime now) {
    if (!options.is_flattening) {
        return check_certificate(options.state_dir, options.settings, now);
    }
    return {};
}

// What a rescue leaves in the wallet because no position has it.
void print_outside(const DaemonResult& result) {
    for (const auto& [mint, amount] : result.tokens_outside) {
        fmt::print(stderr, "{} of {} belong to no position and were not sold\n", amount.raw(),
                   mint.to_string());
    }
}

[[nodiscard]] std::expected<DaemonResult, NoRun> run_with(DaemonOptions& options) {
    const auto reactor = net::make_asio_reactor();
    if (auto ready = check_ready(options, reactor->wall_now()); !ready) {
        return Err{NoRun{kExitNotReady, ready.error().text}};
    }
    const auto provenance = provenance_of(options.settings);
    if (!provenance) {
        return Err{provenance.error()};
    }
    options.provenance = *provenance;
    auto wallet = load_wallet(options.settings.wallet);
    if (!wallet) {
        return Err{NoRun{kExitNotReady, wallet.error().text}};
    }
    print_what_trades(options, wallet->public_key());
    auto result = run_daemon(*reactor, std::move(*wallet), options, OtherBooks::Refuse);
    if (!result) {
        return Err{NoRun{kExitNotReady, result.error().text}};
    }
    return std::move(*result);
}

// Positions that a rescue could not sell are no success.
[[nodiscard]] int finish_rescue(const DaemonResult& result, bool is_json) {
    const int code = finish(result, is_json);
    if (code != kExitOk) {
        print_outside(result);
        return code;
    }
    if (result.is_unproven) {
        return fail_with(kExitFailed,
                         "the books were not held against the chain in the time there was; run it "
                         "again with a longer --duration");
    }
    if (result.report.positions_open > 0) {
        return fail_with(kExitFailed, fmt::format("{} positions are left; run it again with a "
                                                  "longer --duration, or sell them by hand",
                                                  result.report.positions_open));
    }
    if (!result.tokens_outside.empty()) {
        print_outside(result);
        return fail_with(
            kExitFailed,
            fmt::format("{} tokens of the wallet belong to no position: no purchase of "
                        "ours was found for them; `rescue flatten --adopted` sells "
                        "them too, through pools that are watched (feed.pools)",
                        result.tokens_outside.size()));
    }
    return kExitOk;
}

[[nodiscard]] int run_from_settings(const RunArguments& arguments, bool is_flattening) {
    if (auto checked = check_confirmed(arguments); !checked) {
        return fail_with(kExitUsage, checked.error().text);
    }
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail_with(settings.error().code, settings.error().text);
    }
    if (auto checked = check_complete(*settings); !checked) {
        return fail_with(kExitUsage, fmt::format("{}: {}", arguments.config, checked.error().text));
    }
    auto setup = set_up_run(arguments, std::move(*settings));
    if (!setup) {
        return fail_with(setup.error().code, setup.error().text);
    }
    if (auto started = start_process(setup->options.settings.logging); !started) {
        return fail_with(started.error().code, started.error().text);
    }
    setup->options.is_flattening = is_flattening;
    const auto result = run_with(setup->options);
    if (!result) {
        return fail_with(result.error().code, result.error().text);
    }
    return is_flattening ? finish_rescue(*result, arguments.is_json)
                         : finish(*result, arguments.is_json);
}

}  // namespace

int run_live(const RunArguments& arguments) { return run_from_settings(arguments, false); }

int rescue_flatten_command(const RunArguments& arguments) {
    return run_from_settings(arguments, true);
}

}  // namespace sniperforge::app
