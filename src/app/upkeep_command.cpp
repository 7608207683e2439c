// SPDX-License-Identifier: MIT
#include "app/upkeep_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "app/endpoints.hpp"
#include "app/passphrase.hpp"
#include "app/signer_process.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kUpkeepForever = std::chrono::hours{24 * 365};

}  // namespace

std::expected<config::Settings, NoRun> load_upkeep_settings(const UpkeepArguments& arguments,
                                                            std::string_view command) {
    if (arguments.config.empty()) {
        return Err{NoRun{kExitUsage, fmt::format("{}: name endpoints, wallet and feed.pools in a "
                                                 "settings file and give it with --config",
                                                 command)}};
    }
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return settings;
    }
    if (auto checked = check_signing_settings(*settings); !checked) {
        return Err{
            NoRun{kExitUsage, fmt::format("{}: {}", arguments.config, checked.error().text)}};
    }
    return settings;
}

std::expected<ListRun, NoRun> prepare_list(const UpkeepArguments& arguments,
                                           const config::Settings& settings) {
    const auto file = read_key_file(settings.wallet.keypair_file);
    const auto wallet = file ? address_of(*file) : Err{file.error()};
    if (!wallet) {
        return Err{NoRun{kExitNotReady, "wallet.keypair_file: " + wallet.error().text}};
    }
    auto state_dir = state_dir_of(arguments.state_dir, "live");
    if (!state_dir) {
        return Err{NoRun{kExitUsage, state_dir.error().text}};
    }
    ListRun run{net::make_asio_reactor(), *wallet, {}};
    auto history = engine::read_history(*state_dir, {run.reactor->now(), run.reactor->wall_now()},
                                        telemetry::boot_id(), settings.risk);
    if (!history) {
        return Err{NoRun{kExitNotReady, history.error().text}};
    }
    run.history = std::move(*history);
    return run;
}

Result<void> UpkeepJob::confirm(const std::string& plan) const {
    fmt::print(stderr, "{}\n", plan);
    return arguments.is_confirmed || ask_for_yes("do this")
               ? Result<void>{}
               : fail("it was not confirmed: nothing was sent");
}

int with_key(const UpkeepArguments& arguments, config::Settings settings, std::string_view name,
             const std::function<Result<std::string>(const UpkeepJob&)>& work) {
    if (!arguments.is_confirmed && !is_terminal()) {
        return fail_with(kExitUsage, fmt::format("{}: there is no terminal to ask on; say with "
                                                 "--yes that it is to be done",
                                                 name));
    }
    auto started = SignerProcess::start(settings);
    if (!started) {
        return fail_with(kExitNotReady, started.error().text);
    }
    std::optional<SignerProcess> process;
    if (*started) {
        process.emplace(std::move(**started));
    }
    auto session = open_wallet_session(arguments.config, arguments.state_dir, std::move(settings));
    if (!session) {
        return fail_with(session.error().code, session.error().text);
    }
    auto key = open_signing_key(session->settings(), process);
    if (!key) {
        return fail_with(kExitNotReady, key.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    if (auto taken = take_wallet(*session, signer::public_key_of(*key), *reactor); !taken) {
        return fail_with(taken.error().code, taken.error().text);
    }
    signer::PolicySigner signer{std::move(*key), signing_limits(session->settings())};
    signer.restore(signed_before(session->history), {reactor->now(), reactor->wall_now()});
    auto rpc = client_of(*reactor, session->settings().network);
    auto recorder = open_session_recorder(*session, reactor->wall_now(), "upkeep");
    if (!recorder) {
        return fail_with(kExitNotReady, recorder.error().text);
    }
    UpkeepOptions options{session->wallet, session->settings().execution};
    options.patience = arguments.duration_s == 0
                           ? kUpkeepForever
                           : Duration{std::chrono::seconds{arguments.duration_s}};
    options.is_stop_requested = session->setup.options.is_stop_requested;
    options.progress = session->setup.options.progress;
    Upkeep upkeep{*reactor, rpc, {signer, **recorder, session->history}, options};
    Result<std::string> result = fail("");
    if (auto settled = upkeep.settle_earlier(); !settled) {
        result = Err{settled.error()};
    } else {
        result = work(UpkeepJob{*reactor, rpc, upkeep, options, *session, arguments});
    }
    const std::string json = result ? *result : upkeep_json(upkeep.done());
    (*recorder)->record(
        engine::RunNote{fmt::format("{}: {}", name, result ? json : result.error().text)},
        reactor->wall_now());
    (*recorder)->record(engine::RunStopped{session->history.orders_open.size()},
                        reactor->wall_now());
    if (const auto closed = (*recorder)->close(reactor->wall_now(), json); !closed) {
        return fail_with(kExitFailed, closed.error().text);
    }
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", *result);
    }
    return kExitOk;
}

}  // namespace sniperforge::app
