// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/build_id.hpp"
#include "app/daemon_state.hpp"
#include "app/endpoints.hpp"
#include "app/paper_wallet.hpp"
#include "app/run_recording.hpp"
#include "app/signer_process.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kTick = std::chrono::milliseconds{100};
constexpr Duration kStatusInterval = std::chrono::milliseconds{500};
constexpr Duration kProgressInterval = std::chrono::seconds{5};

}  // namespace

Daemon::State::State(net::Reactor& event_loop, std::optional<RealMoney::Parts> parts,
                     const DaemonOptions& daemon_options,
                     std::unique_ptr<recording::Recording> recorded,
                     std::unique_ptr<engine::Recorder> disk,
                     std::unique_ptr<execute::Lanes> senders, engine::History history)
    : recording{std::move(recorded)},
      reactor{event_loop},
      options{daemon_options},
      recorder{std::move(disk)},
      records{recording ? recording->keep(*recorder) : *recorder},
      rpc{client_of(event_loop, options.settings.network)},
      lanes{std::move(senders)},
      pipeline_held{
          recording ? recording->pipeline(options.settings)
                    : std::make_unique<engine::Pipeline>(event_loop, options.settings, *recorder)},
      pipeline{*pipeline_held},
      feed{event_loop, rpc, options.settings.network, options.settings.feed, pipeline},
      transactions{event_loop, rpc, options.settings.feed, pipeline},
      funders{event_loop, rpc, options.settings.risk.funder_calls_per_second, pipeline},
      holders{event_loop, rpc, options.settings.safety.calls_per_minute, pipeline, pipeline},
      real{parts ? std::make_unique<RealMoney>(event_loop, rpc, std::move(*parts), *lanes,
                                               options.settings, pipeline, records,
                                               earlier_runs(history, options.is_shortfall_accepted),
                                               RealMoney::Shadow{feed, *recorder, options.seed})
                 : nullptr},
      paper{real ? nullptr
                 : std::make_unique<PaperMoney>(event_loop, rpc, *lanes, options.settings, feed,
                                                pipeline, *recorder, options.seed)},
      desk{real ? static_cast<execute::OrderDesk&>(real->shadow) : paper->desk},
      boot{event_loop,
           rpc,
           feed,
           desk,
           pipeline,
           real ? std::optional{BootWallet{real->reconciler.reader(), real->executor,
                                           real->signer.own_accounts()}}
                : std::nullopt,
           {.pools = options.settings.feed.pools,
            .venues = feed::venues_of(options.settings.feed),
            .funding = options.funding,
            .paper_balance = options.settings.paper.balance,
            .provenance = options.provenance,
            .endpoints = endpoints_of(options.settings.network),
            .request_timeout = options.settings.network.request_timeout,
            .history = std::move(history),
            .is_flattening = options.is_flattening}} {
    pipeline.connect(feed, desk);
    pipeline.trade_for(real ? real->signer.wallet() : paper_wallet());
    pipeline.connect(transactions);
    if (options.settings.risk.funder_calls_per_second > 0) {
        pipeline.connect(funders);
    }
    if (options.settings.safety.calls_per_minute > 0) {
        pipeline.connect(holders);
        if (real) {
            pipeline.connect_round_trips(holders);  // A wallet on paper has no SOL to try with.
        }
    }
    if (real && options.provenance != Provenance::Sim && !options.is_flattening) {
        ladder.emplace(event_loop, pipeline, options.settings, options.provenance,
                       options.is_ladder_restarted);
    }
    if (options.watcher != nullptr) {
        pipeline.watch_orders(*options.watcher);
    }
    if (options.round_trip) {
        trip.emplace(event_loop, pipeline, options.settings, *options.round_trip,
                     options.provenance);
    }
}

