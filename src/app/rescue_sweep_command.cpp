// SPDX-License-Identifier: MIT
// `rescue sweep`: locks, key and books around a sweep, and what people see of it.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "app/build_id.hpp"
#include "app/endpoints.hpp"
#include "app/genesis.hpp"
#include "app/passphrase.hpp"
#include "app/rescue_sweep.hpp"
#include "app/run_setup.hpp"
#include "app/signer_process.hpp"
#include "app/sweep_report.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kSweepChainPatience = std::chrono::seconds{20};

// ---- What it needs ----

struct SweepRun {
    SweepOptions options;
    Provenance provenance = Provenance::Test;
    Hash genesis;
    RunSetup setup;
    FileLock wallet_lock;
    engine::History history;
};

[[nodiscard]] std::expected<config::Settings, NoRun> load_sweep_settings(
    const SweepArguments& arguments) {
    if (arguments.config.empty()) {
        return Err{NoRun{kExitUsage,
                         "rescue sweep: name endpoints, wallet and wallet.cold_address in a "
                         "settings file and give it with --config"}};
    }
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return settings;
    }
    if (auto checked = check_signing_settings(*settings); !checked) {
        return Err{
            NoRun{kExitUsage, fmt::format("{}: {}", arguments.config, checked.error().text)}};
    }
    if (!settings->wallet.cold_address) {
        return Err{NoRun{
            kExitUsage, fmt::format("{}: wallet.cold_address: is empty; write the one address that "
                                    "everything may go to",
                                    arguments.config)}};
    }
    if (!arguments.is_dry_run && !arguments.is_confirmed && !is_terminal()) {
        return Err{NoRun{kExitUsage,
                         "rescue sweep: there is no terminal to ask on; say with --yes that "
                         "everything is to be moved, or look first with --dry-run"}};
    }
    return settings;
}

// The books of this wallet on this chain, or none.
[[nodiscard]] std::expected<engine::History, NoRun> history_of(const SweepRun& run,
                                                               const net::Reactor& reactor) {
    const std::string& directory = run.setup.options.state_dir;
    auto history = engine::read_history(directory, {reactor.now(), reactor.wall_now()},
                                        telemetry::boot_id(), run.setup.options.settings.risk);
    if (!history) {
        return Err{NoRun{kExitNotReady, history.error().text}};
    }
    const bool is_other_wallet =
        !history->wallet.is_zero() && history->wallet != run.options.wallet;
    if (is_other_wallet || (history->has_ledger() && history->genesis != run.genesis)) {
        return Err{NoRun{
            kExitNotReady,
            fmt::format("the state directory {} has the books of {}; name that of this wallet and "
                        "chain with --state-dir, or an empty one",
                        directory,
                        is_other_wallet ? "wallet " + history->wallet.to_string()
                                        : "chain " + history->genesis.to_string())}};
    }
    return std::move(*history);
}

[[nodiscard]] std::expected<SweepRun, NoRun> prepare(const SweepArguments& arguments,
                                                     config::Settings settings) {
    SweepRun run;
    if (!arguments.keep_sol.empty()) {
        constexpr unsigned kSolScale = 9;
        const auto keep = parse_decimal(arguments.keep_sol, kSolScale);
        if (!keep) {
            return Err{NoRun{kExitUsage, "--keep-sol: " + keep.error().text}};
        }
        run.options.keep = Lamports{*keep};
    }
    run.options.cold = *settings.wallet.cold_address;
    run.options.execution = settings.execution;
    constexpr Duration kForever = std::chrono::hours{24 * 365};
    run.options.patience =
        arguments.duration_s == 0 ? kForever : Duration{std::chrono::seconds{arguments.duration_s}};
    RunArguments as_run;
    as_run.config = arguments.config;
    as_run.mode = "live";
    as_run.state_dir = arguments.state_dir;
    auto setup = set_up_run(as_run, std::move(settings));
    if (!setup) {
        return Err{setup.error()};
    }
    run.setup = std::move(*setup);
    run.options.is_stop_requested = run.setup.options.is_stop_requested;
    run.options.progress = run.setup.options.progress;
    const config::Settings& kept = run.setup.options.settings;
    if (auto started = start_process(kept.logging); !started) {
        return Err{started.error()};
    }
    const auto chain =
        read_chain(endpoints_of(kept.network), kept.network.request_timeout, kSweepChainPatience);
    if (!chain) {
        return Err{NoRun{kExitNotReady, chain.error().text}};
    }
    run.genesis = *chain;
    run.provenance = is_mainnet(*chain) ? Provenance::Live : Provenance::Test;
    return run;
}

// Of the wallet that is known by now: nobody else moves its money meanwhile.
[[nodiscard]] std::expected<void, NoRun> take(SweepRun& run, const Pubkey& wallet,
                                              const net::Reactor& reactor) {
    run.options.wallet = wallet;
    if (auto cold = signer::check_cold_address(run.options.cold, wallet); !cold) {
        return Err{NoRun{kExitUsage, "wallet.cold_address: " + cold.error().text}};
    }
    auto lock = lock_wallet(wallet);
    if (!lock) {
        return Err{NoRun{kExitNotReady, lock.error().text}};
    }
    run.wallet_lock = std::move(*lock);
    auto history = history_of(run, reactor);
    if (!history) {
        return Err{history.error()};
    }
    run.history = std::move(*history);
    return {};
}

[[nodiscard]] rpc::RpcClient client_of(net::Reactor& reactor,
                                       const config::NetworkSettings& network) {
    return {reactor,
            endpoints_of(network),
            {.timeout = network.request_timeout,
             .slot_lag_max = network.slot_lag_max,
             .hedge_percent_max = network.hedge_percent_max,
             .send_reserve_percent = network.send_reserve_percent}};
}

