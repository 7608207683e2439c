// SPDX-License-Identifier: MIT
#include "app/backtest_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <utility>

namespace sniperforge::app {
namespace {

[[nodiscard]] std::vector<StrategyId> enabled(const config::Settings& settings) {
    std::vector<StrategyId> strategies;
    const std::array<std::pair<StrategyId, bool>, 3> all{
        {{StrategyId::Arbitrage, settings.arbitrage.is_enabled},
         {StrategyId::Sniper, settings.sniper.is_enabled},
         {StrategyId::Momentum, settings.momentum.is_enabled}}};
    for (const auto& [strategy, is_enabled] : all) {
        if (is_enabled) {
            strategies.push_back(strategy);
        }
    }
    return strategies;
}

// Days are what results hang together in; a recording of a few days has too few of them.
[[nodiscard]] analytics::Resampling resampling_of(const analytics::Period& period) {
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    const auto days = (period.to.ns - period.from.ns) / kDayNs;
    return {.cluster = days < static_cast<std::int64_t>(analytics::kClustersMin)
                           ? analytics::Cluster::Hour
                           : analytics::Cluster::Day};
}

[[nodiscard]] std::string denials_of(const backtest::BacktestResult& result) {
    std::string text;
    for (std::size_t i = 0; i < kDenialReasonCount; ++i) {
        if (result.denials[i] > 0) {
            text +=
                fmt::format(" {} {}", to_string(static_cast<DenialReason>(i)), result.denials[i]);
        }
    }
    return text.empty() ? " none" : text;
}

// Pairs that are seen again as they were are one difference.
[[nodiscard]] std::uint64_t differences_in(const backtest::Tape& tape) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> last(tape.pools.size());
    std::uint64_t differences = 0;
    bool is_changed = false;
    for (const backtest::TapeEvent& event : tape.events) {
        const bool is_state = event.kind == backtest::TapeEventKind::State;
        if (!is_state && event.kind != backtest::TapeEventKind::Quiet) {
            continue;
        }
        is_changed = is_changed || last[event.pool] != std::pair{event.in, event.out};
        last[event.pool] = {event.in, event.out};
        if (is_state) {
            differences += is_changed ? 1 : 0;
            is_changed = false;
        }
    }
    return differences;
}

[[nodiscard]] analytics::DataSet data_set(const std::string& name,
                                          const std::vector<backtest::Tape>& tapes) {
    analytics::DataSet set;
    set.name = name;
    if (tapes.empty()) {
        return set;
    }
    const dataset::Tally& tally = tapes.front().tally;
    set.rows = tally.rows;
    set.breaks = tally.breaks;
    for (std::size_t i = 0; i < dataset::kRowProblemCount; ++i) {
        if (tally.problems[i] > 0) {
            set.bad.emplace_back(to_string(static_cast<dataset::RowProblem>(i)), tally.problems[i]);
        }
    }
    return set;
}

}  // namespace

Result<BacktestReport::Runs> BacktestReport::run(const std::vector<backtest::Tape>& tapes,
                                                 const backtest::BacktestOptions& options) const {
    Runs runs;
    runs.period = {WallTime{std::numeric_limits<std::int64_t>::max()}, WallTime{}};
    for (const backtest::Tape& tape : tapes) {
        if (tape.is_empty()) {
            continue;
        }
        const auto begin = std::chrono::steady_clock::now();
        auto result = backtest::run_backtest(tape, settings_, options);
        if (!result) {
            return Err{result.error()};
        }
        runs.seconds +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        runs.events += tape.events.size();
        if (tape.is_competition_unrecorded) {
            runs.seen += differences_in(tape);
            runs.tried += result->orders.submitted;
            runs.reverted += result->orders.reverted;
        }
        runs.unassigned += result->unassigned;
        runs.unplayed += result->unplayed;
        runs.period.from = std::min(runs.period.from, result->period.from);
        runs.period.to = std::max(runs.period.to, result->period.to);
        for (analytics::TradeResult& trade : result->trades) {
            trade.trade_id = runs.trades.size() + 1;  // Each run counts from 1.
            runs.trades.push_back(trade);
        }
        runs.notes.push_back(fmt::format(
            "{}: {} events, {} orders, {} landed, {} reverted, {} expired; {} positions open at "
            "most; in no trade {} lamports; denied:{}; decisions {}",
            tape.name, tape.events.size(), result->orders.submitted, result->orders.landed,
            result->orders.reverted, result->orders.expired, result->positions_open_max,
            result->unassigned.raw(), denials_of(*result), result->decision_sha256.substr(0, 16)));
    }
    return runs;
}

