// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/staged_entries.hpp"

#include <gtest/gtest.h>

#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/recipe.hpp"
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
    [[nodiscard]] TokenJudged judged(std::optional<SafetyRefusal> refused) const {
        TokenJudged verdict{pool.mint_b, market.slot};
        verdict.refused = refused;
        return verdict;
    }

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
    staged.take_back(pool.mint_b);
    staged.begin(pool.mint_b, recipe, market.slot);
    EXPECT_EQ(staged.recipe_of(pool.mint_b), nullptr);
    EXPECT_EQ(look(), 0U);
}

TEST_F(StagedEntriesTest, AddsNothingToATokenThatIsRefusedOrOfWhichNobodyKnowsEnoughAnyMore) {
    for (const bool is_unknown : {false, true}) {
        staged.begin(pool.mint_b, recipe, Slot{100});
        EXPECT_EQ(staged.recipe_of(pool.mint_b), &recipe);
        staged.judge(judged({{SafetyCode::HoldersTop10, is_unknown}}));
        EXPECT_EQ(staged.recipe_of(pool.mint_b), nullptr);
        staged.judge(judged({}));
        EXPECT_EQ(look(), 0U) << "for good";
    }
}

// Later processes find the recipe by it, so it is what it was.
TEST_F(StagedEntriesTest, EachOrderSaysWhichPartItIsOfWhichRecipe) {
    recipe.name = "staged";
    EXPECT_EQ(mark_of(recipe), 0x28be54d9052dc31a);
    EXPECT_EQ(entry_part(recipe, 0), (EntryPart{mark_of(recipe), 1, 3}));
    ASSERT_EQ(look(), 1U);
    EXPECT_EQ(intents[0].part, (EntryPart{mark_of(recipe), 2, 3}));
    recipe.stages.clear();
    EXPECT_EQ(entry_part(recipe, 0), EntryPart{});
}

TEST_F(StagedEntriesTest, ARecipeIsAnotherByItsNameItsAmountAndItsStagesAlone) {
    const std::uint64_t mark = mark_of(recipe);
    config::SniperRecipe other = recipe;
    other.slippage += BasisPoints{1};
    other.buys_min += 1;
    EXPECT_EQ(mark_of(other), mark);
    const auto differs = [&](const auto& change) {
        other = recipe;
        change(other);
        return mark_of(other) != mark;
    };
    EXPECT_TRUE(differs([](auto& r) { r.name = "another"; }));
    EXPECT_TRUE(differs([](auto& r) { r.amount += Lamports{1}; }));
    EXPECT_TRUE(differs([](auto& r) { r.stages[1].percent = 31; }));
    EXPECT_TRUE(differs([](auto& r) { r.stages[1].gain_min = BasisPoints{301}; }));
    EXPECT_TRUE(differs([](auto& r) { r.stages[1].after_slots_min = 6; }));
    EXPECT_TRUE(differs([](auto& r) { std::swap(r.stages[1], r.stages[2]); }));
    EXPECT_TRUE(differs([](auto& r) { r.stages.pop_back(); }));
}

// ---- After a restart ----

// Part 1 was bought by an earlier process; its position is 7.
class StagedEntriesResumedTest : public StagedEntriesTest {
 protected:
    StagedEntriesResumedTest() {
        staged.take_back(pool.mint_b);
        bought = {pool.mint_b, entry_part(recipe, 0), Slot{102}, PositionId{7}, {}};
    }
    std::size_t look_judged() {
        staged.judge(judged({}));
        return look();
    }
    OrderedPart bought;
};

TEST_F(StagedEntriesResumedTest, GoesOnWithThePartBehindTheOneThatIsBought) {
    staged.resume(bought, recipe);
    ASSERT_EQ(look_judged(), 1U);
    EXPECT_EQ(intents[0].part, entry_part(recipe, 1));
    EXPECT_EQ(intents[0].position_id, PositionId{7});
    EXPECT_EQ(intents[0].amount_in, TokenAmount{120'000'000});
    EXPECT_EQ(look(), 0U) << "once";
    bought.part = entry_part(recipe, 2);
    staged.resume(bought, recipe);
    EXPECT_EQ(look_judged(), 0U) << "that was the last";
}

