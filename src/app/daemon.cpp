// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/boot.hpp"
#include "app/build_id.hpp"
#include "app/endpoints.hpp"
#include "app/reconciler.hpp"
#include "app/signer_process.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/telemetry/log.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kTick = std::chrono::milliseconds{100};
constexpr Duration kStatusInterval = std::chrono::milliseconds{500};
constexpr Duration kProgressInterval = std::chrono::seconds{5};
// After the run's end, how long orders in flight may take to find their outcome. An unseen
// transaction needs 150 blocks, about 60 s, to expire, and 32 more for that to be final.
constexpr Duration kDrainMax = std::chrono::seconds{90};
// How long its last fills may take to become final: some 13 s, or as long as an order takes to
// expire where a confirmed block was dropped. Under real time a run that ends is worth more: it is
// reconciled at once, with confirmed balances.
constexpr Duration kFinalityWaitVirtual = std::chrono::seconds{90};
// How long the last reading of the balances is tried: a node may need a moment to be new enough.
constexpr Duration kReconcileMax = std::chrono::seconds{10};
}  // namespace

struct Daemon::State {
    State(net::Reactor& event_loop, signer::SigningKey wallet, const DaemonOptions& daemon_options,
          std::unique_ptr<engine::Recorder> disk, std::unique_ptr<execute::Jupiter> quotes,
          std::unique_ptr<execute::Lanes> senders, engine::History history)
        : reactor{event_loop},
          options{daemon_options},
          recorder{std::move(disk)},
          rpc{event_loop,
              endpoints_of(options.settings.network),
              {.timeout = options.settings.network.request_timeout,
               .slot_lag_max = options.settings.network.slot_lag_max,
               .hedge_percent_max = options.settings.network.hedge_percent_max,
               .send_reserve_percent = options.settings.network.send_reserve_percent}},
          jupiter{std::move(quotes)},
          lanes{std::move(senders)},
          signer{std::move(wallet), signing_limits(options.settings)},
          pipeline{event_loop, options.settings, *recorder},
          feed{event_loop, rpc, options.settings.network, options.settings.feed, pipeline},
          transactions{event_loop, rpc, options.settings.feed, pipeline},
          executor{{event_loop, rpc, *jupiter, signer, pipeline.book(), pipeline, lanes.get()},
                   options.settings.execution},
          reconciler{event_loop,
                     rpc,
                     pipeline,
                     executor,
                     signer.own_accounts(),
                     *recorder,
                     earlier_runs(history, options.is_shortfall_accepted)},
          boot{event_loop,
               rpc,
               feed,
               executor,
               pipeline,
               signer.own_accounts(),
               {.pools = options.settings.feed.pools,
                .venues = feed::venues_of(options.settings.feed),
                .funding = options.funding,
                .provenance = options.provenance,
                .endpoints = endpoints_of(options.settings.network),
                .request_timeout = options.settings.network.request_timeout,
                .history = std::move(history)}} {
        pipeline.connect(feed, executor);
        pipeline.connect(transactions);
        if (options.round_trip) {
            trip.emplace(event_loop, pipeline, options.settings, *options.round_trip,
                         options.provenance);
        }
    }

