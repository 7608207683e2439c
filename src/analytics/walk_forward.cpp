// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/walk_forward.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sniperforge/analytics/sharpe_significance.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {

Result<std::vector<Fold>> Fold::along(Period period, const FoldRules& rules) {
    if (rules.training.count() <= 0 || rules.test.count() <= 0 || rules.purge.count() < 0) {
        return fail(
            fmt::format("a walk forward needs training and test longer than 0 and a purge of "
                        "at least 0: training {} ns, purge {} ns, test {} ns",
                        rules.training.count(), rules.purge.count(), rules.test.count()));
    }
    const std::int64_t whole = period.to.ns - period.from.ns;
    // Subtracted one after the other: sums of what a caller gives may exceed 64 bits.
    if (period.from.ns < 0 || whole <= 0 || rules.training.count() > whole ||
        rules.purge.count() > whole - rules.training.count() ||
        rules.test.count() > whole - rules.training.count() - rules.purge.count()) {
        return fail(
            fmt::format("a walk forward over {} ns has no room for one fold: training {} ns, "
                        "purge {} ns, test {} ns; take shorter ones or more data",
                        whole, rules.training.count(), rules.purge.count(), rules.test.count()));
    }
    if (whole / rules.test.count() > kFoldsMax) {
        return fail(
            fmt::format("a walk forward over {} ns would test up to {} times, {} ns each; at "
                        "most {} are made, so take longer tests",
                        whole, whole / rules.test.count(), rules.test.count(), kFoldsMax));
    }
    std::vector<Fold> folds;
    WallTime from = period.from;
    for (;;) {
        const WallTime trained = from + rules.training;
        const WallTime tested = trained + rules.purge;
        if (rules.test.count() > period.to.ns - tested.ns) {
            return folds;
        }
        folds.push_back(Fold{folds.size() + 1, {from, trained}, {tested, tested + rules.test}});
        from = from + rules.test;
        if (from >= period.to || rules.training.count() > period.to.ns - from.ns ||
            rules.purge.count() > period.to.ns - from.ns - rules.training.count()) {
            return folds;
        }
    }
}

class WalkForward {
 public:
    WalkForward(const SearchSpace& space, const Evaluators& evaluators,
                const WalkForwardRules& rules, const TrialSink& sink)
        : space_{space}, evaluators_{evaluators}, rules_{rules}, sink_{sink} {}

    Result<void> run(const Fold& fold) {
        auto chosen = search(fold);
        if (!chosen) {
            return std::unexpected{chosen.error()};
        }
        FoldResult result{fold.number(), fold.training().period(), fold.test_bounds(), std::nullopt,
                          0};
        if (*chosen) {
            result.chosen = std::move((*chosen)->trial);
            result.in_sample = std::move((*chosen)->sample);
            const auto tested = evaluators_.test(result.chosen->values, fold.test());
            if (auto kept = keep(fold, tested, result); !kept) {
                return kept;
            }
        }
        folds_.push_back(std::move(result));
        return {};
    }

    Result<WalkForwardResult> finish() {
        auto sample =
            Sample::of(std::move(trades_), {folds_.front().test.from, folds_.back().test.to});
        if (!sample) {
            return fail("joining the tests of a walk forward", sample.error());
        }
        sample->note_unassigned(unassigned_);
        return WalkForwardResult{std::move(folds_), trials_, *std::move(sample)};
    }

 private:
    struct Tried {
        Trial trial;
        Sample sample;
    };

    // The best trial, if any could be measured. Knows the training period and no other.
    Result<std::optional<Tried>> search(const Fold& fold) {
        const std::uint64_t seed = Rng{rules_.seed}.fork(fold.number()).next();
        Sampler sampler{space_, rules_.method, seed};
        std::optional<Tried> best;
        for (std::size_t number = 1; number <= rules_.trials; ++number) {
            auto tried = try_once(fold, number, sampler.next());
            if (!tried) {
                return std::unexpected{tried.error()};
            }
            const Trial& trial = tried->trial;
            ++trials_;
            if (auto told = sink_(trial); !told) {
                return fail(fmt::format("counting trial {} of fold {}", number, fold.number()),
                            told.error());
            }
            sampler.tell({trial.values,
                          trial.objective ? std::optional{trial.objective->value} : std::nullopt});
            if (trial.objective &&
                (!best || trial.objective->value > best->trial.objective->value)) {
                best = std::move(*tried);
            }
        }
        return best;
    }

