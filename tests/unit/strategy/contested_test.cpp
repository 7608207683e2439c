// SPDX-License-Identifier: MIT
// Entries that another strategy was before, in their pool: they may be asked for again.
#include <gtest/gtest.h>

#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/momentum.hpp"
#include "sniperforge/strategy/sniper.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

class ContestedTest : public ::testing::Test {
 protected:
    ContestedTest() { index = market.add(pool, {100 * kSol, 1'000'000'000'000}); }

    template <typename Strategy>
    std::size_t tell(Strategy& strategy, const MarketEvent& event) {
        intents.clear();
        strategy.decide(event, market.view(), intents);
        return intents.size();
    }
    [[nodiscard]] MarketEvent buy(std::uint64_t lamports = 1) const {
        return SwapSeen{index, market.slot, Direction::AToB, TokenAmount{lamports}, TokenAmount{1}};
    }
    [[nodiscard]] MarketEvent judged() const {
        return TokenJudged{pool.mint_b, Slot{100}, false, false, false};
    }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    Market market;
    PoolIndex index;
    Intents intents;
};

TEST_F(ContestedTest, TheSniperAsksAgainAndForNoOtherStrategysOrder) {
    Sniper sniper{config::SniperSettings{}};
    (void)tell(sniper, PoolCreated{index, Slot{100}});
    (void)tell(sniper, judged());
    (void)tell(sniper, buy());
    ASSERT_EQ(tell(sniper, buy()), 1U);
    const OrderIntent entry = intents[0];
    EXPECT_EQ(tell(sniper, buy()), 0U);
    OrderIntent of_another = entry;
    of_another.strategy = StrategyId::Momentum;
    sniper.was_contested(of_another);
    EXPECT_EQ(tell(sniper, buy()), 0U);
    sniper.was_contested(entry);
    EXPECT_EQ(tell(sniper, buy()), 1U);
    EXPECT_EQ(tell(sniper, buy()), 0U);
}

TEST_F(ContestedTest, APartIsOrderedAgainByTheTimesOfTheOneBeforeIt) {
    config::SniperRecipe recipe;
    recipe.name = "staged";
    recipe.stages = {{.percent = 50, .gain_min = {}},
                     {.percent = 50, .gain_min = BasisPoints{300}, .after_slots_min = 5}};
    StagedEntries staged;
    staged.begin(pool.mint_b, recipe, market.slot);
    market.positions.push_back({.position_id = PositionId{7},
                                .strategy = StrategyId::Sniper,
                                .mint = pool.mint_b,
                                .pool = index,
                                .amount = TokenAmount{2'000'000'000},
                                .cost = Lamports{1'000},
                                .value_peak = {},
                                .opened_at_slot = Slot{102},
                                .opened_at = {}});
    market.slot = Slot{107};
    ASSERT_EQ(tell(staged, market.changed(index)), 1U);
    staged.take_back(pool.mint_b);
    EXPECT_EQ(tell(staged, market.changed(index)), 1U);  // Nothing has to be waited for again.
    EXPECT_EQ(tell(staged, market.changed(index)), 0U);
}

// The first part is no part of anything yet: the recipe has to fit again.
TEST_F(ContestedTest, AFirstPartThatWasNotBoughtLeavesNoPlan) {
    config::SniperRecipe recipe;
    recipe.stages = {{.percent = 50, .gain_min = {}},
                     {.percent = 50, .gain_min = BasisPoints{300}}};
    StagedEntries staged;
    staged.begin(pool.mint_b, recipe, market.slot);
    staged.take_back(pool.mint_b);
    EXPECT_EQ(staged.recipe_of(pool.mint_b), nullptr);
    staged.take_back(pool.mint_b);  // Of none there is nothing to take back.
}

TEST_F(ContestedTest, MomentumWaitsForNothingWhereItDidNotBuy) {
    config::MomentumSettings settings;
    settings.bar_trades = 1;
    settings.bars = 1;
    settings.rise_min = BasisPoints{1};
    settings.flow_imbalance_min = {};
    settings.cooldown_slots = 50;
    Momentum momentum{settings};
    std::uint64_t reserve = 100 * kSol;
    const auto rise = [&] {
        market.slot = Slot{market.slot.value + 1};
        reserve += kSol;
        market.set(pool, {reserve, 1'000'000'000'000});
        return tell(momentum, buy(65));
    };
    (void)rise();
    ASSERT_EQ(rise(), 1U);
    const OrderIntent entry = intents[0];
    EXPECT_EQ(rise(), 0U);
    OrderIntent of_another = entry;
    of_another.strategy = StrategyId::Sniper;
    momentum.was_contested(of_another);
    EXPECT_EQ(rise(), 0U);
    momentum.was_contested(entry);
    EXPECT_EQ(rise(), 1U);
    EXPECT_EQ(rise(), 0U);
}

}  // namespace
}  // namespace sniperforge::strategy
