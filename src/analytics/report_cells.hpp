// SPDX-License-Identifier: MIT
// What stands in a report for each figure: its text, its interval, or why there is none. Text and
// HTML print the same cells.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/analytics/evidence.hpp"
#include "sniperforge/analytics/evidence_report.hpp"

namespace sniperforge::analytics {

struct FigureCell {
    std::string value;   // "-" where there is none; never a 0 in its place.
    std::string detail;  // The interval, what it rests on, or the reason that it is missing.
};
struct FigureRow {
    std::string_view label;
    std::string_view unit;
    FigureCell (*cell)(const Evidence& evidence);
};
// In the order of printing.
[[nodiscard]] std::span<const FigureRow> figure_rows();
// Of the ones that an overview shows beside each other.
[[nodiscard]] std::span<const FigureRow> overview_rows();

// The value times `factor`, with so many digits after the point.
[[nodiscard]] FigureCell estimate_cell(const Measured<Estimate>& figure, double factor, int digits);
[[nodiscard]] FigureCell missing_cell(Lack lack);
// One of the things that MET takes, and what was found.
struct ConditionRow {
    std::string_view what;
    bool holds = false;
    std::string found;
};
// Each target with its figure, its verdict, and every condition of it.
struct TargetRow {
    std::string target;
    FigureCell figure;
    Verdict verdict = Verdict::Hypothesis;
    std::vector<ConditionRow> conditions;
};
[[nodiscard]] TargetRow win_rate_row(const Evidence& evidence);
[[nodiscard]] TargetRow sharpe_row(const Evidence& evidence);
[[nodiscard]] std::vector<TargetRow> target_rows(const Evidence& evidence);

// Cost classes in the order of CostTotals.
struct CostRow {
    std::string_view label;
    LamportsDelta lamports;
    bool is_known = true;
};
[[nodiscard]] std::vector<CostRow> cost_rows(const Evidence& evidence);

// Rows that could not be used, and their kinds: "3 duplicate, 1 implausible".
struct BadRows {
    std::uint64_t count = 0;
    std::string kinds;
};
[[nodiscard]] BadRows bad_rows(const DataSet& set);

// "too few trades" for Lack::TooFewTrades.
[[nodiscard]] std::string words_of(Lack lack);
[[nodiscard]] std::string words_of(std::string_view identifier);
// "2026-03-04 05:06:07 UTC". Years beyond 9999 are not written.
[[nodiscard]] std::string utc_text(WallTime time);
[[nodiscard]] std::string period_text(Period period);

}  // namespace sniperforge::analytics