void Daemon::State::start() {
    begun_at = reactor.now();
    boot.start([this](Result<void, BootFailure> booted) {
        if (!booted) {
            is_other_chain = booted.error().is_other_chain;
            return end_with(booted.error().is_refused ? 4 : 3, booted.error().text);
        }
        started_at = reactor.now();
        is_running = true;
        transactions.start();
        if (boot.rebuilt()) {
            real->reconciler.go_on_from(*boot.rebuilt());
        }
        if (paper) {
            paper->know_accounts(pipeline.portfolio());
        } else {
            real->know_accounts(pipeline.portfolio());
        }
        note_outside(pipeline.portfolio(), records, reactor.wall_now());
        if (options.is_flattening) {
            pipeline.flatten();
        }
        report_progress();
    });
    tick();
}

void Daemon::State::tick() {
    tick_timer = reactor.schedule_after(kTick, [this] {
        if (is_ended) {
            return;
        }
        on_tick(reactor.now());
        tick();
    });
}

void Daemon::State::note_books_equal() {
    if (std::exchange(equal_noted, real->reconciler.checks_equal()) !=
        real->reconciler.checks_equal()) {
        (void)recorder->record_books_equal(
            reactor.wall_now());  // Who missed one is reconciled by the next.
    }
}

void Daemon::State::on_tick(MonoTime now) {
    ops::Command command{};
    while (control && control->take_command(command)) {
        is_stop_wanted = true;
    }
    if (reloader) {
        reloader->serve([this](const ReloadPlan& plan) { return take_over(plan); });
    }
    serve_commands(now);
    if (options.is_stop_requested && options.is_stop_requested()) {
        is_stop_wanted = true;
    }
    watch_signer();
    pipeline.on_tick(now);
    if (is_running && !is_draining) {
        note_entries_begun();
        if (real) {
            real->reconciler.on_tick(now);
            note_books_equal();
        }
        if (ladder) {
            ladder->on_tick(now, real->reconciler.checks_equal());
        }
        adopt_outside();
        if (trip) {
            trip->on_tick(now);
        }
    }
    if (now >= status_due) {
        status_due = now + kStatusInterval;
        rss_bytes_max = telemetry::resident_bytes_max().value_or(rss_bytes_max);
        publish();
    }
    if (is_running && now >= progress_due) {
        progress_due = now + kProgressInterval;
        report_progress();
    }
    advance_end(now);
    tell_manager(now);
}

// Nobody is asked for the passphrase again: what is held cannot be sold until a new start.
void Daemon::State::watch_signer() {
    if (is_signer_gone || !real || real->signer.can_sign()) {
        return;
    }
    is_signer_gone = true;
    pipeline.lose_key();
    constexpr const char* kText =
        "the process with the key has ended: no entries, and nothing can be sold; stop the "
        "daemon and start it again";
    telemetry::error("app", "{}", kText);
    records.record(engine::RunNote{kText}, reactor.wall_now());
}

// Not before the wallet's history could tell that they are ours after all; what is of a mint
// that a position has, once that is sold.
void Daemon::State::adopt_outside() {
    const bool is_wanted =
        (options.is_flattening && options.is_adopted_sold) || pipeline.is_outside_sold();
    if (is_wanted && is_compared()) {
        pipeline.adopt_outside();
    }
}

bool Daemon::State::is_compared() {
    return !pipeline.is_reconciliation_due() ||
           (real && real->reconciler.doubt() && !real->reconciler.is_unproven());
}

