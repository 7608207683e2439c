// SPDX-License-Identifier: MIT
// A strategy's settings walked forward over tapes: searched in one stretch of days, judged in the
// next, again and again. Each run is over a cut of the tapes, so that a trial has in its hands what
// its stretch has and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sniperforge/analytics/walk_forward.hpp"
#include "sniperforge/backtest/backtest.hpp"
#include "sniperforge/backtest/parameter_space.hpp"

namespace sniperforge::backtest {

// From the first event of all to the last; nothing of no events.
[[nodiscard]] std::optional<analytics::Period> period_of(const std::vector<Tape>& tapes);

// So many tests, one after the other and each of the same number of whole UTC days, that together
// end with the last day that was recorded to its last hour; training begins with it, moves on with
// the tests, and is three times as long as one of them or longer where the days allow. Refuses more
// folds than there are days for.
[[nodiscard]] Result<std::vector<analytics::Fold>> fold_days(const analytics::Period& period,
                                                             std::size_t folds, Duration purge);

// One run over each tape, all in one sample of exactly this period.
[[nodiscard]] Result<analytics::Sample> sample_in(const std::vector<Tape>& tapes,
                                                  const config::Settings& settings,
                                                  const BacktestOptions& options,
                                                  const analytics::Period& period);

struct WalkOptions {
    BacktestOptions backtest;  // Its seed is that of the landings.
    analytics::WalkForwardRules rules;
    // Told of what each run plays before it does; may be empty.
    std::function<void(const Tape& part)> on_run{};
};
// `settings` of the space must enable the strategy and no other. A combination of values that the
// configuration refuses is a trial without a trade.
[[nodiscard]] Result<analytics::WalkForwardResult> walk(const std::vector<Tape>& tapes,
                                                        const ParameterSpace& parameters,
                                                        std::span<const analytics::Fold> folds,
                                                        const WalkOptions& options,
                                                        const analytics::TrialSink& sink);

}  // namespace sniperforge::backtest
