// SPDX-License-Identifier: MIT
#include "app/metrics.hpp"

#include <algorithm>

#include "app/build_id.hpp"
#include "app/metrics_parts.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

void add_process(ops::Exposition& out, const MetricsOptions& options) {
    const ProcessFigures& process = options.process;
    out.gauge("sniperforge_process_build_info", "Which build this is; always 1.");
    out.sample(std::uint64_t{1}, {{"build", build_id()}});
    gauge(out, "sniperforge_process_start_time_seconds",
          "When the daemon began, in seconds since 1970-01-01 UTC.",
          static_cast<double>(options.started.ns) / 1e9);
    gauge(out, "sniperforge_process_resident_bytes",
          "Memory of the process that is in RAM, shared libraries included.",
          process.resident_bytes);
    counter(out, "sniperforge_process_cpu_used_seconds_total",
            "CPU time of all threads, in the kernel too.", seconds_of(process.cpu));
    out.counter("sniperforge_log_line_written_total", "Lines of the log, by level.");
    out.sample(process.log.warnings, {{"level", "warning"}});
    out.sample(process.log.errors, {{"level", "error"}});
    counter(out, "sniperforge_log_line_left_out_total",
            "Lines that a rate limit kept out of the log.", process.log.left_out);
    out.counter("sniperforge_ops_request_handled_total",
                "Requests to the admin server, by what became of them.");
    out.sample(options.admin.answered, {{"result", "answered"}});
    out.sample(options.admin.refused, {{"result", "refused"}});
    out.sample(options.admin.tokens_absent, {{"result", "token_absent"}});
    out.sample(options.admin.tokens_wrong, {{"result", "token_wrong"}});
    gauge(out, "sniperforge_ops_listeners", "Dashboards that listen.",
          static_cast<std::uint64_t>(options.streams.listeners));
    out.counter("sniperforge_ops_listener_ended_total",
                "Dashboards that were not let in, for there were as many as there may be, or were "
                "cut off, for they did not read.");
    out.sample(options.streams.refused, {{"cause", "full"}});
    out.sample(options.streams.cut_off, {{"cause", "slow"}});
}

void add_replica(ops::Exposition& out, const Replica& replica, MonoTime now) {
    gauge(out, "sniperforge_ops_replica_age_seconds",
          "Since the trading loop told what stands here; more than 5 s: it stands still.",
          seconds_of(now - replica.at));
    counter(out, "sniperforge_ops_replica_published_total", "Times that the trading loop told it.",
            replica.published);
    counter(out, "sniperforge_ops_replica_publishing_seconds_total",
            "What that took of the trading loop.", seconds_of(replica.publish_time));
    out.counter("sniperforge_ops_replica_dropped_total",
                "Of those, such as a reader that lagged did not get.");
    out.sample(replica.status_dropped, {{"reader", "control"}});
    out.sample(replica.admin_dropped, {{"reader", "admin"}});
}

void add_states(ops::Exposition& out, const Replica& replica) {
    out.gauge("sniperforge_engine_run_info", "What the figures are of; always 1.");
    out.sample(std::uint64_t{1}, {{"provenance", to_string(replica.report.provenance)},
                                  {"scenario", replica.report.scenario}});
    out.gauge("sniperforge_engine_trading_state",
              "1 for the state that governs: entries are let in while it is ACTIVE.");
    for (std::size_t i = 0; i < kTradingStateCount; ++i) {
        const auto state = static_cast<TradingState>(i);
        out.sample(replica.report.state == state, {{"state", to_string(state)}});
    }
    out.gauge("sniperforge_engine_cause_standing", "1 for each cause that stands against entries.");
    for (std::size_t i = 1; i < kStateCauseCount; ++i) {
        const auto cause = static_cast<StateCause>(i);
        const bool stands = std::ranges::find(replica.standing, cause, &StandingCause::cause) !=
                            replica.standing.end();
        out.sample(stands, {{"cause", name_of(cause)}});
    }
}

}  // namespace

// What cannot be read is told as zero.
ProcessFigures process_figures() {
    const auto cpu = telemetry::cpu_times().value_or(telemetry::CpuTimes{});
    return {.resident_bytes = telemetry::resident_bytes().value_or(0),
            .cpu = cpu.user + cpu.system,
            .log = telemetry::log_counts()};
}

std::string metrics_text(const Replica* replica, const MetricsOptions& options) {
    ops::Exposition out;
    add_process(out, options);
    if (replica != nullptr) {
        add_replica(out, *replica, options.now);
        add_states(out, *replica);
        add_feed(out, replica->feed);
        add_endpoints(out, *replica);
        add_market(out, *replica);
        add_decisions(out, *replica);
        add_orders(out, *replica);
        add_lanes(out, *replica);
        add_latencies(out, *replica);
        add_books(out, *replica);
        add_recorder(out, *replica);
    }
    return out.text();
}

}  // namespace sniperforge::app
