// SPDX-License-Identifier: MIT
#include "app/run_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "app/backtest_report.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/engine/run_trades.hpp"

namespace sniperforge::app {
namespace {

using analytics::EvidenceReport;
using analytics::Period;
using analytics::Store;

constexpr std::size_t kAllRuns = std::numeric_limits<std::size_t>::max();

// Begin and end of each. One that was cut ended when it was last heard of; one that goes on has
// been idle until now, if it was.
using RunEnds = std::vector<std::pair<WallTime, WallTime>>;

// Newest first.
[[nodiscard]] RunEnds ends_of(const std::vector<Store::RunRow>& runs, const EvidenceMade& made) {
    RunEnds ends;
    for (const Store::RunRow& run : runs) {
        const bool goes_on = made.is_running && ends.empty() && run.ended_wall_ns == 0;
        const WallTime heard{std::max(run.ended_wall_ns, run.heard_wall_ns)};
        ends.emplace_back(WallTime{run.run.started_wall_ns},
                          goes_on ? std::max(heard, made.at) : heard);
    }
    return ends;
}

// Orders that a start found on the chain again are older than any run that the store has.
[[nodiscard]] Period period_of(const RunEnds& ends, const analytics::RecordedTrades& recorded) {
    Period period{ends.front().first, ends.front().second};
    for (const auto& [begun, ended] : ends) {
        period.from = std::min(period.from, begun);
        period.to = std::max(period.to, ended);
    }
    // A run that ends at midnight was in no day that begins there; what happened then was.
    constexpr Duration kMoment{1};
    for (const analytics::RecordedOrder& order : recorded.orders) {
        period.from = std::min(period.from, order.at);
        period.to = std::max(period.to, order.at + kMoment);
    }
    for (const analytics::RecordedPosition& position : recorded.positions) {
        period.from = std::min(period.from, position.opened_at.value_or(period.from));
        for (const auto& at : {position.opened_at, position.closed_at}) {
            period.to = std::max(period.to, at.value_or(period.from) + kMoment);
        }
    }
    period.from = std::min(period.from, recorded.begun.value_or(period.from));
    if (recorded.deleted_until) {
        period.from = std::max(period.from, *recorded.deleted_until + kMoment);
    }
    period.to = std::max(period.to, period.from + kMoment);
    return period;
}

void note_days(EvidenceReport& report, const RunEnds& ends, const Period& period,
               std::string_view begin) {
    std::set<std::int64_t> days;
    for (const auto& [begun, ended] : ends) {
        const WallTime from = std::max(begun, period.from);
        const WallTime last{std::max(from.ns, ended.ns - 1)};
        for (std::int64_t day = from.utc_day(); from <= ended && day <= last.utc_day(); ++day) {
            days.insert(day);
        }
    }
    const std::int64_t all = WallTime{period.to.ns - 1}.utc_day() - period.from.utc_day() + 1;
    report.notes.push_back(
        fmt::format("{} runs, on {} of the {} days (UTC) from {} to the last end; days without a "
                    "trade, and without a run, count as days with a result of 0",
                    ends.size(), days.size(), all, begin));
    report.notes.push_back(
        "daily results are lamports on a constant capital, of which the Sharpe ratio does not "
        "depend; the capital base of each row is the most that it had at stake at a time");
}

void note_trades(EvidenceReport& report, const engine::RunTrades& trades, Lamports missing) {
    if (trades.open > 0) {
        report.notes.push_back(fmt::format(
            "{} positions are open and count as sold at the end for what they were last worth{}",
            trades.open,
            trades.unmarked > 0
                ? fmt::format("; {} of them nobody has valued, and they count as worth nothing",
                              trades.unmarked)
                : ""));
    }
    if (trades.unassigned != LamportsDelta{}) {
        report.notes.push_back(fmt::format(
            "in no trade: {} SOL, which is rent that sweeps brought back less their fees, and what "
            "cycles of an unknown stake came to{}",
            format_sol(trades.unassigned),
            trades.unassigned.is_negative() ? "; no target is met while it is a loss" : ""));
    }
    if (!missing.is_zero()) {
        report.notes.push_back(
            fmt::format("{} SOL were missing and accepted (--accept-shortfall): they are in no "
                        "trade, and no target is met while it is so",
                        format_sol(missing)));
    }
    if (trades.adopted_sales > 0) {
        report.notes.push_back(
            fmt::format("{} orders sold tokens that no strategy had bought: they are in no figure",
                        trades.adopted_sales));
    }
    if (trades.stakes_unknown > 0) {
        report.notes.push_back(fmt::format(
            "{} cycles were found on the chain again, and no record says what they put in: what "
            "they came to is in no trade, and no target is met while it is so",
            trades.stakes_unknown));
    }
    if (trades.exits_without_entry > 0) {
        report.notes.push_back(fmt::format(
            "{} sales are of positions whose purchase the store does not have: what they came to "
            "is in no figure, and no target is met while it is so",
            trades.exits_without_entry));
    }
}

// What was bought before records end and sold behind it belongs to the period from its begin on.
void cut(std::vector<analytics::TradeResult>& trades, const Period& period) {
    std::erase_if(
        trades, [&](const analytics::TradeResult& trade) { return trade.closed_at < period.from; });
    for (analytics::TradeResult& trade : trades) {
        trade.opened_at = std::max(trade.opened_at, period.from);
    }
}

struct Restricted {
    std::vector<Store::RunRow>& runs;
    RunEnds& ends;
    analytics::RecordedTrades& recorded;
    Period& period;
};

// Of what was before nothing is left but what positions that were open then rest on.
void forget_before(WallTime since, analytics::RecordedTrades& recorded) {
    std::set<Pubkey> open;
    for (const analytics::RecordedPosition& position : recorded.positions) {
        if (position.closed_at.value_or(since) >= since) {
            open.insert(position.mint);
        }
    }
    std::erase_if(recorded.positions, [&](const analytics::RecordedPosition& position) {
        return !open.contains(position.mint);
    });
    std::erase_if(recorded.orders, [&](const analytics::RecordedOrder& order) {
        const bool is_of_position =
            order.report.kind == OrderKind::Entry || order.report.kind == OrderKind::Exit;
        return order.at < since && !(is_of_position && open.contains(order.report.mint));
    });
}

[[nodiscard]] Result<void> restrict_to(WallTime since, EvidenceReport& report,
                                       const Restricted& all) {
    std::vector<Store::RunRow> runs;
    RunEnds ends;
    std::size_t cut = 0;
    for (std::size_t i = 0; i < all.runs.size(); ++i) {
        const auto& [begun, ended] = all.ends[i];
        if (std::max(begun, ended) >= since) {
            cut += begun < since ? 1 : 0;
            runs.push_back(all.runs[i]);
            ends.push_back(all.ends[i]);
        }
    }
    if (runs.empty()) {
        return fail(fmt::format(
            "no run is known to have gone on at {} (--since) or later: the last was heard of at "
            "{}; name an earlier moment, or leave --since out",
            utc_text(since),
            utc_text(std::ranges::max(all.ends, {}, &RunEnds::value_type::second).second)));
    }
    report.notes.push_back(fmt::format(
        "of the time from {} on (--since): {} runs that had ended are left out, {} that went on "
        "over that moment count from it on; whoever chose it may have seen what was before, so "
        "that no target is met",
        utc_text(since), all.runs.size() - runs.size(), cut));
    all.runs = std::move(runs);
    all.ends = std::move(ends);
    forget_before(since, all.recorded);
    all.period.from = since;
    all.period.to = std::max(all.period.to, since + Duration{1});
    return {};
}

void note_carried(EvidenceReport& report, const std::vector<analytics::TradeResult>& trades,
                  const Period& period) {
    const auto carried = std::ranges::count_if(trades, [&](const analytics::TradeResult& trade) {
        return trade.opened_at < period.from && trade.closed_at >= period.from;
    });
    if (carried > 0) {
        report.notes.push_back(fmt::format(
            "{} positions were open at that moment: they count as opened then, with all that they "
            "cost and came to",
            carried));
    }
}

void note_others(EvidenceReport& report, const std::vector<Store::RunRow>& runs,
                 Provenance provenance) {
    const auto others = std::ranges::count_if(
        runs, [&](const Store::RunRow& run) { return run.run.provenance != provenance; });
    if (others > 0) {
        report.notes.push_back(fmt::format(
            "{} runs in this directory are not {} and are left out: evidence does not mix them",
            others, to_string(provenance)));
    }
}

void add_rows(EvidenceReport& report, const analytics::Sample& sample,
              const analytics::Resampling& how) {
    std::string idle;
    for (const StrategyId strategy :
         {StrategyId::Arbitrage, StrategyId::Sniper, StrategyId::Momentum}) {
        analytics::Sample part = sample.where(
            [&](const analytics::TradeResult& trade) { return trade.strategy == strategy; });
        if (part.is_empty()) {
            idle += fmt::format("{}{}", idle.empty() ? "" : ", ", to_string(strategy));
            continue;
        }
        report.strategies.push_back(
            {analytics::report_sample(std::string{to_string(strategy)}, std::move(part), how, {}),
             {},
             {}});
    }
    report.strategies.push_back(
        {analytics::report_sample("portfolio", sample, how, {}), {}, {}, true});
    if (!idle.empty()) {
        report.notes.push_back(fmt::format("without a trade: {}", idle));
    }
}

[[nodiscard]] Result<analytics::ReportOnPaper> orders_beside_paper(
    Store& store, const std::vector<Store::RunRow>& runs, const Period& period) {
    if (runs.front().run.provenance == Provenance::Paper) {
        return analytics::ReportOnPaper{};
    }
    // What was heard of last may be an order that came to nothing, in the period's last moment.
    const Period compared{period.from, period.to + Duration{1}};
    std::vector<analytics::ComparedOrder> all;
    for (const Store::RunRow& run : runs) {
        auto orders = store.orders_on_paper(run.run.run_id);
        if (!orders) {
            return Err{orders.error()};
        }
        std::ranges::copy_if(*orders, std::back_inserter(all), [&](const auto& order) {
            return order.at >= compared.from && order.at < compared.to;
        });
    }
    return analytics::ReportOnPaper{
        analytics::order_divergences(all, compared, runs.front().run.seed)};
}

}  // namespace

Result<EvidenceReport> run_evidence(Store& store, const EvidenceMade& made) {
    // Beside a daemon: a sale between two readings would make its position a total loss.
    const auto snapshot = analytics::StoreSnapshot::take(store);
    if (!snapshot) {
        return Err{snapshot.error()};
    }
    auto runs = store.runs(kAllRuns);
    if (!runs) {
        return Err{runs.error()};
    }
    if (runs->empty()) {
        return fail("the trade store holds no run");
    }
    const Provenance provenance = runs->front().run.provenance;
    EvidenceReport report;
    report.title = fmt::format("Trades of {} runs", to_string(provenance));
    report.build_id = made.build_id;
    report.command = made.command;
    report.made_at = made.at;
    note_others(report, *runs, provenance);
    std::erase_if(*runs,
                  [&](const Store::RunRow& run) { return run.run.provenance != provenance; });
    auto recorded = store.recorded_trades(provenance);
    if (!recorded) {
        return Err{recorded.error()};
    }
    RunEnds ends = ends_of(*runs, made);
    Period period = period_of(ends, *recorded);
    const bool is_restricted = made.since && *made.since > period.from;
    if (is_restricted) {
        if (auto left = restrict_to(*made.since, report, {*runs, ends, *recorded, period}); !left) {
            return Err{left.error()};
        }
    } else if (made.since) {
        report.notes.push_back(
            fmt::format("no record that is left is of before {} (--since): this is of all runs",
                        utc_text(*made.since)));
    }
    for (const Store::RunRow& run : *runs) {
        report.time_compression = std::max(report.time_compression, run.run.time_compression);
    }
    engine::RunTrades trades = engine::run_trades(*recorded, provenance, period);
    report.data.push_back({fmt::format("trade store: orders in a block, {} runs", runs->size()),
                           "",
                           recorded->orders.size(),
                           0,
                           {}});
    note_days(report, ends, period,
              is_restricted ? "the moment of --since" : "the first begin or order");
    note_trades(report, trades, recorded->missing);
    if (is_restricted) {
        note_carried(report, trades.trades, period);
    }
    if (recorded->deleted_until || is_restricted) {
        cut(trades.trades, period);
    }
    if (recorded->deleted_until) {
        report.notes.push_back(fmt::format(
            "orders up to {} were deleted, by recorder.trades_days or recorder.trades_bytes_max: "
            "the figures are of the time behind them, and no target is met while it is so",
            utc_text(*recorded->deleted_until)));
    }
    // What happened while it was traded nobody had seen before.
    for (analytics::TradeResult& trade : trades.trades) {
        trade.searched = analytics::Searched::No;
    }
    auto sample = analytics::Sample::of(std::move(trades.trades), period);
    if (!sample) {
        return fail("the trades of the store", sample.error());
    }
    if (recorded->doubtful > 0) {
        report.notes.push_back(
            fmt::format("{} positions were opened again under their number in another run: a sale "
                        "that was taken back, or two that count as one where a journal was lost",
                        recorded->doubtful));
    }
    sample->note_missing(trades.exits_without_entry + trades.stakes_unknown + recorded->doubtful);
    sample->note_unassigned(trades.unassigned);
    sample->note_shortfall(recorded->missing);
    if (recorded->deleted_until || is_restricted) {
        sample->note_cut();
    }
    add_rows(report, *sample, resampling_of(period));
    auto on_paper = orders_beside_paper(store, *runs, period);
    if (!on_paper) {
        return Err{on_paper.error()};
    }
    report.on_paper = std::move(*on_paper);
    return report;
}

}  // namespace sniperforge::app
