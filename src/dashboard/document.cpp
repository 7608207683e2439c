// SPDX-License-Identifier: MIT
#include "sniperforge/dashboard/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/model/standing_json.hpp"

namespace sniperforge::dashboard {
namespace {

[[nodiscard]] std::int64_t milliseconds(WallTime time) { return time.ns / 1'000'000; }
[[nodiscard]] double to_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}
[[nodiscard]] double to_microseconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1'000.0;
}
template <typename T>
[[nodiscard]] std::string or_nothing(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : "null";
}
[[nodiscard]] std::string quoted_key(const Pubkey& key) {
    return key.is_zero() ? "\"\"" : json_quoted(key.to_string());
}

// [a,b,c] of what `json_of` makes of each.
template <typename Range, typename F>
[[nodiscard]] std::string array_of(const Range& range, const F& json_of) {
    std::string json = "[";
    for (const auto& each : range) {
        json += json.size() > 1 ? "," : "";
        json += json_of(each);
    }
    return json + "]";
}

[[nodiscard]] std::string stop_json(std::string_view reason, const strategy::ArmedStop& stop) {
    return fmt::format(R"({{"reason":"{}","is_armed":{},"at_lamports":{}}})", reason, stop.is_armed,
                       (stop.is_armed ? stop.value : stop.arm).raw());
}

[[nodiscard]] std::string exits_json(const PositionLine& line) {
    std::string json = fmt::format(R"([{{"reason":"{}","is_armed":true,"at_lamports":{}}})",
                                   to_string(ExitReason::StopLoss), line.stop_loss.raw());
    for (const ProfitGoal& goal : line.profits) {
        json += fmt::format(
            R"(,{{"reason":"{}","gain_bps":{},"percent_kept":{},"is_taken":{},"at_lamports":{}}})",
            to_string(ExitReason::TakeProfit), goal.level.gain.raw(), goal.level.percent_kept,
            goal.is_taken, goal.value.raw());
    }
    json += "," + stop_json(to_string(ExitReason::TrailingStop), line.trailing);
    if (line.break_even.is_on) {
        json += "," + stop_json(to_string(ExitReason::BreakEven), line.break_even);
    }
    return json + fmt::format(R"(,{{"reason":"{}","in_s":{:.1f}}}])",
                              to_string(ExitReason::TimeLimit), to_seconds(line.time_left));
}

[[nodiscard]] std::string position_json(const PositionLine& line) {
    const PositionView& view = line.view;
    return fmt::format(
        R"({{"id":{},"strategy":"{}","mint":{},"pool":{},"venue":"{}","amount":"{}",)"
        R"("cost_lamports":{},"value_lamports":{},"peak_lamports":{},"age_s":{:.1f},)"
        R"("is_exit_in_flight":{},"is_kept":{},"is_heard":{},"missing":"{}","exits":{}}})",
        view.position_id.value, to_string(view.strategy), quoted_key(view.mint),
        quoted_key(line.pool), line.venue ? to_string(*line.venue) : "unknown", view.amount.raw(),
        view.cost_average().raw(), line.value ? fmt::format("{}", line.value->raw()) : "null",
        view.value_peak.raw(), to_seconds(line.age), view.is_exit_in_flight, line.is_kept,
        line.is_heard, view.missing.raw(), exits_json(line));
}

// Those that were met, in microseconds since the first of them.
[[nodiscard]] std::string moments_json(const OrderLine& order) {
    const Trace& trace = order.trace;
    const std::pair<std::string_view, MonoTime> moments[] = {{"received", trace.received},
                                                             {"decoded", trace.decoded},
                                                             {"detected", trace.detected},
                                                             {"decided", trace.decided},
                                                             {"approved", trace.approved},
                                                             {"built", trace.built},
                                                             {"signed", trace.signed_at},
                                                             {"journalled", trace.journalled},
                                                             {"sent", trace.sent},
                                                             {"settled", order.settled_at},
                                                             {"finalized", order.finalized_at}};
    std::optional<MonoTime> first;
    std::string json;
    for (const auto& [name, at] : moments) {
        if (at.ns == 0) {
            continue;
        }
        first = first.value_or(at);
        json += fmt::format(R"({}{{"name":"{}","at_us":{:.1f}}})", json.empty() ? "" : ",", name,
                            to_microseconds(at - *first));
    }
    return fmt::format("[{}]", json);
}

[[nodiscard]] std::string_view outcome_of(const OrderLine& order) {
    if (order.is_reversed) {
        return "reversed";
    }
    return order.outcome ? to_string(*order.outcome) : "sent";
}

[[nodiscard]] std::string order_json(const OrderLine& order, const Snapshot& snapshot) {
    const bool has_moved = order.outcome == Outcome::Landed || order.outcome == Outcome::Reverted;
    // When it was decided is known by the clock that measures: the other one shows how long ago.
    const bool is_dated = order.trace.decided.ns != 0;
    const WallTime decided{snapshot.taken_at.ns -
                           (snapshot.taken_at_mono - order.trace.decided).count()};
    return fmt::format(
        R"({{"intent":{},"strategy":"{}","kind":"{}","exit_reason":"{}","mint":{},)"
        R"("signature":{},"slot":{},"outcome":"{}","is_final":{},"wallet_lamports":{},)"
        R"("error":{},"decided_at_ms":{},"stages":{}}})",
        order.intent.value, to_string(order.strategy), to_string(order.kind),
        to_string(order.exit_reason), quoted_key(order.mint),
        order.signature.is_zero() ? "\"\"" : json_quoted(order.signature.to_string()),
        order.slot.value, outcome_of(order), order.finalized_at.ns != 0,
        has_moved && !order.is_reversed ? fmt::format("{}", order.wallet.raw()) : "null",
        json_quoted(order.error), is_dated ? fmt::format("{}", milliseconds(decided)) : "null",
        moments_json(order));
}

