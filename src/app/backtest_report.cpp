// SPDX-License-Identifier: MIT
#include "app/backtest_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <limits>
#include <utility>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/execute/assumed_costs.hpp"

namespace sniperforge::app {
namespace {

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

[[nodiscard]] bool is_named(const std::vector<std::string>& names, std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string file_digest(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    Sha256 digest;
    std::array<char, 65'536> part{};
    while (file.read(part.data(), part.size()) || file.gcount() > 0) {
        digest.update({reinterpret_cast<const std::uint8_t*>(part.data()),
                       static_cast<std::size_t>(file.gcount())});
    }
    return hex_encode(digest.digest());
}

void keep_only(config::Settings& settings, const std::vector<std::string>& strategies) {
    settings.arbitrage.is_enabled =
        settings.arbitrage.is_enabled && is_named(strategies, "arbitrage");
    settings.sniper.is_enabled = settings.sniper.is_enabled && is_named(strategies, "sniper");
    settings.momentum.is_enabled = settings.momentum.is_enabled && is_named(strategies, "momentum");
}

std::string denials_text(const std::array<std::uint64_t, kDenialReasonCount>& denials) {
    std::string text;
    for (std::size_t i = 0; i < kDenialReasonCount; ++i) {
        if (denials[i] > 0) {
            text += fmt::format(" {} {}", to_string(static_cast<DenialReason>(i)), denials[i]);
        }
    }
    return text.empty() ? " none" : text;
}

analytics::DataSet data_set_of(std::string name, const dataset::Tally& tally) {
    analytics::DataSet set;
    set.name = std::move(name);
    set.rows = tally.rows;
    set.breaks = tally.breaks;
    for (std::size_t i = 0; i < dataset::kRowProblemCount; ++i) {
        if (tally.problems[i] > 0) {
            set.bad.emplace_back(to_string(static_cast<dataset::RowProblem>(i)), tally.problems[i]);
        }
    }
    return set;
}

std::vector<StrategyId> enabled_strategies(const config::Settings& settings) {
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

analytics::Resampling resampling_of(const analytics::Period& period) {
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    const auto days = (period.to.ns - period.from.ns) / kDayNs;
    return {.cluster = days < static_cast<std::int64_t>(analytics::kClustersMin)
                           ? analytics::Cluster::Hour
                           : analytics::Cluster::Day};
}

Result<BacktestReport::Runs> BacktestReport::run(const std::vector<backtest::Tape>& tapes,
                                                 const backtest::BacktestOptions& options) const {
    Runs runs;
    runs.period = {WallTime{std::numeric_limits<std::int64_t>::max()}, WallTime{}};
    for (const backtest::Tape& tape : tapes) {
        if (tape.is_empty()) {
            continue;
        }
        const std::clock_t begin = std::clock();  // Of the processor, whoever else is on it.
        auto result = backtest::run_backtest(tape, settings_, options);
        if (!result) {
            return Err{result.error()};
        }
        runs.seconds += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
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
            result->unassigned.raw(), denials_text(result->denials),
            result->decision_sha256.substr(0, 16)));
    }
    return runs;
}

void BacktestReport::describe(const BacktestFile& file) {
    report_.data.push_back(
        data_set_of(file.name, file.tapes.empty() ? dataset::Tally{} : file.tapes.front().tally));
    report_.data.back().sha256 = file.sha256;
    for (const backtest::Tape& tape : file.tapes) {
        for (const std::string& assumption : tape.assumptions) {
            report_.notes.push_back(fmt::format("{}: assumed: {}", file.name, assumption));
        }
    }
    for (const std::string& words : execute::AssumedCosts::words(settings_.execution)) {
        report_.notes.push_back(fmt::format("{}: assumed: {}", file.name, words));
    }
}

Result<BacktestReport::Seen> BacktestReport::seen_of(const BacktestFile& file) {
    if (trials_ == nullptr) {
        return Seen{};
    }
    const analytics::DataPrint print{file.content_sha256, file.row_blocks};
    auto seen = trials_->seen(print);
    if (!seen) {
        return Err{seen.error()};
    }
    for (const auto& other : seen->others) {
        report_.notes.push_back(fmt::format(
            "{}: it shares {} of its {} blocks of rows with what {} has searched (SHA-256 {})",
            file.name, other.shared, file.row_blocks.size(), other.study, other.data_sha256));
    }
    const analytics::Searched searched = analytics::searched_of(*seen, print);
    if (searched == analytics::Searched::Yes) {
        report_.notes.push_back(
            fmt::format("{}: a search has seen this data: {} trials on it are counted, so that no "
                        "target is met on it",
                        file.name, seen->trials.count));
    } else if (searched == analytics::Searched::Unknown) {
        report_.notes.push_back(fmt::format(
            "{}: nobody knows whether a search has seen this data, so that no target is met on it: "
            "{}",
            file.name,
            seen->unprinted > 0
                ? fmt::format("{} other data sets were searched by a version that kept nothing of "
                              "their rows",
                              seen->unprinted)
                : "it has too few rows to know them again"));
    }
    return Seen{seen->trials, searched};
}

Result<void> BacktestReport::add(const BacktestFile& file) {
    const std::string& name = file.name;
    describe(file);
    const auto seen = seen_of(file);
    if (!seen) {
        return Err{seen.error()};
    }
    if (std::ranges::all_of(file.tapes, &backtest::Tape::is_empty)) {
        report_.notes.push_back(fmt::format("{}: nothing in it can be played", name));
        return {};
    }
    auto runs = run(file.tapes, options_);
    if (!runs) {
        return Err{runs.error()};
    }
    note(name, *runs);
    for (analytics::TradeResult& trade : runs->trades) {
        trade.searched = seen->searched;
    }
    const analytics::Resampling how = resampling_of(runs->period);
    auto sample = analytics::Sample::of(std::move(runs->trades), runs->period);
    if (!sample) {
        return fail(name, sample.error());
    }
    sample->note_unassigned(runs->unassigned);
    auto benchmarks = run_benchmarks(file, how);
    if (!benchmarks) {
        return Err{benchmarks.error()};
    }
    add_rows({name, enabled_strategies(settings_), how, seen->trials, *std::move(benchmarks)},
             *std::move(sample));
    return {};
}

void BacktestReport::add_rows(const Played& played, analytics::Sample sample) {
    for (const StrategyId strategy : played.strategies) {
        analytics::ReportStrategy row{
            analytics::report_sample(
                fmt::format("{} on {}", to_string(strategy), played.name),
                sample.where([&](const auto& trade) { return trade.strategy == strategy; }),
                played.how, played.trials),
            {},
            {}};
        if (strategy != StrategyId::Arbitrage) {
            row.benchmarks = played.benchmarks;
        }
        if (strategy == StrategyId::Momentum) {
            row.leakage = leakage_;
        }
        report_.strategies.push_back(std::move(row));
    }
    if (played.strategies.size() > 1) {  // Of one it is that one.
        report_.strategies.push_back(
            {analytics::report_sample(fmt::format("portfolio on {}", played.name),
                                      std::move(sample), played.how, played.trials),
             played.benchmarks,
             {},
             true});
    }
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
    add_speed(runs.events, runs.seconds);
}

void BacktestReport::add_speed(std::uint64_t events, double seconds) {
    if (!report_.speed) {
        report_.speed.emplace();
    }
    report_.speed->events += events;
    report_.speed->seconds += seconds;
}

bool BacktestReport::wants_benchmarks(const config::Settings& settings) const {
    return has_benchmarks_ && (settings.sniper.is_enabled || settings.momentum.is_enabled);
}

Result<BacktestReport::Benchmarks> BacktestReport::run_benchmarks(
    const BacktestFile& file, const analytics::Resampling& how) {
    const std::string& name = file.name;
    Benchmarks benchmarks;
    if (!wants_benchmarks(settings_)) {
        return benchmarks;
    }
    for (std::size_t i = 0; i < analytics::kBenchmarkCount; ++i) {
        backtest::BacktestOptions options = options_;
        options.benchmark = static_cast<analytics::Benchmark>(i);
        auto beside = run(file.tapes, options);
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

analytics::EvidenceReport BacktestReport::take(std::string command, const Made& made) {
    report_.title = report_.walks.empty() ? "Backtest" : "Backtest, walked forward";
    report_.command = std::move(command);
    report_.build_id = made.build_id;
    report_.made_at = made.at;
    report_.is_backtest = true;
    return std::move(report_);
}

}  // namespace sniperforge::app
