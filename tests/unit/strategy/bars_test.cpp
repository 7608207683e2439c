// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/bars.hpp"

#include <gtest/gtest.h>

#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

BarTrade trade(std::uint64_t slot, std::uint64_t sol, std::uint64_t price = 1'000,
               bool is_buy = true) {
    return {Slot{slot}, is_buy, Lamports{sol}, MicroUsd{sol * 100}, {price, 1'000}};
}

// ---- Prices ----

TEST(BarPrice, ComparesExactlyWhereADoubleWouldNot) {
    constexpr std::uint64_t kLarge = kU64Max - 1;
    const BarPrice higher{kLarge, kLarge - 1};
    const BarPrice lower{kLarge + 1, kLarge};  // n/(n-1) falls with n.
    EXPECT_TRUE(compare(higher, lower) > 0);
    EXPECT_TRUE(compare(lower, higher) < 0);
    EXPECT_TRUE(compare({2, 4}, {1, 2}) == 0);
}

TEST(BarPrice, MeasuresARiseDownToTheBasisPointAndRoundsItDown) {
    EXPECT_EQ(rise_between({10'000, 7}, {10'060, 7}), BasisPoints{60});
    EXPECT_EQ(rise_between({100'000, 7}, {100'609, 7}), BasisPoints{60});
    EXPECT_EQ(rise_between({10'000, 7}, {10'000, 7}), BasisPoints{});
    EXPECT_EQ(rise_between({10'000, 7}, {9'000, 7}), BasisPoints{});
    EXPECT_EQ(move_between({10'000, 7}, {9'000, 7}), BasisPoints{1'000});
    EXPECT_EQ(move_between({10'000, 7}, {11'000, 7}), BasisPoints{1'000});
    EXPECT_EQ(move_between({10'000, 7}, {10'000, 7}), BasisPoints{});
}

TEST(BarPrice, MeasuresTheLargestReservesWithoutOverflow) {
    EXPECT_EQ(rise_between({kU64Max / 2, kU64Max}, {kU64Max, kU64Max}), BasisPoints{10'000});
    // So far apart that the lower one is nothing beside the other: no rise that anybody believes.
    EXPECT_EQ(rise_between({1, kU64Max}, {kU64Max, 1}), BasisPoints{});
}

// Twice the root is four times the price.
TEST(BarPrice, SquaresWhatIsARoot) {
    EXPECT_EQ(rise_between({1'000, 7, true}, {2'000, 7, true}), BasisPoints{30'000});
    EXPECT_EQ(rise_between({1'000, 7, true}, {1'010, 7, true}), BasisPoints{201});
    EXPECT_EQ(move_between({2'000, 7, true}, {1'000, 7, true}), BasisPoints{7'500});
    EXPECT_EQ(rise_between({kU64Max / 2, kU64Max, true}, {kU64Max, kU64Max, true}),
              BasisPoints{30'000});
}

TEST(BarPrice, IsSolPerTokenWhicheverSideHoldsSol) {
    Market market;
    const TestPool first{.venue = VenueId::RaydiumCpmm, .number = 1};
    const TestPool turned{.venue = VenueId::RaydiumAmmV4,
                          .number = 2,
                          .mint_a = key_of(50),
                          .mint_b = solana::kWrappedSolMint};
    const PoolIndex a = market.add(first, {3'000, 5'000});
    const PoolIndex b = market.add(turned, {5'000, 3'000});
    const auto price_a = bar_price(market.book().pool(a), Direction::AToB);
    const auto price_b = bar_price(market.book().pool(b), Direction::BToA);
    ASSERT_TRUE(price_a && price_b);
    EXPECT_TRUE(compare(*price_a, *price_b) == 0);
    EXPECT_TRUE(compare(*price_a, {3'000, 5'000}) == 0);
}

// What a curve has raised says nothing about its price: its virtual reserves do.
TEST(BarPrice, TakesTheVirtualReservesOfACurve) {
    dex::PumpCurvePool curve;
    curve.virtual_a = 1'073'000'000;
    curve.virtual_b = 30'000;
    curve.real_a = 793'100'000;
    EXPECT_TRUE(compare(*bar_price({.state = curve}, Direction::BToA), {30'000, 1'073'000'000}) ==
                0);
    curve.virtual_a = 0;
    EXPECT_FALSE(bar_price({.state = curve}, Direction::BToA));
}

TEST(BarPrice, KeepsTheRootOfAConcentratedPoolInSixtyFourBits) {
    dex::OrcaWhirlpoolPool pool;
    pool.sqrt_price = (static_cast<u128>(1) << 64U) * 3;
    pool.liquidity = 1;
    const auto price = bar_price({.state = pool}, Direction::BToA);
    ASSERT_TRUE(price);
    EXPECT_TRUE(price->is_root);
    EXPECT_TRUE(compare(*price, {3, 1, true}) == 0);
    // SOL as token A: the other way round.
    EXPECT_TRUE(compare(*bar_price({.state = pool}, Direction::AToB), {1, 3, true}) == 0);
}

// ---- Bars ----

TEST(Bars, EndWithTheLastOfTheirTradesAndNotBefore) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Trades, 2};
    EXPECT_FALSE(bars.add(trade(1, 5), rule));
    EXPECT_EQ(bars.size(), 0U);
    EXPECT_TRUE(bars.add(trade(2, 7), rule));
    EXPECT_EQ(bars.size(), 1U);
    EXPECT_EQ(bars.newest(0).trades, 2U);
}

TEST(Bars, KeepHighCloseAndBothSidesOfTheVolume) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Trades, 4};
    bars.add(trade(10, 5, 1'002), rule);
    bars.add(trade(11, 7, 1'005), rule);
    bars.add(trade(12, 3, 999, false), rule);
    ASSERT_TRUE(bars.add(trade(13, 2, 1'001, false), rule));
    const Bar& bar = bars.newest(0);
    EXPECT_EQ(bar.high.sol, 1'005U);
    EXPECT_EQ(bar.close.sol, 1'001U);
    EXPECT_EQ(bar.bought, Lamports{12});
    EXPECT_EQ(bar.sold, Lamports{5});
    EXPECT_EQ(bar.volume(), Lamports{17});
    EXPECT_EQ(bar.dollars, MicroUsd{1'700});
    EXPECT_EQ(bar.begun_at, Slot{10});
}

// The trade that comes when the time is over belongs to the next bar.
TEST(Bars, OfSlotsEndWithTheFirstTradeThatComesTooLateForThem) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Slots, 10};
    EXPECT_FALSE(bars.add(trade(100, 5), rule));
    EXPECT_FALSE(bars.add(trade(109, 7, 1'005), rule));
    EXPECT_TRUE(bars.add(trade(110, 3, 1'009), rule));
    EXPECT_EQ(bars.newest(0).trades, 2U);
    EXPECT_EQ(bars.newest(0).close.sol, 1'005U);
    EXPECT_FALSE(bars.add(trade(119, 1), rule));
    // However long nobody traded, that is one bar and no empty ones.
    EXPECT_TRUE(bars.add(trade(500, 1), rule));
    EXPECT_EQ(bars.size(), 2U);
    EXPECT_EQ(bars.newest(0).begun_at, Slot{110});
}

TEST(Bars, OfVolumeEndWithTheLamportThatFillsThem) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Volume, 100};
    EXPECT_FALSE(bars.add(trade(1, 60), rule));
    EXPECT_FALSE(bars.add(trade(1, 39, 1'000, false), rule));
    EXPECT_TRUE(bars.add(trade(1, 1), rule));
    // One that is larger than several bars makes one.
    EXPECT_TRUE(bars.add(trade(1, 1'000), rule));
    EXPECT_EQ(bars.size(), 2U);
    EXPECT_EQ(bars.newest(0).volume(), Lamports{1'000});
}

TEST(Bars, OfDollarsEndWithTheMicroDollarThatFillsThemAndNeverWithoutAPriceOfSol) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Dollars, 10'000};
    BarTrade unknown = trade(1, 1'000'000);
    unknown.dollars = {};
    EXPECT_FALSE(bars.add(unknown, rule));
    EXPECT_FALSE(bars.add(trade(1, 99), rule));  // 9,900.
    EXPECT_TRUE(bars.add(trade(1, 1), rule));
}

TEST(Bars, KeepTheNewestOfThem) {
    Bars bars{3};
    const BarRule rule{BarRule::By::Trades, 1};
    for (std::uint64_t i = 1; i <= 5; ++i) {
        bars.add(trade(i, i), rule);
    }
    ASSERT_EQ(bars.size(), 3U);
    EXPECT_EQ(bars.newest(0).bought, Lamports{5});
    EXPECT_EQ(bars.newest(2).bought, Lamports{3});
}

TEST(Bars, TakeTheirRuleFromTheSettings) {
    config::MomentumSettings settings;
    EXPECT_EQ(bar_rule(settings).by, BarRule::By::Trades);
    EXPECT_EQ(bar_rule(settings).size, settings.bar_trades);
    settings.bar_by = "slots";
    EXPECT_EQ(bar_rule(settings).by, BarRule::By::Slots);
    EXPECT_EQ(bar_rule(settings).size, settings.bar_slots);
    settings.bar_by = "volume";
    EXPECT_EQ(bar_rule(settings).by, BarRule::By::Volume);
    EXPECT_EQ(bar_rule(settings).size, settings.bar_volume.raw());
    settings.bar_by = "dollar";
    EXPECT_EQ(bar_rule(settings).by, BarRule::By::Dollars);
    EXPECT_EQ(bar_rule(settings).size, settings.bar_dollars.raw());
}

}  // namespace
}  // namespace sniperforge::strategy
