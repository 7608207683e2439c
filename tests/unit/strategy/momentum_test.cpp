// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/momentum.hpp"

#include <gtest/gtest.h>

#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

// Reserves in multiples of 256, the resolution of the price: 256 SOL and 256 billion base units.
constexpr std::uint64_t kSolReserve = 256'000'000'000;
constexpr std::uint64_t kTokenReserve = 256'000'000'000;

// SOL that went in and came out during a bar.
struct Volume {
    std::uint64_t bought = 65;
    std::uint64_t sold = 35;
};

class MomentumTest : public ::testing::Test {
 protected:
    MomentumTest() {
        settings.bar_trades = 2;
        settings.bars = 2;
        settings.rise_min = BasisPoints{60};
        settings.flow_imbalance_min = BasisPoints{3'000};
        settings.cooldown_slots = 50;
        index = market.add(pool, {kSolReserve, kTokenReserve});
    }

    std::size_t trade(Direction direction, std::uint64_t sol) {
        intents.clear();
        const bool is_buy = direction == Direction::AToB;
        momentum().decide(
            SwapSeen{index, market.slot, direction, TokenAmount{is_buy ? sol : 999'999'999},
                     TokenAmount{is_buy ? 999'999'999 : sol}},
            market.view(), intents);
        return intents.size();
    }
    // One bar of a buy and a sale that closes at this SOL reserve.
    std::size_t bar(std::uint64_t sol_reserve, const Volume& volume = {}) {
        EXPECT_EQ(trade(Direction::AToB, volume.bought), 0U) << "in the middle of a bar";
        market.set(pool, {sol_reserve, kTokenReserve});
        return trade(Direction::BToA, volume.sold);
    }
    // Made with the settings as they are when it is first used.
    Momentum& momentum() {
        if (!momentum_) {
            momentum_.emplace(settings);
        }
        return *momentum_;
    }

    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    config::MomentumSettings settings;
    Market market;
    PoolIndex index;
    Intents intents;
    std::optional<Momentum> momentum_;
};

TEST_F(MomentumTest, EntersAfterTheWantedNumberOfRisingBarsAndNotBefore) {
    EXPECT_EQ(bar(kSolReserve), 0U);  // Where the rise starts.
    EXPECT_EQ(bar(kSolReserve * 101 / 100), 0U);
    ASSERT_EQ(bar(kSolReserve * 102 / 100), 1U);
    const OrderIntent& intent = intents[0];
    EXPECT_EQ(intent.strategy, StrategyId::Momentum);
    EXPECT_EQ(intent.kind, OrderKind::Entry);
    EXPECT_EQ(intent.mint_out, pool.mint_b);
    EXPECT_EQ(intent.amount_in, TokenAmount{settings.amount.raw()});
    EXPECT_EQ(intent.slippage_max, settings.slippage);
    EXPECT_EQ(intent.pool, index);
}

TEST_F(MomentumTest, EntersOnExactlyTheLeastRiseAndNotOnAnyLess) {
    const std::uint64_t sixty = kSolReserve / 10'000 * 10'060;
    for (const std::uint64_t last : {sixty, sixty - 256}) {
        momentum_.reset();
        bar(kSolReserve);
        bar(kSolReserve / 10'000 * 10'030);
        EXPECT_EQ(bar(last), last == sixty ? 1U : 0U);
    }
}

TEST_F(MomentumTest, WantsEveryBarToRise) {
    bar(kSolReserve);
    bar(kSolReserve / 100 * 105);
    EXPECT_EQ(bar(kSolReserve / 100 * 104), 0U);  // 4 % over both, but the last one fell.
    EXPECT_EQ(bar(kSolReserve / 100 * 106), 0U);  // The fall is still one of the two.
    EXPECT_EQ(bar(kSolReserve / 100 * 107), 1U);
}

TEST_F(MomentumTest, TakesAStandstillForNoRise) {
    bar(kSolReserve);
    bar(kSolReserve / 100 * 105);
    EXPECT_EQ(bar(kSolReserve / 100 * 105), 0U);
}

// (650 − 350) / 1,000 is the limit itself.
TEST_F(MomentumTest, WantsExactlyTheLeastImbalanceOnTheBuyingSide) {
    for (const std::uint64_t bought : {65U, 64U}) {
        momentum_.reset();
        bar(kSolReserve, {1, 1'000'000});  // Before the rise: its volume does not count.
        bar(kSolReserve / 100 * 101, {65, 35});
        EXPECT_EQ(bar(kSolReserve / 100 * 102, {bought, 35}), bought == 65 ? 1U : 0U);
    }
}

TEST_F(MomentumTest, IgnoresARiseThatSellersCarry) {
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101, {35, 65});
    EXPECT_EQ(bar(kSolReserve / 100 * 102, {35, 65}), 0U);
}

TEST_F(MomentumTest, WaitsOutItsCooldownToTheSlot) {
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101);
    ASSERT_EQ(bar(kSolReserve / 100 * 102), 1U);
    market.slot = Slot{100 + 49};
    EXPECT_EQ(bar(kSolReserve / 100 * 103), 0U);
    market.slot = Slot{100 + 50};
    EXPECT_EQ(bar(kSolReserve / 100 * 104), 1U);
}

