// SPDX-License-Identifier: MIT
#include "sniperforge/engine/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/books_text.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/risk/risk_gate.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] double microseconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1'000.0;
}

// Virtual time stands still while code runs, so a latency of it would be a claim about nothing.
[[nodiscard]] std::string json_of(const LatencySummary& latency, bool is_virtual_time) {
    if (is_virtual_time) {
        return fmt::format(
            R"({{"p50":null,"p90":null,"p99":null,"p999":null,"max":null,"count":{}}})",
            latency.count);
    }
    return fmt::format(
        R"({{"p50":{:.1f},"p90":{:.1f},"p99":{:.1f},"p999":{:.1f},"max":{:.1f},"count":{}}})",
        latency.p50, latency.p90, latency.p99, latency.p999, latency.max, latency.count);
}

[[nodiscard]] std::string denials_json(const RunReport& report) {
    std::string text;
    for (std::size_t i = 0; i < report.denials.size(); ++i) {
        if (report.denials[i] != 0) {
            text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",",
                                to_string(static_cast<DenialReason>(i)), report.denials[i]);
        }
    }
    return text;
}

// Calls visit(code, count) for each reason that tokens were refused for.
template <typename F>
void for_each_refusal(const RunReport& report, const F& visit) {
    for (std::size_t i = 0; i < report.safety.refused.size(); ++i) {
        for (const bool is_unknown : {false, true}) {
            const std::uint64_t count = report.safety.refused[i][is_unknown ? 1 : 0];
            if (count != 0) {
                visit(to_string(SafetyRefusal{static_cast<SafetyCode>(i), is_unknown}), count);
            }
        }
    }
}

[[nodiscard]] std::string ladder_json(const std::optional<LadderLine>& ladder) {
    if (!ladder) {
        return "null";
    }
    return fmt::format(R"({{"mode":"{}","rung":{},"rungs":{},"capital_max_usd":"{}","results":{},)"
                       R"("results_wanted":{},"fortune":{:.4f},"fortune_wanted":{:.4f},"why":{}}})",
                       ladder->mode, ladder->rung, ladder->rungs, format_usd(ladder->capital_max),
                       ladder->results, ladder->results_wanted, ladder->fortune,
                       ladder->fortune_wanted, json_quoted(ladder->why));
}

[[nodiscard]] std::string safety_json(const RunReport& report) {
    std::string refused;
    for_each_refusal(report, [&](const std::string& code, std::uint64_t count) {
        refused += fmt::format(R"({}"{}":{})", refused.empty() ? "" : ",", code, count);
    });
    return fmt::format(
        R"({{"judged":{},"passed":{},"refused":{{{}}},"holders_sold":{},"calls":{}}})",
        report.safety.judged, report.safety.passed, refused, report.safety.holders_sold,
        report.safety_calls);
}

// Calls visit(way, count) for each way that new pools were heard of.
template <typename F>
void for_each_way(const RunReport& report, const F& visit) {
    for (std::size_t i = 0; i < report.pools_heard_by.size(); ++i) {
        visit(detect::to_string(static_cast<detect::HeardBy>(i)), report.pools_heard_by[i]);
    }
}

[[nodiscard]] std::string heard_by_json(const RunReport& report) {
    std::string text;
    for_each_way(report, [&](std::string_view way, std::uint64_t count) {
        text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", way, count);
    });
    return text;
}

[[nodiscard]] std::string heard_by_text(const RunReport& report) {
    std::string text;
    for_each_way(report, [&](std::string_view way, std::uint64_t count) {
        text += count == 0 ? std::string{}
                           : fmt::format("{} {} by {}", text.empty() ? ":" : ",", count, way);
    });
    return text;
}

[[nodiscard]] std::string venues_json(const RunReport& report) {
    std::string text;
    for (std::size_t i = 0; i < report.venues.size(); ++i) {
        const RunReport::VenueLine& venue = report.venues[i];
        text += fmt::format(R"({}"{}":{{"instructions":"{}","swaps_matched":{},"reason":{}}})",
                            i == 0 ? "" : ",", to_string(static_cast<VenueId>(i)),
                            to_string(venue.standing), venue.swaps_matched,
                            venue.reason.empty() ? "null" : json_quoted(venue.reason));
    }
    return text;
}

