// SPDX-License-Identifier: MIT
#include "sniperforge/engine/sol_price.hpp"

#include <gtest/gtest.h>

#include "unit/dex/book_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::TestBook;
using dex::test::TestPool;

constexpr std::uint64_t kSol = kLamportsPerSol;

class SolPriceTest : public ::testing::Test {
 protected:
    // A pool of `sol` lamports at `usd` dollars each.
    PoolIndex add(std::uint64_t sol, std::uint64_t usd, const Pubkey& dollar = solana::kUsdcMint) {
        pools.push_back(
            {.venue = VenueId::RaydiumCpmm, .number = pools.size() + 1, .mint_b = dollar});
        const PoolIndex index =
            accounts.add(pools.back(), {sol, sol / kSol * usd * kMicroUsdPerUsd});
        price.observe(accounts.book, index);
        return index;
    }
    void set(std::size_t position, std::uint64_t sol, std::uint64_t usdc) {
        accounts.apply(pools[position].account_a(sol), 2);
        accounts.apply(pools[position].account_b(usdc), 2);
        price.observe(accounts.book, accounts.book.find(pools[position].id()).value());
    }
    [[nodiscard]] static MicroUsd usd(std::uint64_t dollars) {
        return MicroUsd{dollars * kMicroUsdPerUsd};
    }

    TestBook accounts;
    std::vector<TestPool> pools;
    SolPrice price{BasisPoints{200}};
};

TEST_F(SolPriceTest, IsUnknownWithoutAPool) {
    EXPECT_EQ(price.price(), MicroUsd{});
    add(100 * kSol, 150, dex::test::key_of(4));  // Some token, not a dollar.
    EXPECT_EQ(price.price(), MicroUsd{});
}

TEST_F(SolPriceTest, IsTheMedianAndTheDearerOfTwo) {
    add(100 * kSol, 150);
    EXPECT_EQ(price.price(), usd(150));
    add(100 * kSol, 160);
    EXPECT_EQ(price.price(), usd(160));  // A limit in dollars is then fewer lamports.
    add(100 * kSol, 100);
    EXPECT_EQ(price.price(), usd(150));
    add(1'000 * kSol, 10'000);  // One liar among four.
    EXPECT_EQ(price.price(), usd(160));
}

// Two that differ: one of them is wrong, and nobody knows which.
TEST_F(SolPriceTest, IsUnknownToOrdersWhileHalfOfThePoolsAreTooFarFromTheMedian) {
    add(100 * kSol, 150);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150)) << "one agrees with itself";
    add(100 * kSol, 150);
    set(1, 100 * kSol, 14'700 * kMicroUsdPerUsd);  // 2 % below: the limit itself is near enough.
    EXPECT_EQ(price.price_heard(accounts.book), usd(150));
    set(1, 100 * kSol, 14'699 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{});
    EXPECT_TRUE(price.is_diverged());
    EXPECT_EQ(price.price(), usd(150)) << "for people";
    EXPECT_EQ(price.pools(), 2U);
    EXPECT_EQ(price.pools_agreeing(), 1U);
    add(100 * kSol, 151);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150)) << "one odd pool among three";
    add(100 * kSol, 90);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{}) << "two odd ones among four";
}

TEST_F(SolPriceTest, IsUnknownToOrdersWhileEveryPoolThatVotesIsBlind) {
    add(100 * kSol, 160);
    add(100 * kSol, 160);
    accounts.book.set_blind(pools[0].vault_a());
    EXPECT_EQ(price.price_heard(accounts.book), usd(160));
    accounts.book.set_blind(pools[1].vault_b());
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{});
    EXPECT_EQ(price.price(), usd(160)) << "for people";
    accounts.book.set_heard(pools[0].vault_a());
    EXPECT_EQ(price.price_heard(accounts.book), usd(160));
}

TEST_F(SolPriceTest, ListensToAPoolOfTenSolAndNotToOneOfALamportLess) {
    add(100 * kSol, 150);
    set(0, 10 * kSol, 1'500 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), usd(150));
    set(0, 10 * kSol - 1, 1'500 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), MicroUsd{});  // Known no longer, not known from before.
}

TEST_F(SolPriceTest, ReadsAPoolWhicheverSideSolIsOn) {
    const TestPool turned{.venue = VenueId::RaydiumAmmV4,
                          .number = 50,
                          .mint_a = solana::kUsdcMint,
                          .mint_b = solana::kWrappedSolMint};
    price.observe(accounts.book, accounts.add(turned, {15'000 * kMicroUsdPerUsd, 100 * kSol}));
    EXPECT_EQ(price.price(), usd(150));
}

TEST_F(SolPriceTest, CountsAPoolOnceHoweverOftenItChanges) {
    add(100 * kSol, 100);
    add(100 * kSol, 150);
    add(100 * kSol, 200);
    for (int i = 0; i < 5; ++i) {
        set(2, 100 * kSol, 20'000 * kMicroUsdPerUsd);
    }
    EXPECT_EQ(price.price(), usd(150));
}

TEST_F(SolPriceTest, ForgetsAPoolThatWasClosed) {
    add(100 * kSol, 100);
    const PoolIndex second = add(100 * kSol, 200);
    EXPECT_EQ(price.price(), usd(200));
    auto closed = pools[1].account();
    closed.data.clear();
    closed.lamports = {};
    accounts.apply(closed, 3);
    price.observe(accounts.book, second);
    EXPECT_EQ(price.price(), usd(100));
}

}  // namespace
}  // namespace sniperforge::engine
