// SPDX-License-Identifier: MIT
// A walk forward as a report shows it: fold by fold what was chosen, what it had done where it was
// searched, and what it did where the search had not looked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/analytics/walk_forward.hpp"

namespace sniperforge::analytics {

struct FoldFigures {
    std::uint64_t trades = 0;
    Measured<Estimate> win_rate = std::unexpected{Lack::NoTrades};
    Measured<Estimate> net_bps = std::unexpected{Lack::NoTrades};
    Measured<Estimate> sharpe_annual = std::unexpected{Lack::NoTrades};
};
[[nodiscard]] FoldFigures fold_figures(const Sample& sample, const Resampling& how);

struct ReportFold {
    std::size_t fold = 0;  // From 1.
    Period training, test;
    std::uint64_t trials = 0;
    // Of the winner, by their names; empty: no trial could be measured, and nothing was traded.
    std::vector<std::pair<std::string, std::string>> parameters;
    FoldFigures in_sample, out_of_sample;
};

struct ReportWalkForward {
    std::string name;
    std::string method;     // "tpe", "random".
    std::string objective;  // "sharpe_annual".
    std::uint64_t seed = 0;
    std::uint64_t trials_before = 0;  // On the same data, of earlier searches.
    std::uint64_t trials_all = 0;     // With those of this one: what the deflated ratio counts.
    std::vector<ReportFold> folds;
};
using ParameterTexts =
    std::function<std::vector<std::pair<std::string, std::string>>(const ParameterValues&)>;
[[nodiscard]] std::vector<ReportFold> report_folds(const WalkForwardResult& result,
                                                   std::uint64_t trials_each,
                                                   const ParameterTexts& texts,
                                                   const Resampling& how);

}  // namespace sniperforge::analytics
