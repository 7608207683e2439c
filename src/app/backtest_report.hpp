// SPDX-License-Identifier: MIT
// The runs of a backtest, and the report on them.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/analytics/trial_store.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/recording_run.hpp"
#include "sniperforge/backtest/walk.hpp"

namespace sniperforge::app {

struct BacktestRecording;

struct BacktestFile {
    std::string name;
    std::string sha256;                       // Of the bytes on the disk.
    std::string content_sha256;               // Unpacked: what trials are counted by.
    std::vector<std::uint64_t> row_blocks{};  // And what it shares with other data is known by.
    std::vector<backtest::Tape> tapes;
};

// Of the rows of a file.
[[nodiscard]] analytics::DataSet data_set_of(std::string name, const dataset::Tally& tally);
// By code; those without one left out.
[[nodiscard]] std::string denials_text(
    const std::array<std::uint64_t, kDenialReasonCount>& denials);
// Of the bytes as they are on the disk.
[[nodiscard]] std::string file_digest(const std::string& path);
// Of the strategies those that are named; none: all.
void keep_only(config::Settings& settings, const std::vector<std::string>& strategies);
// Those that the settings enable.
[[nodiscard]] std::vector<StrategyId> enabled_strategies(const config::Settings& settings);
// Days are what results hang together in; a recording of a few days has too few of them.
[[nodiscard]] analytics::Resampling resampling_of(const analytics::Period& period);

struct SearchWishes {
    analytics::SearchMethod method = analytics::SearchMethod::Tpe;
    std::size_t trials = 0;  // In each fold.
    std::size_t folds = 0;
    std::vector<std::string> varied;  // Empty: all of a strategy's own.
};
// One strategy over one file, with all that can be wrong about it found before the first trial.
struct SearchPlan {
    StrategyId strategy = StrategyId::Momentum;
    backtest::ParameterSpace parameters;
    std::vector<analytics::Fold> folds;
    SearchWishes wishes;
};
[[nodiscard]] Result<std::vector<SearchPlan>> plan_searches(const config::Settings& settings,
                                                            const BacktestFile& file,
                                                            const SearchWishes& wishes);
// The settings with this strategy and no other.
[[nodiscard]] config::Settings only(config::Settings settings, StrategyId strategy);

class BacktestReport {
 public:
    // `trials` may be nothing: then nobody knows which data was searched.
    BacktestReport(const config::Settings& settings, const backtest::BacktestOptions& options,
                   bool has_benchmarks, analytics::TrialStore* trials)
        : settings_{settings},
          options_{options},
          has_benchmarks_{has_benchmarks},
          trials_{trials} {}

    // Of momentum, as it is set; one of each market.
    void set_leakage(std::vector<analytics::LeakageCheck> checks) { leakage_ = std::move(checks); }
    void add_data(analytics::DataSet set) { report_.data.push_back(std::move(set)); }
    // Runs the strategies over the tapes of a file, one after the other, and the benchmarks.
    [[nodiscard]] Result<void> add(const BacktestFile& file);
    // The same of a recorded run (backtest_recordings.cpp).
    [[nodiscard]] Result<void> add(const BacktestRecording& recording);
    // What the trials are written down with.
    struct Made {
        std::string build_id;
        WallTime at;
    };
    // Walks a strategy forward over a file, and what it did out of sample; `progress` is told of
    // each trial. Needs `trials`.
    [[nodiscard]] Result<analytics::Sample> search(
        const BacktestFile& file, const SearchPlan& plan, const Made& made,
        const std::function<void(const analytics::Trial&)>& progress);
    // What all strategies did out of sample, where there are several; after their searches.
    [[nodiscard]] Result<void> add_portfolio(const BacktestFile& file,
                                             std::span<const analytics::Sample> searched);
    // Of a file that is searched: its rows, and what its tapes assume.
    void describe(const BacktestFile& file);
    void note(std::string text) { report_.notes.push_back(std::move(text)); }
    // `command` makes it again.
    [[nodiscard]] analytics::EvidenceReport take(std::string command, const Made& made);

 private:
    // The runs over all tapes of a file.
    struct Runs {
        std::vector<analytics::TradeResult> trades;
        analytics::Period period;
        std::uint64_t events = 0, unplayed = 0;
        // Of recordings of detected differences.
        std::uint64_t seen = 0, tried = 0, reverted = 0;
        LamportsDelta unassigned;  // What no trade carries.
        double seconds = 0;
        std::vector<std::string> notes;
    };
    [[nodiscard]] Result<Runs> run(const std::vector<backtest::Tape>& tapes,
                                   const backtest::BacktestOptions& options) const;

    using Benchmarks =
        std::array<std::optional<analytics::ReportSample>, analytics::kBenchmarkCount>;
    // Whether rules that enter a pool say anything beside these strategies: not about cycles.
    [[nodiscard]] bool wants_benchmarks(const config::Settings& settings) const;
    [[nodiscard]] Result<Benchmarks> run_benchmarks(const BacktestFile& file,
                                                    const analytics::Resampling& how);
    [[nodiscard]] Result<Benchmarks> run_benchmarks(const BacktestRecording& recording,
                                                    const backtest::RecordingResult& played,
                                                    const analytics::Resampling& how);
    [[nodiscard]] Result<Benchmarks> benchmarks_in(const BacktestFile& file, StrategyId strategy,
                                                   const analytics::Period& period,
                                                   const analytics::Resampling& how) const;
    void note(const std::string& name, const Runs& runs);
    // What the rows of a file, or of a recording, share.
    struct Played {
        std::string name;
        std::vector<StrategyId> strategies;
        analytics::Resampling how;
        analytics::Trials trials{};
        Benchmarks benchmarks{};
    };
    // A row for each strategy, and one for all where there are several.
    void add_rows(const Played& played, analytics::Sample sample);
    void add_speed(std::uint64_t events, double seconds);
    // All that was ever tried on the data, and on other data of its rows; notes it.
    struct Seen {
        analytics::Trials trials;
        analytics::Searched searched = analytics::Searched::Unknown;
    };
    [[nodiscard]] Result<Seen> seen_of(const BacktestFile& file);

    config::Settings settings_;
    backtest::BacktestOptions options_;
    bool has_benchmarks_;
    analytics::TrialStore* trials_;
    std::vector<analytics::LeakageCheck> leakage_;
    analytics::EvidenceReport report_;
};

}  // namespace sniperforge::app
