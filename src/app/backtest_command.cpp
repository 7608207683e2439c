// SPDX-License-Identifier: MIT
// `backtest`: the strategies on recorded markets.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <expected>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "app/backtest_recordings.hpp"
#include "app/backtest_report.hpp"
#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "app/run_setup.hpp"
#include "app/shell_word.hpp"
#include "app/system_time.hpp"
#include "app/trendless_market.hpp"
#include "app/write_page.hpp"
#include "sniperforge/analytics/row_blocks.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/dataset/text_file.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

constexpr unsigned kUsdDecimals = 6;
constexpr Lamports kDepthMax{100'000'000 * kLamportsPerSol};  // Of all SOL one sixth.

struct SolPriceSource {
    backtest::SolPrices prices;
    std::optional<analytics::DataSet> data;  // Of a file.
};

// Bars of a file, or a number.
[[nodiscard]] Result<SolPriceSource> sol_prices(const std::string& text) {
    if (const auto usd = parse_decimal(text, kUsdDecimals)) {
        const double price = static_cast<double>(*usd) / std::pow(10.0, kUsdDecimals);
        if (!backtest::is_sol_price(price)) {
            return fail(fmt::format("--sol-price: {} USD is no price of a SOL; it is {} to {}",
                                    text, backtest::kSolPriceMin, backtest::kSolPriceMax));
        }
        return SolPriceSource{backtest::SolPrices{price}, std::nullopt};
    }
    const auto content = dataset::read_text(text);
    if (!content) {
        return fail("--sol-price: neither a number of dollars nor a file that can be read",
                    content.error());
    }
    const auto interval = backtest::bar_interval(*content);
    if (!interval) {
        return fail(fmt::format("--sol-price: {}", text), interval.error());
    }
    auto bars = dataset::read_candles(*content, *interval);
    if (!bars) {
        return fail("--sol-price", bars.error());
    }
    std::erase_if(bars->rows, [](const dataset::Candle& bar) {
        return !backtest::is_sol_price(bar.low) || !backtest::is_sol_price(bar.high);
    });
    if (bars->rows.empty()) {
        return fail(fmt::format("--sol-price: {} has no bar of a price from {} to {} USD", text,
                                backtest::kSolPriceMin, backtest::kSolPriceMax));
    }
    analytics::DataSet data =
        data_set_of("SOL price: " + std::filesystem::path{text}.filename().string(), bars->tally);
    data.sha256 = file_digest(text);
    return SolPriceSource{backtest::SolPrices{std::move(bars->rows), *interval}, std::move(data)};
}

// What makes the report again, from the same files.
[[nodiscard]] std::string command_of(const BacktestArguments& arguments) {
    std::string command = "sniperforge backtest --data";
    for (const std::string& path : arguments.data) {
        command += " " + shell_word(path);
    }
    if (!arguments.sol_price.empty()) {
        command += fmt::format(" --sol-price {} --candle-depth-sol {}",
                               shell_word(arguments.sol_price), arguments.candle_depth_sol);
    }
    command += fmt::format(" --seed {}", arguments.seed);
    for (const std::string& strategy : arguments.strategies) {
        command += " --strategy " + strategy;
    }
    if (arguments.trials > 0) {
        command += fmt::format(" --optimise {} --folds {} --search {}", arguments.trials,
                               arguments.folds, arguments.search);
    }
    if (arguments.leakage_hours > 0) {
        command += fmt::format(" --leakage-check {}", arguments.leakage_hours);
    }
    for (const std::string& varied : arguments.varied) {
        command += " --vary " + shell_word(varied);
    }
    if (!arguments.trials_file.empty()) {
        command += " --trials-file " + shell_word(arguments.trials_file);
    }
    command += arguments.is_without_benchmarks ? " --no-benchmarks" : "";
    command += arguments.config.empty() ? "" : " --config " + shell_word(arguments.config);
    return command;
}

[[nodiscard]] std::string digest_of(std::string_view text) {
    Sha256 digest;
    digest.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return hex_encode(digest.digest());
}

// Beside the state of the runs: what was searched outlives them all. Nothing: nobody has searched.
[[nodiscard]] Result<std::unique_ptr<analytics::TrialStore>> open_trials(
    const BacktestArguments& arguments) {
    std::string path = arguments.trials_file;
    const bool is_searching = arguments.trials > 0;
    if (path.empty()) {
        const auto directory = default_state_dir("backtest");
        if (!directory) {
            return is_searching ? Result<std::unique_ptr<analytics::TrialStore>>{fail(
                                      "neither XDG_STATE_HOME nor HOME is set, and trials must be "
                                      "counted; name a file with --trials-file")}
                                : nullptr;
        }
        path = *directory + "/trials.sqlite";
        if (is_searching) {
            if (auto created = create_state_dir(*directory); !created) {
                return Err{created.error()};
            }
        }
    }
    std::error_code error;
    if (!is_searching && !std::filesystem::exists(path, error)) {
        if (!arguments.trials_file.empty()) {
            return fail(
                fmt::format("--trials-file {}: there is no such file; only --optimise "
                            "begins one",
                            path));
        }
        return nullptr;
    }
    auto store = analytics::TrialStore::open(path);
    return store ? std::move(store)
                 : Result<std::unique_ptr<analytics::TrialStore>>{
                       fail("--trials-file", store.error())};
}

