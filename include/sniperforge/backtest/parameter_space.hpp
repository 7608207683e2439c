// SPDX-License-Identifier: MIT
// The settings of a strategy as the space of a search, and back.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/analytics/search_space.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::backtest {

class ParameterSpace {
 public:
    // `varied` names settings, each as KEY or KEY=LOW..HIGH: those of the strategy and of the exits
    // are varied and no others. Empty: all of the strategy's own, but for what it spends and whom
    // it trusts. Ranges are those that the configuration allows; one that spans two orders of
    // magnitude or more is searched by its logarithm, from 1 where it begins at 0. Refuses a
    // setting that no search may vary, a range outside of the configuration's, and a strategy of
    // which nothing is left.
    [[nodiscard]] static Result<ParameterSpace> of(const config::Settings& settings,
                                                   StrategyId strategy,
                                                   std::span<const std::string> varied);

    [[nodiscard]] const analytics::SearchSpace& space() const { return space_; }
    // The settings with these values, or why the configuration refuses them together.
    [[nodiscard]] Result<config::Settings> settings_at(
        const analytics::ParameterValues& values) const;
    // As the file of settings would have them.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> texts(
        const analytics::ParameterValues& values) const;
    // The longest time for which a position may stay open, wherever in the space.
    [[nodiscard]] Duration time_limit_max() const;

 private:
    ParameterSpace(const config::Settings& settings, analytics::SearchSpace space)
        : settings_{settings}, space_{std::move(space)} {}

    config::Settings settings_;
    analytics::SearchSpace space_;
};

}  // namespace sniperforge::backtest
