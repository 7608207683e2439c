// SPDX-License-Identifier: MIT
// `rescue sweep`: locks, key and books around a sweep, and what people see of it.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "app/endpoints.hpp"
#include "app/passphrase.hpp"
#include "app/rescue_sweep.hpp"
#include "app/signing_job.hpp"
#include "app/sweep_report.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// ---- What it needs ----

[[nodiscard]] std::expected<config::Settings, NoRun> load_sweep_settings(
    const SweepArguments& arguments) {
    if (arguments.config.empty()) {
        return Err{NoRun{kExitUsage,
                         "rescue sweep: name endpoints, wallet and wallet.cold_address in a "
                         "settings file and give it with --config"}};
    }
    auto settings = load_signing_settings(arguments.config);
    if (!settings) {
        return settings;
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

[[nodiscard]] Result<Lamports> kept_of(const SweepArguments& arguments) {
    if (arguments.keep_sol.empty()) {
        return Lamports{};
    }
    const auto keep = parse_sol(arguments.keep_sol);
    return keep ? keep : fail("--keep-sol", keep.error());
}

// Of the wallet that is known by now: nobody else moves its money meanwhile.
[[nodiscard]] std::expected<void, NoRun> take(WalletSession& session, const Pubkey& wallet,
                                              const net::Reactor& reactor) {
    const Pubkey& cold = *session.settings().wallet.cold_address;
    if (auto checked = signer::check_cold_address(cold, wallet); !checked) {
        return Err{NoRun{kExitUsage, "wallet.cold_address: " + checked.error().text}};
    }
    return take_wallet(session, wallet, reactor);
}

// ---- The two ways through ----

[[nodiscard]] int dry_run(const SweepArguments& arguments, config::Settings loaded, Lamports keep) {
    auto session = open_wallet_session(arguments.config, arguments.state_dir, std::move(loaded));
    if (!session) {
        return fail_with(session.error());
    }
    const config::Settings& settings = session->settings();
    const auto wallet = wallet_address(settings.wallet);
    if (!wallet) {
        return fail_with(kExitNotReady, wallet.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    if (auto taken = take(*session, *wallet, *reactor); !taken) {
        return fail_with(taken.error());
    }
    const SweepOptions options{{*wallet, settings.execution}, *settings.wallet.cold_address, keep};
    auto rpc = client_of(*reactor, settings.network);
    const GuardedPool guarded{*reactor, rpc, endpoints_of(settings.network),
                              settings.network.request_timeout, session->chain};
    const auto reading = read_sweep(*reactor, rpc, options);
    if (!reading) {
        return fail_with(kExitNotReady, reading.error().text);
    }
    if (const auto kept = check_kept(keep, reading->wallet_min); !kept) {
        return fail_with(kExitFailed, kept.error().text);
    }
    print_sweep_plan(*reading, options);
    if (!session->history.withdrawals_open.empty()) {
        fmt::print(stderr, "{} withdrawals of a sweep that was cut would be followed first\n",
                   session->history.withdrawals_open.size());
    }
    if (arguments.is_json) {
        fmt::print("{}\n", sweep_json(*reading, session->provenance, options));
    }
    return reading->plan.left.empty() ? kExitOk : kExitFailed;
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
                           "the books differ from the chain, also without this sweep: what is "
                           "missing stops the entries of the next runs until a start accepts it "
                           "with --accept-shortfall");
    }
    return result->left.empty()
               ? kExitOk
               : fail_with(kExitFailed, fmt::format("{} things are left, with the reasons above",
                                                    result->left.size()));
}

[[nodiscard]] int sweep(const SweepArguments& arguments, config::Settings settings, Lamports keep) {
    Result<SweepResult> result = fail("");
    std::string json;
    const auto work = [&](const SigningJob& job) -> JobEnd {
        const SweepOptions options{job.options, *job.session.settings().wallet.cold_address, keep};
        result =
            run_sweep(job.reactor, job.rpc, job.hands, options, [&](const SweepReading& reading) {
                print_sweep_plan(reading, options);
                return arguments.is_confirmed || ask_for_yes("move all this");
            });
        if (!result) {
            return {"a sweep to the cold address ended: " + result.error().text, ""};
        }
        json = sweep_json(*result, job.session.provenance, options);
        return {"a sweep to the cold address: " + json, json};
    };
    if (const auto ran = with_key(arguments, std::move(settings), "sweep", work, take); !ran) {
        return fail_with(ran.error());
    }
    return finish_sweep(result, json, arguments.is_json);
}

}  // namespace

int rescue_sweep_command(const SweepArguments& arguments) {
    auto settings = load_sweep_settings(arguments);
    if (!settings) {
        return fail_with(settings.error());
    }
    const auto keep = kept_of(arguments);
    if (!keep) {
        return fail_with(kExitUsage, keep.error().text);
    }
    return arguments.is_dry_run ? dry_run(arguments, std::move(*settings), *keep)
                                : sweep(arguments, std::move(*settings), *keep);
}

}  // namespace sniperforge::app
