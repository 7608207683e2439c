// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/arbitrage.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/router.hpp"
#include "unit/dex/router_support.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

constexpr Reserves kCheap{100 * kSol, 1'000'000'000'000};
constexpr Reserves kDear{110 * kSol, 1'000'000'000'000};

// The token is 10 % dearer in the second pool.
class ArbitrageTest : public ::testing::Test {
 protected:
    ArbitrageTest() {
        settings.amount_max = Lamports{50 * kSol};
        settings.revert_percent_assumed = 0;
        cheap = market.add(cheap_pool, kCheap);
        dear = market.add(dear_pool, kDear);
    }

    [[nodiscard]] Intents decide(Arbitrage& arbitrage, const MarketEvent& event) const {
        Intents intents;
        arbitrage.decide(event, market.view(), intents);
        return intents;
    }
    [[nodiscard]] Intents decide_once(const MarketEvent& event) const {
        Arbitrage arbitrage{settings};
        return decide(arbitrage, event);
    }
    [[nodiscard]] dex::Cycle best() const {
        const View view = market.view();
        const auto cycle = dex::best_cycle(view.book, view.graph, cheap,
                                           {settings.amount_max, kCosts.cycle_fee}, view.quote);
        EXPECT_TRUE(cycle);
        return *cycle;
    }