Daemon::Daemon(std::unique_ptr<State> state) : state_{std::move(state)} {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::create(net::Reactor& loop,
                                               std::optional<signer::SigningKey> key,
                                               const DaemonOptions& options,
                                               engine::History history) {
    // Whoever has no key does nothing but on paper, and nobody else does.
    SF_ASSERT(key.has_value() == (options.provenance != Provenance::Paper));
    const Pubkey wallet = key ? signer::public_key_of(*key) : paper_wallet();
    auto recording = open_recording(loop, wallet, options);
    if (!recording) {
        return Err{recording.error()};
    }
    net::Reactor& reactor = *recording ? (*recording)->reactor() : loop;
    if (*recording) {
        (*recording)->written_before(history.signed_before);
    }
    analytics::RunInfo run;
    run.run_id = fmt::format("{}-{}", reactor.wall_now().ns, wallet.to_string());
    run.provenance = options.provenance;
    run.scenario = options.scenario;
    run.time_compression = options.time_compression;
    run.seed = options.seed;
    run.started_wall_ns = reactor.wall_now().ns;
    run.build_id = build_id();
    auto recorder = engine::Recorder::open(
        {.state_dir = options.state_dir,
         .run = {run.run_id, run.build_id,
                 options.boot_id.empty() ? telemetry::boot_id() : options.boot_id, wallet},
         .signed_before = std::move(history.signed_before),
         .gap = history.gap(),
         .records_missing = history.records_missing,
         .is_threaded = !options.is_virtual_time,
         .settings = options.settings.recorder,
         .limits = options.settings.risk,
         .inline_group = options.journal_group,
         .disk = options.disk},
        run);
    if (!recorder) {
        return Err{recorder.error()};
    }
    std::optional<RealMoney::Parts> parts;
    if (key) {
        auto jupiter = execute::Jupiter::create(reactor, options.settings.jupiter,
                                                options.settings.execution.quote_timeout);
        if (!jupiter) {
            return Err{jupiter.error()};
        }
        parts.emplace(std::move(*key), std::move(*jupiter));
    }
    auto lanes = execute::Lanes::create(reactor, options.settings.execution.lanes,
                                        options.settings.network.request_timeout);
    if (!lanes) {
        return Err{lanes.error()};
    }
    const auto before = signed_before(history, reactor.wall_now());
    auto state =
        std::make_unique<State>(reactor, std::move(parts), options, std::move(*recording),
                                std::move(*recorder), std::move(*lanes), std::move(history));
    if (state->real) {
        state->real->signer.restore(before, {reactor.now(), reactor.wall_now()});
    }
    if (!options.is_virtual_time) {
        if (auto started = state->start_control(); !started) {
            return Err{started.error()};
        }
        if (auto started = state->start_admin(); !started) {
            return Err{started.error()};
        }
    }
    return std::unique_ptr<Daemon>{new Daemon{std::move(state)}};
}

DaemonResult Daemon::run() {
    State& state = *state_;
    state.start();
    state.reactor.run();
    if (state.options.manager != nullptr) {
        state.options.manager->tell_stopping();
    }
    state.abandon_resume();
    state.collect_report();
    engine::collect_interval(state.report, state.pipeline);
    state.records.record(
        engine::RunStopped{state.desk.in_flight() + state.desk.statistics().unknown},
        state.reactor.wall_now());
    auto flushed = state.recorder->flush();
    if (flushed) {
        state.report.journal_sha256 = flushed->decision_sha256;
    }
    const auto closed =
        state.recorder->close(state.reactor.wall_now(), engine::to_json(state.report));
    close_recording(state.recording.get(), state.report.journal_sha256);
    DaemonResult result{
        .exit_code = state.exit_code,
        .error = state.end_error,
        .report = state.report,
        .is_other_chain = state.is_other_chain,
        .is_key_gone = state.is_signer_gone,
        .is_unproven = state.is_running && state.real && state.real->reconciler.is_unproven(),
        .is_held_up = state.is_running && state.real && state.real->reconciler.is_held_up(),
        .round_trip = state.trip ? std::optional{state.trip->outcome()} : std::nullopt,
        .doubted = state.real && state.real->reconciler.doubt()
                       ? state.real->reconciler.doubt()->mismatches
                       : std::vector<portfolio::BalanceMismatch>{},
        .tokens_outside = state.pipeline.portfolio().tokens_outside(),
        .tokens_kept = state.options.settings.signer.tokens_kept,
        .positions_left = {}};
    for (const PositionView& position : state.pipeline.portfolio().positions()) {
        result.positions_left.push_back({position.mint, position.amount, position.sellable(),
                                         state.pipeline.is_kept(position.mint)});
    }
    if (!closed && result.exit_code == 0) {
        result.exit_code = 1;
        result.error = closed.error().text;
    }
    return result;
}

}  // namespace sniperforge::app
