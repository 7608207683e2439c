// SPDX-License-Identifier: MIT
#include "sniperforge/engine/sol_price.hpp"

#include <gtest/gtest.h>

#include "unit/dex/book_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::TestBook;
using dex::test::TestPool;

constexpr std::uint64_t kSol = kLamportsPerSol;
// raydium-cpmm: the status byte of a pool, and its bit of disabled swaps.
constexpr std::size_t kStatusOfCpmm = 329;
constexpr std::uint8_t kNoSwaps = 4;

class SolPriceTest : public ::testing::Test {
 protected:
    // A pool of `sol` lamports at `usd` dollars each.
    PoolIndex add(std::uint64_t sol, std::uint64_t usd, const Pubkey& dollar = solana::kUsdcMint) {
        pools.push_back(
            {.venue = VenueId::RaydiumCpmm, .number = pools.size() + 1, .mint_b = dollar});
        const PoolIndex index =
            accounts.add(pools.back(), {sol, sol / kSol * usd * kMicroUsdPerUsd});
        observe(index);
        return index;
    }
    void set(std::size_t position, std::uint64_t sol, std::uint64_t usdc) {
        accounts.apply(pools[position].account_a(sol), 2);
        accounts.apply(pools[position].account_b(usdc), 2);
        observe(accounts.book.find(pools[position].id()).value());
    }
    void observe(PoolIndex pool) { price.observe(accounts.book, pool, dex::test::kNow); }
    void blind(std::size_t position) { accounts.book.set_blind(pools[position].vault_a()); }
    [[nodiscard]] static MicroUsd usd(std::uint64_t dollars) {
        return MicroUsd{dollars * kMicroUsdPerUsd};
    }

    TestBook accounts;
    std::vector<TestPool> pools;
    SolPrice price{BasisPoints{200}};
};