// Kept short: what is closed and never opened says nothing.
[[nodiscard]] std::string breakers_json(const RunReport& report) {
    std::string trips, open;
    for (std::size_t i = 0; i < report.breaker_trips.size(); ++i) {
        if (report.breaker_trips[i] != 0) {
            trips += fmt::format(R"({}"{}":{})", trips.empty() ? "" : ",",
                                 to_string(static_cast<FailureClass>(i)), report.breaker_trips[i]);
        }
    }
    for (const risk::BreakerView& view : report.breakers) {
        const BreakerHold& hold = view.hold;
        const std::string seconds =
            hold.until_probe
                ? fmt::format("{}",
                              std::chrono::ceil<std::chrono::seconds>(*hold.until_probe).count())
                : "null";
        open += fmt::format(
            R"({}{{"class":"{}","scope":"{}","of":{},"state":"{}","failures":{},"probing":{},)"
            R"("seconds_until_probe":{}}})",
            open.empty() ? "" : ",", to_string(hold.failure), to_string(hold.scope),
            hold.scope == BreakerScope::Everything ? "null" : json_quoted(scope_text(hold)),
            to_string(view.state), hold.failures, hold.is_probing, seconds);
    }
    return fmt::format(R"({{"trips":{{{}}},"not_closed":[{}]}})", trips, open);
}

[[nodiscard]] std::string or_null(const std::optional<std::uint64_t>& value) {
    return value ? fmt::format("{}", *value) : "null";
}

[[nodiscard]] std::string latency_text(const LatencySummary& latency, bool is_virtual_time) {
    if (latency.count == 0) {
        return "none sent";
    }
    if (is_virtual_time) {
        return fmt::format("not measured under virtual time  (n={})", latency.count);
    }
    return fmt::format("p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  p99.9 {:.1f}  max {:.1f} us  (n={})",
                       latency.p50, latency.p90, latency.p99, latency.p999, latency.max,
                       latency.count);
}

// Sweeps and advances of nonces are the only orders of housekeeping.
[[nodiscard]] std::uint64_t swept(const RunReport& report) {
    const std::uint64_t fills = report.fills[static_cast<std::size_t>(StrategyId::Housekeeping)];
    return fills - std::min(fills, report.orders.advances);
}

// Of entries and exits; the reasons are those that were met.
[[nodiscard]] std::string paths_json(const execute::PathStatistics& paths) {
    std::string obstacles;
    for (std::size_t i = 0; i < paths.obstacles.size(); ++i) {
        if (paths.obstacles[i] != 0) {
            obstacles +=
                fmt::format(R"({}"{}":{})", obstacles.empty() ? "" : ",",
                            to_string(static_cast<execute::DirectObstacle>(i)), paths.obstacles[i]);
        }
    }
    std::string ways;
    for (std::size_t i = 0; i < paths.by_way.size(); ++i) {
        ways += fmt::format(R"({}"{}":{})", ways.empty() ? "" : ",",
                            to_string(static_cast<OrderPath>(i)), paths.by_way[i]);
    }
    const execute::JupiterSends& own = paths.executes;
    return fmt::format(R"({{"direct":{},"jupiter":{},"fallbacks":{},"not_direct":{{{}}},)"
                       R"("by_way":{{{}}},"jupiter_cheaper":{},"price_probes":{},)"
                       R"("jupiter_execute":{{"sent":{},"taken":{},"refused":{},"failed":{}}}}})",
                       paths.sent[0], paths.sent[1], paths.fallbacks, obstacles, ways,
                       paths.cheaper, paths.probes, own.sent, own.taken, own.refused, own.failed);
}

[[nodiscard]] std::string obstacles_text(const execute::PathStatistics& paths) {
    std::string text;
    for (std::size_t i = 0; i < paths.obstacles.size(); ++i) {
        if (paths.obstacles[i] != 0) {
            text +=
                fmt::format("{}{} {}", text.empty() ? "; not directly: " : ", ", paths.obstacles[i],
                            to_string(static_cast<execute::DirectObstacle>(i)));
        }
    }
    return text;
}

}  // namespace

LatencySummary summary_of(const telemetry::Histogram& histogram) {
    return {microseconds(histogram.quantile(0.5)),  microseconds(histogram.quantile(0.9)),
            microseconds(histogram.quantile(0.99)), microseconds(histogram.quantile(0.999)),
            microseconds(histogram.max()),          histogram.count()};
}

