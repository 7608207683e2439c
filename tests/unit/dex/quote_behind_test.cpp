// SPDX-License-Identifier: MIT
// What a swap pays behind one of ours that the pool does not know of.
#include "sniperforge/dex/quote_behind.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sniperforge/dex/displace.hpp"
#include "sniperforge/dex/venue.hpp"
#include "support/keys.hpp"

namespace sniperforge::dex {
namespace {

using sniperforge::test::key_of;
constexpr auto kIn = Direction::BToA;

[[nodiscard]] Pool pool_of(std::uint64_t tokens, std::uint64_t sol) {
    RaydiumAmmV4Pool pool;
    pool.id = key_of(1);
    pool.mint_a = key_of(2);
    pool.mint_b = key_of(3);
    pool.vault_a = key_of(4);
    pool.vault_b = key_of(5);
    pool.status = kAmmV4StatusSwapOnly;
    pool.vault_amount_a = tokens;
    pool.vault_amount_b = sol;
    pool.has_vault_a = pool.has_vault_b = true;
    return {pool};
}

TEST(QuoteBehind, OfNothingIsTheVenuesOwn) {
    const Pool pool = pool_of(1'000'000'000'000, 100'000'000'000);
    const auto own = quote_exact_in(pool, kIn, TokenAmount{1'000'000'000}, {});
    const auto behind = quote_exact_in_behind(pool, kIn, {}, TokenAmount{1'000'000'000}, {});
    ASSERT_TRUE(own && behind);
    EXPECT_EQ(behind->amount_out, own->amount_out);
    EXPECT_EQ(quote_exact_in_behind(pool, kIn, TokenAmount{5}, {}, {}).error(),
              QuoteError::AmountZero);
}

// Never better than in a pool that our first swap has really moved, and worse by its own fee, which
// would have stayed there, at most.
TEST(QuoteBehind, PaysWhatTheMovedPoolWouldAndNeverMore) {
    for (const std::uint64_t before : {1'000ULL, 1'000'000'000ULL, 40'000'000'000ULL}) {
        const Pool pool = pool_of(1'000'000'000'000, 100'000'000'000);
        Pool moved = pool;
        const auto first = quote_exact_in(pool, kIn, TokenAmount{before}, {});
        ASSERT_TRUE(first && displace(moved, kIn, *first));
        for (const std::uint64_t amount : {10'000ULL, 2'000'000'000ULL}) {
            const auto real = quote_exact_in(moved, kIn, TokenAmount{amount}, {});
            const auto paper =
                quote_exact_in_behind(pool, kIn, TokenAmount{before}, TokenAmount{amount}, {});
            ASSERT_TRUE(real && paper);
            EXPECT_LE(paper->amount_out, real->amount_out);
            EXPECT_GE(paper->amount_out.raw() + 2,
                      mul_div_floor(real->amount_out.raw(), 9'970, 10'000).value());
            EXPECT_EQ(paper->amount_in, TokenAmount{amount});
        }
    }
}

TEST(QuoteBehind, AskedForAnAmountItCostsAsMuchAsInTheMovedPoolAndNeverLess) {
    const Pool pool = pool_of(1'000'000'000'000, 100'000'000'000);
    Pool moved = pool;
    const auto first = quote_exact_out(pool, kIn, TokenAmount{50'000'000'000}, {});
    ASSERT_TRUE(first && displace(moved, kIn, *first));
    const TokenAmount wanted{20'000'000'000};
    const auto real = quote_exact_out(moved, kIn, wanted, {});
    const auto paper = quote_exact_out_behind(pool, kIn, first->amount_out, wanted, {});
    ASSERT_TRUE(real && paper);
    EXPECT_GE(paper->amount_in, real->amount_in);
    EXPECT_LE(paper->amount_in.raw(),
              mul_div_ceil(real->amount_in.raw(), 10'030, 10'000).value() + 2);
    EXPECT_EQ(paper->amount_out, wanted);
    EXPECT_EQ(quote_exact_out_behind(pool, kIn, {}, wanted, {})->amount_in,
              quote_exact_out(pool, kIn, wanted, {})->amount_in);
}

// What was taken is gone: a pool cannot be emptied twice.
TEST(QuoteBehind, RefusesWhatBothTogetherCannotHave) {
    const Pool pool = pool_of(1'000'000, 1'000'000);
    EXPECT_TRUE(quote_exact_out_behind(pool, kIn, TokenAmount{500'000}, TokenAmount{499'000}, {}));
    EXPECT_FALSE(quote_exact_out_behind(pool, kIn, TokenAmount{500'000}, TokenAmount{500'000}, {}));
    EXPECT_EQ(quote_exact_in_behind(pool, kIn, TokenAmount::max(), TokenAmount{1}, {}).error(),
              QuoteError::Overflow);
}

TEST(OutstandingIn, KnowsPoolAndDirection) {
    const std::array<SwapOutstanding, 2> swaps{
        SwapOutstanding{PoolIndex{1}, Direction::AToB, TokenAmount{5}},
        SwapOutstanding{PoolIndex{2}, Direction::BToA, TokenAmount{7}}};
    EXPECT_EQ(outstanding_in(swaps, PoolIndex{1}, Direction::AToB), TokenAmount{5});
    EXPECT_EQ(outstanding_in(swaps, PoolIndex{1}, Direction::BToA), TokenAmount{});
    EXPECT_EQ(outstanding_in(swaps, PoolIndex{2}, Direction::BToA), TokenAmount{7});
    EXPECT_EQ(outstanding_in({}, PoolIndex{2}, Direction::BToA), TokenAmount{});
}

}  // namespace
}  // namespace sniperforge::dex