    ~State() { reactor.cancel(tick_timer); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start() {
        boot.start([this](Result<void, BootFailure> booted) {
            if (!booted) {
                is_other_chain = booted.error().is_other_chain;
                return end_with(3, booted.error().text);
            }
            started_at = reactor.now();
            is_running = true;
            transactions.start();
            if (const auto slot = boot.rebuilt_at()) {
                reconciler.go_on_from({}, *slot);
            }
            note_outside(pipeline.portfolio(), *recorder, reactor.wall_now());
            if (options.is_flattening) {
                pipeline.flatten();
            }
            report_progress();
        });
        tick();
    }

    void tick() {
        tick_timer = reactor.schedule_after(kTick, [this] {
            if (is_ended) {
                return;
            }
            on_tick(reactor.now());
            tick();
        });
    }

    void on_tick(MonoTime now) {
        ops::Command command{};
        while (control && control->take_command(command)) {
            is_stop_wanted = true;
        }
        if (options.is_stop_requested && options.is_stop_requested()) {
            is_stop_wanted = true;
        }
        watch_signer();
        pipeline.on_tick(now);
        if (is_running && !is_draining) {
            reconciler.on_tick(now);
            adopt_outside();
            if (trip) {
                trip->on_tick(now);
            }
        }
        if (now >= status_due) {
            status_due = now + kStatusInterval;
            rss_bytes_max = telemetry::resident_bytes_max().value_or(rss_bytes_max);
            if (control) {
                control->publish(status_json());
            }
        }
        if (is_running && now >= progress_due) {
            progress_due = now + kProgressInterval;
            report_progress();
        }
        advance_end(now);
    }

    // Nobody is asked for the passphrase again: what is held cannot be sold until a new start.
    void watch_signer() {
        if (is_signer_gone || signer.can_sign()) {
            return;
        }
        is_signer_gone = true;
        pipeline.halt();
        constexpr const char* kText =
            "the process with the key has ended: no entries, and nothing can be sold; stop the "
            "daemon and start it again";
        telemetry::error("app", "{}", kText);
        recorder->record(engine::RunNote{kText}, reactor.wall_now());
    }

    // Not before the wallet's history could tell that they are ours after all; what is of a mint
    // that a position has, once that is sold.
    void adopt_outside() {
        if (options.is_flattening && options.is_adopted_sold && is_compared()) {
            pipeline.adopt_outside();
        }
    }

    // The books were held against the chain since the start; a doubt that came of it stands.
    [[nodiscard]] bool is_compared() {
        return !pipeline.is_reconciliation_due() ||
               (reconciler.doubt() && !reconciler.is_unproven());
    }

    // Running -> draining -> reconciled -> ended.
    void advance_end(MonoTime now) {
        if (!is_running) {
            if (is_stop_wanted) {
                end_with(3, "stopped before the cluster was ready");
            }
            return;
        }
        const bool is_over =
            is_flat() || (trip && trip->has_failed()) ||
            (options.duration > Duration{0} && now - started_at >= options.duration);
        if (!is_draining && (is_over || is_stop_wanted)) {
            is_draining = true;
            ended_at = now;
            pipeline.halt();
            report_progress();
        }
        if (is_draining && !is_reconciling && is_drained(now)) {
            is_reconciling = true;
            const rpc::ReadOptions wanted = balances_options();
            read_balances(rpc, signer.wallet(), wanted,
                          [this, wanted](Result<portfolio::ChainBalances> chain) {
                              if (!chain && reactor.now() - settled_at < kReconcileMax) {
                                  is_reconciling = false;  // Tried again with the next tick.
                                  return;
                              }
                              reconcile(chain, wanted.commitment);
                              end_with(0, "");
                          });
        }
    }

    // What was to be sold is: also by fills that cannot be taken back any more.
    [[nodiscard]] bool is_flat() {
        const bool is_selling = options.is_flattening || (trip && trip->is_selling());
        return is_selling && is_compared() &&
               (!options.is_adopted_sold || pipeline.portfolio().tokens_outside().empty()) &&
               pipeline.portfolio().positions().empty() && executor.in_flight() == 0 &&
               executor.fills_provisional() == 0;
    }

    [[nodiscard]] bool is_drained(MonoTime now) {
        const bool is_over = executor.in_flight() == 0 || now - ended_at >= kDrainMax;
        if (is_over && settled_at.ns == 0) {
            settled_at = now;
        }
        const Duration wait = options.is_virtual_time ? kFinalityWaitVirtual : Duration{0};
        return is_over && (executor.fills_provisional() == 0 || now - settled_at >= wait);
    }

    // Finalized balances hold exactly the finalized fills, and the opening balance once a fill
    // after it is final. Never of a node that has not seen the last fill.
    [[nodiscard]] rpc::ReadOptions balances_options() const {
        const bool is_all_final = executor.fills_provisional() == 0 &&
                                  pipeline.portfolio().ledger().fills_finalized() > 0;
        return {.commitment = is_all_final ? Commitment::Finalized : Commitment::Confirmed,
                .context_slot_min = pipeline.portfolio().slot_filled()};
    }

    void reconcile(const Result<portfolio::ChainBalances>& chain, Commitment commitment) {
        if (reconciler.is_unproven()) {
            constexpr const char* kText =
                "the run ends before the books of earlier runs were held against the chain: the "
                "next one goes on with that";
            telemetry::warning("app", "{}", kText);
            recorder->record(engine::RunNote{kText}, reactor.wall_now());
            return;
        }
        if (!chain) {
            telemetry::error("app", "reading balances for the last reconciliation: {}",
                             chain.error().text);
            return;
        }
        report.mismatch_lamports = 0;
        report.mismatch_tokens = 0;
        report.reconciled_at = commitment;
        const auto mismatches = pipeline.portfolio().ledger().reconcile(*chain);
        log_mismatches(mismatches);
        for (const auto& mismatch : mismatches) {
            auto& sum =
                mismatch.account == "wallet" ? report.mismatch_lamports : report.mismatch_tokens;
            *sum += mismatch.expected > mismatch.on_chain ? mismatch.expected - mismatch.on_chain
                                                          : mismatch.on_chain - mismatch.expected;
        }
    }

    void end_with(int code, std::string error) {
        exit_code = code;
        end_error = std::move(error);
        is_ended = true;
        reactor.stop();
    }

    [[nodiscard]] std::string_view phase() const {
        if (is_signer_gone) {
            return "unable to sign";
        }
        if (!is_running) {
            return "starting";
        }
        if (is_draining) {
            return "draining";
        }
        return pipeline.is_reconciliation_due() ? "reconciling" : "trading";
    }

    void report_progress() {
        if (!options.progress) {
            return;
        }
        const auto& orders = executor.statistics();
        const auto& counters = pipeline.portfolio().counters();
        options.progress(fmt::format(
            "[{}] {:>5.1f} s {:<9} pools {:>4}  orders {:>3} landed {:>3} reverted {:>2} rejected "
            "{:>2}  positions {:>2}  realized {:>12} SOL",
            to_string(options.provenance),
            std::chrono::duration<double>(reactor.now() - started_at).count(), phase(),
            pipeline.book().size(), orders.submitted, orders.landed, orders.reverted,
            orders.rejected, pipeline.portfolio().positions().size(),
            format_sol(counters.pnl_realized)));
    }

    void collect_report() {
        report.provenance = options.provenance;
        report.scenario = options.scenario;
        report.time_compression = options.time_compression;
        report.seed = options.seed;
        report.is_virtual_time = options.is_virtual_time;
        const MonoTime end = is_draining ? ended_at : reactor.now();
        report.duration_s =
            is_running ? std::chrono::duration<double>(end - started_at).count() : 0.0;
        report.rss_bytes_max = rss_bytes_max;
        report.ledger_checks = reconciler.checks_equal();
        engine::collect(report, pipeline, executor);
    }

    [[nodiscard]] std::string status_json() {
        const auto statistics = feed.statistics();
        collect_report();
        return fmt::format(
            R"({{"state":"{}","doubt":{},"blind":{},"slot":{},"accounts_watched":{},"endpoints":{},"lanes":{},"feed":{},"report":{}}})",
            phase(), to_json(reconciler.doubt()), statistics.is_blind, statistics.slot.value,
            statistics.accounts_watched, rpc::to_json(rpc.health()),
            execute::to_json(lanes->statistics()), feed::to_json(statistics),
            engine::to_json(report));
    }

    net::Reactor& reactor;
    DaemonOptions options;
    std::unique_ptr<engine::Recorder> recorder;
    rpc::RpcClient rpc;
    std::unique_ptr<execute::Jupiter> jupiter;
    std::unique_ptr<execute::Lanes> lanes;
    signer::PolicySigner signer;
    engine::Pipeline pipeline;
    feed::Feed feed;
    feed::TransactionReader transactions;
    execute::Executor executor;
    Reconciler reconciler;
    Boot boot;
    std::unique_ptr<ops::ControlServer> control;
    std::optional<RoundTrip> trip;

    net::TimerId tick_timer = 0;
    engine::RunReport report;
    MonoTime started_at, ended_at, settled_at, status_due, progress_due;
    std::uint64_t rss_bytes_max = 0;
    bool is_running = false, is_draining = false, is_reconciling = false, is_ended = false;
    bool is_stop_wanted = false;
    bool is_other_chain = false;
    bool is_signer_gone = false;
    int exit_code = 0;
    std::string end_error;
};

Daemon::Daemon(std::unique_ptr<State> state) : state_{std::move(state)} {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::create(net::Reactor& reactor, signer::SigningKey wallet,
                                               const DaemonOptions& options,
                                               engine::History history) {
    analytics::RunInfo run;
    run.run_id =
        fmt::format("{}-{}", reactor.wall_now().ns, signer::public_key_of(wallet).to_string());
    run.provenance = options.provenance;
    run.scenario = options.scenario;
    run.time_compression = options.time_compression;
    run.seed = options.seed;
    run.started_wall_ns = reactor.wall_now().ns;
    run.build_id = build_id();
    auto recorder = engine::Recorder::open(
        {.state_dir = options.state_dir,
         .run = {run.run_id, run.build_id,
                 options.boot_id.empty() ? telemetry::boot_id() : options.boot_id,
                 signer::public_key_of(wallet)},
         .signed_before = std::move(history.signed_before),
         .is_threaded = !options.is_virtual_time,
         .settings = options.settings.recorder,
         .limits = options.settings.risk,
         .disk = options.disk},
        run);
    if (!recorder) {
        return Err{recorder.error()};
    }
    auto jupiter = execute::Jupiter::create(reactor, options.settings.jupiter,
                                            options.settings.execution.quote_timeout);
    if (!jupiter) {
        return Err{jupiter.error()};
    }
    auto lanes = execute::Lanes::create(reactor, options.settings.execution.lanes,
                                        options.settings.network.request_timeout);
    if (!lanes) {
        return Err{lanes.error()};
    }
    auto state =
        std::make_unique<State>(reactor, std::move(wallet), options, std::move(*recorder),
                                std::move(*jupiter), std::move(*lanes), std::move(history));
    if (!options.is_virtual_time) {
        // The control thread only wakes the loop; the tick takes the command from the ring.
        auto control = ops::ControlServer::start(options.state_dir + "/control.sock",
                                                 [&reactor] { reactor.post([] {}); });
        if (!control) {
            return Err{control.error()};
        }
        state->control = std::move(*control);
    }
    return std::unique_ptr<Daemon>{new Daemon{std::move(state)}};
}

DaemonResult Daemon::run() {
    State& state = *state_;
    state.start();
    state.reactor.run();
    state.collect_report();
    engine::collect_interval(state.report, state.pipeline);
    state.recorder->record(
        engine::RunStopped{state.executor.in_flight() + state.executor.statistics().unknown},
        state.reactor.wall_now());
    auto flushed = state.recorder->flush();
    if (flushed) {
        state.report.journal_sha256 = flushed->decision_sha256;
    }
    const auto closed =
        state.recorder->close(state.reactor.wall_now(), engine::to_json(state.report));
    DaemonResult result{
        .exit_code = state.exit_code,
        .error = state.end_error,
        .report = state.report,
        .is_other_chain = state.is_other_chain,
        .is_unproven = state.is_running && state.reconciler.is_unproven(),
        .round_trip = state.trip ? std::optional{state.trip->outcome()} : std::nullopt,
        .is_short = state.reconciler.doubt().has_value(),
        .tokens_outside = state.pipeline.portfolio().tokens_outside()};
    if (!closed && result.exit_code == 0) {
        result.exit_code = 1;
        result.error = closed.error().text;
    }
    return result;
}

}  // namespace sniperforge::app
