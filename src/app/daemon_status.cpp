// SPDX-License-Identifier: MIT
// What is told of a run while it lasts, and at its end.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/daemon_state.hpp"
#include "app/system_time.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// A step of the boot has 20 s, and the reading of one transaction five attempts of a request.
constexpr Duration kStartExtension = std::chrono::seconds{90};
constexpr Duration kManagerStatusInterval = std::chrono::seconds{1};
// A replica is made each half second, at the tick after: less than a second, so that one is not
// missed by the tick.
constexpr Duration kShownInterval = std::chrono::milliseconds{900};

}  // namespace

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

void Daemon::State::tell_manager(MonoTime now) {
    if (options.manager == nullptr) {
        return;
    }
    ops::ServiceManager& manager = *options.manager;
    if (!is_running) {
        manager.extend_start(boot.progress(), kStartExtension);
    } else if (!is_draining) {
        manager.tell_ready();
    } else {
        manager.tell_stopping();
    }
    if (now >= manager_status_due) {
        manager_status_due = now + kManagerStatusInterval;
        manager.tell_status(
            fmt::format("{}: {}; {} pools, {} positions", to_string(options.provenance), phase(),
                        pipeline.book().size(), pipeline.portfolio().positions().size()));
    }
    manager.feed_watchdog(now);
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

std::shared_ptr<const Replica> Daemon::State::make_replica() {
    collect_report();
    tick_to_send.follow(pipeline.tick_to_send());
    tick_to_send_quoted.follow(pipeline.tick_to_send_quoted());
    const portfolio::Portfolio& books = pipeline.portfolio();
    Lamports cost;
    for (const PositionView& position : books.positions()) {
        cost += position.cost;
    }
    return std::make_shared<const Replica>(
        Replica{.at = reactor.now(),
                .phase = phase(),
                .report = report,
                .standing = pipeline.standing(),
                .is_comparison_due = pipeline.is_reconciliation_due(),
                .kept = pipeline.positions_kept(),
                .doubt = real ? real->reconciler.doubt() : std::nullopt,
                .unread = real ? real->reconciler.unread() : std::vector<Signature>{},
                .feed = feed.statistics(),
                .transactions = transactions.statistics(),
                .endpoints = rpc.health(),
                .lanes = lanes->statistics(),
                .nonces = real ? real->executor.nonces() : execute::NonceStatistics{},
                .intents = pipeline.counters().intents,
                .wallet = books.ledger().wallet(),
                .positions_cost = cost,
                .positions_value = books.value_marked(),
                .tick_to_send = tick_to_send,
                .tick_to_send_quoted = tick_to_send_quoted,
                .recorder = recorder->load(),
                .recorder_drops = recorder->drops(),
                .is_recorder_failed = recorder->has_failed(),
                .published = published,
                .publish_time = publish_time,
                .status_dropped = control ? control->dropped() : 0,
                .admin_dropped = admin ? admin->dropped() : 0,
                .admin_url = admin ? admin->url() : std::string{},
                .shown = take_shown()});
}

std::optional<dashboard::Snapshot> Daemon::State::take_shown() {
    const MonoTime now = reactor.now();
    if (!timeline || !is_running || now < shown_due) {
        return std::nullopt;
    }
    shown_due = now + kShownInterval;
    std::optional<dashboard::Snapshot> taken{std::in_place};
    taken->number = ++shown;
    dashboard::take(
        *taken,
        {.pipeline = pipeline,
         .settings = options.settings,
         .orders = *timeline,
         .fees_used_today = real ? std::optional{real->executor.fees_used_today()} : std::nullopt},
        now, reactor.wall_now());
    return taken;
}

void Daemon::State::publish() {
    if (!control && !admin) {
        return;
    }
    const MonoTime begin = reactor.now();
    const auto replica = make_replica();
    if (control) {
        control->publish([replica] { return status_json(*replica); });
    }
    if (admin) {
        admin->publish(replica);
    }
    ++published;
    publish_time += reactor.now() - begin;
}

}  // namespace sniperforge::app
