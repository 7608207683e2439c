// SPDX-License-Identifier: MIT
#include "app/backtest_recordings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <utility>

#include "sniperforge/backtest/recording_run.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/execute/assumed_costs.hpp"
#include "sniperforge/sim/scenario.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string seconds_text(Duration duration) {
    return fmt::format("{:.1f} s", std::chrono::duration<double>(duration).count());
}

// Where its market comes from, and what is missing of it.
[[nodiscard]] std::vector<std::string> origin_of(const BacktestRecording& recording) {
    const recording::MarketSurvey& survey = recording.survey;
    const recording::Header& header = survey.header;
    std::vector<std::string> notes;
    notes.push_back(fmt::format(
        "recorded in {}{} by build {} from {} for {}, slots {} to {}: {} updates of the chain, {} "
        "transactions, {} look-ups, {} ticks{}",
        to_string(header.provenance), header.scenario.empty() ? "" : " " + header.scenario,
        header.build_id, utc_text(survey.begun),
        seconds_text(Duration{survey.ended.ns - survey.begun.ns}), survey.slot_first.value,
        survey.slot_last.value, survey.updates, survey.transactions, survey.look_ups, survey.ticks,
        header.provenance == Provenance::Sim ? "; its market is a simulated one" : ""));
    if (!survey.cut.empty()) {
        notes.push_back(
            fmt::format("it ends before its run did, and so does the market: {}", survey.cut));
    }
    if (!survey.is_live) {
        notes.push_back(
            "the recorded run never came so far that it could trade, and so nothing "
            "is decided on it");
    }
    if (survey.reloads + survey.commands > 0) {
        notes.push_back(fmt::format(
            "left out: {} settings that were reloaded and {} orders of people, which were for the "
            "recorded run",
            survey.reloads, survey.commands));
    }
    return notes;
}

[[nodiscard]] std::vector<std::string> assumptions_of(const BacktestRecording& recording) {
    const config::Settings& settings = recording.settings;
    std::vector<std::string> assumptions{
        fmt::format("the settings {}, and {} SOL to begin with",
                    recording.has_own_settings ? "that it was recorded with"
                                               : "of --config, not those that it was recorded with",
                    format_sol(settings.paper.balance)),
        recording.survey.header.provenance == Provenance::Paper
            ? "the recorded run was on paper and swapped nothing in the recorded market; what we "
              "swap is laid on top, always against us"
            : "what the recorded run swapped itself is part of the recorded market; ours is not, "
              "and is laid on top, always against us",
        "what the recorded run did not watch or look up is not there, and what it stopped watching "
        "stands as it was heard last",
        "orders land as paper.landed_after_*_percent says, and on their way at the end they have "
        "expired"};
    if (!recording.survey.has_offers) {
        std::ranges::copy(execute::AssumedCosts::words(settings.execution),
                          std::back_inserter(assumptions));
        return assumptions;
    }
    const bool is_market = settings.execution.priority_fee == "market";
    const auto& lanes = settings.execution.lanes;
    const std::string floor = lanes.empty()
                                  ? std::string{}
                                  : fmt::format(", or the {} lamports that lane {} takes at least",
                                                lanes.front().tip_floor.raw(), lanes.front().name);
    assumptions.push_back(fmt::format("{} that the recorded run was told last{}",
                                      is_market ? "the price, of whatever pool, and the tip"
                                                : "the price of the settings, and the tip",
                                      floor));
    return assumptions;
}

// What is asked for and cannot be had of a recording.
[[nodiscard]] Result<void> check_recordings(const BacktestArguments& arguments, bool is_alone) {
    if (arguments.trials > 0) {
        return fail(
            "--optimise searches in days of market data, and a recording is played as one piece: "
            "leave the recordings out of --data, or --optimise");
    }
    if (is_alone && arguments.leakage_hours > 0 && arguments.config.empty()) {
        return fail(
            "--leakage-check is of momentum as it is set, and every recording has settings of its "
            "own: name those that are meant with --config");
    }
    return {};
}

[[nodiscard]] std::expected<BacktestRecording, NoRun> read_recording(
    const BacktestArguments& arguments, const std::string& path) {
    BacktestRecording recording{.path = path,
                                .name = std::filesystem::path{path}.filename().string(),
                                .sha256 = file_digest(path),
                                .survey = {},
                                .settings = {},
                                .has_own_settings = arguments.config.empty()};
    auto survey = recording::survey_market(path);
    if (!survey) {
        return Err{NoRun{kExitFailed, survey.error().text}};
    }
    recording.survey = std::move(*survey);
    if (recording.has_own_settings) {
        auto own = config::load_text(recording.survey.header.settings, path + " (its settings)");
        if (!own) {
            return Err{NoRun{kExitFailed,
                             "the settings of the recording are none of this version; name "
                             "others with --config:\n" +
                                 own.error().text()}};
        }
        recording.settings = std::move(*own);
    } else {
        auto given = load_settings(arguments.config);
        if (!given) {
            return Err{given.error()};
        }
        recording.settings = std::move(*given);
    }
    keep_only(recording.settings, arguments.strategies);
    if (enabled_strategies(recording.settings).empty()) {
        return Err{NoRun{kExitUsage,
                         fmt::format("{}: no strategy is left to run: {} enable none of those that "
                                     "--strategy names; name another, or settings with --config",
                                     path,
                                     recording.has_own_settings ? "its own settings"
                                                                : "the settings of --config")}};
    }
    return recording;
}

}  // namespace

