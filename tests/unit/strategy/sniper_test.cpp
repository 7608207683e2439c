// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/sniper.hpp"

#include <gtest/gtest.h>

#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

class SniperTest : public ::testing::Test {
 protected:
    SniperTest() { index = market.add(pool, {20 * kSol, 1'000'000'000'000}); }

    [[nodiscard]] std::size_t tell(Sniper& sniper, const MarketEvent& event) {
        intents.clear();
        sniper.decide(event, market.view(), intents);
        return intents.size();
    }
    [[nodiscard]] MarketEvent created() const { return PoolCreated{index, Slot{100}}; }
    [[nodiscard]] TokenJudged safe() const { return {pool.mint_b, Slot{100}, false, false, false}; }
    [[nodiscard]] MarketEvent swap(Direction direction) const {
        return SwapSeen{index, market.slot, direction, TokenAmount{1}, TokenAmount{1}};
    }
    [[nodiscard]] std::size_t buy(Sniper& sniper) { return tell(sniper, swap(Direction::AToB)); }
    [[nodiscard]] std::size_t sell(Sniper& sniper) { return tell(sniper, swap(Direction::BToA)); }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    config::SniperSettings settings;
    Market market;
    PoolIndex index;
    Intents intents;
};

// Not denied and not forgotten: it is entered when nothing is waited for any more.
TEST_F(SniperTest, WaitsWhileSomethingOfThePoolIsBeingLookedUp) {
    Sniper sniper{settings};
    market.pools_waiting = {index};
    EXPECT_EQ(tell(sniper, created()), 0U);
    EXPECT_EQ(tell(sniper, safe()), 0U);
    EXPECT_EQ(buy(sniper), 0U);
    EXPECT_EQ(buy(sniper), 0U);
    market.pools_waiting.clear();
    EXPECT_EQ(buy(sniper), 1U);
}

