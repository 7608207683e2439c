// SPDX-License-Identifier: MIT
#include "app/daemon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/boot.hpp"
#include "app/build_id.hpp"
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
// How long its last fills may take to become final. Under real time a run that ends is worth more:
// it is reconciled at once, with confirmed balances.
constexpr Duration kFinalityWaitVirtual = std::chrono::seconds{30};
// How long the last reading of the balances is tried: a node may need a moment to be new enough.
constexpr Duration kReconcileMax = std::chrono::seconds{10};
// Between two attempts to find the ledger equal to the chain after a fill was reversed.
constexpr Duration kReconcileInterval = std::chrono::seconds{10};
// Between two looks at the finalized height after a power cut.
constexpr Duration kHorizonInterval = std::chrono::seconds{2};
// A blockhash is valid for so many blocks.
constexpr std::uint64_t kBlockhashBlocks = 150;

[[nodiscard]] std::vector<rpc::Endpoint> endpoints_of(const config::NetworkSettings& network) {
    std::vector<rpc::Endpoint> endpoints;
    for (const auto& endpoint : network.endpoints) {
        endpoints.push_back(
            {.name = endpoint.name,
             .url = endpoint.rpc_url,
             .api_key = endpoint.api_key ? endpoint.api_key->value : "",
             .api_key_header = endpoint.api_key_header,
             .requests_per_second = endpoint.requests_per_second,
             .connections = network.rpc_connections,
             .role = rpc::parse_endpoint_role(endpoint.role).value_or(rpc::EndpointRole::Both),
             .weight = endpoint.weight,
             .credits_per_second = endpoint.credits_per_second,
             .credit_table =
                 rpc::parse_credit_table(endpoint.credit_table).value_or(rpc::CreditTable::Flat),
             .pipeline_depth = endpoint.pipeline_depth});
    }
    return endpoints;
}

}  // namespace

bool is_mainnet(const Hash& genesis) {
    return genesis.to_string() == "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
}

struct Daemon::State {
    State(net::Reactor& event_loop, solana::Keypair wallet, const DaemonOptions& daemon_options,
          std::unique_ptr<engine::Recorder> disk, std::unique_ptr<execute::Jupiter> quotes,
          engine::History history)
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
          signer{std::move(wallet),
                 {.transaction_max = options.settings.signer.transaction_outflow_max,
                  .hour_max = options.settings.signer.hourly_outflow_max,
                  .day_max = options.settings.signer.daily_outflow_max}},
          pipeline{event_loop, options.settings, *recorder},
          feed{event_loop, rpc, options.settings.network, options.settings.feed, pipeline},
          transactions{event_loop, rpc, options.settings.feed, pipeline},
          is_resumed{history.has_past()},
          is_cut_by_power{history.is_cut_by_power},
          executor{{event_loop, rpc, *jupiter, signer, pipeline.book(), pipeline},
                   options.settings.execution},
          boot{event_loop,
               rpc,
               feed,
               executor,
               pipeline,
               signer.own_accounts(),
               {.pools = options.settings.feed.pools,
                .venues = feed::venues_of(options.settings.feed),
                .funding = options.funding,
                .is_embedded = options.is_embedded,
                .endpoints = endpoints_of(options.settings.network),
                .request_timeout = options.settings.network.request_timeout,
                .history = std::move(history)}} {
        pipeline.connect(feed, executor);
        pipeline.connect(transactions);
    }

