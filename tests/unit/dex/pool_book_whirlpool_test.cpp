// SPDX-License-Identifier: MIT
// Whirlpools in the book: what it asks for follows the price.
#include <gtest/gtest.h>

#include "unit/dex/venue_book.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr std::int32_t kWidth = 88 * 64;

Pubkey array_at(std::int32_t number) {
    return whirlpool_tick_array_address(whirlpool_id(), number * kWidth);
}

class PoolBookWhirlpool : public ::testing::Test {
 protected:
    void put_pool(std::int32_t tick, std::uint64_t slot) {
        spec.tick_current = tick;
        spec.sqrt_price = whirlpool::sqrt_price_of(tick);
        const Bytes data = whirlpool_bytes(spec);
        t.apply({{}, whirlpool_id(), solana::kOrcaWhirlpoolProgram, Lamports{1}, data}, slot);
    }
    void put_array(std::int32_t number, std::uint64_t slot) {
        const Bytes data = fixed_ticks_bytes(spec, number * kWidth);
        t.apply(whirlpool_update(array_at(number), data), slot);
    }
    void put_mint(std::uint64_t slot) {
        const Bytes data = mint_bytes(6);
        t.apply({{}, spec.mint_b, solana::kTokenProgram, Lamports{1}, data}, slot);
    }
    // Complete at price 1, with everything taken that was wanted.
    void fill() {
        put_pool(0, 1);
        for (std::int32_t number = -3; number <= 3; ++number) {
            put_array(number, 1);
        }
        put_mint(1);
        (void)t.wanted();
        (void)t.unwanted();
        (void)t.book.take_pools_moved();
    }

    WhirlpoolSpec spec = two_positions();
    VenueBook t;
};

TEST_F(PoolBookWhirlpool, AsksForTheArraysAroundThePriceAndTheMintAndIsThenComplete) {
    put_pool(0, 1);
    std::set<Pubkey> expected{spec.mint_b};
    for (std::int32_t number = -3; number <= 3; ++number) {
        expected.insert(array_at(number));
    }
    EXPECT_EQ(t.wanted(), expected);
    EXPECT_TRUE(t.wanted().empty());
    for (std::int32_t number = -3; number <= 3; ++number) {
        put_array(number, 1);
        EXPECT_FALSE(t.is_newly_complete());
    }
    EXPECT_EQ(token_program_b(t.book.pool(kPool)), Pubkey{}) << "only the mint tells it";
    put_mint(1);
    EXPECT_TRUE(t.is_newly_complete());
    EXPECT_EQ(token_program_b(t.book.pool(kPool)), solana::kTokenProgram);
    EXPECT_FALSE(t.book.is_torn(kPool));
    EXPECT_EQ(t.book.own_accounts_of(kPool).size(), 8U);
    const auto quote =
        quote_exact_in(t.book.pool(kPool), Direction::AToB, TokenAmount{1'000}, kNow);
    EXPECT_EQ(amount_out(quote), amount_out(quote_exact_in(whirlpool_of(spec), Direction::AToB,
                                                           TokenAmount{1'000}, kNow)));
}

TEST_F(PoolBookWhirlpool, AMovedPriceWatchesANewArrayAndLetsAnOldOneGo) {
    fill();
    put_pool(kWidth - 1, 2);
    EXPECT_TRUE(t.wanted().empty()) << "the last tick of the same array";
    EXPECT_TRUE(t.book.take_pools_moved().empty());
    ASSERT_EQ(t.changes.size(), 1U);
    EXPECT_TRUE(t.changes[0].is_reserves_changed);

    put_pool(kWidth, 3);
    EXPECT_EQ(t.book.take_pools_moved(), std::vector{kPool});
    EXPECT_EQ(t.unwanted(), std::set{array_at(-3)});
    EXPECT_EQ(t.wanted(), std::set{array_at(4)});
    EXPECT_TRUE(is_complete(t.book.pool(kPool)));
    // What is not watched any more is none of the book's business.
    put_array(-3, 4);
    EXPECT_TRUE(t.changes.empty());
}

TEST_F(PoolBookWhirlpool, WhatIsNeededAgainIsBothLetGoAndAskedFor) {
    fill();
    put_pool(kWidth, 2);
    put_pool(0, 3);
    EXPECT_EQ(t.unwanted(), (std::set{array_at(-3), array_at(4)}));
    EXPECT_EQ(t.wanted(), std::set{array_at(-3)}) << "what it was may be history";
    EXPECT_EQ(t.book.take_pools_moved(), std::vector{kPool});
}

TEST_F(PoolBookWhirlpool, AJumpBeyondTheArraysSeenWaitsForNewOnes) {
    fill();
    put_pool(10 * kWidth, 2);
    EXPECT_FALSE(is_complete(t.book.pool(kPool)));
    EXPECT_EQ(t.unwanted().size(), 7U);
    EXPECT_EQ(t.wanted().size(), 7U);
    for (std::int32_t number = 7; number <= 12; ++number) {
        put_array(number, 3);
    }
    EXPECT_TRUE(t.is_newly_complete()) << "a swap uses three each way";
}

TEST_F(PoolBookWhirlpool, AnArrayThatDoesNotExistHasNoTicks) {
    fill();
    const auto before = reserve_b(t.book.pool(kPool));
    t.apply(whirlpool_update(array_at(-1), {}), 2);
    EXPECT_TRUE(is_complete(t.book.pool(kPool)));
    EXPECT_NE(reserve_b(t.book.pool(kPool)), before);
}

TEST_F(PoolBookWhirlpool, AMintOfToken2022IsCompleteWithItsTransferFee) {
    put_pool(0, 1);
    for (std::int32_t number = -3; number <= 3; ++number) {
        put_array(number, 1);
    }
    const Bytes mint = mint_bytes(6);
    t.apply({{}, spec.mint_b, solana::kToken2022Program, Lamports{1}, mint}, 1);
    EXPECT_TRUE(t.is_newly_complete());
    const Pool& pool = t.book.pool(kPool);
    ASSERT_NE(pool.transfer_b, nullptr);
    EXPECT_TRUE(pool.transfer_b->is_known);
    EXPECT_EQ(pool.transfer_a, nullptr) << "wSOL";
}

}  // namespace
}  // namespace sniperforge::dex