void collect(RunReport& report, const Pipeline& pipeline, const execute::OrderDesk& desk) {
    const portfolio::PortfolioCounters& counters = pipeline.portfolio().counters();
    report.state = pipeline.state();
    report.orders = desk.statistics();
    report.orders_in_flight = desk.in_flight();
    report.fills = counters.fills;
    report.denials = pipeline.counters().denials;
    report.safety = pipeline.safety().statistics();
    report.safety_calls = pipeline.holder_calls();
    report.sweeps_left = pipeline.sweeps_left();
    report.positions_opened = counters.positions_opened;
    report.positions_closed = counters.positions_closed;
    report.positions_open = static_cast<std::uint32_t>(pipeline.portfolio().positions().size());
    report.positions_open_max = counters.positions_open_max;
    report.pnl_realized = counters.pnl_realized;
    report.pnl_liquidation = counters.pnl_realized + pipeline.portfolio().pnl_unrealized();
    report.results = counters.results.size();
    const portfolio::Ledger& ledger = pipeline.portfolio().ledger();
    report.costs = ledger.totals();
    report.books = ledger.trial_balance();
    report.bookings_refused = ledger.refused();
    report.booking_refusal = ledger.refusal();
    report.fills_finalized = ledger.fills_finalized();
    report.fills_confirmed = ledger.fills_confirmed();
    report.volume = counters.volume;
    report.sol_price = pipeline.sol_price();
    report.open_positions.clear();
    for (const PositionView& position : pipeline.portfolio().positions()) {
        report.open_positions.push_back(fmt::format(
            "position {} ({}): {} base units of {}, cost {} SOL", position.position_id.value,
            to_string(position.strategy), position.amount.raw(), position.mint.to_string(),
            format_sol(position.cost)));
    }
    report.updates = pipeline.counters().updates;
    report.market_events = pipeline.counters().market_events;
    report.pools = pipeline.book().size();
    report.pools_created = pipeline.detector().pools_created;
    report.pools_heard_by = pipeline.detector().pools_heard_by;
    report.swaps_seen = pipeline.detector().swaps_seen;
    for (std::size_t i = 0; i < report.venues.size(); ++i) {
        const auto venue = static_cast<VenueId>(i);
        const dex::ShapeWatch& shapes = pipeline.shapes();
        report.venues[i] = {shapes.standing(venue), shapes.swaps_matched(venue),
                            shapes.reason(venue)};
    }
    report.breakers = pipeline.breakers_not_closed();
    report.breaker_trips = pipeline.breaker_trips();
    report.tick_to_send = summary_of(pipeline.tick_to_send());
    report.tick_to_send_quoted = summary_of(pipeline.tick_to_send_quoted());
}

void collect_interval(RunReport& report, const Pipeline& pipeline) {
    report.pnl_ci95 =
        analytics::bootstrap_sum_ci95(pipeline.portfolio().counters().results, report.seed);
}