    Result<Tried> try_once(const Fold& fold, std::size_t number, ParameterValues values) {
        const TrainingPeriod training = fold.training();
        auto sample = evaluators_.training(values, training);
        if (auto checked = check(sample, training.period(), "training", fold); !checked) {
            return std::unexpected{checked.error()};
        }
        Trial trial;
        trial.fold = fold.number();
        trial.number = number;
        trial.parameters_json = space_.json(values);
        trial.values = std::move(values);
        trial.trades = sample->landed();
        trial.seed = rules_.seed;
        if (sample->is_empty()) {
            return Tried{std::move(trial), *std::move(sample)};
        }
        const auto shape = shape_of(daily_nets(*sample));
        trial.sharpe_daily = shape ? Measured<double>{shape->sharpe}
                                   : Measured<double>{std::unexpected{shape.error()}};
        trial.objective = trial.trades < rules_.trades_min
                              ? Measured<Estimate>{std::unexpected{Lack::TooFewTrades}}
                              : rules_.objective(*sample, rules_.resampling);
        if (trial.objective && !std::isfinite(trial.objective->value)) {
            return fail(fmt::format("fold {}, trial {}: the objective of {} is not a number",
                                    fold.number(), number, trial.parameters_json));
        }
        return Tried{std::move(trial), *std::move(sample)};
    }

    Result<void> keep(const Fold& fold, const Result<Sample>& tested, FoldResult& result) {
        if (auto checked = check(tested, fold.test_bounds(), "test", fold); !checked) {
            return checked;
        }
        for (TradeResult trade : tested->trades()) {
            trade.trade_id = trades_.size() + 1;
            trade.searched = trade.searched == Searched::Yes ? Searched::Yes : rules_.searched;
            trades_.push_back(trade);
        }
        result.trades = tested->landed();
        unassigned_ += tested->unassigned();
        result.out_of_sample = *tested;
        return {};
    }

    // A sample refuses trades outside of its period, so that its period tells all.
    static Result<void> check(const Result<Sample>& sample, Period asked, std::string_view side,
                              const Fold& fold) {
        if (!sample) {
            return fail(fmt::format("the {} of fold {}", side, fold.number()), sample.error());
        }
        const Period got = sample->period();
        if (got.from != asked.from || got.to != asked.to) {
            return fail(fmt::format(
                "the {} of fold {} was asked for {} to {} ns and answered for {} "
                "to {} ns",
                side, fold.number(), asked.from.ns, asked.to.ns, got.from.ns, got.to.ns));
        }
        return {};
    }

    const SearchSpace& space_;
    const Evaluators& evaluators_;
    const WalkForwardRules& rules_;
    const TrialSink& sink_;
    std::vector<FoldResult> folds_;
    std::vector<TradeResult> trades_;
    LamportsDelta unassigned_;
    std::uint64_t trials_ = 0;
};

Result<WalkForwardResult> walk_forward(std::span<const Fold> folds, const SearchSpace& space,
                                       const Evaluators& evaluators, const WalkForwardRules& rules,
                                       const TrialSink& sink) {
    if (folds.empty() || rules.trials == 0) {
        return fail(fmt::format("a walk forward needs folds and trials: it has {} and {} in each",
                                folds.size(), rules.trials));
    }
    SF_ASSERT(evaluators.training && evaluators.test && sink);
    WalkForward run{space, evaluators, rules, sink};
    for (const Fold& fold : folds) {
        if (auto done = run.run(fold); !done) {
            return std::unexpected{done.error()};
        }
    }
    return run.finish();
}

}  // namespace sniperforge::analytics
