// SPDX-License-Identifier: MIT
// `run --mode live`: the endpoints and the wallet of a settings file. Everything that must be there
// is looked at before the key is opened.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/certificate.hpp"
#include "app/operator_line.hpp"
#include "app/run_books.hpp"
#include "app/run_setup.hpp"
#include "app/signer_process.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {
namespace {

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

void print_what_trades(const DaemonOptions& options, const Pubkey& wallet) {
    const config::RiskSettings& risk = options.settings.risk;
    tell_operator(fmt::format(
        "[{}] wallet {}: at most {} USD of capital, {} USD a trade, {} positions, {} USD of losses "
        "a day",
        to_string(options.provenance), wallet.to_string(), format_usd(risk.capital_max),
        format_usd(risk.trade_max), risk.positions_max, format_usd(risk.daily_loss_max)));
}

// A trial's own limits are never above those of the settings.
[[nodiscard]] Result<void> check_limits(const LiveJob& job, const config::RiskSettings& risk) {
    const auto above = [](std::string_view option, MicroUsd asked, std::string_view key,
                          MicroUsd limit) {
        return fail(
            fmt::format("{} {} USD > {} {} USD: lower it, or raise the limit and drill again",
                        option, format_usd(asked), key, format_usd(limit)));
    };
    if (job.trade_max > risk.trade_max) {
        return above("--max-trade", job.trade_max, "risk.trade_max_usd", risk.trade_max);
    }
    if (job.capital_max > risk.capital_max) {
        return above("--max-capital", job.capital_max, "risk.capital_max_usd", risk.capital_max);
    }
    return {};
}

void lower(MicroUsd& limit, MicroUsd to) {
    if (!to.is_zero()) {
        limit = std::min(limit, to);
    }
}

// The certificate was held against the settings as they are written. Beside a round trip nothing
// trades.
void narrow_to(const LiveJob& job, config::Settings& settings) {
    lower(settings.risk.trade_max, job.trade_max);
    lower(settings.risk.capital_max, job.capital_max);
    if (!job.round_trip) {
        return;
    }
    settings.arbitrage.is_enabled = false;
    settings.sniper.is_enabled = false;
    settings.momentum.is_enabled = false;
    settings.execution.sweep_interval = Duration{0};
    std::vector<Pubkey>& pools = settings.feed.pools;
    const auto& pool = job.round_trip->pool;
    if (pool && !pools.empty() && std::ranges::find(pools, *pool) == pools.end()) {
        pools.push_back(*pool);
    }
}

// Trading needs a certificate. A rescue does not: it only sells, and must work on the worst day.
[[nodiscard]] Result<void> check_ready(const DaemonOptions& options, WallTime now) {
    if (options.is_flattening) {
        return {};
    }
    const auto certificate = check_certificate(options.state_dir, options.settings, now);
    if (!certificate) {
        return Err{certificate.error()};
    }
    for (const std::string& line : faults_not_drilled_lines(*certificate)) {
        tell_operator("warning: not drilled: " + line);
    }
    return {};
}

void print_outside(const DaemonResult& result) {
    for (const std::string& line : outside_lines(result)) {
        tell_operator(line);
    }
}

[[nodiscard]] std::expected<DaemonResult, NoRun> run_with(DaemonOptions& options,
                                                          std::optional<SignerProcess>& process,
                                                          const LiveJob& job) {
    const auto reactor = net::make_asio_reactor();
    if (auto ready = check_ready(options, reactor->wall_now()); !ready) {
        return Err{NoRun{kExitNotReady, ready.error().text}};
    }
    // Before the chain is waited for: what is wrong with the file is known at once. It is none of
    // ours where the key has a process of its own.
    if (!process) {
        if (auto file = read_key_file(options.settings.wallet.keypair_file); !file) {
            return Err{NoRun{kExitNotReady, file.error().text}};
        }
    }
    narrow_to(job, options.settings);
    const auto is_on_mainnet = reads_mainnet(options.settings);
    if (!is_on_mainnet) {
        return Err{is_on_mainnet.error()};
    }
    options.provenance = *is_on_mainnet ? Provenance::Live : Provenance::Test;
    auto wallet = open_signing_key(options.settings, process);
    if (!wallet) {
        return Err{NoRun{kExitNotReady, wallet.error().text}};
    }
    const Pubkey address = signer::public_key_of(*wallet);
    if (const auto& cold = options.settings.wallet.cold_address) {
        if (auto checked = signer::check_cold_address(*cold, address); !checked) {
            return Err{NoRun{kExitUsage, "wallet.cold_address: " + checked.error().text}};
        }
    }
    print_what_trades(options, address);
    auto result = run_daemon(*reactor, std::move(*wallet), options, OtherBooks::Refuse);
    if (!result) {
        return Err{NoRun{kExitNotReady, result.error().text}};
    }
    return std::move(*result);
}

void print_left(const DaemonResult& result) {
    for (const std::string& line : left_lines(result)) {
        tell_operator(line);
    }
}

// Positions that a rescue could not sell are no success.
[[nodiscard]] int finish_rescue(const DaemonResult& result, bool is_json) {
    const int code = finish(result, is_json);
    print_left(result);
    if (code != kExitOk) {
        print_outside(result);
        return code;
    }
    if (result.is_unproven) {
        return fail_with(kExitFailed,
                         "the books were not held against the chain in the time there was; run it "
                         "again with a longer --duration");
    }
    const auto to_sell = positions_to_sell(result);
    if (std::ranges::any_of(to_sell, &PositionLeft::is_set_aside)) {
        return fail_with(kExitFailed, "positions are left of which the chain has no tokens");
    }
    if (!to_sell.empty()) {
        return fail_with(kExitFailed, fmt::format("{} positions are left; run it again with a "
                                                  "longer --duration, or sell them by hand",
                                                  to_sell.size()));
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

}  // namespace

void take_job(const LiveJob& job, DaemonOptions& options) {
    options.is_flattening = job.is_flattening;
    options.is_narrowed = !job.trade_max.is_zero() || !job.capital_max.is_zero();
    options.round_trip = job.round_trip;
    options.watcher = job.watcher;
}

std::expected<DaemonResult, NoRun> run_live_job(const RunArguments& arguments, const LiveJob& job) {
    if (auto checked = check_confirmed(arguments); !checked) {
        return Err{NoRun{kExitUsage, checked.error().text}};
    }
    auto settings = load_signing_settings(arguments.config);
    if (!settings) {
        return Err{settings.error()};
    }
    if (auto checked = check_limits(job, settings->risk); !checked) {
        return Err{NoRun{kExitRefused, checked.error().text}};
    }
    // Before there is a lock, a thread or a socket that it would have, too.
    auto process = SignerProcess::start(*settings);
    if (!process) {
        return Err{NoRun{kExitNotReady, process.error().text}};
    }
    auto setup = set_up_run(arguments, std::move(*settings));
    if (!setup) {
        return Err{setup.error()};
    }
    if (auto started = start_process(setup->options.settings.logging); !started) {
        return Err{started.error()};
    }
    setup->options.is_certificate_asked = true;
    take_job(job, setup->options);
    return run_with(setup->options, *process, job);
}

int run_live(const RunArguments& arguments) {
    const auto result = run_live_job(arguments, {});
    return result ? finish(*result, arguments.is_json) : fail_with(result.error());
}

int rescue_flatten_command(const RunArguments& arguments) {
    const auto result = run_live_job(arguments, {.is_flattening = true});
    return result ? finish_rescue(*result, arguments.is_json) : fail_with(result.error());
}

}  // namespace sniperforge::app