std::string to_json(const RunReport& r) {
    const MicroUsd volume_usd = risk::lamports_to_usd(r.volume, r.sol_price);
    return fmt::format(
        R"({{"provenance":"{}","scenario":"{}","time_compression":{},"seed":{},"duration_s":{},)"
        R"("virtual_time":{},"state":"{}",)"
        R"("orders":{{"submitted":{},"landed":{},"reverted":{},"rejected":{},"expired":{},)"
        R"("unknown":{},"in_flight":{},"policy_refused":{},"too_late":{},"unbuildable":{},)"
        R"("reversed":{},"carried_over":{{"orders":{},"landed":{},"reverted":{},"expired":{}}}}},)"
        R"("paths":{},)"
        R"("fills_by_strategy":{{"arbitrage":{},"sniper":{},"momentum":{}}},)"
        R"("sweeps":{{"landed":{},"left_worth_a_sale":{},"left_unpriced":{},)"
        R"("left_unclosable":{},"waiting":{}}},)"
        R"("positions":{{"opened":{},"closed":{},"open":{},"open_max":{}}},"denials":{{{}}},)"
        R"("safety":{},)"
        R"("pnl_lamports":{{"realized":{},"liquidation":{}}},"pnl_ci95_lamports":{},)"
        R"("pnl_results":{},)"
        R"("costs_lamports":{{"base_fee":{},"priority_fee":{},"tip":{},"rent":{},)"
        R"("amm_fee":{},"transfer_fee":{},"amm_fee_unknown":{},"rent_of_others":{},)"
        R"("unexplained":{}}},)"
        R"("volume_usd":"{}","sol_price_usd":"{}",)"
        R"("ledger":{{"mismatch_lamports":{},"mismatch_tokens":{},"fills_finalized":{},)"
        R"("fills_confirmed":{},"reconciled_at":{},"checks":{}}},"books":{},)"
        R"("market":{{"updates":{},"events":{},"pools":{},"pools_created":{},"heard_by":{{{}}},)"
        R"("swaps_seen":{}}},)"
        R"("venues":{{{}}},"breakers":{},"journal_sha256":"{}","rss_bytes_max":{},)"
        R"("tick_to_send_us":{},"tick_to_send_quoted_us":{},"ladder":{}}})",
        to_string(r.provenance), json_escaped(r.scenario), r.time_compression, r.seed, r.duration_s,
        r.is_virtual_time, to_string(r.state), r.orders.submitted, r.orders.landed,
        r.orders.reverted, r.orders.rejected, r.orders.expired, r.orders.unknown,
        r.orders_in_flight, r.orders.policy_refused, r.orders.too_late, r.orders.unbuildable,
        r.orders.reversed, r.orders.carried.orders, r.orders.carried.landed,
        r.orders.carried.reverted, r.orders.carried.expired, paths_json(r.orders.paths), r.fills[0],
        r.fills[1], r.fills[2], swept(r), r.sweeps_left.worth_a_sale, r.sweeps_left.unpriced,
        r.sweeps_left.unclosable, r.sweeps_left.waiting, r.positions_opened, r.positions_closed,
        r.positions_open, r.positions_open_max, denials_json(r), safety_json(r),
        r.pnl_realized.raw(), r.pnl_liquidation.raw(),
        r.pnl_ci95 ? fmt::format("[{:.0f},{:.0f}]", r.pnl_ci95->low, r.pnl_ci95->high) : "null",
        r.results, r.costs.base_fee.raw(), r.costs.priority_fee.raw(), r.costs.tip.raw(),
        r.costs.rent_paid.minus(r.costs.rent_refunded).raw(), r.costs.amm_fee.raw(),
        r.costs.transfer_fee.raw(), r.costs.venue_fees_unknown, r.costs.rent_of_others.raw(),
        r.costs.unexplained.raw(), format_usd(volume_usd), format_usd(r.sol_price),
        or_null(r.mismatch_lamports), or_null(r.mismatch_tokens), r.fills_finalized,
        r.fills_confirmed,
        r.reconciled_at ? fmt::format(R"("{}")", to_string(*r.reconciled_at)) : "null",
        r.ledger_checks, books_json(r), r.updates, r.market_events, r.pools, r.pools_created,
        heard_by_json(r), r.swaps_seen, venues_json(r), breakers_json(r), r.journal_sha256,
        r.rss_bytes_max, json_of(r.tick_to_send, r.is_virtual_time),
        json_of(r.tick_to_send_quoted, r.is_virtual_time), ladder_json(r.ladder));
}