TEST_F(StagedEntriesResumedTest, AsksForTheSameGainAndTheSameSlots) {
    staged.resume(bought, recipe);
    market.slot = Slot{106};
    EXPECT_EQ(look_judged(), 0U);
    market.slot = Slot{107};
    set_gain(300, 1);
    EXPECT_EQ(look(), 0U);
    set_gain(300);
    EXPECT_EQ(look(), 1U);
}

// Of what the process before knew of its token nothing is left.
TEST_F(StagedEntriesResumedTest, WaitsUntilItsTokenIsJudgedAgain) {
    staged.resume(bought, recipe);
    EXPECT_EQ(look(), 0U);
    staged.judge(judged({{SafetyCode::EvidenceAwaited, true}}));
    EXPECT_EQ(look(), 0U);
    staged.judge(judged({{SafetyCode::BundleShare, true}}));
    EXPECT_EQ(look(), 0U);
    EXPECT_EQ(look_judged(), 1U);
    staged.judge(judged({{SafetyCode::HoldersTop10, true}}));
    EXPECT_EQ(staged.recipe_of(pool.mint_b), nullptr) << "once judged, as any other";
}

TEST_F(StagedEntriesResumedTest, EndsWhereItsTokenIsRefused) {
    TokenJudged mintable = judged({});
    mintable.is_mint_authority_set = true;
    for (const TokenJudged& refused : {judged({{SafetyCode::HoldersTop10, false}}), mintable}) {
        staged.resume(bought, recipe);
        staged.judge(refused);
        EXPECT_EQ(look_judged(), 0U);
    }
}

// Whether it lands or not: the books say.
TEST_F(StagedEntriesResumedTest, WaitsForThePartThatIsOnItsWay) {
    OrderedPart open = bought;
    open.part = entry_part(recipe, 1);
    open.at = Slot{104};
    open.cost_before = position().cost;
    staged.resume(open, recipe);
    EXPECT_EQ(look_judged(), 0U);
    position().cost += Lamports{1};
    position().amount += TokenAmount{1'000'000'000};
    ASSERT_EQ(look(), 1U);
    EXPECT_EQ(intents[0].part, entry_part(recipe, 2));
}

// A fork takes the purchase back, and it may land again.
TEST_F(StagedEntriesResumedTest, WaitsForAPartThatIsTakenBack) {
    bought.part = entry_part(recipe, 1);
    bought.cost_before = position().cost;
    staged.resume(bought, recipe);
    EXPECT_EQ(look_judged(), 0U);
    position().cost += Lamports{1};
    position().amount += TokenAmount{1'000'000'000};
    EXPECT_EQ(look(), 1U);
}

TEST_F(StagedEntriesResumedTest, AddsNothingToAnotherPositionOrToOneThatIsBeingSold) {
    for (int reason = 0; reason < 3; ++reason) {
        staged.resume(bought, recipe);
        const PositionView before = position();
        if (reason == 0) {
            position().position_id = PositionId{8};
        } else if (reason == 1) {
            position().is_exit_in_flight = true;
        } else {
            position().bought = position().amount + TokenAmount{1};
        }
        EXPECT_EQ(look_judged(), 0U) << reason;
        position() = before;
        EXPECT_EQ(look(), 0U) << "for good";
    }
}

// The first part was on its way when the process ended, however long ago: what became of it is
// known some slots after the start.
TEST_F(StagedEntriesResumedTest, AFirstPartOnItsWayIsWaitedForFromTheRestartOn) {
    const OrderedPart open{pool.mint_b, entry_part(recipe, 0), Slot{100}};
    const PositionView late = position();
    for (const std::uint64_t slots : {300U, 301U}) {
        staged.resume(open, recipe);
        staged.judge(judged({}));
        market.positions.clear();
        for (const std::uint64_t slot : {std::uint64_t{50'000}, 50'000 + slots}) {
            market.slot = Slot{slot};
            EXPECT_EQ(tell(SlotStarted{market.slot}), 0U);
        }
        market.positions.push_back(late);
        EXPECT_EQ(look(), slots == 300 ? 1U : 0U);
    }
}

}  // namespace
}  // namespace sniperforge::strategy
