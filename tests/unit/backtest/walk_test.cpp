// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/walk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "sniperforge/core/rng.hpp"
#include "unit/backtest/tapes.hpp"

namespace sniperforge::backtest {
namespace {

using analytics::Period;

constexpr std::int64_t kDayNs = 86'400'000'000'000;

// From midnight on, every eight hours a token is bought ten times within a minute and then sold ten
// times; recorded to the end of the last day.
[[nodiscard]] Tape daily_rises(std::int64_t days) {
    Tape tape;
    tape.name = "daily rises";
    Pubkey mint;
    mint.bytes.fill(9);
    std::uint64_t a = 200'000'000'000'000, b = 80'000'000'000;
    tape.pools.push_back(recorded_pump_swap(mint, TokenAmount{a}, Lamports{b},
                                            {.lp = 2, .protocol = 93, .creator = 30}));
    const WallTime begin{20'000 * kDayNs};
    tape.events.push_back({begin, Slot{1}, 0, 0, 0, Direction::AToB, TapeEventKind::Appear});
    constexpr std::uint64_t kSize = 1'000'000'000;
    for (std::int64_t hour = 0; hour < 24 * days; hour += 8) {
        for (std::int64_t i = 0; i < 20; ++i) {
            const WallTime at = begin + std::chrono::hours{hour} + std::chrono::seconds{1 + 6 * i};
            if (i < 10) {
                const std::uint64_t out = mul_div_floor(a, kSize, b + kSize).value();
                tape.events.push_back(
                    {at, nominal_slot(begin, at), kSize, out, 0, Direction::BToA});
                a -= out;
                b += kSize;
            } else {
                const std::uint64_t in = mul_div_floor(a, kSize, b - kSize).value();
                tape.events.push_back({at, nominal_slot(begin, at), in, kSize, 0, Direction::AToB});
                a += in;
                b -= kSize;
            }
        }
    }
    const WallTime last = begin + std::chrono::minutes{24 * 60 * days - 1};
    tape.events.push_back({last, nominal_slot(begin, last), 1, 1, 0, Direction::BToA});
    EXPECT_TRUE(add_sol_price(tape, SolPrices{150.0}));
    return tape;
}

[[nodiscard]] Period days_long(std::int64_t days) {
    return {WallTime{20'000 * kDayNs}, WallTime{(20'000 + days) * kDayNs}};
}

[[nodiscard]] ParameterSpace small_space() {
    config::Settings settings = test::eager();
    settings.risk.kelly_trades_min = 0;
    settings.risk.losing_streak_max = 1'000;
    const std::vector<std::string> varied{"momentum.bars=1..4", "momentum.bar_trades=1..4"};
    return *ParameterSpace::of(settings, StrategyId::Momentum, varied);
}

[[nodiscard]] Result<analytics::WalkForwardResult> walk_over(
    const std::vector<Tape>& tapes, std::uint64_t seed, std::vector<analytics::Trial>& trials,
    Duration purge = std::chrono::minutes{5}) {
    const auto folds = fold_days(*period_of(tapes), 2, purge);
    if (!folds) {
        return Err{folds.error()};
    }
    WalkOptions options;
    options.rules.trials = 4;
    options.rules.trades_min = 2;
    options.rules.seed = seed;
    options.rules.resampling.resamples = 50;
    return walk(tapes, small_space(), *folds, options, [&](const analytics::Trial& trial) {
        trials.push_back(trial);
        return Result<void>{};
    });
}

TEST(FoldDays, AreWholeDaysThatEndWithTheDataAndLieBehindThePurge) {
    const auto folds = fold_days(days_long(11), 3, std::chrono::minutes{5});
    ASSERT_TRUE(folds) << folds.error().text;
    ASSERT_EQ(folds->size(), 3U);
    EXPECT_EQ(folds->front().training().period().from, WallTime{20'000 * kDayNs});
    EXPECT_EQ(folds->back().test_bounds().to, WallTime{20'011 * kDayNs});
    for (const analytics::Fold& fold : *folds) {
        EXPECT_EQ(fold.test_bounds().from.ns % kDayNs, 0);
        EXPECT_EQ(fold.test_bounds().to.ns - fold.test_bounds().from.ns, kDayNs);
        EXPECT_EQ(fold.test_bounds().from.ns - fold.training().period().to.ns,
                  Duration{std::chrono::minutes{5}}.count());
    }
}

TEST(FoldDays, AreNoMoreThanTheDataHasDaysFor) {
    constexpr Duration kPurge = std::chrono::minutes{5};
    EXPECT_TRUE(fold_days(days_long(5), 4, kPurge)) << "the first day is trained on";
    const auto refused = fold_days(days_long(5), 5, kPurge);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("5 days"), std::string::npos) << refused.error().text;
    EXPECT_NE(refused.error().text.find("1 to 4"), std::string::npos) << refused.error().text;
    EXPECT_FALSE(fold_days(days_long(5), 0, kPurge));
    EXPECT_FALSE(fold_days(days_long(1), 1, kPurge));
    EXPECT_TRUE(fold_days(days_long(2), 1, kPurge));
    EXPECT_FALSE(fold_days(days_long(5), ~std::size_t{0}, kPurge));
}

// A day is tested when it was recorded to its last hour; of a shorter one most would be time that
// nobody saw.
TEST(FoldDays, EndWithTheLastDayThatWasRecordedToItsEnd) {
    const auto last_of = [](Duration recorded) {
        const auto folds =
            fold_days({WallTime{20'000 * kDayNs}, WallTime{20'000 * kDayNs} + recorded}, 2,
                      std::chrono::minutes{5});
        return folds ? folds->back().test_bounds().to.utc_day() - 20'000 : -1;
    };
    constexpr Duration kDays4 = std::chrono::hours{96}, kDays5 = std::chrono::hours{120};
    EXPECT_EQ(last_of(kDays4), 4);
    EXPECT_EQ(last_of(kDays4 + std::chrono::minutes{5}), 4) << "five minutes are no day";
    EXPECT_EQ(last_of(kDays5 - std::chrono::hours{1} - Duration{1}), 4);
    EXPECT_EQ(last_of(kDays5 - std::chrono::hours{1}), 5);
    const auto refused = fold_days(
        {WallTime{20'000 * kDayNs}, WallTime{20'000 * kDayNs} + kDays4 + std::chrono::minutes{5}},
        4, std::chrono::minutes{5});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("4 days"), std::string::npos) << refused.error().text;
}

TEST(PeriodOf, EndsWithTheLastEvent) {
    const std::vector<Tape> tapes{daily_rises(2)};
    const auto period = period_of(tapes);
    ASSERT_TRUE(period);
    EXPECT_EQ(period->from, WallTime{20'000 * kDayNs});
    EXPECT_EQ(period->to, tapes[0].events.back().at + Duration{1});
    EXPECT_FALSE(period_of({}));
}

TEST(Walk, CountsEveryTrialAndTestsOnceWithWhatTheSearchChose) {
    const std::vector<Tape> tapes{daily_rises(4)};
    std::vector<analytics::Trial> trials;
    const auto result = walk_over(tapes, 1, trials);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(trials.size(), 8U);
    EXPECT_EQ(result->trials, 8U);
    ASSERT_EQ(result->folds.size(), 2U);
    for (const analytics::FoldResult& fold : result->folds) {
        ASSERT_TRUE(fold.chosen);
        EXPECT_TRUE(fold.in_sample && fold.out_of_sample);
        EXPECT_EQ(fold.out_of_sample->trades().size(), fold.trades);
        EXPECT_GT(fold.trades, 0U);
        // The best of the fold's, by what was searched for.
        for (const analytics::Trial& trial : trials) {
            if (trial.fold == fold.fold && trial.objective) {
                EXPECT_LE(trial.objective->value, fold.chosen->objective->value);
            }
        }
    }
}

TEST(Walk, TheSameSeedTriesTheSame) {
    const std::vector<Tape> tapes{daily_rises(4)};
    std::vector<analytics::Trial> one, again, other;
    ASSERT_TRUE(walk_over(tapes, 1, one) && walk_over(tapes, 1, again) &&
                walk_over(tapes, 2, other));
    const auto texts = [](const std::vector<analytics::Trial>& trials) {
        std::string all;
        for (const analytics::Trial& trial : trials) {
            all += trial.parameters_json;
        }
        return all;
    };
    EXPECT_EQ(texts(one), texts(again));
    EXPECT_NE(texts(one), texts(other));
}

// Whatever happens from the end of a training on, in the purge as in the test, what was tried in
// it, and chosen, is the same.
TEST(Walk, TheSearchDoesNotSeeTheDaysThatItIsJudgedOn) {
    constexpr Duration kPurge = std::chrono::hours{9};  // With the rise of 16:00.
    constexpr std::size_t kTrials = 4;
    const std::vector<Tape> tapes{daily_rises(4)};
    std::vector<analytics::Trial> whole;
    ASSERT_TRUE(walk_over(tapes, 1, whole, kPurge));
    const auto folds = fold_days(*period_of(tapes), 2, kPurge);
    ASSERT_TRUE(folds && folds->size() == 2);
    for (const analytics::Fold& fold : *folds) {
        std::vector<Tape> altered = tapes;
        std::size_t purged = 0;
        for (TapeEvent& event : altered[0].events) {
            if (event.at >= fold.training().period().to && event.kind == TapeEventKind::Swap &&
                event.pool == 0) {
                event.in = event.out = 1;  // Nothing moves any more.
                purged += event.at < fold.test_bounds().from ? 1 : 0;
            }
        }
        ASSERT_EQ(purged, 20U) << "one rise and its fall";
        std::vector<analytics::Trial> without;
        ASSERT_TRUE(walk_over(altered, 1, without, kPurge));
        const std::size_t begin = (fold.number() - 1) * kTrials;
        for (std::size_t i = begin; i < begin + kTrials; ++i) {
            EXPECT_EQ(whole[i].fold, fold.number());
            EXPECT_EQ(whole[i].parameters_json, without[i].parameters_json);
            EXPECT_EQ(whole[i].trades, without[i].trades);
            ASSERT_EQ(whole[i].objective.has_value(), without[i].objective.has_value());
            if (whole[i].objective) {
                EXPECT_EQ(whole[i].objective->value, without[i].objective->value);
            }
        }
    }
}

}  // namespace
}  // namespace sniperforge::backtest