Result<void> BacktestReport::add(const File& file, const std::vector<backtest::Tape>& tapes) {
    const std::string& name = file.name;
    report_.data.push_back(data_set(name, tapes));
    report_.data.back().sha256 = file.sha256;
    for (const backtest::Tape& tape : tapes) {
        for (const std::string& assumption : tape.assumptions) {
            report_.notes.push_back(fmt::format("{}: assumed: {}", name, assumption));
        }
    }
    if (std::ranges::all_of(tapes, &backtest::Tape::is_empty)) {
        report_.notes.push_back(fmt::format("{}: nothing in it can be played", name));
        return {};
    }
    auto runs = run(tapes, options_);
    if (!runs) {
        return Err{runs.error()};
    }
    note(name, *runs);
    const analytics::Resampling how = resampling_of(runs->period);
    auto sample = analytics::Sample::of(std::move(runs->trades), runs->period);
    if (!sample) {
        return fail(name, sample.error());
    }
    auto benchmarks = run_benchmarks(name, tapes, how);
    if (!benchmarks) {
        return Err{benchmarks.error()};
    }
    for (const StrategyId strategy : enabled(settings_)) {
        analytics::ReportStrategy row{
            analytics::report_sample(
                fmt::format("{} on {}", to_string(strategy), name),
                sample->where([&](const auto& trade) { return trade.strategy == strategy; }), how,
                {}),
            {},
            {}};
        if (strategy != StrategyId::Arbitrage) {
            row.benchmarks = *benchmarks;
        }
        report_.strategies.push_back(std::move(row));
    }
    return {};
}

void BacktestReport::note(const std::string& name, const Runs& runs) {
    std::ranges::copy(runs.notes, std::back_inserter(report_.notes));
    if (runs.seen > 0) {
        LamportsDelta net = runs.unassigned;
        for (const analytics::TradeResult& trade : runs.trades) {
            if (trade.strategy == StrategyId::Arbitrage) {
                net += analytics::net_of(trade).value_or(LamportsDelta{});
            }
        }
        report_.notes.push_back(fmt::format(
            "{}: only differences that a detector saw are in it, so that a part won says nothing: "
            "{} seen, {} tried, {} reverted; net of all costs {:.1f} lamports for each seen, where "
            "somebody else takes {} % in each slot",
            name, runs.seen, runs.tried, runs.reverted,
            static_cast<double>(net.raw()) / static_cast<double>(runs.seen),
            options_.competition_percent));
    }
    if (runs.unplayed > 0) {
        report_.notes.push_back(fmt::format("{}: {} of {} events could not be played", name,
                                            runs.unplayed, runs.events));
    }
    fmt::print(stderr, "{}: {} events in {:.3f} s, {:.2f} million a second\n", name, runs.events,
               runs.seconds, static_cast<double>(runs.events) / std::max(runs.seconds, 1e-9) / 1e6);
}

Result<BacktestReport::Benchmarks> BacktestReport::run_benchmarks(
    const std::string& name, const std::vector<backtest::Tape>& tapes,
    const analytics::Resampling& how) {
    Benchmarks benchmarks;
    // Rules that enter a pool say nothing about cycles.
    if (!has_benchmarks_ || !(settings_.sniper.is_enabled || settings_.momentum.is_enabled)) {
        return benchmarks;
    }
    for (std::size_t i = 0; i < analytics::kBenchmarkCount; ++i) {
        backtest::BacktestOptions options = options_;
        options.benchmark = static_cast<analytics::Benchmark>(i);
        auto beside = run(tapes, options);
        if (!beside) {
            return Err{beside.error()};
        }
        for (const std::string& note : beside->notes) {
            report_.notes.push_back(fmt::format("{}: {}", to_string(*options.benchmark), note));
        }
        auto sample = analytics::Sample::of(std::move(beside->trades), beside->period);
        if (!sample) {
            return fail(name, sample.error());
        }
        benchmarks[i] =
            analytics::report_sample(fmt::format("{} on {}", to_string(*options.benchmark), name),
                                     std::move(*sample), how, {});
    }
    return benchmarks;
}

analytics::EvidenceReport BacktestReport::take(std::string build_id, std::string command,
                                               WallTime made_at) {
    report_.title = "Backtest";
    report_.command = std::move(command);
    report_.build_id = std::move(build_id);
    report_.made_at = made_at;
    report_.is_backtest = true;
    return std::move(report_);
}

}  // namespace sniperforge::app
