// SPDX-License-Identifier: MIT
#include "sniperforge/engine/co_movement.hpp"

#include <gtest/gtest.h>

#include "sniperforge/model/position.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::key_of;
using dex::test::TestBook;
using dex::test::TestPool;

constexpr std::uint64_t kSol = 1'000 * kLamportsPerSol;
constexpr std::uint64_t kTokens = 1'000'000'000'000;

class CoMovementTest : public ::testing::Test {
 protected:
    PoolIndex add(std::uint64_t number, std::uint64_t tokens = kTokens) {
        pools.push_back({.number = number, .mint_b = key_of(static_cast<std::uint8_t>(number))});
        return accounts.add(pools.back(), {kSol, tokens});
    }
    // In millionths of the price at the start.
    void price(PoolIndex pool, std::uint64_t millionths) {
        accounts.apply(pools[pool.value].account_a(kSol / 1'000'000 * millionths), ++writes);
        movement.observe(accounts.book, pool, now());
    }
    [[nodiscard]] Slot now() const { return Slot{1'000 + sample * CoMovement::kSampleSlots}; }
    [[nodiscard]] std::optional<std::uint32_t> percent() const {
        return movement.percent(a, b, now());
    }
    // A price that goes up and down without being a straight line.
    [[nodiscard]] static std::uint64_t wave(std::uint64_t step) {
        constexpr std::uint64_t kSteps[] = {1'000'000, 1'030'000, 990'000, 1'010'000, 950'000};
        return kSteps[step % std::size(kSteps)];
    }

    TestBook accounts;
    std::vector<TestPool> pools;
    CoMovement movement;
    std::uint64_t sample = 0, writes = 1;
    PoolIndex a = add(1), b = add(2);
};

TEST_F(CoMovementTest, KnowsNothingBeforeThereAreTwelveCommonReturns) {
    for (sample = 0; sample <= CoMovement::kReturnsMin; ++sample) {
        price(a, wave(sample));
        price(b, wave(sample));
        EXPECT_EQ(percent(), std::nullopt) << sample;
    }
    EXPECT_EQ(percent(), 100U);  // The twelfth is whole now.
}

TEST_F(CoMovementTest, TellsWhatMovesTogetherFromWhatMovesApart) {
    const PoolIndex c = add(3), d = add(4);
    for (sample = 0; sample < 30; ++sample) {
        price(a, wave(sample));
        price(b, 1'000'000 + (wave(sample) - 900'000) / 2);  // The same at half the size.
        price(c, 2'000'000 - wave(sample));
        price(d, wave(sample * sample));
    }
    EXPECT_GE(percent().value_or(0), 99U);
    EXPECT_EQ(movement.percent(a, c, now()), 0U);
    EXPECT_LT(movement.percent(a, d, now()).value_or(100), 80U);
    EXPECT_EQ(movement.percent(a, d, now()), movement.percent(d, a, now()));
}

TEST_F(CoMovementTest, OneThatStandsStillIsLikeNobody) {
    for (sample = 0; sample < 20; ++sample) {
        price(a, wave(sample));
        price(b, 1'000'000);
    }
    EXPECT_EQ(percent(), std::nullopt);
}

// Both are heard every other sample, in turns, so each is quiet while the other moves.
TEST_F(CoMovementTest, AQuietSampleIsAReturnOfZero) {
    for (sample = 0; sample < 40; ++sample) {
        price(sample % 2 == 0 ? a : b, 1'000'000 + 10'000 * (sample % 4));
    }
    ASSERT_TRUE(percent());
    EXPECT_EQ(*percent(), 0U);
}

TEST_F(CoMovementTest, ForgetsWhatIsBehindTheWindowAndWhoHasNotMovedInIt) {
    for (sample = 0; sample < 20; ++sample) {
        price(a, wave(sample));
        price(b, 2'000'000 - wave(sample));
    }
    EXPECT_EQ(percent(), 0U);
    for (const std::uint64_t end = sample + CoMovement::kReturns + 1; sample < end; ++sample) {
        price(a, wave(sample));
        price(b, wave(sample));
    }
    EXPECT_EQ(percent(), 100U);
    for (const std::uint64_t end = sample + CoMovement::kReturns + 1; sample < end; ++sample) {
        price(a, wave(sample));
    }
    EXPECT_EQ(movement.size(), 1U);
    EXPECT_EQ(percent(), std::nullopt);
}

// Its own price tells that the window is over: nothing of before is left, and nothing between.
TEST_F(CoMovementTest, WhoMovesAgainBehindTheWindowBeginsAnew) {
    for (const std::uint64_t quiet : {CoMovement::kReturns, CoMovement::kReturns + 1}) {
        movement = {};
        for (sample = 0; sample < 20; ++sample) {
            price(a, wave(sample));
        }
        sample += quiet - 1;
        price(a, 2'000'000);
        EXPECT_EQ(movement.size(), 1U);
        const bool is_anew = quiet > CoMovement::kReturns;
        EXPECT_EQ(movement.volatility(a, now(), 10).has_value(), !is_anew) << quiet;
        for (const std::uint64_t end = sample + CoMovement::kReturnsMin; sample < end;) {
            EXPECT_EQ(movement.volatility(a, now(), 10).has_value(), !is_anew) << sample;
            ++sample;
            price(a, 2'000'000);
        }
        ++sample;  // The twelfth is whole now.
        if (is_anew) {
            EXPECT_EQ(movement.volatility(a, now(), 10), 0U) << "the jump between is no return";
        }
    }
}

TEST_F(CoMovementTest, TheSampleThatLastsDoesNotCount) {
    for (sample = 0; sample < 20; ++sample) {
        price(a, wave(sample));
        price(b, wave(sample));
    }
    --sample;
    price(a, 4'000'000);
    EXPECT_EQ(percent(), 100U);
    ++sample;
    EXPECT_LT(percent().value_or(100), 80U);
}

// Tokens without end for a SOL, and the like: nothing overflows.
TEST_F(CoMovementTest, TheWildestPricesKeepTheSumsExact) {
    for (sample = 0; sample < 40; ++sample) {
        const std::uint64_t reserve = sample % 2 == 0 ? 1'000 : kSol * 1'000;
        for (const PoolIndex pool : {a, b}) {
            accounts.apply(pools[pool.value].account_a(reserve), ++writes);
            movement.observe(accounts.book, pool, now());
        }
    }
    EXPECT_EQ(percent(), 100U);
}

// ---- How far one moves ----

// Returns are divided in 64 bits up to there, and in 128 above.
TEST_F(CoMovementTest, PricesOnBothSidesOfTwoToThe43MoveAsOthersDo) {
    const PoolIndex c = add(3, 1'000 * (std::uint64_t{1} << 43U));
    for (sample = 0; sample < 30; ++sample) {
        price(a, wave(sample));
        price(c, wave(sample));
    }
    EXPECT_GE(movement.percent(a, c, now()).value_or(0), 99U);
    const auto here = movement.volatility(a, now(), 10);
    const auto there = movement.volatility(c, now(), 10);
    ASSERT_TRUE(here && there);
    EXPECT_NEAR(*here, *there, 1) << "millionths";
}

TEST_F(CoMovementTest, TheVolatilityIsUnknownBeforeThereAreTwelveReturns) {
    for (sample = 0; sample <= CoMovement::kReturnsMin; ++sample) {
        price(a, wave(sample));
        EXPECT_EQ(movement.volatility(a, now(), 100), std::nullopt) << sample;
    }
    EXPECT_TRUE(movement.volatility(a, now(), 100));
    EXPECT_EQ(movement.volatility(b, now(), 100), std::nullopt);
}

// Up a tenth and down an eleventh, in turns: by each sample some ten percent, by four of them twice
// that.
TEST_F(CoMovementTest, TheVolatilityGrowsWithTheRootOfTheHorizon) {
    for (sample = 0; sample < 33; ++sample) {
        price(a, sample % 2 == 0 ? 1'000'000 : 1'100'000);
    }
    const auto over = [&](std::uint32_t slots) {
        return movement.volatility(a, now(), slots).value();
    };
    const std::uint32_t one = over(CoMovement::kSampleSlots);
    EXPECT_NEAR(one, 95'600, 100);  // The root of the mean of their squares.
    EXPECT_NEAR(over(4 * CoMovement::kSampleSlots), 2 * one, 2);
    EXPECT_EQ(over(10'000), kMillionthsOne);  // More than all of it is not lost.
}

TEST_F(CoMovementTest, WhatFallsWithoutStoppingMovesToo) {
    for (sample = 0; sample < 20; ++sample) {
        price(a, 2'000'000 - sample * 50'000);
        price(b, 1'000'000);
    }
    EXPECT_GT(movement.volatility(a, now(), 10).value_or(0), 20'000U);
    EXPECT_EQ(movement.volatility(b, now(), 10'000), 0U);
}

// Who crashes right now is not calm until the sample is over.
TEST_F(CoMovementTest, TheSampleThatLastsCountsIntoTheVolatility) {
    for (sample = 0; sample < 20; ++sample) {
        price(a, 1'000'000);
    }
    EXPECT_EQ(movement.volatility(a, now(), 10), 0U);
    price(a, 1'500'000);
    EXPECT_GT(movement.volatility(a, now(), 10).value_or(0), 70'000U);
}

TEST_F(CoMovementTest, TheWildestPricesAreAWholeMoveAndOverflowNothing) {
    for (sample = 0; sample < 40; ++sample) {
        accounts.apply(pools[a.value].account_a(sample % 2 == 0 ? 1'000 : kSol * 1'000), ++writes);
        movement.observe(accounts.book, a, now());
    }
    EXPECT_EQ(movement.volatility(a, now(), 10'000), kMillionthsOne);
}

// A SOL that buys nothing at all is no price: the one before stands, also within a sample.
TEST_F(CoMovementTest, APriceThatRoundsToNothingLeavesTheOneBefore) {
    const auto tell = [&](std::uint64_t tokens) {
        accounts.apply(pools[a.value].account_b(tokens), ++writes);
        movement.observe(accounts.book, a, now());
    };
    const auto told = [&](bool with_nothing) {
        movement = {};
        for (sample = 0; sample < 20; ++sample) {
            tell(kTokens);
        }
        tell(kTokens / 2);
        if (with_nothing) {
            tell(999);  // Of 1,000 SOL: 0.999 units for each.
        }
        return movement.volatility(a, now(), 10);
    };
    const auto without = told(false);
    ASSERT_GT(without.value_or(0), 0U);
    EXPECT_EQ(told(true), without);
    tell(1'000);  // One unit is a price.
    EXPECT_NE(movement.volatility(a, now(), 10), without);
}

TEST_F(CoMovementTest, PoolsWithoutSolHaveNoHistory) {
    pools.push_back({.number = 9, .mint_a = key_of(80), .mint_b = key_of(81)});
    const PoolIndex other = accounts.add(pools.back(), {kSol, kTokens});
    movement.observe(accounts.book, other, now());
    EXPECT_EQ(movement.size(), 0U);
}

}  // namespace
}  // namespace sniperforge::engine
