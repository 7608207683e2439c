// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/staged_entries.hpp"

#include <gtest/gtest.h>

#include "sniperforge/strategy/exits.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

class StagedEntriesTest : public ::testing::Test {
 protected:
    StagedEntriesTest() {
        index = market.add(pool, {100 * kSol, 1'000'000'000'000});
        recipe.amount = Lamports{400'000'000};
        recipe.stages = {{.percent = 50, .gain_min = {}},
                         {.percent = 30, .gain_min = BasisPoints{300}, .after_slots_min = 5},
                         {.percent = 20, .gain_min = BasisPoints{300}}};
        staged.begin(pool.mint_b, recipe, market.slot);
        market.positions.push_back({.position_id = PositionId{7},
                                    .strategy = StrategyId::Sniper,
                                    .mint = pool.mint_b,
                                    .pool = index,
                                    .amount = TokenAmount{2'000'000'000},
                                    .cost = {},
                                    .value_peak = {},
                                    .opened_at_slot = Slot{102},
                                    .opened_at = {}});
        market.slot = Slot{107};  // Five slots later: exactly when the second part may come.
        set_gain(300);
    }
    [[nodiscard]] PositionView& position() { return market.positions.front(); }
    // A cost that the position's liquidation value is above by so much, rounded against us.
    void set_gain(std::uint64_t basis_points, std::uint64_t more = 0) {
        const Lamports value = liquidation_value(position(), market.view()).value();
        position().cost = Lamports{value.raw() * 10'000 / (10'000 + basis_points) + more};
    }
    std::size_t tell(const MarketEvent& event) {
        intents.clear();
        staged.decide(event, market.view(), intents);
        return intents.size();
    }
    std::size_t look() { return tell(market.changed(index)); }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    config::SniperRecipe recipe;
    Market market;
    PoolIndex index;
    Intents intents;
    StagedEntries staged;
};

TEST_F(StagedEntriesTest, BuysTheSecondPartIntoTheSamePosition) {
    ASSERT_EQ(look(), 1U);
    const OrderIntent& intent = intents[0];
    EXPECT_EQ(intent.kind, OrderKind::Entry);
    EXPECT_EQ(intent.strategy, StrategyId::Sniper);
    EXPECT_EQ(intent.position_id, PositionId{7});
    EXPECT_EQ(intent.mint_out, pool.mint_b);
    EXPECT_EQ(intent.amount_in, TokenAmount{120'000'000});
    EXPECT_EQ(intent.slippage_max, recipe.slippage);
    // Its token account is open: only the one of wrapped SOL comes and goes.
    EXPECT_EQ(intent.cost_expected, kCosts.entry_fee + kCosts.token_account_rent);
    // But the transaction may create it, and the signer counts that.
    EXPECT_EQ(intent.spend_max,
              Lamports{120'000'000} + intent.cost_expected + kCosts.token_account_rent);
}

// Never into a loss: the value is what selling all of it would bring, its fee taken off.
TEST_F(StagedEntriesTest, WantsExactlyTheLeastGainAndNotALamportLess) {
    set_gain(300, 1);
    EXPECT_EQ(look(), 0U);
    set_gain(300);
    EXPECT_EQ(look(), 1U);
}

TEST_F(StagedEntriesTest, AddsNothingToAPositionThatHasNotGainedWhateverItsStageSays) {
    recipe.stages[1].gain_min = {};
    set_gain(0);
    EXPECT_EQ(look(), 0U);
    position().cost -= Lamports{1};
    EXPECT_EQ(look(), 1U);
}

TEST_F(StagedEntriesTest, WaitsItsSlotsFromTheFillOfTheFirstPart) {
    market.slot = Slot{106};
    EXPECT_EQ(look(), 0U);
    market.slot = Slot{107};
    EXPECT_EQ(look(), 1U);
}

// Time passes without anything happening in its pool.
TEST_F(StagedEntriesTest, LooksOnceASlotAndAtNoOtherPoolsChange) {
    EXPECT_EQ(tell(ReservesChanged{PoolIndex{9}, market.slot, {}, {}, {}, {}}), 0U);
    EXPECT_EQ(tell(SlotStarted{market.slot}), 1U);
}