std::string to_text(const RunReport& r) {
    std::string tag = fmt::format("[{}", to_string(r.provenance));
    if (!r.scenario.empty()) {
        tag += fmt::format(" {}", r.scenario);
    }
    if (r.time_compression != 1.0) {
        tag += fmt::format(", rates x{:g}", r.time_compression);
    }
    tag += "]";
    std::string text;
    const auto line = [&]<typename... Args>(std::string_view label,
                                            fmt::format_string<Args...> format, Args&&... args) {
        text += fmt::format("{} {:<14}{}\n", tag, label,
                            fmt::format(format, std::forward<Args>(args)...));
    };
    line("run", "{:.1f} s{}, seed {}", r.duration_s, r.is_virtual_time ? " of virtual time" : "",
         r.seed);
    line("market", "{} updates, {} pools ({} new{}), {} swaps seen", r.updates, r.pools,
         r.pools_created, heard_by_text(r), r.swaps_seen);
    line("orders",
         "{} submitted: {} landed, {} reverted, {} rejected ({} of them too late to sign, {} "
         "unbuildable), {} expired, {} unknown, {} in flight",
         r.orders.submitted, r.orders.landed, r.orders.reverted, r.orders.rejected,
         r.orders.too_late, r.orders.unbuildable, r.orders.expired, r.orders.unknown,
         r.orders_in_flight);
    if (const execute::CarriedOrders& carried = r.orders.carried; carried.orders > 0) {
        line("carried over",
             "{} orders of earlier runs followed: {} landed, {} reverted, {} expired; they are in "
             "no other count of orders and fills",
             carried.orders, carried.landed, carried.reverted, carried.expired);
    }
    const execute::PathStatistics& paths = r.orders.paths;
    line("paths",
         "{} swaps sent directly, {} through Jupiter; {} began with Jupiter because that was "
         "cheaper; {} took the other path after a failure{}",
         paths.sent[0], paths.sent[1], paths.cheaper, paths.fallbacks, obstacles_text(paths));
    line("fills", "arbitrage {}, sniper {}, momentum {}", r.fills[0], r.fills[1], r.fills[2]);
    if (r.ladder) {
        line("ladder", "{}: rung {} of {}, {} USD; {} of {} results, fortune {:.3f} of {:.0f}; {}",
             r.ladder->mode, r.ladder->rung, r.ladder->rungs, format_usd(r.ladder->capital_max),
             r.ladder->results, r.ladder->results_wanted, r.ladder->fortune,
             r.ladder->fortune_wanted, r.ladder->why);
    }
    const strategy::SweepsLeft& left = r.sweeps_left;
    line("sweeps",
         "{} token accounts closed; left open: {} worth a sale, {} without a price, {} that their "
         "program would not close, {} to be tried later",
         swept(r), left.worth_a_sale, left.unpriced, left.unclosable, left.waiting);
    line("positions", "{} opened, {} closed, {} open (at most {} at once)", r.positions_opened,
         r.positions_closed, r.positions_open, r.positions_open_max);
    for (const std::string& open : r.open_positions) {
        line("still open", "{}", open);
    }
    for (std::size_t i = 0; i < r.venues.size(); ++i) {
        if (r.venues[i].standing == dex::VenueStanding::Quarantined) {
            line("quarantine", "{}: {}", to_string(static_cast<VenueId>(i)), r.venues[i].reason);
        }
    }
    for (std::size_t i = 0; i < r.breaker_trips.size(); ++i) {
        if (r.breaker_trips[i] != 0) {
            line("breaker", "opened {} x for {}", r.breaker_trips[i],
                 to_string(static_cast<FailureClass>(i)));
        }
    }
    for (const risk::BreakerView& view : r.breakers) {
        line("breaker", "{} still {} ({})", to_string(view.hold.failure), to_string(view.state),
             scope_text(view.hold));
    }
    for (std::size_t i = 0; i < r.denials.size(); ++i) {
        if (r.denials[i] != 0) {
            line("denied", "{} x {}", r.denials[i], to_string(static_cast<DenialReason>(i)));
        }
    }
    line("tokens", "{} new ones judged, {} safe to buy; {} sales of large holders heard",
         r.safety.judged, r.safety.passed, r.safety.holders_sold);
    for_each_refusal(r, [&](const std::string& code, std::uint64_t count) {
        line("not bought", "{} x {}", count, code);
    });
    const analytics::Interval interval = r.pnl_ci95.value_or(analytics::Interval{});
    line("pnl", "realized {} SOL (95 % interval {:.9g} to {:.9g} SOL, n={}), at liquidation {} SOL",
         format_sol(r.pnl_realized), interval.low / 1e9, interval.high / 1e9, r.results,
         format_sol(r.pnl_liquidation));
    line("costs", "base fees {}, priority fees {}, tips {}, rent still locked {} SOL",
         format_sol(r.costs.base_fee), format_sol(r.costs.priority_fee), format_sol(r.costs.tip),
         format_sol(r.costs.rent_paid.minus(r.costs.rent_refunded)));
    line("of principal", "pools' fees {}, transfer fees {} SOL; not known of {} fills",
         format_sol(r.costs.amm_fee), format_sol(r.costs.transfer_fee), r.costs.venue_fees_unknown);
    line("volume", "{} SOL, ${} at {} USD/SOL", format_sol(r.volume),
         format_usd(risk::lamports_to_usd(r.volume, r.sol_price)), format_usd(r.sol_price));
    line("finality", "{} transactions of ours finalized, {} only confirmed{}", r.fills_finalized,
         r.fills_confirmed,
         r.orders.reversed == 0 ? "" : fmt::format(", {} fills reversed", r.orders.reversed));
    if (r.mismatch_lamports && r.mismatch_tokens && r.reconciled_at) {
        line("ledger", "differs from the chain's {} balances by {} lamports and {} token units",
             to_string(*r.reconciled_at), *r.mismatch_lamports, *r.mismatch_tokens);
    } else {
        line("ledger", "{}",
             r.provenance == Provenance::Paper
                 ? "on paper: nothing of it is on the chain"
                 : "not held against the chain before the run ended; the log says why");
    }
    line("books", "{}", books_text(r));
    if (r.bookings_refused > 0) {
        line("books", "{} bookings were refused, the last: {}; report it: it is a mistake of ours",
             r.bookings_refused, r.booking_refusal);
    }
    line("tick-to-send", "own instructions: {}", latency_text(r.tick_to_send, r.is_virtual_time));
    line("", "through Jupiter:  {}", latency_text(r.tick_to_send_quoted, r.is_virtual_time));
    line("memory", "{:.1f} MB resident at most", static_cast<double>(r.rss_bytes_max) / 1e6);
    line("journal", "sha256 of decisions {}", r.journal_sha256);
    return text;
}

}  // namespace sniperforge::engine