// ---- The two ways through ----

[[nodiscard]] int dry_run(SweepRun run, bool is_json) {
    const config::Settings& settings = run.setup.options.settings;
    const auto file = read_key_file(settings.wallet.keypair_file);
    const auto wallet = file ? address_of(*file) : Err{file.error()};
    if (!wallet) {
        return fail_with(kExitNotReady, "wallet.keypair_file: " + wallet.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    if (auto taken = take(run, *wallet, *reactor); !taken) {
        return fail_with(taken.error().code, taken.error().text);
    }
    auto rpc = client_of(*reactor, settings.network);
    const auto reading = read_sweep(*reactor, rpc, run.options);
    if (!reading) {
        return fail_with(kExitNotReady, reading.error().text);
    }
    if (const auto kept = check_kept(run.options.keep, reading->wallet_min); !kept) {
        return fail_with(kExitFailed, kept.error().text);
    }
    print_sweep_plan(*reading, run.options);
    if (!run.history.withdrawals_open.empty()) {
        fmt::print(stderr, "{} withdrawals of a sweep that was cut would be followed first\n",
                   run.history.withdrawals_open.size());
    }
    if (is_json) {
        fmt::print("{}\n", sweep_json(*reading, run.provenance, run.options));
    }
    return reading->plan.left.empty() ? kExitOk : kExitFailed;
}

[[nodiscard]] Result<std::unique_ptr<engine::Recorder>> open_recorder(SweepRun& run, WallTime now) {
    analytics::RunInfo info;
    info.run_id = fmt::format("{}-{}-sweep", now.ns, run.options.wallet.to_string());
    info.provenance = run.provenance;
    info.started_wall_ns = now.ns;
    info.build_id = build_id();
    return engine::Recorder::open(
        {.state_dir = run.setup.options.state_dir,
         .run = {info.run_id, info.build_id, telemetry::boot_id(), run.options.wallet},
         .signed_before = std::move(run.history.signed_before),
         .settings = run.setup.options.settings.recorder,
         .limits = run.setup.options.settings.risk},
        info);
}

[[nodiscard]] bool ask_to_go_on() {
    fmt::print(stderr, "type yes to move all this: ");
    std::fflush(stderr);
    std::string line;
    return std::getline(std::cin, line) && line == "yes";
}

[[nodiscard]] int finish_sweep(const Result<SweepResult>& result, const std::string& json,
                               bool is_json) {
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    if (!result->is_confirmed) {
        return fail_with(kExitFailed, "it was not confirmed: nothing was sent");
    }
    if (is_json) {
        fmt::print("{}\n", json);
    } else {
        print_sweep(*result);
    }
    if (result->mismatches && !result->mismatches->empty()) {
        telemetry::warning("app",
                           "the books differ from the chain, also without this sweep: the next "
                           "start takes the chain's figure over and says so");
    }
    return result->left.empty()
               ? kExitOk
               : fail_with(kExitFailed, fmt::format("{} things are left, with the reasons above",
                                                    result->left.size()));
}

[[nodiscard]] int sweep(SweepRun run, std::optional<SignerProcess>& process,
                        const SweepArguments& arguments) {
    const config::Settings& settings = run.setup.options.settings;
    auto key = open_signing_key(settings, process);
    if (!key) {
        return fail_with(kExitNotReady, key.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    if (auto taken = take(run, signer::public_key_of(*key), *reactor); !taken) {
        return fail_with(taken.error().code, taken.error().text);
    }
    signer::PolicySigner signer{std::move(*key), signing_limits(settings)};
    auto rpc = client_of(*reactor, settings.network);
    auto recorder = open_recorder(run, reactor->wall_now());
    if (!recorder) {
        return fail_with(kExitNotReady, recorder.error().text);
    }
    const auto result = run_sweep(*reactor, rpc, {signer, **recorder, run.history}, run.options,
                                  [&](const SweepReading& reading) {
                                      print_sweep_plan(reading, run.options);
                                      return arguments.is_confirmed || ask_to_go_on();
                                  });
    const std::string json = result ? sweep_json(*result, run.provenance, run.options) : "";
    (*recorder)->record(
        engine::RunNote{result ? "a sweep to the cold address: " + json
                               : "a sweep to the cold address ended: " + result.error().text},
        reactor->wall_now());
    (*recorder)->record(engine::RunStopped{run.history.orders_open.size()}, reactor->wall_now());
    if (const auto closed = (*recorder)->close(reactor->wall_now(), json); !closed) {
        return fail_with(kExitFailed, closed.error().text);
    }
    return finish_sweep(result, json, arguments.is_json);
}

}  // namespace

int rescue_sweep_command(const SweepArguments& arguments) {
    auto settings = load_sweep_settings(arguments);
    if (!settings) {
        return fail_with(settings.error().code, settings.error().text);
    }
    std::optional<SignerProcess> process;
    if (!arguments.is_dry_run) {
        auto started = SignerProcess::start(*settings);
        if (!started) {
            return fail_with(kExitNotReady, started.error().text);
        }
        if (*started) {
            process.emplace(std::move(**started));
        }
    }
    auto run = prepare(arguments, std::move(*settings));
    if (!run) {
        return fail_with(run.error().code, run.error().text);
    }
    return arguments.is_dry_run ? dry_run(std::move(*run), arguments.is_json)
                                : sweep(std::move(*run), process, arguments);
}

}  // namespace sniperforge::app