[[nodiscard]] Result<BacktestFile> read_file(const std::string& path,
                                             const backtest::SolPrices& sol, Lamports depth) {
    BacktestFile file{.name = std::filesystem::path{path}.filename().string(),
                      .sha256 = {},
                      .content_sha256 = {},
                      .tapes = {}};
    auto tapes = backtest::read_tapes(path, sol, {depth});
    if (!tapes) {
        return Err{tapes.error()};
    }
    file.tapes = std::move(*tapes);
    file.sha256 = file_digest(path);
    const auto text = dataset::read_text(path);
    if (!text) {
        return Err{text.error()};
    }
    file.content_sha256 = digest_of(*text);
    file.row_blocks = analytics::row_blocks(*text);
    return file;
}

[[nodiscard]] int run_files(const std::vector<std::string>& paths, const SolPriceSource& sol,
                            Lamports depth, BacktestReport& report) {
    for (const std::string& path : paths) {
        const auto file = read_file(path, sol.prices, depth);
        if (!file) {
            return fail_with(kExitFailed, file.error().text);
        }
        if (auto added = report.add(*file); !added) {
            return fail_with(kExitFailed, added.error().text);
        }
    }
    return 0;
}

// How far a search is, on standard error: in one line of a terminal, elsewhere in one for each
// fold.
class SearchProgress {
 public:
    SearchProgress(const SearchPlan& plan, const std::string& file)
        : plan_{plan}, file_{file}, is_terminal_{::isatty(STDERR_FILENO) == 1} {}

    void operator()(const analytics::Trial& trial) {
        if (trial.number == 1) {
            best_.reset();
        }
        if (trial.objective) {
            best_ = std::max(best_.value_or(trial.objective->value), trial.objective->value);
        }
        const bool is_last = trial.number == plan_.wishes.trials;
        if (is_terminal_ || is_last) {
            fmt::print(stderr, "{}{} on {}: fold {} of {}, trial {} of {}, best Sharpe a year {}{}",
                       is_terminal_ ? "\r" : "", to_string(plan_.strategy), file_, trial.fold,
                       plan_.folds.size(), trial.number, plan_.wishes.trials,
                       best_ ? fmt::format("{:.2f}", *best_) : "-", is_last ? "\n" : "    ");
        }
    }

 private:
    const SearchPlan& plan_;
    const std::string& file_;
    bool is_terminal_;
    std::optional<double> best_;
};

using Searches = std::vector<std::pair<BacktestFile, std::vector<SearchPlan>>>;

// All files are read, and all that is wrong is said, before the first trial is counted, and before
// there is a file to count it in. Otherwise the exit code, and it is said.
[[nodiscard]] std::expected<Searches, int> plan_files(const BacktestArguments& arguments,
                                                      const config::Settings& settings,
                                                      const SolPriceSource& sol, Lamports depth) {
    Searches searches;
    if (arguments.trials == 0) {
        return searches;
    }
    // A trial is a run like any other, and hundreds of them would say so.
    if (auto started = telemetry::start_logging(telemetry::Level::Error, ""); !started) {
        return std::unexpected{fail_with(kExitFailed, started.error().text)};
    }
    const SearchWishes wishes{arguments.search == "random" ? analytics::SearchMethod::Random
                                                           : analytics::SearchMethod::Tpe,
                              arguments.trials, arguments.folds, arguments.varied};
    for (const std::string& path : arguments.data) {
        auto file = read_file(path, sol.prices, depth);
        if (!file) {
            return std::unexpected{fail_with(kExitFailed, file.error().text)};
        }
        auto plans = plan_searches(settings, *file, wishes);
        if (!plans) {
            return std::unexpected{fail_with(kExitUsage, plans.error().text)};
        }
        searches.emplace_back(std::move(*file), std::move(*plans));
    }
    return searches;
}