TEST_F(SniperTest, EntersASafeNewPoolWithTheSecondBuyerAndNotBefore) {
    Sniper sniper{settings};
    EXPECT_EQ(tell(sniper, created()), 0U);
    EXPECT_EQ(tell(sniper, safe()), 0U);
    EXPECT_EQ(buy(sniper), 0U);
    market.slot = Slot{103};
    ASSERT_EQ(buy(sniper), 1U);
    const OrderIntent& intent = intents[0];
    EXPECT_EQ(intent.strategy, StrategyId::Sniper);
    EXPECT_EQ(intent.kind, OrderKind::Entry);
    EXPECT_EQ(intent.mint_in, solana::kWrappedSolMint);
    EXPECT_EQ(intent.mint_out, pool.mint_b);
    EXPECT_EQ(intent.amount_in, TokenAmount{settings.amount.raw()});
    const auto quote = dex::quote_exact_in(market.book().pool(index), Direction::AToB,
                                           intent.amount_in, dex::test::kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(intent.receive_min.raw(), quote->amount_out.raw() * 9'800 / 10'000);
    EXPECT_EQ(intent.slippage_max, BasisPoints{200});
    EXPECT_EQ(intent.spend_max, settings.amount + kCosts.entry_fee + kCosts.token_account_rent +
                                    kCosts.token_account_rent);
    EXPECT_EQ(intent.pool_liquidity, Lamports{20 * kSol});
    EXPECT_GT(intent.price_impact, BasisPoints{});
    // The data's own slot, not the clock's: the gate measures age from it.
    EXPECT_EQ(intent.decided_at, Slot{100});
    EXPECT_EQ(intent.pool, index);
}

TEST_F(SniperTest, EntersOnceAndNeverAgain) {
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    ASSERT_EQ(buy(sniper), 1U);
    EXPECT_EQ(buy(sniper), 0U);
    EXPECT_EQ(tell(sniper, safe()), 0U);
}

TEST_F(SniperTest, TakesTheVerdictBeforeThePoolOrAfterTheBuyers) {
    Sniper before{settings};
    EXPECT_EQ(tell(before, safe()), 0U);
    EXPECT_EQ(tell(before, created()), 0U);
    (void)buy(before);
    EXPECT_EQ(buy(before), 1U);

    Sniper after{settings};
    (void)tell(after, created());
    (void)buy(after);
    EXPECT_EQ(buy(after), 0U);
    EXPECT_EQ(tell(after, safe()), 1U);
}

TEST_F(SniperTest, NeverEntersAMintThatSomebodyControls) {
    for (int danger = 0; danger < 3; ++danger) {
        TokenJudged verdict = safe();
        (danger == 0   ? verdict.is_mint_authority_set
         : danger == 1 ? verdict.is_freeze_authority_set
                       : verdict.has_risky_extension) = true;
        for (const bool is_verdict_first : {true, false}) {
            Sniper sniper{settings};
            (void)tell(sniper, is_verdict_first ? MarketEvent{verdict} : created());
            (void)tell(sniper, is_verdict_first ? created() : MarketEvent{verdict});
            for (int i = 0; i < 5; ++i) {
                EXPECT_EQ(buy(sniper), 0U) << danger;
            }
        }
    }
}

TEST_F(SniperTest, AllowsWhatTheSettingsAllowExceptRiskyExtensions) {
    settings.is_mint_authority_allowed = true;
    settings.is_freeze_authority_allowed = true;
    TokenJudged verdict{pool.mint_b, Slot{100}, true, true, false};
    for (const bool is_risky : {false, true}) {
        verdict.has_risky_extension = is_risky;
        Sniper sniper{settings};
        (void)tell(sniper, created());
        (void)tell(sniper, verdict);
        (void)buy(sniper);
        EXPECT_EQ(buy(sniper), is_risky ? 0U : 1U);
    }
}

TEST_F(SniperTest, LosesInterestWhenASafeMintTurnsUnsafeBeforeTheEntry) {
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    TokenJudged unsafe = safe();
    unsafe.is_freeze_authority_set = true;
    (void)tell(sniper, unsafe);
    (void)buy(sniper);
    EXPECT_EQ(buy(sniper), 0U);
}

// The evidence may come, or become better: it is entered then, if it is still young.
TEST_F(SniperTest, WaitsWhileTheEvidenceRefusesATokenAndEntersWhenItDoesNot) {
    for (const bool is_verdict_first : {true, false}) {
        Sniper sniper{settings};
        TokenJudged refused = safe();
        refused.refused = SafetyRefusal{SafetyCode::HoldersTop10, false};
        (void)tell(sniper, is_verdict_first ? MarketEvent{refused} : created());
        (void)tell(sniper, is_verdict_first ? created() : MarketEvent{refused});
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(buy(sniper), 0U);
        }
        EXPECT_EQ(tell(sniper, safe()), 1U);
    }
}

TEST_F(SniperTest, WantsMoreBuyersThanSellers) {
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)sell(sniper);
    (void)sell(sniper);
    EXPECT_EQ(buy(sniper), 0U);
    EXPECT_EQ(buy(sniper), 0U);  // Two against two.
    EXPECT_EQ(buy(sniper), 1U);
}

TEST_F(SniperTest, CountsNobodyBeforeTheFirstBuyWhenNoBuyersAreWanted) {
    settings.buys_min = 0;
    Sniper sniper{settings};
    (void)tell(sniper, created());
    EXPECT_EQ(tell(sniper, safe()), 0U);  // No buyer is not more than no seller.
    EXPECT_EQ(buy(sniper), 1U);
}

TEST_F(SniperTest, EntersExactlyTheLeastLiquidityAndNotOneLamportLess) {
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    market.set(pool, {5 * kSol - 1, 1'000'000'000'000});
    EXPECT_EQ(buy(sniper), 0U);
    market.set(pool, {5 * kSol, 1'000'000'000'000});
    EXPECT_EQ(buy(sniper), 1U);
}