    // Room for leg 1 is kept as the larger cycle would need it, which is a little too much.
    void expect_just_below_limit(const OrderIntent& intent) const {
        EXPECT_LE(intent.spend_max, market.trade_max);
        EXPECT_GT(intent.spend_max.raw(), market.trade_max.raw() / 1'000 * 995);
    }

    TestPool cheap_pool{.venue = VenueId::RaydiumAmmV4, .number = 1};
    TestPool dear_pool{.venue = VenueId::RaydiumCpmm, .number = 2};
    config::ArbitrageSettings settings;
    Market market;
    PoolIndex cheap, dear;
};

TEST_F(ArbitrageTest, BuysWhereItIsCheapAndSellsWhereItIsDear) {
    for (const PoolIndex pool : {cheap, dear}) {
        const Intents intents = decide_once(market.changed(pool));
        ASSERT_EQ(intents.size(), 1U);
        const OrderIntent& intent = intents[0];
        EXPECT_EQ(intent.strategy, StrategyId::Arbitrage);
        EXPECT_EQ(intent.kind, OrderKind::Cycle);
        EXPECT_EQ(intent.mint_in, solana::kWrappedSolMint);
        EXPECT_EQ(intent.mint_out, solana::kWrappedSolMint);
        ASSERT_EQ(intent.leg_count, 2);
        EXPECT_EQ(intent.legs[0].pool, cheap);
        EXPECT_EQ(intent.legs[0].direction, Direction::AToB);
        EXPECT_EQ(intent.legs[1].pool, dear);
        EXPECT_EQ(intent.legs[1].direction, Direction::BToA);
        EXPECT_EQ(intent.legs[0].amount_out, intent.legs[1].amount_in);
        EXPECT_EQ(intent.pool, cheap);
        EXPECT_EQ(intent.pool_liquidity, Lamports{100 * kSol});  // The shallower one.
        EXPECT_EQ(intent.decided_at, market.slot);
        EXPECT_EQ(intent.slots_valid, settings.slots_valid);
    }
}

// A quarter of the profit may be lost on each leg; half of it is what the chain enforces, after
// every fee.
TEST_F(ArbitrageTest, KeepsAtLeastHalfOfTheProfitEnforced) {
    const dex::Cycle cycle = best();
    const OrderIntent intent = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(intent.profit_expected, cycle.profit);
    const std::uint64_t slack = cycle.profit.raw() / 4;
    EXPECT_EQ(intent.amount_in.raw(), cycle.amount_in.raw() + slack);
    EXPECT_EQ(intent.receive_min.raw(), cycle.amount_out.raw() - slack);
    EXPECT_GE(intent.receive_min.raw(),
              intent.amount_in.raw() + kCosts.cycle_fee.raw() + cycle.profit.raw() / 2);
    EXPECT_EQ(intent.spend_max, Lamports{intent.amount_in.raw()} + kCosts.cycle_fee +
                                    kCosts.token_account_rent + kCosts.token_account_rent);
}

TEST_F(ArbitrageTest, EnforcesAProfitAfterFeesForEverySizeOfGap) {
    settings.profit_min = Lamports{1};
    int found = 0;
    for (std::uint64_t sol = 100'500'000'000; sol < 103'000'000'000; sol += 10'000'000) {
        market.set(dear_pool, {sol, kDear.b});
        for (const OrderIntent& intent : decide_once(market.changed(dear))) {
            ++found;
            ASSERT_GT(intent.receive_min.raw(), intent.amount_in.raw() + kCosts.cycle_fee.raw());
        }
    }
    EXPECT_GT(found, 100);
}

TEST_F(ArbitrageTest, StakesNoMoreThanItsLimitSlackIncluded) {
    settings.amount_max = Lamports{600'000'000};
    const dex::Cycle cycle = best();
    ASSERT_GT(cycle.amount_in.raw() + cycle.profit.raw() / 4, settings.amount_max.raw());
    const OrderIntent intent = decide_once(market.changed(cheap)).at(0);
    // Leg 1 may take the same part of the profit more than it is quoted at as anywhere below.
    const std::uint64_t slack = intent.profit_expected.raw() / 4;
    EXPECT_GT(slack, 1'000'000U);
    EXPECT_EQ(intent.amount_in.raw(), intent.legs[0].amount_in.raw() + slack);
    EXPECT_LE(intent.amount_in.raw(), 600'000'000U);
    EXPECT_GT(intent.amount_in.raw(), 600'000'000U - slack / 10);
}

// With fees and rents: the gate would deny a lamport more.
TEST_F(ArbitrageTest, StakesWhatTheTradeLimitAllowsAndNotOneLamportMore) {
    const OrderIntent unlimited = decide_once(market.changed(cheap)).at(0);
    market.trade_max = unlimited.spend_max;
    EXPECT_EQ(decide_once(market.changed(cheap)).at(0).amount_in, unlimited.amount_in);
    market.trade_max = unlimited.spend_max - Lamports{1};
    const OrderIntent less = decide_once(market.changed(cheap)).at(0);
    EXPECT_LT(less.amount_in, unlimited.amount_in);
    EXPECT_GT(less.amount_in.raw(), unlimited.amount_in.raw() - 100);
    market.trade_max = Lamports{100'000'000};
    const OrderIntent small = decide_once(market.changed(cheap)).at(0);
    expect_just_below_limit(small);
    EXPECT_GT(small.receive_min.raw(), small.amount_in.raw() + kCosts.cycle_fee.raw());
}

// Small amounts earn more by a third leg, which has a fee and a rent of its own.
TEST_F(ArbitrageTest, StakesNoMoreThanTheTradeLimitWhereASmallerAmountGoesADearerWay) {
    const Pubkey between = test::key_of(77);
    const TestPool to_it{
        .venue = VenueId::RaydiumCpmm, .number = 3, .mint_a = cheap_pool.mint_b, .mint_b = between};
    const TestPool from_it{.venue = VenueId::RaydiumCpmm, .number = 4, .mint_b = between};
    market.add(to_it, {100'000'000'000, 100'000'000'000});
    market.add(from_it, {13 * kSol, 100'000'000'000});
    settings.legs_max = 3;
    EXPECT_EQ(decide_once(market.changed(cheap)).at(0).leg_count, 2);
    market.trade_max = Lamports{100'000'000};
    const OrderIntent small = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(small.leg_count, 3);
    expect_just_below_limit(small);
    std::size_t decided = 0;
    for (std::uint64_t limit = 4'000'000; limit < 3 * kSol; limit += limit / 16) {
        market.trade_max = Lamports{limit};
        for (const OrderIntent& intent : decide_once(market.changed(cheap))) {
            EXPECT_LE(intent.spend_max.raw(), limit);
            ++decided;
        }
    }
    EXPECT_GT(decided, 50U);
}

// The gate finds less capital free than a trade may take.
TEST_F(ArbitrageTest, TakesTheSamePoolsForWhatIsFree) {
    const Arbitrage arbitrage{settings};
    const OrderIntent whole = decide_once(market.changed(cheap)).at(0);
    const auto resized = [&](Lamports spend_max) {
        return arbitrage.resized(whole, spend_max, market.view());
    };
    EXPECT_EQ(resized(whole.spend_max).value().amount_in, whole.amount_in);
    const auto less = resized(Lamports{100'000'000});
    ASSERT_TRUE(less);
    EXPECT_LE(less->spend_max.raw(), 100'000'000U);
    EXPECT_GT(less->spend_max.raw(), 99'500'000U);
    EXPECT_EQ(less->legs[0].pool, whole.legs[0].pool);
    EXPECT_EQ(less->legs[1].pool, whole.legs[1].pool);
    EXPECT_LT(less->legs[0].amount_out, whole.legs[0].amount_out);
    EXPECT_LT(less->profit_expected, whole.profit_expected);
    EXPECT_EQ(less->decided_at, whole.decided_at);
    const Lamports rents = kCosts.token_account_rent + kCosts.token_account_rent;
    EXPECT_FALSE(resized(kCosts.cycle_fee + rents)) << "nothing is left to trade with";
    EXPECT_FALSE(resized({}));
}

TEST_F(ArbitrageTest, StakesNothingWhereTheTradeLimitLeavesNoProfit) {
    market.trade_max = kCosts.cycle_fee + kCosts.token_account_rent + kCosts.token_account_rent;
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
    market.trade_max = {};
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
}

TEST_F(ArbitrageTest, TakesExactlyTheLeastProfitAndNotOneLamportLess) {
    const dex::Cycle cycle = best();
    settings.profit_min = cycle.profit;
    EXPECT_EQ(decide_once(market.changed(cheap)).size(), 1U);
    settings.profit_min = cycle.profit + Lamports{1};
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
}

// One in two reverts: each that lands earns twice the least profit, and the fee of the other.
TEST_F(ArbitrageTest, WantsTheRevertsPaidByWhatLands) {
    const dex::Cycle cycle = best();
    settings.revert_percent_assumed = 50;
    settings.profit_min = Lamports{(cycle.profit.raw() - kCosts.cycle_fee.raw()) / 2};
    EXPECT_EQ(decide_once(market.changed(cheap)).size(), 1U);
    settings.profit_min += Lamports{1};
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
}

// Six of ten revert: a share of the profit is offered, and everything else goes by what is left.
TEST_F(ArbitrageTest, OffersAShareOfItsProfitWhereThatEarnsMore) {
    settings.revert_percent_assumed = 60;
    market.costs.tip = Lamports{2'000};
    market.costs.fee_max = Lamports{10 * kSol};
    const OrderIntent least = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(least.bid, CycleBid{});
    settings.bid_percent_max = 90;
    const dex::Cycle cycle = best();
    const OrderIntent intent = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(intent.legs[0].amount_in, least.legs[0].amount_in) << "the size is no other";
    ASSERT_GT(intent.bid.percent, 0);
    const Lamports bid{cycle.profit.raw() * intent.bid.percent / 100};
    EXPECT_EQ(intent.bid.amount, bid);
    EXPECT_EQ(intent.profit_expected, cycle.profit - bid);
    const std::uint64_t slack = intent.profit_expected.raw() / 4;
    EXPECT_EQ(intent.amount_in.raw(), cycle.amount_in.raw() + slack);
    EXPECT_GE(intent.receive_min.raw(), intent.amount_in.raw() + kCosts.cycle_fee.raw() +
                                            bid.raw() + intent.profit_expected.raw() / 2);
    EXPECT_EQ(intent.spend_max, Lamports{intent.amount_in.raw()} + kCosts.cycle_fee + bid +
                                    kCosts.token_account_rent + kCosts.token_account_rent);
    // With the bid, too, it is within what a trade may take.
    market.trade_max = intent.spend_max - Lamports{1};
    const OrderIntent less = decide_once(market.changed(cheap)).at(0);
    EXPECT_LE(less.spend_max, market.trade_max);
    EXPECT_GT(less.bid.percent, 0);
    market.trade_max = Lamports::max();
    // The caps of fees have room for one lamport less.
    market.costs.fee_max = bid + kCosts.cycle_fee - Lamports{5'000};
    EXPECT_EQ(decide_once(market.changed(cheap)).at(0).bid, intent.bid);
    market.costs.fee_max -= Lamports{1};
    EXPECT_LT(decide_once(market.changed(cheap)).at(0).bid.percent, intent.bid.percent);
}

TEST_F(ArbitrageTest, LearnsWhatItsBidsAreWorthFromTheirOutcomes) {
    settings.revert_percent_assumed = 60;
    settings.bid_percent_max = 90;
    settings.revert_budget = Lamports{10 * kSol};
    market.costs.tip = Lamports{2'000};
    market.costs.fee_max = Lamports{10 * kSol};
    Arbitrage arbitrage{settings};
    const auto percent = [&] {
        market.slot = market.slot.plus(1);
        const Intents intents = decide(arbitrage, market.changed(cheap));
        return intents.empty() ? -1 : int{intents[0].bid.percent};
    };
    const int first = percent();
    ASSERT_GT(first, 0);
    ExecutionReport report;
    report.kind = OrderKind::Cycle;
    report.outcome = Outcome::Reverted;
    report.bid_percent = static_cast<std::uint8_t>(first);
    for (int i = 0; i < 30; ++i) {
        arbitrage.settled(report, dex::test::kNow.unix_time);
    }
    EXPECT_NE(percent(), first);
    Arbitrage restarted{settings};
    for (int i = 0; i < 30; ++i) {
        restarted.count_earlier({Outcome::Reverted, static_cast<std::uint8_t>(first)});
    }
    const Intents intents = decide(restarted, market.changed(cheap));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(int{intents[0].bid.percent}, percent());
}

TEST_F(ArbitrageTest, TriesNothingMoreOnADayWhoseRevertBudgetIsSpent) {
    settings.revert_budget = Lamports{20'000};
    Arbitrage arbitrage{settings};
    ExecutionReport reverted;
    reverted.kind = OrderKind::Cycle;
    reverted.outcome = Outcome::Reverted;
    reverted.fill.base_fee = Lamports{5'000};
    reverted.fill.priority_fee = Lamports{14'999};
    arbitrage.settled(reverted, dex::test::kNow.unix_time);
    EXPECT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    reverted.fill.base_fee = Lamports{1};
    reverted.fill.priority_fee = {};
    arbitrage.settled(reverted, dex::test::kNow.unix_time);
    market.slot = Slot{101};
    EXPECT_TRUE(decide(arbitrage, market.changed(cheap)).empty());
    // Yesterday's are none of today's.
    Arbitrage other{settings};
    reverted.fill.base_fee = Lamports{20'000};
    other.settled(reverted, dex::test::kNow.unix_time - 86'400);
    EXPECT_EQ(decide(other, market.changed(cheap)).size(), 1U);
}

TEST_F(ArbitrageTest, TriesOncePerSlot) {
    Arbitrage arbitrage{settings};
    EXPECT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    EXPECT_TRUE(decide(arbitrage, market.changed(cheap)).empty());
    market.slot = Slot{101};
    EXPECT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    market.slot = Slot{100};  // Late news of an earlier slot.
    EXPECT_TRUE(decide(arbitrage, market.changed(cheap)).empty());
}

// One transaction of another bot moves both pools: the same gap is told twice.
TEST_F(ArbitrageTest, TriesAGapOnceWhicheverOfItsPoolsIsNamed) {
    Arbitrage arbitrage{settings};
    EXPECT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    EXPECT_TRUE(decide(arbitrage, market.changed(dear)).empty());
    market.slot = Slot{101};
    EXPECT_EQ(decide(arbitrage, market.changed(dear)).size(), 1U);
}

// Our own transaction is on its way into the dear pool: what a third pool promises with it is gone.
TEST_F(ArbitrageTest, TriesNoOtherGapOfAPoolThatItTriesAlready) {
    const TestPool third_pool{.venue = VenueId::RaydiumAmmV4, .number = 3};
    const PoolIndex third = market.add(third_pool, {102 * kSol, 1'000'000'000'000});
    const Intents alone = decide_once(market.changed(third));
    ASSERT_EQ(alone.size(), 1U);  // Into the dear pool.
    Arbitrage arbitrage{settings};
    ASSERT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    EXPECT_TRUE(decide(arbitrage, market.changed(third)).empty());
    market.slot = Slot{101};
    EXPECT_EQ(decide(arbitrage, market.changed(third)).size(), 1U);
}

// SOL → token → other → SOL, where two pools of one token agree.
TEST_F(ArbitrageTest, GoesThroughThreePoolsWhereThatPaysAndIsAllowed) {
    market.set(dear_pool, kCheap);
    const Pubkey other = key_of(60);
    const PoolIndex link = market.add({.number = 4, .mint_a = key_of(4), .mint_b = other},
                                      {1'000'000'000'000, 1'200'000'000'000});
    const PoolIndex last = market.add({.number = 5, .mint_b = other}, kCheap);
    const Intents intents = decide_once(market.changed(link));
    ASSERT_EQ(intents.size(), 1U);
    const OrderIntent& intent = intents[0];
    ASSERT_EQ(intent.leg_count, 3);
    EXPECT_EQ(intent.legs[1].pool, link);
    EXPECT_EQ(intent.legs[2].pool, last);
    EXPECT_EQ(intent.legs[0].amount_out, intent.legs[1].amount_in);
    EXPECT_EQ(intent.legs[1].amount_out, intent.legs[2].amount_in);
    const Lamports fee = kCosts.cycle_fee + kCosts.third_leg_fee;
    EXPECT_EQ(intent.profit_expected + fee,
              Lamports{intent.legs[2].amount_out.raw() - intent.legs[0].amount_in.raw()});
    EXPECT_GE(intent.receive_min.raw(), intent.amount_in.raw() + fee.raw());
    Lamports spend{intent.amount_in.raw()};
    for (int account = 0; account < 3; ++account) {
        spend += kCosts.token_account_rent;
    }
    EXPECT_EQ(intent.spend_max, spend + fee);
    // Each of the three pools has had its try of this slot.
    Arbitrage arbitrage{settings};
    ASSERT_EQ(decide(arbitrage, market.changed(link)).size(), 1U);
    EXPECT_TRUE(decide(arbitrage, market.changed(last)).empty());
    settings.legs_max = 2;
    EXPECT_TRUE(decide_once(market.changed(link)).empty());
    EXPECT_TRUE(decide_once(market.changed(last)).empty());
}

// What does not fit a transaction now will not fit one slot later either.
TEST_F(ArbitrageTest, LeavesARouteThatCannotBeBuiltAloneForAWhile) {
    Arbitrage arbitrage{settings};
    const OrderIntent intent = decide(arbitrage, market.changed(cheap)).at(0);
    arbitrage.unbuildable(intent, market.slot);
    market.slot = Slot{market.slot.value + 1'499};
    EXPECT_TRUE(decide(arbitrage, market.changed(cheap)).empty());
    market.slot = Slot{market.slot.value + 1};
    EXPECT_EQ(decide(arbitrage, market.changed(cheap)).size(), 1U);
    // The other way round the same pools are another route.
    OrderIntent reversed = intent;
    std::swap(reversed.legs[0], reversed.legs[1]);
    Arbitrage other{settings};
    other.unbuildable(reversed, market.slot);
    EXPECT_EQ(decide(other, market.changed(cheap)).size(), 1U);
}

// A third pool pays more, but three legs do not fit.
TEST_F(ArbitrageTest, TakesTwoLegsWhereThreeCannotBeBuilt) {
    const Pubkey other = key_of(60);
    market.add({.number = 4, .mint_a = key_of(4), .mint_b = other},
               {1'000'000'000'000, 1'400'000'000'000});
    market.add({.number = 5, .mint_b = other}, kCheap);
    Arbitrage arbitrage{settings};
    const OrderIntent three = decide(arbitrage, market.changed(cheap)).at(0);
    ASSERT_EQ(three.leg_count, 3);
    arbitrage.unbuildable(three, market.slot);
    market.slot = Slot{market.slot.value + 1};
    const OrderIntent two = decide(arbitrage, market.changed(cheap)).at(0);
    EXPECT_EQ(two.leg_count, 2);
    EXPECT_LT(two.profit_expected, three.profit_expected);
}

// Nor does one of two legs that cannot be built stand before another.
TEST_F(ArbitrageTest, TakesTheNextBestWhereTheBestCannotBeBuilt) {
    const PoolIndex next =
        market.add({.venue = VenueId::RaydiumAmmV4, .number = 3}, {108 * kSol, kDear.b});
    Arbitrage arbitrage{settings};
    const OrderIntent best = decide(arbitrage, market.changed(cheap)).at(0);
    EXPECT_EQ(best.legs[1].pool, dear);
    arbitrage.unbuildable(best, market.slot);
    market.slot = Slot{market.slot.value + 1};
    const OrderIntent other = decide(arbitrage, market.changed(cheap)).at(0);
    EXPECT_EQ(other.legs[1].pool, next);
    EXPECT_LT(other.profit_expected, best.profit_expected);
    arbitrage.unbuildable(other, market.slot);
    market.slot = Slot{market.slot.value + 1};
    EXPECT_TRUE(decide(arbitrage, market.changed(cheap)).empty());
}

// Three legs pay more, until the rent of an account that stays open is more than what they add.
TEST_F(ArbitrageTest, LetsNoRouteThatCostsMoreStandBeforeOneThatEarnsMore) {
    const Pubkey taxed = key_of(60);
    market.add(
        {.number = 4, .mint_a = key_of(4), .mint_b = taxed, .program_b = solana::kToken2022Program},
        {1'000'000'000'000, 1'400'000'000'000});
    market.add({.number = 5, .mint_b = taxed, .program_b = solana::kToken2022Program}, kCheap);
    market.accounts.apply(dex::test::taxed_mint(taxed, 1, 1), market.slot.value);
    market.costs.token_account_rent = {};
    const OrderIntent three = decide_once(market.changed(cheap)).at(0);
    ASSERT_EQ(three.leg_count, 3);
    settings.legs_max = 2;
    const OrderIntent two = decide_once(market.changed(cheap)).at(0);
    settings.legs_max = 3;
    const std::uint64_t added = (three.profit_expected - two.profit_expected).raw();
    market.costs.token_account_rent = Lamports{added / 10 * 9};
    EXPECT_EQ(decide_once(market.changed(cheap)).at(0).leg_count, 3);
    market.costs.token_account_rent = Lamports{added / 10 * 11};
    const OrderIntent chosen = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(chosen.leg_count, 2);
    EXPECT_EQ(chosen.profit_expected, two.profit_expected);
}

// Venues that compute more than the least are paid for; the intent says what that leaves.
TEST_F(ArbitrageTest, CountsWhatTheVenuesOfTheCycleCompute) {
    const OrderIntent plain = decide_once(market.changed(cheap)).at(0);
    // AMM v4 45,000, CPMM 60,000, two accounts of 35,000, wrapping 10,000.
    constexpr std::uint64_t kUnits = 185'000;
    market.costs.unit_price = ComputeUnitPrice{1'000'000};  // A lamport each.
    market.costs.cycle_units = ComputeUnits{kUnits};
    EXPECT_EQ(decide_once(market.changed(cheap)).at(0).profit_expected, plain.profit_expected);
    market.costs.cycle_units = ComputeUnits{kUnits - 7};
    const OrderIntent dearer = decide_once(market.changed(cheap)).at(0);
    EXPECT_EQ(dearer.profit_expected + Lamports{7}, plain.profit_expected);
    EXPECT_EQ(dearer.spend_max.raw() - dearer.amount_in.raw(),
              plain.spend_max.raw() - plain.amount_in.raw() + 7);
}

// The account of a token that withholds fees cannot be closed in the end: its rent is gone.
TEST_F(ArbitrageTest, CountsTheRentOfAnAccountThatStaysOpen) {
    Market taxed;
    const Pubkey mint = key_of(4);
    const auto add = [&](std::uint64_t number, Reserves reserves) {
        return taxed.add({.number = number, .program_b = solana::kToken2022Program}, reserves);
    };
    const PoolIndex changed = add(1, kCheap);
    add(2, kDear);
    const auto profit = [&](std::uint64_t rate) {
        taxed.accounts.apply(dex::test::taxed_mint(mint, rate, 1), taxed.slot.value + rate);
        Arbitrage arbitrage{settings};
        Intents intents;
        arbitrage.decide(taxed.changed(changed), taxed.view(), intents);
        return intents.at(0).profit_expected;
    };
    // The fee is one unit of the token; the search is exact to 1/4096.
    const Lamports untaxed = profit(0);
    const Lamports lost = untaxed - profit(1);
    EXPECT_GT(lost.raw(), kCosts.token_account_rent.raw() / 10 * 9);
    EXPECT_LT(lost.raw(), kCosts.token_account_rent.raw() / 10 * 11);
}

// What may slip is what is above the least profit: that much is enforced, and half of the rest.
TEST_F(ArbitrageTest, EnforcesTheLeastProfitHoweverSmallTheGap) {
    const dex::Cycle cycle = best();
    for (const std::uint64_t above : {0U, 1U, 2U, 1'000U}) {
        settings.profit_min = cycle.profit - Lamports{above};
        const OrderIntent intent = decide_once(market.changed(cheap)).at(0);
        EXPECT_EQ(intent.amount_in.raw(), cycle.amount_in.raw() + above / 2);
        EXPECT_GE(intent.receive_min.raw(),
                  intent.amount_in.raw() + kCosts.cycle_fee.raw() + settings.profit_min.raw());
    }
}

TEST_F(ArbitrageTest, SeesNothingWherePricesAgree) {
    market.set(dear_pool, kCheap);
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
}

// Half a swap looks like a bargain that nobody offers.
TEST_F(ArbitrageTest, IgnoresAPoolOfWhichOnlyHalfASwapIsKnown) {
    market.set(dear_pool, kCheap);
    market.slot = Slot{101};
    market.accounts.apply(dear_pool.account_a(130 * kSol), 101);
    EXPECT_TRUE(decide_once(market.changed(dear)).empty());
}

TEST_F(ArbitrageTest, AnswersOnlyToChangedReservesAndOnlyWhenEnabled) {
    Arbitrage arbitrage{settings};
    for (const MarketEvent& event :
         {MarketEvent{PoolCreated{cheap, market.slot}}, MarketEvent{SlotStarted{market.slot}},
          MarketEvent{SwapSeen{cheap, market.slot, Direction::AToB, {}, {}}},
          MarketEvent{LiquidityPulled{cheap, market.slot, BasisPoints{500}}}}) {
        EXPECT_TRUE(decide(arbitrage, event).empty());
    }
    settings.is_enabled = false;
    EXPECT_TRUE(decide_once(market.changed(cheap)).empty());
}

TEST_F(ArbitrageTest, AddsNothingToAFullList) {
    Arbitrage arbitrage{settings};
    Intents intents{kIntentsMax};
    arbitrage.decide(market.changed(cheap), market.view(), intents);
    EXPECT_EQ(intents.size(), kIntentsMax);
    intents.pop_back();
    arbitrage.decide(market.changed(cheap), market.view(), intents);
    EXPECT_EQ(intents.size(), kIntentsMax);
}

}  // namespace
}  // namespace sniperforge::strategy
