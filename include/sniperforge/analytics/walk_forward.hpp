// SPDX-License-Identifier: MIT
// Parameters are searched in one stretch of time and judged in a later one that the search has not
// seen, again and again along the data. The types keep it so: a search is handed TrainingPeriods,
// which only a fold's training side makes, and what it returns must be of that period.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"
#include "sniperforge/analytics/sampler.hpp"
#include "sniperforge/analytics/search_space.hpp"

namespace sniperforge::analytics {

class TrainingPeriod {
 public:
    [[nodiscard]] Period period() const { return period_; }

 private:
    friend class Fold;
    explicit TrainingPeriod(Period period) : period_{period} {}
    Period period_;
};
class TestPeriod {
 public:
    [[nodiscard]] Period period() const { return period_; }

 private:
    friend class Fold;
    explicit TestPeriod(Period period) : period_{period} {}
    Period period_;
};

struct FoldRules {
    Duration training{};
    // Between training and test. At least as long as a position may stay open and an indicator
    // looks back, so that nothing reaches over.
    Duration purge{};
    Duration
        test{};  // Also the step from fold to fold, so that tests neither overlap nor leave gaps.
};

class WalkForward;

class Fold {
 public:
    // From 1.
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] TrainingPeriod training() const { return TrainingPeriod{training_}; }
    // For reports. No search accepts it.
    [[nodiscard]] Period test_bounds() const { return test_; }

    // More would be a mistake in a length; each has a whole search of its own.
    static constexpr std::int64_t kFoldsMax = 1'000;
    // As many as fit; what is left at the end is not used. Refuses lengths that are not positive,
    // a period without room for one fold, and more test lengths in it than kFoldsMax.
    [[nodiscard]] static Result<std::vector<Fold>> along(Period period, const FoldRules& rules);

 private:
    friend class WalkForward;
    Fold(std::size_t number, Period training, Period test)
        : number_{number}, training_{training}, test_{test} {}
    [[nodiscard]] TestPeriod test() const { return TestPeriod{test_}; }

    std::size_t number_;
    Period training_, test_;
};

// The caller runs the rule. Both must answer with a sample of exactly the period they were given.
struct Evaluators {
    std::function<Result<Sample>(const ParameterValues&, TrainingPeriod)> training;
    std::function<Result<Sample>(const ParameterValues&, TestPeriod)> test;
};

struct Trial {
    std::size_t fold = 0;
    std::size_t number = 0;  // From 1, within the fold.
    ParameterValues values;
    std::string parameters_json;
    std::uint64_t trades = 0;
    Measured<Estimate> objective = std::unexpected{Lack::NoTrades};
    Measured<double> sharpe_daily = std::unexpected{Lack::NoTrades};  // Per day, not annualised.
    std::uint64_t seed = 0;
};
// Told of each trial before the next one begins. When it fails the search ends: what is not counted
// must not be used.
using TrialSink = std::function<Result<void>(const Trial&)>;

struct WalkForwardRules {
    SearchMethod method = SearchMethod::Tpe;
    std::size_t trials = 50;  // In each fold.
    std::uint64_t seed = 1;
    // Higher is better. Of samples with fewer trades than `trades_min` nothing is asked.
    Measured<Estimate> (*objective)(const Sample& sample, const Resampling& how) = sharpe_annual;
    std::uint64_t trades_min = kTradesMin;
    Resampling resampling;
    // By an earlier search: then the tests are not unseen, and their trades say so.
    Searched searched = Searched::Unknown;
};

struct FoldResult {
    std::size_t fold = 0;
    Period training, test;
    std::optional<Trial> chosen;  // Nothing: no trial could be measured, so nothing was traded.
    std::uint64_t trades = 0;     // Out of sample.
    // What the chosen one did where it was searched, and where it was judged.
    std::optional<Sample> in_sample{}, out_of_sample{};
};
struct WalkForwardResult {
    std::vector<FoldResult> folds;
    std::uint64_t trials = 0;
    // All tests, one after the other, trades numbered anew.
    Sample out_of_sample;
};

[[nodiscard]] Result<WalkForwardResult> walk_forward(std::span<const Fold> folds,
                                                     const SearchSpace& space,
                                                     const Evaluators& evaluators,
                                                     const WalkForwardRules& rules,
                                                     const TrialSink& sink);

}  // namespace sniperforge::analytics