TEST_F(SniperTest, EntersInTheLastSlotOfItsAgeAndNotOneLater) {
    for (const std::uint64_t age : {50U, 51U}) {
        Sniper sniper{settings};
        (void)tell(sniper, created());
        (void)tell(sniper, safe());
        market.slot = Slot{100};
        (void)buy(sniper);
        market.slot = Slot{100 + age};
        EXPECT_EQ(buy(sniper), age == 50 ? 1U : 0U);
        market.slot = Slot{100};
        EXPECT_EQ(buy(sniper), 0U);  // Given up, or entered already: for good.
    }
}

TEST_F(SniperTest, IgnoresPoolsItHasNotSeenBegin) {
    Sniper sniper{settings};
    (void)tell(sniper, safe());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(buy(sniper), 0U);
    }
}

TEST_F(SniperTest, IgnoresPoolsWithoutSol) {
    TestPool other{
        .venue = VenueId::RaydiumCpmm, .number = 9, .mint_a = key_of(50), .mint_b = key_of(51)};
    const PoolIndex no_sol = market.add(other, {20 * kSol, 1'000'000'000'000});
    Sniper sniper{settings};
    EXPECT_EQ(tell(sniper, PoolCreated{no_sol, Slot{100}}), 0U);
    (void)tell(sniper, TokenJudged{key_of(51), Slot{100}, false, false, false});
    EXPECT_EQ(tell(sniper, SwapSeen{no_sol, Slot{100}, Direction::AToB, {}, {}}), 0U);
}

TEST_F(SniperTest, KnowsBuyersByTheSideThatHoldsSol) {
    TestPool turned{.venue = VenueId::RaydiumAmmV4,
                    .number = 9,
                    .mint_a = key_of(50),
                    .mint_b = solana::kWrappedSolMint};
    index = market.add(turned, {1'000'000'000'000, 20 * kSol});
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, TokenJudged{key_of(50), Slot{100}, false, false, false});
    EXPECT_EQ(sell(sniper), 0U);
    ASSERT_EQ(sell(sniper), 1U);  // BToA spends SOL here.
    EXPECT_EQ(intents[0].mint_out, key_of(50));
    EXPECT_EQ(intents[0].pool_liquidity, Lamports{20 * kSol});
}

// ---- Recipes ----

config::SniperRecipe recipe(std::string name, std::uint64_t liquidity_min, std::uint64_t amount) {
    config::SniperRecipe recipe;
    recipe.name = std::move(name);
    recipe.liquidity_min = Lamports{liquidity_min};
    recipe.amount = Lamports{amount};
    return recipe;
}

TEST_F(SniperTest, EntersByTheFirstRecipeThatFitsAndOnlyOnce) {
    settings.recipes = {recipe("deep", 21 * kSol, 200'000'000),
                        recipe("shallow", 20 * kSol, 100'000'000)};
    for (const std::uint64_t depth : {21U, 20U}) {
        Sniper sniper{settings};
        (void)tell(sniper, created());
        (void)tell(sniper, safe());
        (void)buy(sniper);
        market.set(pool, {depth * kSol, 1'000'000'000'000});
        ASSERT_EQ(buy(sniper), 1U);
        EXPECT_EQ(intents[0].amount_in, TokenAmount{depth == 21 ? 200'000'000U : 100'000'000U});
        EXPECT_EQ(buy(sniper), 0U);
    }
}

TEST_F(SniperTest, KeepsAPoolWhileAnyRecipeMayComeToFit) {
    settings.recipes = {recipe("young", kSol, 100'000'000), recipe("old", kSol, 200'000'000)};
    settings.recipes[0].age_slots_max = 10;
    settings.recipes[1].age_slots_min = 60;
    settings.recipes[1].age_slots_max = 60;
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    market.slot = Slot{120};
    EXPECT_EQ(buy(sniper), 0U);
    market.slot = Slot{159};
    EXPECT_EQ(buy(sniper), 0U);
    market.slot = Slot{160};
    ASSERT_EQ(buy(sniper), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{200'000'000});
}