TEST_F(StagedEntriesTest, OrdersEachPartOnceAndTheNextOnlyWhenItHasFilled) {
    ASSERT_EQ(look(), 1U);
    EXPECT_EQ(look(), 0U);  // The gain is there, the second part is not.
    market.slot = Slot{1'000};
    EXPECT_EQ(look(), 0U);
    position().cost += Lamports{1};
    const Lamports value = liquidation_value(position(), market.view()).value();
    ASSERT_GE(value.raw() * 10'000, position().cost.raw() * 10'000);
    position().amount += TokenAmount{1'000'000'000};
    ASSERT_EQ(look(), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{80'000'000});  // What is left of the amount.
    position().cost += Lamports{1};
    EXPECT_EQ(look(), 0U);  // That was the last.
}

TEST_F(StagedEntriesTest, AddsNothingToWhatIsBeingSoldOrHasTakenProfit) {
    for (int reason = 0; reason < 3; ++reason) {
        staged.begin(pool.mint_b, recipe, Slot{100});
        const PositionView before = position();
        if (reason == 0) {
            position().is_exit_in_flight = true;
        } else if (reason == 1) {
            position().bought = position().amount + TokenAmount{1};
        } else {
            position().missing = TokenAmount{1};
        }
        EXPECT_EQ(look(), 0U) << reason;
        position() = before;
        EXPECT_EQ(look(), 0U) << "for good";
    }
}

// Exits decide first, about the same event.
TEST_F(StagedEntriesTest, AddsNothingToWhatIsSoldByTheSameEvent) {
    OrderIntent exit;
    exit.kind = OrderKind::Exit;
    for (const std::uint64_t sold : {7U, 8U}) {
        staged.begin(pool.mint_b, recipe, Slot{100});
        exit.position_id = PositionId{sold};
        intents = {exit};
        staged.decide(market.changed(index), market.view(), intents);
        EXPECT_EQ(intents.size(), sold == 7 ? 1U : 2U);
    }
}

TEST_F(StagedEntriesTest, AddsOnlyToThePositionThatItsFirstPartOpened) {
    position().strategy = StrategyId::Momentum;
    EXPECT_EQ(look(), 0U);
    position().strategy = StrategyId::Sniper;
    position().opened_at_slot = Slot{99};  // Older than the first part.
    EXPECT_EQ(look(), 0U);
}

TEST_F(StagedEntriesTest, ForgetsAPlanWhosePositionIsGone) {
    market.slot = Slot{103};
    EXPECT_EQ(look(), 0U);  // Too early, but it knows its position.
    const PositionView gone = position();
    market.positions.clear();
    EXPECT_EQ(tell(SlotStarted{market.slot}), 0U);
    market.positions.push_back(gone);
    market.slot = Slot{200};
    EXPECT_EQ(look(), 0U);
}

TEST_F(StagedEntriesTest, ForgetsAPlanWhoseFirstPartCannotFillAnyMore) {
    const PositionView late = position();
    for (const std::uint64_t slots : {300U, 301U}) {
        staged.begin(pool.mint_b, recipe, Slot{100});
        market.positions.clear();
        market.slot = Slot{100 + slots};
        EXPECT_EQ(tell(SlotStarted{market.slot}), 0U);
        market.positions.push_back(late);
        EXPECT_EQ(look(), slots == 300 ? 1U : 0U);
    }
}

TEST_F(StagedEntriesTest, PlansNothingForARecipeOfOnePart) {
    recipe.stages.clear();
    staged.abandon(pool.mint_b);
    staged.begin(pool.mint_b, recipe, market.slot);
    EXPECT_EQ(staged.recipe_of(pool.mint_b), nullptr);
    EXPECT_EQ(look(), 0U);
}

TEST_F(StagedEntriesTest, AddsNothingWhenItIsAbandoned) {
    EXPECT_EQ(staged.recipe_of(pool.mint_b), &recipe);
    staged.abandon(pool.mint_b);
    EXPECT_EQ(look(), 0U);
}

}  // namespace
}  // namespace sniperforge::strategy
