// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/parameter_space.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

namespace sniperforge::backtest {
namespace {

using analytics::IntegerRange;
using analytics::Scale;

[[nodiscard]] const IntegerRange* range_in(const ParameterSpace& parameters,
                                           std::string_view name) {
    for (const auto& parameter : parameters.space().parameters()) {
        if (parameter.name == name) {
            return std::get_if<IntegerRange>(&parameter.domain);
        }
    }
    return nullptr;
}
[[nodiscard]] std::string refusal(const std::vector<std::string>& varied,
                                  StrategyId strategy = StrategyId::Momentum) {
    const auto space = ParameterSpace::of(config::Settings{}, strategy, varied);
    return space ? "" : space.error().text;
}

TEST(ParameterSpace, IsTheStrategysOwnSettingsButNotItsMoney) {
    const auto space = ParameterSpace::of(config::Settings{}, StrategyId::Momentum, {});
    ASSERT_TRUE(space) << space.error().text;
    for (const auto& parameter : space->space().parameters()) {
        EXPECT_TRUE(parameter.name.starts_with("momentum.")) << parameter.name;
    }
    ASSERT_NE(range_in(*space, "momentum.bars"), nullptr);
    EXPECT_EQ(range_in(*space, "momentum.bars")->low, 1);
    EXPECT_EQ(range_in(*space, "momentum.bars")->high, config::kBarsMax);
    EXPECT_EQ(range_in(*space, "momentum.amount_sol"), nullptr);
}

TEST(ParameterSpace, WhatSpansTwoOrdersOfMagnitudeIsSearchedByItsLogarithm) {
    const auto space = ParameterSpace::of(config::Settings{}, StrategyId::Momentum, {});
    ASSERT_TRUE(space);
    const IntegerRange* rise = range_in(*space, "momentum.rise_min_bps");
    ASSERT_NE(rise, nullptr);
    EXPECT_EQ(rise->scale, Scale::Log);
    EXPECT_EQ(rise->low, 1);
    const std::vector<std::string> just{"momentum.bar_trades=2..199"};
    const std::vector<std::string> wide{"momentum.bar_trades=2..200"};
    EXPECT_EQ(
        range_in(*ParameterSpace::of({}, StrategyId::Momentum, just), "momentum.bar_trades")->scale,
        Scale::Linear);
    EXPECT_EQ(
        range_in(*ParameterSpace::of({}, StrategyId::Momentum, wide), "momentum.bar_trades")->scale,
        Scale::Log);
}

TEST(ParameterSpace, NamedSettingsAreVariedAndNoOthers) {
    const std::vector<std::string> varied{"momentum.bar_volume_sol=0.5..20", "momentum.rule",
                                          "exits.time_limit_s=60..900"};
    const auto space = ParameterSpace::of(config::Settings{}, StrategyId::Momentum, varied);
    ASSERT_TRUE(space) << space.error().text;
    EXPECT_EQ(space->space().parameters().size(), 3U);
    EXPECT_EQ(range_in(*space, "momentum.bar_volume_sol")->low, 500'000'000);
    EXPECT_EQ(space->time_limit_max(), std::chrono::seconds{900});

    // In the order of the file: the volume, the rule, the time.
    const analytics::ParameterValues values{1'500'000'000, 1, 120};
    const auto settings = space->settings_at(values);
    ASSERT_TRUE(settings) << settings.error().text;
    EXPECT_EQ(settings->momentum.bar_volume, Lamports{1'500'000'000});
    EXPECT_EQ(settings->momentum.rule, "breakout");
    EXPECT_EQ(settings->exits.time_limit, std::chrono::seconds{120});
    EXPECT_EQ(space->space().json(values),
              "{\"momentum.bar_volume_sol\":\"1.5\",\"momentum.rule\":\"breakout\","
              "\"exits.time_limit_s\":120}");
}

TEST(ParameterSpace, SaysWhyValuesDoNotGoTogether) {
    const std::vector<std::string> varied{"momentum.volatility_min_bps",
                                          "momentum.volatility_max_bps"};
    const auto space = ParameterSpace::of(config::Settings{}, StrategyId::Momentum, varied);
    ASSERT_TRUE(space);
    EXPECT_TRUE(space->settings_at({500, 500}));
    const auto crossed = space->settings_at({501, 500});
    ASSERT_FALSE(crossed);
    EXPECT_NE(crossed.error().text.find("volatility"), std::string::npos);
}

TEST(ParameterSpace, RefusesWhatCannotBeVaried) {
    EXPECT_EQ(refusal({"momentum.bars=1..100"}), "");
    EXPECT_NE(refusal({"momentum.bars=1..101"}).find("1 to 100"), std::string::npos);
    EXPECT_NE(refusal({"momentum.bars=0..5"}).find("not within"), std::string::npos);
    EXPECT_NE(refusal({"momentum.bars=5..4"}).find("not within"), std::string::npos);
    EXPECT_NE(refusal({"momentum.bars=5"}).find("KEY=LOW..HIGH"), std::string::npos);
    EXPECT_NE(refusal({"momentum.bars=a..b"}).find("momentum.bars"), std::string::npos);
    EXPECT_NE(refusal({"momentum.rule=1..2"}).find("name it alone"), std::string::npos);
    EXPECT_NE(refusal({"risk.trade_max_usd"}).find("no search may vary"), std::string::npos);
    EXPECT_NE(refusal({"momentum.bars"}, StrategyId::Sniper).find("no setting of sniper"),
              std::string::npos);
    config::Settings recipes;
    recipes.sniper.recipes.emplace_back().name = "one";
    EXPECT_FALSE(ParameterSpace::of(recipes, StrategyId::Sniper, {}));
    EXPECT_TRUE(ParameterSpace::of(recipes, StrategyId::Momentum, {}));
}

}  // namespace
}  // namespace sniperforge::backtest