// 3 SOL went in and 1 came out: what the swaps say, and not how many there were.
TEST_F(SniperTest, CountsTheSolThatFlowedBothWays) {
    settings.recipes = {recipe("flow", kSol, 100'000'000)};
    settings.recipes[0].net_flow_min = Lamports{2 * kSol};
    const auto flow = [&](Direction direction, std::uint64_t sol) -> MarketEvent {
        const bool is_buy = direction == Direction::AToB;
        return SwapSeen{index, market.slot, direction, TokenAmount{is_buy ? sol : 1},
                        TokenAmount{is_buy ? 1 : sol}};
    };
    for (const std::uint64_t last : {2 * kSol, 2 * kSol - 1}) {
        Sniper sniper{settings};
        (void)tell(sniper, created());
        (void)tell(sniper, safe());
        EXPECT_EQ(tell(sniper, flow(Direction::BToA, kSol)), 0U);
        EXPECT_EQ(tell(sniper, flow(Direction::AToB, kSol / 2)), 0U);
        EXPECT_EQ(tell(sniper, flow(Direction::AToB, kSol / 2)), 0U);
        EXPECT_EQ(tell(sniper, flow(Direction::AToB, last)), last == 2 * kSol ? 1U : 0U);
    }
}

TEST_F(SniperTest, CountsTheTokensThatACreatorLaunched) {
    settings.recipes = {recipe("first", kSol, 100'000'000)};
    settings.recipes[0].creator_pools_max = 1;
    const auto launch = [&](std::uint64_t number, const Pubkey& mint, const Pubkey& creator) {
        pool = {
            .venue = VenueId::RaydiumCpmm, .number = number, .mint_b = mint, .creator = creator};
        index = market.add(pool, {20 * kSol, 1'000'000'000'000});
    };
    Sniper sniper{settings};
    const auto enters = [&] {
        (void)tell(sniper, created());
        (void)tell(sniper, safe());
        (void)buy(sniper);
        return buy(sniper);
    };
    launch(2, key_of(62), key_of(9));
    EXPECT_EQ(enters(), 1U);
    launch(3, key_of(62), key_of(9));  // Another pool of that token.
    EXPECT_EQ(enters(), 1U);
    launch(4, key_of(64), key_of(9));
    EXPECT_EQ(enters(), 0U);
    launch(5, key_of(65), key_of(10));
    EXPECT_EQ(enters(), 1U);
    launch(6, key_of(66), Pubkey{});
    EXPECT_EQ(enters(), 0U) << "nobody knows who";
}

// What earlier runs saw comes with the pool.
TEST_F(SniperTest, CountsTheTokensThatACreatorLaunchedBeforeTheStart) {
    settings.recipes = {recipe("first", kSol, 100'000'000)};
    settings.recipes[0].creator_pools_max = 2;
    for (const std::uint32_t known : {2U, 3U}) {
        pool = {.venue = VenueId::RaydiumCpmm,
                .number = known,
                .mint_b = key_of(60 + known),
                .creator = key_of(9)};
        index = market.add(pool, {20 * kSol, 1'000'000'000'000});
        Sniper sniper{settings};
        auto launch = std::get<PoolCreated>(created());
        launch.creator_tokens = known;
        (void)tell(sniper, launch);
        (void)tell(sniper, safe());
        (void)buy(sniper);
        EXPECT_EQ(buy(sniper), known == 2 ? 1U : 0U);
    }
}

TEST_F(SniperTest, TakesOnlyPoolsThatACurveMovedToWhereTheRecipeSaysSo) {
    settings.recipes = {recipe("moved", kSol, 100'000'000)};
    settings.recipes[0].is_migration_only = true;
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    EXPECT_EQ(buy(sniper), 0U);
}

