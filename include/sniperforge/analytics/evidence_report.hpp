// SPDX-License-Identifier: MIT
// A report on strategies: where the data came from, what each made of it beside rules without
// skill, and what that proves. One value, three writers. All figures are those of `evidence_of`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/analytics/divergence.hpp"
#include "sniperforge/analytics/evidence.hpp"
#include "sniperforge/analytics/leakage.hpp"
#include "sniperforge/analytics/order_divergence.hpp"
#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/analytics/walk_forward_report.hpp"

namespace sniperforge::analytics {

// Rows that could not be used are counted, never mended (docs/recorded-data.md).
struct DataSet {
    std::string name;
    std::string sha256;  // Empty: not known.
    std::uint64_t rows = 0, breaks = 0;
    std::vector<std::pair<std::string, std::uint64_t>> bad;  // By kind; kinds without one left out.
};

struct ReportSample {
    std::string name;
    Sample sample;
    Evidence evidence;
};
[[nodiscard]] ReportSample report_sample(std::string name, Sample sample,
                                         const Resampling& resampling, const Trials& trials);

// Rules without skill on the same data, sizes and costs. What does not beat them has none either.
enum class Benchmark : std::uint8_t {
    Blind,        // Enters whatever the strategy could have entered, exits as it does.
    RandomEntry,  // As many entries, at random moments.
    Hold,         // Buys at the beginning and sells at the end.
};
inline constexpr std::size_t kBenchmarkCount = 3;
[[nodiscard]] std::string_view to_string(Benchmark benchmark);

struct ReportStrategy {
    ReportSample result;
    std::array<std::optional<ReportSample>, kBenchmarkCount> benchmarks;  // Nothing: not run.
    std::vector<LeakageCheck> leakage;  // On each market; empty: not checked.
    bool is_portfolio = false;          // All strategies' trades together.
};
struct ReportDivergence {
    std::string name;
    Divergence divergence;
};

// Orders of runs beside what paper would have made of them.
struct ReportOnPaper {
    std::optional<OrderDivergences> compared;  // Nothing: they were traded on paper themselves.
};

// How fast recorded events were played.
struct ReportSpeed {
    std::uint64_t events = 0;
    double seconds = 0;
    [[nodiscard]] double events_per_s() const {
        return seconds > 0 ? static_cast<double>(events) / seconds : 0;
    }
};

struct EvidenceReport {
    std::string title;
    std::string build_id;
    std::string command;  // That makes it again; empty: none.
    WallTime made_at;
    bool is_backtest = false;  // Simulated trades on recorded data: SIM is shown as BACKTEST.
    double time_compression = 1.0;
    std::vector<DataSet> data;
    std::vector<ReportStrategy> strategies;
    std::vector<ReportWalkForward> walks;
    std::vector<ReportDivergence> divergences;
    std::optional<ReportOnPaper> on_paper;  // Nothing: no runs.
    std::optional<ReportSpeed> speed;       // Of a backtest's own runs.
    std::vector<std::string> notes;
};
// What everything in it rests on, in one word each, the weakest first: "SIM", "BACKTEST",
// "PAPER, LIVE". Without a trade "NO TRADES".
[[nodiscard]] std::string provenance_stamp(const EvidenceReport& report);
// Of one sample, of one comparison.
[[nodiscard]] std::string sample_stamp(const ReportSample& sample, bool is_backtest);
[[nodiscard]] std::string divergence_stamp(const Divergence& divergence, bool is_backtest);

[[nodiscard]] std::string evidence_text(const EvidenceReport& report);
// One object; keys in docs/evidence.md.
[[nodiscard]] std::string evidence_json(const EvidenceReport& report);
// One file that loads nothing and runs nothing. Every text of the report is escaped.
[[nodiscard]] std::string evidence_html(const EvidenceReport& report);

}  // namespace sniperforge::analytics