    ~State() { reactor.cancel(tick_timer); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start() {
        boot.start([this](Result<Provenance, BootFailure> booted) {
            if (!booted) {
                is_other_chain = booted.error().is_other_chain;
                return end_with(3, booted.error().text);
            }
            provenance = *booted;
            started_at = reactor.now();
            is_running = true;
            transactions.start();
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
        pipeline.on_tick(now);
        if (pipeline.is_reconciliation_due() && is_running && !is_draining) {
            advance_reconciliation(now);
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

    // Running -> draining -> reconciled -> ended.
    void advance_end(MonoTime now) {
        if (!is_running) {
            if (is_stop_wanted) {
                end_with(3, "stopped before the cluster was ready");
            }
            return;
        }
        const bool is_over = options.duration > Duration{0} && now - started_at >= options.duration;
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

    // A fill was reversed, or we have just resumed: the books are held against the chain before
    // anything is bought. Only when nothing is on its way: what lands between the reading and the
    // comparison would look like an error.
    void advance_reconciliation(MonoTime now) {
        if (is_reconciling || now < reconcile_due || executor.in_flight() > 0 ||
            executor.statistics().unknown > 0 || executor.fills_provisional() > 0) {
            return;
        }
        is_reconciling = true;
        if (is_cut_by_power && !is_horizon_passed) {
            reconcile_due = now + kHorizonInterval;
            return await_horizon();
        }
        reconcile_due = now + kReconcileInterval;
        read_balances(
            rpc, signer.wallet(),
            {.commitment = Commitment::Finalized,
             .context_slot_min = std::max(pipeline.portfolio().slot_filled(), horizon_slot)},
            [this,
             submitted = executor.statistics().submitted](Result<portfolio::ChainBalances> chain) {
                is_reconciling = false;
                if (!chain || submitted != executor.statistics().submitted) {
                    return;  // Tried again.
                }
                on_reconciled(*chain);
            });
    }

    // What the power cut took from our files may have been signed and sent. A transaction lives 150
    // blocks at most: once that many are final since we looked first, nothing unknown can land.
    void await_horizon() {
        // What is being built on now: nothing that was signed before can land more than a
        // blockhash's life later.
        const Commitment asked = horizon ? Commitment::Finalized : Commitment::Processed;
        rpc.get_chain_height(asked, [this](rpc::RpcResult<rpc::ChainHeight> chain) {
            is_reconciling = false;
            if (!chain) {
                return;  // Tried again.
            }
            if (!horizon) {
                horizon = BlockHeight{chain->height.value + kBlockhashBlocks};
                return telemetry::warning("app",
                                          "the machine went down under an earlier run: nothing is "
                                          "bought until height {} is finalized, now {} is built",
                                          horizon->value, chain->height.value);
            }
            is_horizon_passed = chain->height > *horizon;
            horizon_slot = chain->slot;  // Balances of older slots may lack what landed late.
        });
    }

    // Resumed, and not held against the chain since.
    [[nodiscard]] bool is_unproven() const { return is_resumed && !is_compared; }

    void on_reconciled(const portfolio::ChainBalances& chain) {
        const auto wrong = pipeline.portfolio().ledger().reconcile(chain);
        const bool is_adopting = is_unproven();
        is_compared = true;
        if (!wrong.empty() && !is_adopting) {
            pipeline.books_differ();
            return log_mismatches(wrong);
        }
        for (const portfolio::BalanceMismatch& each : wrong) {
            note(
                fmt::format("{}: the books of earlier runs have {}, the chain has {}: somebody "
                            "else moved it; the chain's figure is taken over",
                            each.account, each.expected, each.on_chain));
        }
        if (is_adopting) {
            pipeline.adopt(chain);  // Also when nothing differs: the doubt of a cut ends here.
        }
        pipeline.know_accounts(chain.accounts);
        know_accounts(signer.own_accounts(), chain);
        note(
            fmt::format("after {} the ledger equals the chain's finalized balances: entries resume",
                        is_adopting ? "the restart" : "what was doubted"));
        pipeline.reconciled();
    }

    void note(const std::string& text) {
        telemetry::warning("app", "{}", text);
        recorder->record(engine::RunNote{text}, reactor.wall_now());
    }

    static void log_mismatches(const std::vector<portfolio::BalanceMismatch>& mismatches) {
        for (const auto& mismatch : mismatches) {
            telemetry::error("app", "ledger says {} for {}, the chain {}", mismatch.expected,
                             mismatch.account, mismatch.on_chain);
        }
    }

    void reconcile(const Result<portfolio::ChainBalances>& chain, Commitment commitment) {
        if (is_unproven()) {
            return note(
                "the run ends before the books of earlier runs were held against the "
                "chain: the next one goes on with that");
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
            to_string(provenance),
            std::chrono::duration<double>(reactor.now() - started_at).count(), phase(),
            pipeline.book().size(), orders.submitted, orders.landed, orders.reverted,
            orders.rejected, pipeline.portfolio().positions().size(),
            format_sol(counters.pnl_realized)));
    }

    void collect_report() {
        report.provenance = provenance;
        report.scenario = options.scenario;
        report.time_compression = options.time_compression;
        report.seed = options.seed;
        report.is_virtual_time = options.is_virtual_time;
        const MonoTime end = is_draining ? ended_at : reactor.now();
        report.duration_s =
            is_running ? std::chrono::duration<double>(end - started_at).count() : 0.0;
        report.rss_bytes_max = rss_bytes_max;
        engine::collect(report, pipeline, executor);
    }

    [[nodiscard]] std::string status_json() {
        const auto statistics = feed.statistics();
        collect_report();
        return fmt::format(
            R"({{"state":"{}","blind":{},"slot":{},"accounts_watched":{},"endpoints":{},"feed":{},"report":{}}})",
            phase(), statistics.is_blind, statistics.slot.value, statistics.accounts_watched,
            rpc::to_json(rpc.health()), feed::to_json(statistics), engine::to_json(report));
    }

    net::Reactor& reactor;
    DaemonOptions options;
    std::unique_ptr<engine::Recorder> recorder;
    rpc::RpcClient rpc;
    std::unique_ptr<execute::Jupiter> jupiter;
    signer::PolicySigner signer;
    engine::Pipeline pipeline;
    feed::Feed feed;
    feed::TransactionReader transactions;
    // Earlier runs left books; the machine went down under the last of them.
    bool is_resumed, is_cut_by_power;
    execute::Executor executor;
    Boot boot;
    std::unique_ptr<ops::ControlServer> control;

    net::TimerId tick_timer = 0;
    Provenance provenance = Provenance::Test;
    engine::RunReport report;
    MonoTime started_at, ended_at, settled_at, status_due, progress_due, reconcile_due;
    std::uint64_t rss_bytes_max = 0;
    bool is_running = false, is_draining = false, is_reconciling = false, is_ended = false;
    bool is_stop_wanted = false;
    bool is_compared = false;  // The books were held against the chain since the start.
    std::optional<BlockHeight> horizon;
    Slot horizon_slot;
    bool is_horizon_passed = false;
    bool is_other_chain = false;
    int exit_code = 0;
    std::string end_error;
};

Daemon::Daemon(std::unique_ptr<State> state) : state_{std::move(state)} {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::create(net::Reactor& reactor, solana::Keypair wallet,
                                               const DaemonOptions& options,
                                               engine::History history) {
    analytics::RunInfo run;
    run.run_id = fmt::format("{}-{}", reactor.wall_now().ns, wallet.public_key().to_string());
    run.provenance = options.is_embedded ? Provenance::Sim : Provenance::Test;
    run.scenario = options.scenario;
    run.time_compression = options.time_compression;
    run.seed = options.seed;
    run.started_wall_ns = reactor.wall_now().ns;
    run.build_id = build_id();
    auto recorder = engine::Recorder::open(
        {.state_dir = options.state_dir,
         .run = {run.run_id, run.build_id, telemetry::boot_id(), wallet.public_key()},
         .signed_before = std::move(history.signed_before),
         .is_threaded = !options.is_virtual_time,
         .settings = options.settings.recorder},
        run);
    if (!recorder) {
        return Err{recorder.error()};
    }
    auto jupiter = execute::Jupiter::create(reactor, options.settings.jupiter,
                                            options.settings.execution.quote_timeout);
    if (!jupiter) {
        return Err{jupiter.error()};
    }
    auto state = std::make_unique<State>(reactor, std::move(wallet), options, std::move(*recorder),
                                         std::move(*jupiter), std::move(history));
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
    DaemonResult result{state.exit_code, state.end_error, state.report, state.is_other_chain,
                        state.is_running && state.is_unproven()};
    if (!closed && result.exit_code == 0) {
        result = {1, closed.error().text, state.report, false, false};
    }
    return result;
}

}  // namespace sniperforge::app