[[nodiscard]] int run_searches(const Searches& searches, const BacktestReport::Made& made,
                               BacktestReport& report) {
    for (const auto& [file, plans] : searches) {
        report.describe(file);
        std::vector<analytics::Sample> searched;
        for (const SearchPlan& plan : plans) {
            auto done = report.search(file, plan, made, SearchProgress{plan, file.name});
            if (!done) {
                return fail_with(kExitFailed, done.error().text);
            }
            searched.push_back(*std::move(done));
        }
        if (auto added = report.add_portfolio(file, searched); !added) {
            return fail_with(kExitFailed, added.error().text);
        }
    }
    return 0;
}

// One for each market; none where it was not asked for.
[[nodiscard]] Result<std::vector<analytics::LeakageCheck>> leakage_of(
    const BacktestArguments& arguments, const config::Settings& settings) {
    std::vector<analytics::LeakageCheck> checks;
    if (arguments.leakage_hours == 0) {
        return checks;
    }
    if (!settings.momentum.is_enabled) {
        return fail(
            "--leakage-check is of momentum, and that is not enabled; leave one of the two "
            "out");
    }
    const auto markets = trendless_markets(arguments.seed, arguments.leakage_hours);
    if (!markets) {
        return Err{markets.error()};
    }
    for (const TrendlessMarket& market : *markets) {
        auto check = check_leakage(market, settings, {.seed = arguments.seed});
        if (!check) {
            return Err{check.error()};
        }
        checks.push_back(*std::move(check));
    }
    return checks;
}

// A check that could not be made is not passed.
[[nodiscard]] int exit_of(const std::vector<analytics::LeakageCheck>& checks) {
    if (checks.empty()) {
        return 0;
    }
    switch (analytics::gravest(checks).leakage) {
        case analytics::Leakage::NotFound:
            return 0;
        case analytics::Leakage::Found:
            return kExitFailed;
        case analytics::Leakage::Undecided:
            break;
    }
    return kExitNotReady;
}

}  // namespace

int backtest_command(const BacktestArguments& arguments) {
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail_with(settings.error());
    }
    keep_only(*settings, arguments.strategies);
    const auto data = sort_data(arguments);
    if (!data) {
        return fail_with(data.error());
    }
    if (!data->tapes.empty() && enabled_strategies(*settings).empty()) {
        return fail_with(kExitUsage,
                         "no strategy is left to run: the configuration enables none of those that "
                         "--strategy names; enable one, or name another");
    }
    const auto depth = parse_sol(arguments.candle_depth_sol);
    if (!depth || depth->is_zero() || *depth > kDepthMax) {
        return fail_with(
            kExitUsage, fmt::format("--candle-depth-sol \"{}\" is no amount of SOL above 0 and up "
                                    "to {}",
                                    arguments.candle_depth_sol, kDepthMax.raw() / kLamportsPerSol));
    }
    // Recordings have pools of SOL against dollars in them.
    auto sol = arguments.sol_price.empty()
                   ? Result<SolPriceSource>{SolPriceSource{backtest::SolPrices{1.0}, std::nullopt}}
                   : sol_prices(arguments.sol_price);
    if (!sol) {
        return fail_with(kExitUsage, sol.error().text);
    }
    const auto searches = plan_files(arguments, *settings, *sol, *depth);
    if (!searches) {
        return searches.error();
    }
    const auto leakage = leakage_of(arguments, *settings);
    if (!leakage) {
        return fail_with(kExitUsage, leakage.error().text);
    }
    const auto trials = open_trials(arguments);
    if (!trials) {
        return fail_with(kExitUsage, trials.error().text);
    }
    const BacktestReport::Made made{build_id(), system_wall_now()};
    BacktestReport report{
        *settings, {.seed = arguments.seed}, !arguments.is_without_benchmarks, trials->get()};
    report.set_leakage(*leakage);
    const int code = arguments.trials == 0 ? run_files(data->tapes, *sol, *depth, report)
                                           : run_searches(*searches, made, report);
    if (code != 0) {
        return code;
    }
    for (const BacktestRecording& recording : data->recordings) {
        if (auto added = report.add(recording); !added) {
            return fail_with(kExitFailed, added.error().text);
        }
    }
    if (!data->tapes.empty() && *trials == nullptr) {
        report.note(
            "no trials file was found, so that nobody knows whether a search has seen this "
            "data, and no target is met on it");
    }
    if (sol->data) {
        report.add_data(std::move(*sol->data));
    }
    const analytics::EvidenceReport evidence = report.take(command_of(arguments), made);
    if (!arguments.html.empty()) {
        if (auto written = write_page(arguments.html, analytics::evidence_html(evidence));
            !written) {
            return fail_with(kExitFailed, written.error().text);
        }
    }
    fmt::print("{}\n", arguments.is_json ? analytics::evidence_json(evidence)
                                         : analytics::evidence_text(evidence));
    return exit_of(*leakage);
}

}  // namespace sniperforge::app