TEST_F(MomentumTest, FollowsATokenOnlyInItsDeepestPool) {
    const TestPool deeper{.venue = VenueId::RaydiumAmmV4, .number = 2};
    market.add(deeper, {kSolReserve * 2, kTokenReserve * 2});
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101);
    EXPECT_EQ(bar(kSolReserve / 100 * 102), 0U);
}

TEST_F(MomentumTest, DoesNotChaseSolAgainstDollars) {
    std::uint64_t number = 5;
    for (const Pubkey& dollar : {solana::kUsdcMint, solana::kUsdtMint}) {
        pool = TestPool{.venue = VenueId::RaydiumCpmm, .number = number++, .mint_b = dollar};
        index = market.add(pool, {kSolReserve, kTokenReserve});
        momentum_.reset();
        bar(kSolReserve);
        bar(kSolReserve / 100 * 101);
        EXPECT_EQ(bar(kSolReserve / 100 * 102), 0U);
    }
}

TEST_F(MomentumTest, KeepsTheBarsOfTwoPoolsApart) {
    const TestPool other{.venue = VenueId::RaydiumCpmm, .number = 2, .mint_b = key_of(77)};
    const PoolIndex second = market.add(other, {kSolReserve, kTokenReserve});
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101);
    for (int i = 0; i < 10; ++i) {
        momentum().decide(
            SwapSeen{second, market.slot, Direction::BToA, TokenAmount{1}, TokenAmount{1'000'000}},
            market.view(), intents);
    }
    EXPECT_EQ(bar(kSolReserve / 100 * 102), 1U);
}

// The rise goes on: the rule holds from the third bar on without a break.
TEST_F(MomentumTest, EntersInTheLastSlotOfASignalAndNotOneLater) {
    settings.signal_slots_max = 60;
    for (const std::uint64_t age : {60U, 61U}) {
        momentum_.reset();
        bar(kSolReserve);
        bar(kSolReserve / 100 * 101);
        ASSERT_EQ(bar(kSolReserve / 100 * 102), 1U);
        market.slot = market.slot.plus(age);
        EXPECT_EQ(bar(kSolReserve / 100 * 103), age == 60 ? 1U : 0U);
    }
}

TEST_F(MomentumTest, TakesARiseAfterAFallForANewSignal) {
    settings.signal_slots_max = 60;
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101);
    ASSERT_EQ(bar(kSolReserve / 100 * 102), 1U);
    EXPECT_EQ(bar(kSolReserve / 100 * 101), 0U);
    EXPECT_EQ(bar(kSolReserve / 100 * 102), 0U);
    market.slot = Slot{100 + 1'000};
    EXPECT_EQ(bar(kSolReserve / 100 * 103), 1U);
}

TEST_F(MomentumTest, LeavesADyingMoveAlone) {
    for (const std::uint32_t percent : {50U, 0U}) {
        settings.decay_percent = percent;
        momentum_.reset();
        bar(kSolReserve);
        bar(kSolReserve / 100 * 103, {6'500, 3'500});
        // 48 bps after 300, on 1 % of the volume.
        EXPECT_EQ(bar(kSolReserve / 1'000 * 1'035), percent == 50 ? 0U : 1U);
    }
}

TEST_F(MomentumTest, LeavesAMarketAloneThatMovesTooMuch) {
    for (const std::uint64_t most : {99U, 98U}) {
        settings.volatility_max = BasisPoints{most};
        momentum_.reset();
        bar(kSolReserve);
        bar(kSolReserve / 100 * 101);  // 100 bps and 99: 99 on average.
        EXPECT_EQ(bar(kSolReserve / 100 * 102), most == 99 ? 1U : 0U);
    }
}

TEST_F(MomentumTest, BreaksOutAboveTheHighestPriceOfItsBars) {
    settings.rule = "breakout";
    settings.breakout_min = BasisPoints{50};
    bar(kSolReserve);
    bar(kSolReserve / 100 * 99);
    EXPECT_EQ(bar(kSolReserve / 10'000 * 10'049), 0U);
    bar(kSolReserve / 100 * 99);
    EXPECT_EQ(bar(kSolReserve / 10'000 * 10'100), 1U);
}

// 1 SOL at 150 USD twice: the second fills 300 USD.
TEST_F(MomentumTest, CountsDollarsAtThePriceOfSolThatItIsTold) {
    settings.bar_by = "dollar";
    settings.bar_dollars = MicroUsd{300 * kMicroUsdPerUsd};
    const auto buy = [&](std::uint64_t reserve) {
        market.set(pool, {reserve, kTokenReserve});
        return trade(Direction::AToB, kSol);
    };
    for (const std::uint64_t price : {150U, 149U}) {
        momentum_.reset();
        market.sol_price = MicroUsd{price * kMicroUsdPerUsd};
        for (const std::uint64_t percent : {100U, 100U, 101U, 101U, 102U}) {
            EXPECT_EQ(buy(kSolReserve / 100 * percent), 0U);
        }
        EXPECT_EQ(buy(kSolReserve / 100 * 103), price == 150 ? 1U : 0U);
    }
}

TEST_F(MomentumTest, DoesNothingWhenDisabled) {
    settings.is_enabled = false;
    bar(kSolReserve);
    bar(kSolReserve / 100 * 101);
    EXPECT_EQ(bar(kSolReserve / 100 * 102), 0U);
}

}  // namespace
}  // namespace sniperforge::strategy
