// SPDX-License-Identifier: MIT
// Raydium CLMM pools in the book: configs are shared, tick arrays follow the price.
#include <gtest/gtest.h>

#include "unit/dex/clmm_support.hpp"
#include "unit/dex/venue_book.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// The account of a pool as clmm_pool() makes it: every third array is flagged, from -12 to 12.
class PoolBookClmm : public ::testing::Test {
 protected:
    PoolBookClmm() {
        for (std::int32_t number = -12; number <= 12; number += 3) {
            flag_array(pool, number);
        }
    }
    void put_pool(std::int32_t tick, std::uint64_t slot) {
        Bytes data(kClmmPoolBytes, 0);
        const std::span<std::uint8_t> out{data};
        std::ranges::copy(kClmmPoolDiscriminator, data.begin());
        const auto put = [&](std::size_t offset, const Pubkey& key) {
            std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
        };
        put(9, pool.amm_config);
        put(73, pool.mint_a);
        put(105, pool.mint_b);
        put(137, pool.vault_a);
        put(169, pool.vault_b);
        put(201, pool.observation);
        write_le(out, 235, pool.tick_spacing);
        write_le(out, 237, pool.liquidity);
        write_le(out, 253, clmm_sqrt_price_at(tick));
        write_le(out, 269, tick);
        for (std::size_t word = 0; word < pool.array_bitmap.size(); ++word) {
            write_le(out, 904 + word * 8, pool.array_bitmap[word]);
        }
        t.apply(account(pool.id, data), slot);
    }
    void put_array(std::int32_t number, std::uint64_t slot) {
        const std::int32_t tick = clmm_array_start(pool, number);
        const Bytes data = tick_array_bytes(pool, number, {{.tick = tick, .liquidity_gross = 1}});
        t.apply(account(address(number), data), slot);
    }
    void put_config(std::uint64_t slot) {
        Bytes data(kClmmConfigBytes, 0);
        std::ranges::copy(kClmmConfigDiscriminator, data.begin());
        write_le(std::span{data}, 47, std::uint32_t{2'500});
        t.apply(account(pool.amm_config, data), slot);
    }
    void put_mint(std::uint64_t slot) {
        Bytes data(82, 0);
        data[45] = 1;  // Initialised.
        t.apply(account(pool.mint_b, data, solana::kTokenProgram), slot);
    }
    void fill() {
        put_pool(0, 1);
        put_config(1);
        put_mint(1);
        for (const std::int32_t number : {-6, -3, 0, 3, 6}) {
            put_array(number, 1);
        }
        (void)t.wanted();
        (void)t.book.take_pools_moved();
    }
    [[nodiscard]] Pubkey address(std::int32_t number) const {
        return clmm_array_address(pool, number);
    }
    [[nodiscard]] std::int32_t start(std::int32_t number) const {
        return clmm_array_start(pool, number);
    }

    RaydiumClmmPool pool = clmm_pool(0, kQ64, 1'000'000'000, 60);
    VenueBook t;
};

TEST_F(PoolBookClmm, AsksForConfigMintAndTheFlaggedArraysAndIsThenComplete) {
    put_pool(0, 1);
    EXPECT_EQ(t.wanted(), (std::set{pool.amm_config, pool.mint_b, address(-6), address(-3),
                                    address(0), address(3), address(6)}));
    put_config(1);
    put_mint(1);
    EXPECT_FALSE(is_complete(t.book.pool(kPool)));
    put_array(0, 1);
    EXPECT_TRUE(t.is_newly_complete()) << "the nearest array is enough";
    for (const std::int32_t number : {-6, -3, 3, 6}) {
        put_array(number, 1);
    }
    EXPECT_FALSE(reserve_a(t.book.pool(kPool)).is_zero());
    EXPECT_FALSE(reserve_b(t.book.pool(kPool)).is_zero());
    EXPECT_TRUE(quote_exact_in(t.book.pool(kPool), Direction::BToA, TokenAmount{1'000'000}, kNow));
    // The config belongs to other pools as well.
    EXPECT_EQ(t.book.own_accounts_of(kPool).size(), 6U);
    EXPECT_FALSE(t.book.is_torn(kPool));
}

TEST_F(PoolBookClmm, AMovedPriceWatchesNewArraysAndForgetsThoseBehind) {
    fill();
    put_pool(start(1), 2);
    EXPECT_EQ(t.wanted(), (std::set{address(9)})) << "upwards the next three are 3, 6 and 9";
    EXPECT_TRUE(t.unwanted().empty()) << "downwards they are 0, -3 and -6";
    put_pool(start(3), 3);
    EXPECT_TRUE(t.wanted().empty());
    EXPECT_EQ(t.unwanted(), std::set{address(-6)});
    EXPECT_EQ(t.book.take_pools_moved(), std::vector{kPool});
    const auto& moved = std::get<RaydiumClmmPool>(t.book.pool(kPool).state);
    EXPECT_EQ(std::ranges::find(moved.arrays, -6, &ClmmTickArray::number), moved.arrays.end());
    EXPECT_TRUE(is_complete(moved));
}

TEST_F(PoolBookClmm, AnArrayThatIsNeededAgainIsReadAfresh) {
    fill();
    put_pool(start(3), 2);
    put_pool(0, 3);
    EXPECT_TRUE(t.unwanted().contains(address(-6)));
    EXPECT_EQ(t.wanted(), std::set{address(-6)});
    put_array(-6, 3);
    EXPECT_EQ(t.changes.size(), 1U);
}

TEST_F(PoolBookClmm, ANewlyFlaggedArrayIsAskedFor) {
    fill();
    flag_array(pool, 1);
    put_pool(0, 2);
    EXPECT_EQ(t.wanted(), std::set{address(1)});
    EXPECT_EQ(t.unwanted(), std::set{address(6)}) << "no longer among the nearest three";
}

TEST_F(PoolBookClmm, ForgettingAnAccountMakesItUnknownAgain) {
    auto known = clmm_pool(0, kQ64, 1'000'000'000, 60);
    put_ticks(known, {{.tick = 0, .liquidity_gross = 1}});
    ASSERT_TRUE(is_complete(known));
    forget_account(known, key_of(999));
    EXPECT_TRUE(is_complete(known)) << "not one of its accounts";
    auto forgetful = known;
    forget_account(forgetful, known.amm_config);
    EXPECT_FALSE(is_complete(forgetful));
    forgetful = known;
    forget_account(forgetful, known.arrays[0].address);
    EXPECT_TRUE(forgetful.ticks.empty());
    EXPECT_FALSE(is_complete(forgetful));
}

}  // namespace
}  // namespace sniperforge::dex
