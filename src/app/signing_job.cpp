// SPDX-License-Identifier: MIT
#include "app/signing_job.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "app/build_id.hpp"
#include "app/endpoints.hpp"
#include "app/signer_process.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kJobForever = std::chrono::hours{24 * 365};

[[nodiscard]] Result<std::unique_ptr<engine::Recorder>> open_recorder(WalletSession& session,
                                                                      WallTime now,
                                                                      std::string_view what) {
    analytics::RunInfo info;
    info.run_id = fmt::format("{}-{}-{}", now.ns, session.wallet.to_string(), what);
    info.provenance = session.provenance;
    info.started_wall_ns = now.ns;
    info.build_id = build_id();
    return engine::Recorder::open(
        {.state_dir = session.setup.options.state_dir,
         .run = {info.run_id, info.build_id, telemetry::boot_id(), session.wallet},
         .signed_before = std::move(session.history.signed_before),
         .gap = session.history.gap(),
         .records_missing = session.history.records_missing,
         .settings = session.settings().recorder,
         .limits = session.settings().risk},
        info);
}

}  // namespace

std::expected<void, NoRun> with_key(const SigningArguments& arguments, config::Settings settings,
                                    std::string_view what,
                                    const std::function<JobEnd(const SigningJob&)>& work,
                                    const TakeWallet& take) {
    // Before there is a lock or a socket that it would have, too.
    auto process = SignerProcess::start(settings);
    if (!process) {
        return Err{NoRun{kExitNotReady, process.error().text}};
    }
    auto session = open_wallet_session(arguments.config, arguments.state_dir, std::move(settings));
    if (!session) {
        return Err{session.error()};
    }
    auto key = open_signing_key(session->settings(), *process);
    if (!key) {
        return Err{NoRun{kExitNotReady, key.error().text}};
    }
    const auto reactor = net::make_asio_reactor();
    if (auto taken = take(*session, signer::public_key_of(*key), *reactor); !taken) {
        return taken;
    }
    signer::PolicySigner signer{std::move(*key), signing_limits(session->settings())};
    signer.restore(signed_before(session->history, reactor->wall_now()),
                   {reactor->now(), reactor->wall_now()});
    const config::NetworkSettings& network = session->settings().network;
    auto rpc = client_of(*reactor, network);
    const GuardedPool guarded{*reactor, rpc, endpoints_of(network), network.request_timeout,
                              session->chain};
    auto recorder = open_recorder(*session, reactor->wall_now(), what);
    if (!recorder) {
        return Err{NoRun{kExitNotReady, recorder.error().text}};
    }
    const CourierOptions options{
        session->wallet, session->settings().execution,
        arguments.duration_s == 0 ? kJobForever
                                  : Duration{std::chrono::seconds{arguments.duration_s}},
        session->setup.options.is_stop_requested, session->setup.options.progress};
    const JobEnd end =
        work({*reactor, rpc, {signer, **recorder, session->history}, options, *session});
    (*recorder)->record(engine::RunNote{end.note}, reactor->wall_now());
    (*recorder)->record(engine::RunStopped{session->history.orders_open.size()},
                        reactor->wall_now());
    if (const auto closed = (*recorder)->close(reactor->wall_now(), end.result); !closed) {
        return Err{NoRun{kExitFailed, closed.error().text}};
    }
    return {};
}

}  // namespace sniperforge::app