std::expected<BacktestData, NoRun> sort_data(const BacktestArguments& arguments) {
    BacktestData data{arguments.data, {}};
    std::vector<std::string> recordings;
    std::ranges::copy_if(data.tapes, std::back_inserter(recordings), recording::is_recording);
    std::erase_if(data.tapes, recording::is_recording);
    if (!recordings.empty()) {
        if (auto checked = check_recordings(arguments, data.tapes.empty()); !checked) {
            return Err{NoRun{kExitUsage, checked.error().text}};
        }
    }
    if (!data.tapes.empty() && arguments.sol_price.empty()) {
        return Err{NoRun{kExitUsage,
                         fmt::format("--sol-price is required: {} is no recording of `record`, and "
                                     "market data does not say what a SOL was worth",
                                     data.tapes.front())}};
    }
    // Runs like any other, and what they would log is no news.
    if (auto started = recordings.empty() ? Result<void>{}
                                          : telemetry::start_logging(telemetry::Level::Error, "");
        !started) {
        return Err{NoRun{kExitFailed, started.error().text}};
    }
    for (const std::string& path : recordings) {
        auto recording = read_recording(arguments, path);
        if (!recording) {
            return Err{recording.error()};
        }
        data.recordings.push_back(std::move(*recording));
    }
    return data;
}

Result<void> BacktestReport::add(const BacktestRecording& recording) {
    const std::string& name = recording.name;
    const recording::MarketSurvey& survey = recording.survey;
    analytics::DataSet& data = report_.data.emplace_back();
    data.name = name;
    data.sha256 = recording.sha256;
    data.rows = survey.events();
    const std::clock_t begin = std::clock();  // Of the processor, whoever else is on it.
    auto run = backtest::run_recording(recording.path, survey, recording.settings,
                                       {.seed = options_.seed});
    if (!run) {
        return Err{run.error()};
    }
    add_speed(run->events, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    for (const std::string& text : origin_of(recording)) {
        note(fmt::format("{}: {}", name, text));
    }
    for (const std::string& text : assumptions_of(recording)) {
        note(fmt::format("{}: assumed: {}", name, text));
    }
    const backtest::BacktestResult& books = run->books;
    note(fmt::format(
        "{}: of {} pools {} are incomplete, so that nothing could be decided on them; "
        "{} accounts that were watched and {} look-ups are not in the recording; {} accounts were "
        "told as the recorded run had heard them last, when it may not have watched them any more",
        name, run->pools, run->pools_incomplete, run->accounts_unread, run->look_ups_unanswered,
        run->accounts_remembered));
    note(fmt::format(
        "{}: {} events, {} orders, {} landed, {} reverted, {} expired, of those {} on "
        "their way when it ended; {} positions open at most; in no trade {} lamports; "
        "denied:{}; decisions {}",
        name, run->events, books.orders.submitted, books.orders.landed, books.orders.reverted,
        books.orders.expired, run->orders_cut, books.positions_open_max, books.unassigned.raw(),
        denials_text(books.denials), books.decision_sha256.substr(0, 16)));
    if (const auto scenario = sim::named_scenario(survey.header.scenario);
        survey.header.provenance == Provenance::Sim && scenario) {
        report_.time_compression = std::max(report_.time_compression, scenario->time_compression);
    }
    // Cycles count by their intent and positions by themselves: some have the same number.
    backtest::BacktestResult& played = run->books;
    for (std::size_t i = 0; i < played.trades.size(); ++i) {
        played.trades[i].trade_id = i + 1;
    }
    auto sample = analytics::Sample::of(std::move(played.trades), played.period);
    if (!sample) {
        return fail(name, sample.error());
    }
    sample->note_unassigned(played.unassigned);
    const analytics::Resampling how = resampling_of(played.period);
    auto benchmarks = run_benchmarks(recording, *run, how);
    if (!benchmarks) {
        return Err{benchmarks.error()};
    }
    add_rows({name, enabled_strategies(recording.settings), how, {}, *std::move(benchmarks)},
             *std::move(sample));
    return {};
}

// They meet the same market as the strategies did, with the same costs, landings and own impact.
Result<BacktestReport::Benchmarks> BacktestReport::run_benchmarks(
    const BacktestRecording& recording, const backtest::RecordingResult& played,
    const analytics::Resampling& how) {
    Benchmarks benchmarks;
    if (!wants_benchmarks(recording.settings)) {
        return benchmarks;
    }
    for (std::size_t i = 0; i < analytics::kBenchmarkCount; ++i) {
        const auto benchmark = static_cast<analytics::Benchmark>(i);
        auto run = backtest::run_recording(recording.path, recording.survey, recording.settings,
                                           {.seed = options_.seed,
                                            .benchmark = benchmark,
                                            .pools = played.pools,
                                            .moves = played.moves});
        if (!run) {
            return Err{run.error()};
        }
        backtest::BacktestResult& books = run->books;
        auto sample = analytics::Sample::of(std::move(books.trades), books.period);
        if (!sample) {
            return fail(recording.name, sample.error());
        }
        sample->note_unassigned(books.unassigned);
        note(fmt::format("{}: {}: {} orders, {} landed, {} positions open at most; denied:{}",
                         recording.name, to_string(benchmark), books.orders.submitted,
                         books.orders.landed, books.positions_open_max,
                         denials_text(books.denials)));
        benchmarks[i] =
            analytics::report_sample(fmt::format("{} on {}", to_string(benchmark), recording.name),
                                     *std::move(sample), how, {});
    }
    return benchmarks;
}

}  // namespace sniperforge::app
