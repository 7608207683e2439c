// SPDX-License-Identifier: MIT
// Strategies that are given other settings while they run: what they have learnt stays.
#include <gtest/gtest.h>

#include "sniperforge/strategy/arbitrage.hpp"
#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/momentum.hpp"
#include "sniperforge/strategy/sniper.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

class ConfigureTest : public ::testing::Test {
 protected:
    ConfigureTest() { index = market.add(pool, {100 * kSol, 1'000'000'000'000}); }

    template <typename Strategy>
    std::size_t tell(Strategy& strategy, const MarketEvent& event) {
        intents.clear();
        strategy.decide(event, market.view(), intents);
        return intents.size();
    }
    [[nodiscard]] MarketEvent buy(std::uint64_t lamports = 1) const {
        return SwapSeen{index, market.slot, Direction::AToB, TokenAmount{lamports}, TokenAmount{1}};
    }
    [[nodiscard]] MarketEvent sale() const {
        return SwapSeen{index, market.slot, Direction::BToA, TokenAmount{1}, TokenAmount{1}};
    }
    [[nodiscard]] TokenJudged safe() const { return {pool.mint_b, Slot{100}, false, false, false}; }
    static void switch_to(Sniper& sniper, bool is_enabled) {
        config::SniperSettings settings;
        settings.is_enabled = is_enabled;
        sniper.configure(settings);
    }
    // A pool that began and whose token is safe, and two purchases in it.
    std::size_t begin(Sniper& sniper) {
        (void)tell(sniper, PoolCreated{index, Slot{100}});
        (void)tell(sniper, TokenJudged{pool.mint_b, Slot{100}, false, false, false});
        (void)tell(sniper, buy());
        return tell(sniper, buy());
    }
    // Of recipes with these names, all of them staged.
    [[nodiscard]] static config::SniperSettings staged(std::vector<std::string> names) {
        config::SniperSettings settings;
        for (std::string& name : names) {
            config::SniperRecipe recipe;
            recipe.name = std::move(name);
            recipe.amount = Lamports{400'000'000};
            recipe.stages = {{.percent = 50, .gain_min = {}},
                             {.percent = 50, .gain_min = BasisPoints{300}}};
            settings.recipes.push_back(recipe);
        }
        return settings;
    }
    // The first part has filled, and would bring more than it cost.
    void fill() {
        market.positions.push_back({.position_id = PositionId{7},
                                    .strategy = StrategyId::Sniper,
                                    .mint = pool.mint_b,
                                    .pool = index,
                                    .amount = TokenAmount{2'000'000'000},
                                    .cost = Lamports{1'000'000},
                                    .value_peak = {},
                                    .opened_at_slot = Slot{102},
                                    .opened_at = {}});
        market.slot = Slot{107};
    }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    Market market;
    PoolIndex index;
    Intents intents;
};

// ---- Sniper ----

TEST_F(ConfigureTest, ThePartsOfAnEntryGoOnByTheRecipeOfTheSameNameWithItsNewStages) {
    Sniper sniper{staged({"other", "mine"})};
    auto changed = staged({"mine", "another"});
    changed.recipes[0].stages[1].percent = 25;
    changed.recipes[0].stages.push_back({.percent = 25, .gain_min = BasisPoints{300}});
    sniper.configure(staged({"mine", "other"}));  // Also twice, and wherever it stands.
    ASSERT_EQ(begin(sniper), 1U);                 // By "mine", the first that fits.
    sniper.configure(changed);
    fill();
    ASSERT_EQ(tell(sniper, market.changed(index)), 1U);
    EXPECT_EQ(intents[0].position_id, PositionId{7});
    EXPECT_EQ(intents[0].amount_in, TokenAmount{100'000'000});
}

TEST_F(ConfigureTest, NothingIsAddedWhereTheRecipeIsGone) {
    Sniper sniper{staged({"mine"})};
    ASSERT_EQ(begin(sniper), 1U);
    sniper.configure(staged({"yours"}));
    fill();
    EXPECT_EQ(tell(sniper, market.changed(index)), 0U);
}

TEST_F(ConfigureTest, NothingIsAddedBeyondTheStagesThatTheRecipeHasNow) {
    Sniper sniper{staged({"mine"})};
    ASSERT_EQ(begin(sniper), 1U);
    auto changed = staged({"mine"});
    changed.recipes[0].stages.clear();
    sniper.configure(changed);
    fill();
    EXPECT_EQ(tell(sniper, market.changed(index)), 0U);
}

TEST_F(ConfigureTest, WhatNoRecipeTookIsHeldAgainstTheNewOnesAndWhatWasEnteredIsNot) {
    config::SniperSettings settings;
    settings.age_slots_max = 1;
    Sniper sniper{settings};
    (void)tell(sniper, PoolCreated{index, Slot{100}});
    (void)tell(sniper, TokenJudged{pool.mint_b, Slot{100}, true, false, false});
    (void)tell(sniper, buy());
    EXPECT_EQ(tell(sniper, buy()), 0U);  // Somebody may mint: no recipe ever takes it.
    settings.is_mint_authority_allowed = true;
    sniper.configure(settings);
    EXPECT_EQ(tell(sniper, buy()), 1U);  // Its purchases count on.
    sniper.configure(settings);
    EXPECT_EQ(tell(sniper, buy()), 0U);
}

// What happens to a pool that is followed counts while nothing is bought, the sales above all.
TEST_F(ConfigureTest, TheSniperCountsOnWhileItIsOff) {
    for (const bool is_sold_meanwhile : {true, false}) {
        Sniper sniper{config::SniperSettings{}};
        (void)tell(sniper, PoolCreated{index, Slot{100}});
        (void)tell(sniper, safe());
        (void)tell(sniper, buy());
        switch_to(sniper, false);
        EXPECT_EQ(tell(sniper, buy()), 0U);
        if (is_sold_meanwhile) {
            (void)tell(sniper, sale());
            (void)tell(sniper, sale());
            (void)tell(sniper, sale());
        }
        switch_to(sniper, true);
        EXPECT_EQ(tell(sniper, buy()), is_sold_meanwhile ? 0U : 1U);  // The third of each.
    }
}

TEST_F(ConfigureTest, AVerdictThatComesWhileTheSniperIsOffIsTheOneItGoesBy) {
    const TokenJudged minted{pool.mint_b, Slot{100}, true, false, false};
    for (const bool is_safe_first : {true, false}) {
        Sniper sniper{config::SniperSettings{}};
        (void)tell(sniper, PoolCreated{index, Slot{100}});
        (void)tell(sniper, is_safe_first ? safe() : minted);
        (void)tell(sniper, buy());
        switch_to(sniper, false);
        (void)tell(sniper, buy());
        EXPECT_EQ(tell(sniper, is_safe_first ? minted : safe()), 0U) << "nothing is bought";
        switch_to(sniper, true);
        EXPECT_EQ(tell(sniper, buy()), is_safe_first ? 0U : 1U);
    }
}

// Also of a pool that begins only then.
TEST_F(ConfigureTest, AVerdictThatComesWhileTheSniperIsOffIsKnownOfLaterPools) {
    Sniper sniper{config::SniperSettings{}};
    (void)tell(sniper, safe());
    switch_to(sniper, false);
    (void)tell(sniper, TokenJudged{pool.mint_b, Slot{100}, true, false, false});
    switch_to(sniper, true);
    (void)tell(sniper, PoolCreated{index, Slot{100}});
    (void)tell(sniper, buy());
    EXPECT_EQ(tell(sniper, buy()), 0U);
}

TEST_F(ConfigureTest, NoPartIsBoughtWhileTheSniperIsOffAndNoneOfATokenThatWasRefusedThen) {
    for (const bool is_refused : {true, false}) {
        market.positions.clear();
        market.slot = Slot{100};
        auto settings = staged({"mine"});
        Sniper sniper{settings};
        ASSERT_EQ(begin(sniper), 1U);
        fill();
        settings.is_enabled = false;
        sniper.configure(settings);
        EXPECT_EQ(tell(sniper, market.changed(index)), 0U);
        (void)tell(sniper, TokenJudged{pool.mint_b, Slot{100}, is_refused, false, false});
        settings.is_enabled = true;
        sniper.configure(settings);
        EXPECT_EQ(tell(sniper, market.changed(index)), is_refused ? 0U : 1U);
    }
}

// ---- Momentum ----

class ConfigureMomentumTest : public ConfigureTest {
 protected:
    ConfigureMomentumTest() {
        settings.bar_trades = 1;
        settings.bars = 2;
        settings.rise_min = BasisPoints{1};
        settings.flow_imbalance_min = {};
        settings.cooldown_slots = 50;
    }
    // One bar.
    std::size_t rise(Momentum& momentum) {
        market.slot = Slot{market.slot.value + 1};
        reserve += kSol;
        market.set(pool, {reserve, 1'000'000'000'000});
        return tell(momentum, buy(65));
    }
    config::MomentumSettings settings;
    std::uint64_t reserve = 100 * kSol;
};

TEST_F(ConfigureMomentumTest, BarsGoOnUnderOtherThresholdsAndTheNewOnesHoldAtOnce) {
    settings.rise_min = BasisPoints{10'000};
    Momentum momentum{settings};
    (void)rise(momentum);
    (void)rise(momentum);
    EXPECT_EQ(rise(momentum), 0U);
    settings.rise_min = BasisPoints{1};
    momentum.configure(settings);
    EXPECT_EQ(rise(momentum), 1U);
}

TEST_F(ConfigureMomentumTest, BarsThatAreCutOtherwiseBeginAgain) {
    Momentum momentum{settings};
    (void)rise(momentum);
    (void)rise(momentum);
    settings.bar_trades = 2;
    momentum.configure(settings);
    settings.bar_trades = 1;
    momentum.configure(settings);
    EXPECT_EQ(rise(momentum), 0U);
    EXPECT_EQ(rise(momentum), 0U);
    EXPECT_EQ(rise(momentum), 1U);
}

// What was traded meanwhile is in none of them.
TEST_F(ConfigureMomentumTest, BarsBeginAgainWhenItIsSwitchedOffAndOnAgain) {
    for (const bool is_off_meanwhile : {true, false}) {
        Momentum momentum{settings};
        (void)rise(momentum);
        (void)rise(momentum);
        settings.is_enabled = !is_off_meanwhile;
        momentum.configure(settings);
        settings.is_enabled = true;
        momentum.configure(settings);
        EXPECT_EQ(rise(momentum), is_off_meanwhile ? 0U : 1U);
        EXPECT_EQ(rise(momentum), 0U) << "the second bar, or a time to wait";
        EXPECT_EQ(rise(momentum), is_off_meanwhile ? 1U : 0U);
    }
}

TEST_F(ConfigureMomentumTest, ATimeToWaitGoesOn) {
    settings.cooldown_slots = 3;
    Momentum momentum{settings};
    (void)rise(momentum);
    (void)rise(momentum);
    ASSERT_EQ(rise(momentum), 1U);
    settings.cooldown_slots = 0;
    momentum.configure(settings);
    EXPECT_EQ(rise(momentum), 0U);
    EXPECT_EQ(rise(momentum), 0U);
    EXPECT_EQ(rise(momentum), 1U);  // Three slots after the entry.
    EXPECT_EQ(rise(momentum), 1U);
}

// ---- Exits, arbitrage ----

TEST_F(ConfigureTest, WhatIsHeldIsSoldByTheExitsOfNow) {
    config::ExitSettings settings;
    sell_by_time_alone(settings, std::chrono::seconds{600});
    Exits exits{settings, BasisPoints{2'000}};
    fill();  // Worth many times its cost.
    EXPECT_EQ(tell(exits, market.changed(index)), 0U);
    settings.take_profit = BasisPoints{100};
    exits.configure(settings, BasisPoints{2'000});
    ASSERT_EQ(tell(exits, market.changed(index)), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::TakeProfit);
    settings.take_profit_percent = 40;
    exits.configure(settings, BasisPoints{2'000});
    market.positions[0].bought = market.positions[0].amount;
    market.positions[0].bought_cost = market.positions[0].cost;
    ASSERT_EQ(tell(exits, market.changed(index)), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{800'000'000});
}

TEST_F(ConfigureTest, TheBudgetForRevertsIsTheNewOneAndWhatWasPaidTodayCounts) {
    Reverts reverts{Lamports{10'000}};
    ExecutionReport report;
    report.kind = OrderKind::Cycle;
    report.outcome = Outcome::Reverted;
    report.fill.base_fee = Lamports{5'000};
    report.fill.wallet = LamportsDelta{-5'000};
    reverts.settled(report, 1'000);
    EXPECT_TRUE(reverts.is_budget_left(1'000));
    reverts.set_budget(Lamports{5'000});
    EXPECT_FALSE(reverts.is_budget_left(1'000));
    reverts.set_budget(Lamports{5'001});
    EXPECT_TRUE(reverts.is_budget_left(1'000));
}

}  // namespace
}  // namespace sniperforge::strategy
