// SPDX-License-Identifier: MIT
// What is told of a run while it lasts, and at its end.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "app/daemon_state.hpp"
#include "app/system_time.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {

std::string_view Daemon::State::phase() const {
    if (is_signer_gone) {
        return "unable to sign";
    }
    if (!is_running) {
        return "starting";
    }
    if (is_draining) {
        return "draining";
    }
    if (pipeline.is_reconciliation_due()) {
        return "reconciling";
    }
    const auto standing = pipeline.standing();
    const auto stands = [&](StateCause cause) {
        return std::ranges::find(standing, cause, &StandingCause::cause) != standing.end();
    };
    if (stands(StateCause::FlattenRequested)) {
        return "flattening";
    }
    if (stands(StateCause::PauseRequested)) {
        return "paused";
    }
    switch (pipeline.state()) {
        case TradingState::Active:
            return "trading";
        case TradingState::Reducing:
            return "reducing";
        case TradingState::Halted:
            return "halted";
        case TradingState::Blind:
            return "blind";
        case TradingState::Draining:
            break;
    }
    return "draining";
}

void Daemon::State::report_progress() {
    if (!options.progress) {
        return;
    }
    const auto& orders = desk.statistics();
    const auto& counters = pipeline.portfolio().counters();
    options.progress(fmt::format(
        "[{}] {:>5.1f} s {:<9} pools {:>4}  orders {:>3} landed {:>3} reverted {:>2} rejected "
        "{:>2}  positions {:>2}  realized {:>12} SOL",
        to_string(options.provenance),
        std::chrono::duration<double>(reactor.now() - started_at).count(), phase(),
        pipeline.book().size(), orders.submitted, orders.landed, orders.reverted, orders.rejected,
        pipeline.portfolio().positions().size(), format_sol(counters.pnl_realized)));
}

void Daemon::State::note_entries_begun() {
    if (are_entries_begun || options.is_virtual_time || pipeline.state() != TradingState::Active) {
        return;
    }
    are_entries_begun = true;
    if (const auto age = process_age()) {
        telemetry::info("app", "entries begin {} ms after the process did",
                        *age / std::chrono::milliseconds{1});
    }
}

void Daemon::State::collect_report() {
    report.provenance = options.provenance;
    report.scenario = options.scenario;
    report.time_compression = options.time_compression;
    report.seed = options.seed;
    report.is_virtual_time = options.is_virtual_time;
    const MonoTime end = is_draining ? ended_at : reactor.now();
    report.duration_s = is_running ? std::chrono::duration<double>(end - started_at).count() : 0.0;
    report.rss_bytes_max = rss_bytes_max;
    report.ledger_checks = real ? real->reconciler.checks_equal() : 0;
    report.ladder = ladder ? ladder->line() : std::nullopt;
    engine::collect(report, pipeline, desk);
}

std::string Daemon::State::status_json() {
    const auto statistics = feed.statistics();
    collect_report();
    return fmt::format(
        R"({{"state":"{}","trading_state":"{}","standing":{},"kept":{},"doubt":{},"unread":{},"blind":{},"slot":{},"accounts_watched":{},"endpoints":{},"lanes":{},"nonces":{},"feed":{},"report":{}}})",
        phase(), to_string(pipeline.state()), to_json(pipeline.standing()),
        kept_json(pipeline.positions_kept()), real ? to_json(real->reconciler.doubt()) : "null",
        real ? to_json(real->reconciler.unread()) : "[]", statistics.is_blind,
        statistics.slot.value, statistics.accounts_watched, rpc::to_json(rpc.health()),
        execute::to_json(lanes->statistics()),
        execute::to_json(real ? real->executor.nonces() : execute::NonceStatistics{}),
        feed::to_json(statistics), engine::to_json(report));
}

}  // namespace sniperforge::app
