// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/walk_forward.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "sniperforge/analytics/verdict.hpp"
#include "sniperforge/core/rng.hpp"
#include "unit/analytics/trades.hpp"

namespace sniperforge::analytics {
namespace {

using test::days;
using test::kDayNs;

// Nobody but a fold makes periods, and a search's cannot be made of a test's.
static_assert(!std::is_default_constructible_v<TrainingPeriod>);
static_assert(!std::is_constructible_v<TrainingPeriod, Period>);
static_assert(!std::is_constructible_v<TrainingPeriod, TestPeriod>);
static_assert(!std::is_constructible_v<TestPeriod, Period>);
static_assert(!std::is_convertible_v<TestPeriod, TrainingPeriod>);

constexpr FoldRules kThirtyDays{Duration{30 * kDayNs}, Duration{2 * kDayNs}, Duration{10 * kDayNs}};

std::vector<Fold> folds_of(std::int64_t day_count) {
    auto folds = Fold::along(days(day_count), kThirtyDays);
    SF_ASSERT(folds.has_value());
    return *std::move(folds);
}

SearchSpace one_parameter() { return *SearchSpace::of({{"level", IntegerRange{0, 100}}}); }

// Three trades a day whose mean is best at a level of 60.
Result<Sample> rule(const ParameterValues& values, Period period) {
    Rng rng{static_cast<std::uint64_t>(period.from.ns / kDayNs)};
    std::vector<TradeResult> trades;
    const double off = (static_cast<double>(values[0]) - 60) / 10;
    for (std::int64_t day = period.from.utc_day(); day < period.to.utc_day(); ++day) {
        for (int i = 0; i < 3; ++i) {
            trades.push_back(
                test::trade_on(trades.size() + 1, day, 40 - off * off * 10 + 50 * rng.normal()));
        }
    }
    return Sample::of(std::move(trades), period);
}

Evaluators evaluators_of(std::function<Result<Sample>(const ParameterValues&, Period)> run) {
    return {
        [run](const ParameterValues& values, TrainingPeriod at) {
            return run(values, at.period());
        },
        [run](const ParameterValues& values, TestPeriod at) { return run(values, at.period()); }};
}
Result<void> nothing(const Trial& /*trial*/) { return {}; }

WalkForwardRules quick_rules() {
    WalkForwardRules rules;
    rules.trials = 15;
    rules.resampling.resamples = 100;
    return rules;
}

TEST(Fold, TestsFollowEachOtherWithoutOverlapAndBehindThePurge) {
    const auto folds = folds_of(69);  // Room for 3.7 tests.
    ASSERT_EQ(folds.size(), 3U);
    for (std::size_t i = 0; i < folds.size(); ++i) {
        const auto offset = static_cast<std::int64_t>(i) * 10 * kDayNs;
        EXPECT_EQ(folds[i].number(), i + 1);
        EXPECT_EQ(folds[i].training().period().from.ns, offset);
        EXPECT_EQ(folds[i].training().period().to.ns, offset + 30 * kDayNs);
        EXPECT_EQ(folds[i].test_bounds().from.ns, offset + 32 * kDayNs);
        EXPECT_EQ(folds[i].test_bounds().to.ns, offset + 42 * kDayNs);
    }
}

TEST(Fold, NeedsRoomForOneAndTakesExactlyThat) {
    EXPECT_EQ(folds_of(42).size(), 1U);
    EXPECT_EQ(folds_of(51).size(), 1U);
    EXPECT_EQ(folds_of(52).size(), 2U);
    const auto short_by_one = Fold::along({WallTime{0}, WallTime{42 * kDayNs - 1}}, kThirtyDays);
    ASSERT_FALSE(short_by_one);
    EXPECT_NE(short_by_one.error().text.find("no room for one fold"), std::string::npos);
}

TEST(Fold, RefusesLengthsThatMakeNoFold) {
    const Duration day{kDayNs};
    EXPECT_TRUE(Fold::along(days(9), {day, Duration{0}, day}));
    for (const FoldRules& rules :
         {FoldRules{Duration{0}, day, day}, FoldRules{day, day, Duration{0}},
          FoldRules{day, Duration{-1}, day},
          FoldRules{Duration::max(), Duration::max(), Duration::max()}}) {
        EXPECT_FALSE(Fold::along(days(9), rules));
    }
}

TEST(Fold, ALengthThatMakesThousandsIsAMistake) {
    const Duration day{kDayNs};
    EXPECT_TRUE(Fold::along(days(1'000), {day, Duration{0}, day}));
    const auto many = Fold::along(days(1'001), {day, Duration{0}, day});
    ASSERT_FALSE(many);
    EXPECT_NE(many.error().text.find("take longer tests"), std::string::npos);
}

TEST(WalkForward, FindsThePlantedLevelAndKeepsTheTestsApart) {
    const auto result =
        walk_forward(folds_of(72), one_parameter(), evaluators_of(rule), quick_rules(), nothing);
    ASSERT_TRUE(result) << result.error().text;
    ASSERT_EQ(result->folds.size(), 4U);
    for (const FoldResult& fold : result->folds) {
        ASSERT_TRUE(fold.chosen);
        EXPECT_NEAR(static_cast<double>(fold.chosen->values[0]), 60, 12);
        EXPECT_EQ(fold.trades, 30U);
    }
    EXPECT_EQ(result->trials, 60U);
    const Sample& sample = result->out_of_sample;
    EXPECT_EQ(sample.trades().size(), 120U);
    EXPECT_EQ(sample.period().from.ns, 32 * kDayNs);
    EXPECT_EQ(sample.period().to.ns, 72 * kDayNs);
    EXPECT_EQ(grounds_of(sample).searched, 0U);
}

// The order of all that was asked for: every trial of a fold inside its training, then its test
// once, with the parameters that were chosen.
TEST(WalkForward, TheSearchIsNeverAskedAboutTheTest) {
    struct Question {
        Period period;
        bool is_test;
        ParameterValues values;
    };
    std::vector<Question> questions;
    const Evaluators recording{[&](const ParameterValues& values, TrainingPeriod at) {
                                   questions.push_back({at.period(), false, values});
                                   return rule(values, at.period());
                               },
                               [&](const ParameterValues& values, TestPeriod at) {
                                   questions.push_back({at.period(), true, values});
                                   return rule(values, at.period());
                               }};
    const auto folds = folds_of(72);
    const auto rules = quick_rules();
    const auto result = walk_forward(folds, one_parameter(), recording, rules, nothing);
    ASSERT_TRUE(result);
    ASSERT_EQ(questions.size(), folds.size() * (rules.trials + 1));
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const std::size_t at = i / (rules.trials + 1);
        const Fold& fold = folds[at];
        const bool is_last = i % (rules.trials + 1) == rules.trials;
        EXPECT_EQ(questions[i].is_test, is_last);
        if (is_last) {
            EXPECT_EQ(questions[i].values, result->folds[at].chosen->values);
            EXPECT_EQ(questions[i].period.from, fold.test_bounds().from);
            continue;
        }
        EXPECT_EQ(questions[i].period.to + Duration{2 * kDayNs}, fold.test_bounds().from);
    }
}

// Good in training alone: what is chosen there does not change what the tests say.
TEST(WalkForward, WhatTheTestsSayDoesNotReachTheSearch) {
    const auto chosen_with = [&](double test_bps) {
        const Evaluators evaluators{
            [](const ParameterValues& values, TrainingPeriod at) {
                return rule(values, at.period());
            },
            [test_bps](const ParameterValues&, TestPeriod at) {
                return Sample::of({test::trade_on(1, at.period().from.utc_day(), test_bps)},
                                  at.period());
            }};
        std::vector<ParameterValues> chosen;
        const auto result =
            walk_forward(folds_of(72), one_parameter(), evaluators, quick_rules(), nothing);
        for (const FoldResult& fold : result->folds) {
            chosen.push_back(fold.chosen->values);
        }
        return chosen;
    };
    EXPECT_EQ(chosen_with(500), chosen_with(-500));
}

TEST(WalkForward, RefusesAnAnswerAboutAnotherPeriod) {
    const auto folds = folds_of(72);
    const auto ahead = [&](const ParameterValues& values, Period at) {
        return rule(values, {at.from, at.to + Duration{kDayNs}});
    };
    const auto result =
        walk_forward(folds, one_parameter(), evaluators_of(ahead), quick_rules(), nothing);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().text.find("the training of fold 1 was asked for 0 to"),
              std::string::npos)
        << result.error().text;
}

TEST(WalkForward, TellsTheSinkOfEachTrialAndEndsWhenThatFails) {
    std::vector<std::string> told;
    const TrialSink counting = [&](const Trial& trial) -> Result<void> {
        told.push_back(fmt::format("{}/{} {}", trial.fold, trial.number, trial.parameters_json));
        EXPECT_TRUE(trial.objective);
        EXPECT_TRUE(trial.sharpe_daily);
        EXPECT_EQ(trial.trades, 90U);
        if (told.size() == 17) {
            return fail("disk full");
        }
        return {};
    };
    const auto result =
        walk_forward(folds_of(72), one_parameter(), evaluators_of(rule), quick_rules(), counting);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().text, "counting trial 2 of fold 2: disk full");
    EXPECT_EQ(told.size(), 17U);
    EXPECT_EQ(told[15].substr(0, 13), "2/1 {\"level\":");
}

TEST(WalkForward, IsTheSameForTheSameSeedAndAnotherForAnother) {
    const auto tried = [](std::uint64_t seed) {
        std::vector<ParameterValues> values;
        auto rules = quick_rules();
        rules.seed = seed;
        const auto result = walk_forward(folds_of(52), one_parameter(), evaluators_of(rule), rules,
                                         [&](const Trial& trial) -> Result<void> {
                                             values.push_back(trial.values);
                                             return {};
                                         });
        EXPECT_TRUE(result);
        return values;
    };
    EXPECT_EQ(tried(1), tried(1));
    EXPECT_NE(tried(1), tried(2));
}

// Nine trades are too few to choose by, ten are enough; without a choice nothing is traded.
TEST(WalkForward, ChoosesNothingWhereNothingCanBeMeasured) {
    for (const std::uint64_t count : {9U, 10U}) {
        const auto few = [count](const ParameterValues& values, Period at) {
            std::vector<TradeResult> trades;
            for (std::uint64_t i = 0; i < count; ++i) {
                trades.push_back(
                    test::trade_on(i + 1, at.from.utc_day() + static_cast<std::int64_t>(i),
                                   static_cast<double>(i) * 10 + static_cast<double>(values[0])));
            }
            return Sample::of(std::move(trades), at);
        };
        const auto result =
            walk_forward(folds_of(42), one_parameter(), evaluators_of(few), quick_rules(), nothing);
        ASSERT_TRUE(result) << result.error().text;
        EXPECT_EQ(result->folds[0].chosen.has_value(), count == 10);
        EXPECT_EQ(result->out_of_sample.trades().size(), count == 10 ? 10U : 0U);
        EXPECT_EQ(result->trials, 15U);  // All of them were made.
    }
}

TEST(WalkForward, TestsOnDataThatWasSearchedBeforeSaySo) {
    auto rules = quick_rules();
    rules.searched = Searched::Yes;
    const auto result =
        walk_forward(folds_of(42), one_parameter(), evaluators_of(rule), rules, nothing);
    ASSERT_TRUE(result);
    EXPECT_EQ(grounds_of(result->out_of_sample).searched, 30U);
}

TEST(WalkForward, PassesOnWhatTheEvaluatorSays) {
    const auto broken = [](const ParameterValues&, Period) -> Result<Sample> {
        return fail("no candles");
    };
    const auto result =
        walk_forward(folds_of(42), one_parameter(), evaluators_of(broken), quick_rules(), nothing);
    EXPECT_EQ(result.error().text, "the training of fold 1: no candles");
    EXPECT_FALSE(walk_forward({}, one_parameter(), evaluators_of(rule), quick_rules(), nothing));
    auto none = quick_rules();
    none.trials = 0;
    EXPECT_FALSE(walk_forward(folds_of(42), one_parameter(), evaluators_of(rule), none, nothing));
}

}  // namespace
}  // namespace sniperforge::analytics
