// SPDX-License-Identifier: MIT
// The runs of a backtest, and the report on them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/backtest.hpp"

namespace sniperforge::app {

class BacktestReport {
 public:
    BacktestReport(const config::Settings& settings, const backtest::BacktestOptions& options,
                   bool has_benchmarks)
        : settings_{settings}, options_{options}, has_benchmarks_{has_benchmarks} {}

    // Runs the strategies over the tapes of a file, one after the other, and the benchmarks.
    struct File {
        std::string name, sha256;
    };
    [[nodiscard]] Result<void> add(const File& file, const std::vector<backtest::Tape>& tapes);
    // `command` makes it again.
    [[nodiscard]] analytics::EvidenceReport take(std::string build_id, std::string command,
                                                 WallTime made_at);

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
    [[nodiscard]] Result<Benchmarks> run_benchmarks(const std::string& name,
                                                    const std::vector<backtest::Tape>& tapes,
                                                    const analytics::Resampling& how);
    void note(const std::string& name, const Runs& runs);

    config::Settings settings_;
    backtest::BacktestOptions options_;
    bool has_benchmarks_;
    analytics::EvidenceReport report_;
};

}  // namespace sniperforge::app