TEST_F(SniperTest, BuysTheFirstPartAtOnceAndTheSecondAtAGain) {
    settings.recipes = {recipe("parts", kSol, 400'000'000)};
    settings.recipes[0].stages = {{.percent = 50, .gain_min = {}},
                                  {.percent = 50, .gain_min = BasisPoints{300}}};
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    ASSERT_EQ(buy(sniper), 1U);
    EXPECT_EQ(intents[0].amount_in, TokenAmount{200'000'000});
    EXPECT_EQ(intents[0].position_id, PositionId{});
    market.positions.push_back({.position_id = PositionId{3},
                                .strategy = StrategyId::Sniper,
                                .mint = pool.mint_b,
                                .pool = index,
                                .amount = TokenAmount{9'000'000'000},
                                .cost = Lamports{1'000'000},
                                .value_peak = {},
                                .opened_at_slot = market.slot,
                                .opened_at = {}});
    for (const bool is_unsafe : {true, false}) {
        Sniper other{settings};
        (void)tell(other, created());
        (void)tell(other, safe());
        (void)buy(other);
        ASSERT_EQ(buy(other), 1U);
        TokenJudged verdict = safe();
        verdict.is_freeze_authority_set = is_unsafe;
        (void)tell(other, verdict);
        EXPECT_EQ(tell(other, market.changed(index)), is_unsafe ? 0U : 1U);
    }
}

TEST_F(SniperTest, TriesAgainWhenAFullListLeftNoRoom) {
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    Intents full{kIntentsMax};
    sniper.decide(swap(Direction::AToB), market.view(), full);
    EXPECT_EQ(full.size(), kIntentsMax);
    EXPECT_EQ(buy(sniper), 1U);
}

TEST_F(SniperTest, DoesNothingWhenDisabled) {
    settings.is_enabled = false;
    Sniper sniper{settings};
    (void)tell(sniper, created());
    (void)tell(sniper, safe());
    (void)buy(sniper);
    EXPECT_EQ(buy(sniper), 0U);
}

// ---- Entries in parts ----

TEST_F(SniperTest, ItsFirstOrderSaysThatItIsTheFirstPart) {
    for (const std::size_t stages : {1U, 2U}) {
        config::SniperRecipe recipe;
        recipe.name = "mine";
        recipe.stages.assign(stages, {.percent = 50, .gain_min = BasisPoints{1}});
        settings.recipes = {recipe};
        Sniper sniper{settings};
        (void)tell(sniper, created());
        (void)tell(sniper, safe());
        (void)buy(sniper);
        ASSERT_EQ(buy(sniper), 1U);
        EXPECT_EQ(intents[0].part, entry_part(recipe, 0));
        EXPECT_EQ(intents[0].part.number, stages == 1 ? 0 : 1) << "all at once";
    }
}

TEST_F(SniperTest, GoesOnByTheRecipeThatAnEntryWasBegunByWhereverItStandsAndByNoOther) {
    config::SniperRecipe mine, other;
    mine.name = "mine";
    other.name = "other";
    mine.stages = other.stages = {{.percent = 50, .gain_min = {}},
                                  {.percent = 50, .gain_min = BasisPoints{1}}};
    settings.recipes = {other, mine};
    Sniper sniper{settings};
    const OrderedPart ordered{pool.mint_b, entry_part(mine, 0), Slot{100}};
    const config::SniperRecipe* recipe = sniper.resume(ordered);
    ASSERT_NE(recipe, nullptr);
    EXPECT_EQ(recipe->name, "mine");
    EXPECT_TRUE(sniper.is_growing(pool.mint_b));
    EXPECT_FALSE(sniper.is_growing(pool.mint_a));
    mine.stages[1].gain_min = BasisPoints{2};
    settings.recipes = {other, mine};
    Sniper changed{settings};
    EXPECT_EQ(changed.resume(ordered), nullptr);
    EXPECT_FALSE(changed.is_growing(pool.mint_b));
}

}  // namespace
}  // namespace sniperforge::strategy
