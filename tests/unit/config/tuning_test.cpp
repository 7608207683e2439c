// SPDX-License-Identifier: MIT
#include "sniperforge/config/tuning.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sniperforge::config {
namespace {

[[nodiscard]] const Tunable* find(const std::vector<Tunable>& all, std::string_view name) {
    const auto found = std::ranges::find(all, name, &Tunable::name);
    return found == all.end() ? nullptr : &*found;
}
[[nodiscard]] Result<void> tune_one(Settings& settings, std::string name, std::string text) {
    const std::vector<TunedValue> values{{std::move(name), std::move(text)}};
    return tune(settings, values);
}

TEST(Tuning, HasTheRangesThatAFileMayHave) {
    const std::vector<Tunable> all = tunables(Settings{});
    const Tunable* bars = find(all, "momentum.bars");
    ASSERT_NE(bars, nullptr);
    EXPECT_EQ(bars->low, 1U);
    EXPECT_EQ(bars->high, kBarsMax);
    const Tunable* volume = find(all, "momentum.bar_volume_sol");
    ASSERT_NE(volume, nullptr);
    EXPECT_EQ(volume->low, kLamportsPerSol / 1'000);
    EXPECT_EQ(volume->decimals, 9U);
    const Tunable* rule = find(all, "momentum.rule");
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->choices, (std::vector<std::string>{"rise", "breakout"}));
}

TEST(Tuning, LeavesOutWhatIsNoNumberAndWhatIsOfNoStrategy) {
    const std::vector<Tunable> all = tunables(Settings{});
    EXPECT_EQ(find(all, "sniper.recipes"), nullptr);
    EXPECT_EQ(find(all, "risk.trade_max_usd"), nullptr);
    Settings settings;
    const auto tuned = tune_one(settings, "risk.trade_max_usd", "100");
    ASSERT_FALSE(tuned) << "no search may raise a limit on money";
    EXPECT_NE(tuned.error().text.find("risk.trade_max_usd"), std::string::npos);
}

// Every range is one that `load` takes: both ends can be set, and one beyond cannot.
TEST(Tuning, BothEndsOfARangeCanBeSetAndOneBeyondCannot) {
    Settings settings;
    ASSERT_TRUE(tune_one(settings, "momentum.bars", "1"));
    ASSERT_TRUE(tune_one(settings, "momentum.bars", "100"));
    EXPECT_EQ(settings.momentum.bars, 100U);
    EXPECT_FALSE(tune_one(settings, "momentum.bars", "101"));
    EXPECT_EQ(settings.momentum.bars, 100U) << "what is refused changes nothing";
    ASSERT_TRUE(tune_one(settings, "momentum.bar_volume_sol", "2.5"));
    EXPECT_EQ(settings.momentum.bar_volume, Lamports{2'500'000'000});
    ASSERT_TRUE(tune_one(settings, "momentum.rule", "breakout"));
    EXPECT_EQ(settings.momentum.rule, "breakout");
    EXPECT_FALSE(tune_one(settings, "momentum.rule", "fall"));
}

// A trial that the configuration would refuse is a trial for nothing.
TEST(Tuning, ARangeEndsWhereTheOtherSettingsEndIt) {
    Settings settings;
    settings.risk.slippage_max = BasisPoints{250};
    settings.momentum.slippage = BasisPoints{100};
    const std::vector<Tunable> all = tunables(settings);
    const Tunable* slippage = find(all, "momentum.slippage_bps");
    ASSERT_NE(slippage, nullptr);
    EXPECT_EQ(slippage->low, 0U);
    EXPECT_EQ(slippage->high, 250U);
    ASSERT_TRUE(tune_one(settings, "momentum.slippage_bps", "250"));
    EXPECT_FALSE(tune_one(settings, "momentum.slippage_bps", "251"));
}

// Each within its range, and together none that a file may have.
TEST(Tuning, RefusesValuesThatDoNotGoTogether) {
    Settings settings;
    const std::vector<TunedValue> crossed{{"momentum.volatility_min_bps", "500"},
                                          {"momentum.volatility_max_bps", "499"}};
    EXPECT_FALSE(tune(settings, crossed));
    const std::vector<TunedValue> equal{{"momentum.volatility_min_bps", "500"},
                                        {"momentum.volatility_max_bps", "500"}};
    EXPECT_TRUE(tune(settings, equal));
}

}  // namespace
}  // namespace sniperforge::config
