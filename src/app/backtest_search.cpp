// SPDX-License-Identifier: MIT
// `backtest --optimise`: settings searched and judged on recorded markets, every trial counted.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "app/backtest_report.hpp"

namespace sniperforge::app {
namespace {

constexpr const char* kObjective = "sharpe_annual";

}  // namespace

config::Settings only(config::Settings settings, StrategyId strategy) {
    settings.arbitrage.is_enabled = strategy == StrategyId::Arbitrage;
    settings.sniper.is_enabled = strategy == StrategyId::Sniper;
    settings.momentum.is_enabled = strategy == StrategyId::Momentum;
    return settings;
}

Result<std::vector<SearchPlan>> plan_searches(const config::Settings& settings,
                                              const BacktestFile& file,
                                              const SearchWishes& wishes) {
    const auto period = backtest::period_of(file.tapes);
    if (!period) {
        return fail(
            fmt::format("{}: nothing in it can be played, so nothing can be searched", file.name));
    }
    std::vector<SearchPlan> plans;
    for (const StrategyId strategy : enabled_strategies(settings)) {
        auto parameters =
            backtest::ParameterSpace::of(only(settings, strategy), strategy, wishes.varied);
        if (!parameters) {
            return Err{parameters.error()};
        }
        auto folds = backtest::fold_days(*period, wishes.folds, parameters->time_limit_max());
        if (!folds) {
            return fail(file.name, folds.error());
        }
        plans.push_back({strategy, std::move(*parameters), std::move(*folds), wishes});
    }
    return plans;
}

Result<analytics::Sample> BacktestReport::search(
    const BacktestFile& file, const SearchPlan& plan, const Made& made,
    const std::function<void(const analytics::Trial&)>& progress) {
    const auto before = seen_of(file);
    if (!before) {
        return Err{before.error()};
    }
    const analytics::DataPrint print{file.content_sha256, file.row_blocks};
    if (const auto added = trials_->add_print(print); !added) {
        return Err{added.error()};
    }
    const analytics::StudyInfo study{fmt::format("{} on {}", to_string(plan.strategy), file.name),
                                     file.content_sha256, kObjective, made.build_id, made.at};
    backtest::WalkOptions options{.backtest = options_, .rules = {}};
    options.rules.method = plan.wishes.method;
    options.rules.trials = plan.wishes.trials;
    options.rules.seed = options_.seed;
    options.rules.searched = before->searched;
    std::uint64_t events = 0;
    options.on_run = [&](const backtest::Tape& part) { events += part.events.size(); };
    const std::clock_t begin = std::clock();
    const auto result = backtest::walk(file.tapes, plan.parameters, plan.folds, options,
                                       [&](const analytics::Trial& trial) -> Result<void> {
                                           if (auto added = trials_->add(study, trial); !added) {
                                               return added;
                                           }
                                           progress(trial);
                                           return {};
                                       });
    if (!result) {
        return fail(study.study, result.error());
    }
    add_speed(events, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    const auto all = trials_->seen(print);
    if (!all) {
        return Err{all.error()};
    }
    const analytics::Period period = result->out_of_sample.period();
    const analytics::Resampling how = resampling_of(period);
    report_.walks.push_back(
        {study.study, std::string{to_string(plan.wishes.method)}, kObjective, options_.seed,
         before->trials.count, all->trials.count,
         analytics::report_folds(
             *result, plan.wishes.trials,
             [&](const auto& values) { return plan.parameters.texts(values); }, how)});
    auto benchmarks = benchmarks_in(file, plan.strategy, period, how);
    if (!benchmarks) {
        return Err{benchmarks.error()};
    }
    report_.strategies.push_back(
        {analytics::report_sample(fmt::format("{}, out of sample", study.study),
                                  result->out_of_sample, how, all->trials),
         std::move(*benchmarks),
         {}});
    return result->out_of_sample;
}

// They were searched and played apart, each with all of the capital: no limit that they would share
// in one run is in it.
Result<void> BacktestReport::add_portfolio(const BacktestFile& file,
                                           std::span<const analytics::Sample> searched) {
    if (searched.size() < 2) {
        return {};  // Of one it is that one.
    }
    std::vector<analytics::TradeResult> trades;
    analytics::Period period = searched.front().period();
    for (const analytics::Sample& sample : searched) {
        period = {std::min(period.from, sample.period().from),
                  std::max(period.to, sample.period().to)};
        for (analytics::TradeResult trade : sample.trades()) {
            trade.trade_id = trades.size() + 1;  // Each search counts from 1.
            trades.push_back(trade);
        }
    }
    auto sample = analytics::Sample::of(std::move(trades), period);
    if (!sample) {
        return fail(file.name, sample.error());
    }
    const auto all = trials_->seen({file.content_sha256, file.row_blocks});
    if (!all) {
        return Err{all.error()};
    }
    // Beside cycles there are none.
    const auto beside = std::ranges::find_if(
        report_.strategies.end() - static_cast<std::ptrdiff_t>(searched.size()),
        report_.strategies.end(),
        [](const auto& row) { return row.benchmarks.front().has_value(); });
    Benchmarks benchmarks = beside == report_.strategies.end() ? Benchmarks{} : beside->benchmarks;
    report_.strategies.push_back(
        {analytics::report_sample(fmt::format("portfolio on {}, out of sample", file.name),
                                  *std::move(sample), resampling_of(period), all->trials),
         std::move(benchmarks),
         {},
         true});
    report_.notes.push_back(fmt::format(
        "{}: the portfolio adds up strategies that were searched and played apart, each with all "
        "of the capital",
        file.name));
    return {};
}

Result<BacktestReport::Benchmarks> BacktestReport::benchmarks_in(
    const BacktestFile& file, StrategyId strategy, const analytics::Period& period,
    const analytics::Resampling& how) const {
    Benchmarks benchmarks;
    // Rules that enter a pool say nothing about cycles.
    if (!has_benchmarks_ || strategy == StrategyId::Arbitrage) {
        return benchmarks;
    }
    for (std::size_t i = 0; i < analytics::kBenchmarkCount; ++i) {
        backtest::BacktestOptions options = options_;
        options.benchmark = static_cast<analytics::Benchmark>(i);
        auto sample = backtest::sample_in(file.tapes, settings_, options, period);
        if (!sample) {
            return fail(file.name, sample.error());
        }
        benchmarks[i] = analytics::report_sample(
            fmt::format("{} on {}", to_string(*options.benchmark), file.name), std::move(*sample),
            how, {});
    }
    return benchmarks;
}

}  // namespace sniperforge::app