[[nodiscard]] std::string stages_json(const Snapshot& snapshot) {
    std::string json;
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const StageSummary& stage = snapshot.stages[i];
        // Virtual time stands still while code runs: a latency of it would be a claim about
        // nothing.
        const auto figure = [&](Duration value) {
            return snapshot.report.is_virtual_time ? std::string{"null"}
                                                   : fmt::format("{:.1f}", to_microseconds(value));
        };
        json += fmt::format(
            R"({}{{"name":"{}","p50_us":{},"p90_us":{},"p99_us":{},"max_us":{},"count":{}}})",
            i == 0 ? "" : ",", to_string(static_cast<Stage>(i)), figure(stage.p50),
            figure(stage.p90), figure(stage.p99), figure(stage.max), stage.count);
    }
    return fmt::format("[{}]", json);
}

[[nodiscard]] std::string limit_json(const risk::LimitUse& use) {
    const bool is_of_section = use.name.find('.') != std::string_view::npos;
    // How much of it is used; of a floor how much of what is there it takes.
    std::optional<double> share;
    if (use.value && use.limit) {
        const std::uint64_t part = use.is_floor ? *use.limit : *use.value;
        const std::uint64_t whole = use.is_floor ? *use.value : *use.limit;
        share = whole == 0 ? (part == 0 && use.is_floor ? 0.0 : 1.0)
                           : static_cast<double>(part) / static_cast<double>(whole);
    }
    return fmt::format(
        R"({{"name":"{}{}","of":"{}","code":{},"unit":"{}","value":{},"limit":{},"left":{},)"
        R"("share":{},"is_floor":{},"is_reached":{}}})",
        is_of_section ? "" : "risk.", use.name, use.of,
        use.denial ? json_quoted(to_string(*use.denial)) : "null", to_string(use.unit),
        or_nothing(use.value), or_nothing(use.limit), or_nothing(use.left()),
        share ? fmt::format("{:.4f}", *share) : "null", use.is_floor, use.is_reached());
}

[[nodiscard]] std::string warning_json(const telemetry::LoggedLine& line) {
    return fmt::format(R"({{"level":"{}","at_ms":{},"component":{},"text":{}}})",
                       line.level == telemetry::Level::Error ? "error" : "warning",
                       milliseconds(line.at), json_quoted(line.component), json_quoted(line.text));
}

[[nodiscard]] std::string equity_json(const Snapshot& s) {
    return fmt::format(
        R"({{"lamports":{},"wallet_lamports":{},"pnl_realized_lamports":{},)"
        R"("pnl_unrealized_lamports":{},"pnl_today_lamports":{},"drawdown_lamports":{},)"
        R"("sol_price_usd":"{}"}})",
        s.equity.raw(), s.wallet.raw(), s.report.pnl_realized.raw(), s.unrealized.raw(),
        s.today.raw(), s.drawdown.raw(), format_usd(s.sol_price));
}

[[nodiscard]] std::string run_json(const Snapshot& s) {
    const auto uptime =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s.report.duration_s));
    return fmt::format(R"({{"provenance":"{}","scenario":{},"time_compression":{},"seed":{},)"
                       R"("is_virtual_time":{},"started_at_ms":{},"uptime_s":{:.1f}}})",
                       to_string(s.report.provenance), json_quoted(s.report.scenario),
                       s.report.time_compression, s.report.seed, s.report.is_virtual_time,
                       milliseconds(WallTime{s.taken_at.ns - uptime.count()}), s.report.duration_s);
}

}  // namespace

std::string to_json(const Snapshot& s, const DocumentFacts& facts) {
    const auto order = [&](const OrderLine& line) { return order_json(line, s); };
    return fmt::format(
        R"({{"protocol":{},"number":{},"taken_at_ms":{},"age_ms":{},)"
        R"("build":{{"id":{},"has_charts":{}}},"controls":{{"is_armed":{}}},"run":{},)"
        R"("state":{{"phase":{},"trading_state":"{}","is_blind":{},"standing":{}}},"slot":{},)"
        R"("equity":{},"positions":{{"total":{},"shown":{}}},"orders":{{"shown":{}}},)"
        R"("stages":{},"limits":{},"feed":{},"endpoints":{},"lanes":{},"report":{},)"
        R"("warnings":{}}})",
        kProtocol, s.number, milliseconds(s.taken_at),
        std::max<std::int64_t>(0, (facts.now.ns - s.taken_at.ns) / 1'000'000),
        json_quoted(facts.build_id), facts.has_charts, facts.is_control_armed, run_json(s),
        json_quoted(s.phase), to_string(s.report.state), s.feed.is_blind, to_json(s.standing),
        s.feed.slot.value, equity_json(s), s.positions_open, array_of(s.positions, position_json),
        array_of(s.orders, order), stages_json(s), array_of(s.limits, limit_json),
        feed::to_json(s.feed), rpc::to_json(s.endpoints), execute::to_json(s.lanes),
        engine::to_json(s.report), array_of(facts.warnings, warning_json));
}

}  // namespace sniperforge::dashboard