TEST_F(SolPriceTest, IsUnknownWithoutAPool) {
    EXPECT_EQ(price.price(), MicroUsd{});
    add(1'000 * kSol, 150, dex::test::key_of(4));  // Some token, not a dollar.
    EXPECT_EQ(price.price(), MicroUsd{});
}

TEST_F(SolPriceTest, IsTheMedianAndTheDearerOfTwo) {
    add(1'000 * kSol, 150);
    EXPECT_EQ(price.price(), usd(150));
    add(1'000 * kSol, 160);
    EXPECT_EQ(price.price(), usd(160));  // A limit in dollars is then fewer lamports.
    add(1'000 * kSol, 100);
    EXPECT_EQ(price.price(), usd(150));
    add(100 * kSol, 10'000);  // One liar among four.
    EXPECT_EQ(price.price(), usd(160));
}

// The pool that tells a recording's prices is one in which nobody could trade.
TEST_F(SolPriceTest, OfARecordingIsThatOfAPoolThatNothingCouldBeHadFrom) {
    add(kSol, 150);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{}) << "1,000 USD move it by far more";
    price.believe_all();
    add(kSol, 150);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150));
}

// Two that differ: one of them is wrong, and nobody knows which.
TEST_F(SolPriceTest, IsUnknownToOrdersWhileHalfOfThePoolsAreTooFarFromTheMedian) {
    add(1'000 * kSol, 150);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150)) << "one agrees with itself";
    add(1'000 * kSol, 150);
    set(1, 1'000 * kSol, 147'000 * kMicroUsdPerUsd);  // 2 % below: the limit itself is near enough.
    EXPECT_EQ(price.price_heard(accounts.book), usd(150));
    set(1, 1'000 * kSol, 146'999 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{});
    EXPECT_TRUE(price.heard(accounts.book).is_diverged());
    EXPECT_EQ(price.price(), usd(150)) << "for people";
    EXPECT_EQ(price.heard(accounts.book).voting, 2U);
    EXPECT_EQ(price.heard(accounts.book).agreeing, 1U);
    add(1'000 * kSol, 151);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150)) << "one odd pool among three";
    add(1'000 * kSol, 90);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{}) << "two odd ones among four";
}

TEST_F(SolPriceTest, IsUnknownToOrdersWhileEveryPoolThatVotesIsBlind) {
    add(1'000 * kSol, 160);
    add(1'000 * kSol, 160);
    accounts.book.set_blind(pools[0].vault_a());
    EXPECT_EQ(price.price_heard(accounts.book), usd(160));
    accounts.book.set_blind(pools[1].vault_b());
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{});
    EXPECT_EQ(price.price(), usd(160)) << "for people";
    accounts.book.set_heard(pools[0].vault_a());
    EXPECT_EQ(price.price_heard(accounts.book), usd(160));
}

// What a pool that is not heard says is of another time, and so is what two of them agree on.
TEST_F(SolPriceTest, IsOfThePoolsThatAreHeardAndNotOfMoreThatWereOnce) {
    add(1'000 * kSol, 100);
    add(1'000 * kSol, 100);
    add(1'000 * kSol, 150);
    EXPECT_EQ(price.price_heard(accounts.book), usd(100));
    blind(0);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{}) << "one against one";
    blind(1);
    EXPECT_EQ(price.price_heard(accounts.book), usd(150));
    EXPECT_EQ(price.heard(accounts.book).voting, 1U);
    set(2, 1'000 * kSol, 151'000 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), usd(151)) << "for people, too";
}

// 1,000 USD sold and bought within 2 % of the price, a quarter of a percent of it the fee: 55,860
// USD of each side, 372.4 SOL at 150 USD.
TEST_F(SolPriceTest, ListensToAPoolThatTakesAThousandDollarsBothWays) {
    add(1'000 * kSol, 150);
    set(0, 373 * kSol, 373 * 150 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), usd(150));
    set(0, 372 * kSol, 372 * 150 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), MicroUsd{});  // Known no longer, not known from before.
}

// Many shallow pools are cheaper than one that is deep.
TEST_F(SolPriceTest, IsNotOutvotedByPoolsAHundredTimesLessDeep) {
    add(10'000'000 * kSol, 150);  // Takes 100,000 USD.
    for (int i = 0; i < 5; ++i) {
        add(1'000 * kSol, 100);  // Takes 1,000.
    }
    EXPECT_EQ(price.price_heard(accounts.book), usd(150));
    EXPECT_EQ(price.heard(accounts.book).voting, 1U);
    for (int i = 0; i < 2; ++i) {
        add(10'000 * kSol, 149);  // A tenth has a vote.
    }
    EXPECT_EQ(price.price_heard(accounts.book), usd(149));
    EXPECT_EQ(price.heard(accounts.book).voting, 3U);
    blind(0);
    EXPECT_EQ(price.heard(accounts.book).voting, 7U) << "the deepest that is heard";
}

TEST_F(SolPriceTest, ReadsAPoolWhicheverSideSolIsOn) {
    const TestPool turned{.venue = VenueId::RaydiumAmmV4,
                          .number = 50,
                          .mint_a = solana::kUsdcMint,
                          .mint_b = solana::kWrappedSolMint};
    observe(accounts.add(turned, {150'000 * kMicroUsdPerUsd, 1'000 * kSol}));
    EXPECT_EQ(price.price(), usd(150));
}

TEST_F(SolPriceTest, CountsAPoolOnceHoweverOftenItChanges) {
    add(1'000 * kSol, 100);
    add(1'000 * kSol, 150);
    add(1'000 * kSol, 200);
    for (int i = 0; i < 5; ++i) {
        set(2, 1'000 * kSol, 200'000 * kMicroUsdPerUsd);
    }
    EXPECT_EQ(price.price(), usd(150));
}

TEST_F(SolPriceTest, ForgetsAPoolThatWasClosed) {
    add(1'000 * kSol, 100);
    const PoolIndex second = add(1'000 * kSol, 200);
    EXPECT_EQ(price.price(), usd(200));
    auto closed = pools[1].account();
    closed.data.clear();
    closed.lamports = {};
    accounts.apply(closed, 3);
    EXPECT_EQ(price.price_heard(accounts.book), usd(100)) << "although no reserve has moved";
    EXPECT_EQ(price.heard(accounts.book).voting, 1U);
    observe(second);
    EXPECT_EQ(price.price(), usd(100));
    set(0, 1'000 * kSol, 110'000 * kMicroUsdPerUsd);
    EXPECT_EQ(price.price(), usd(110));
}

TEST_F(SolPriceTest, IsUnknownToOrdersWhileItsOnlyPoolTakesNoSwapsAndKnownAsSoonAsItDoes) {
    add(1'000 * kSol, 100);
    auto account = pools[0].account();
    account.data[kStatusOfCpmm] |= kNoSwaps;
    accounts.apply(account, 2);
    EXPECT_EQ(price.price_heard(accounts.book), MicroUsd{});
    accounts.apply(pools[0].account(), 3);
    EXPECT_EQ(price.price_heard(accounts.book), usd(100));
}

}  // namespace
}  // namespace sniperforge::engine
