// SPDX-License-Identifier: MIT
#include "sniperforge/dex/venue.hpp"

#include <gtest/gtest.h>

#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

TEST(Venue, RecognisesAPoolByOwnerDiscriminatorAndLength) {
    const auto& cpmm = solana::kRaydiumCpmmProgram;
    const auto& amm_v4 = solana::kRaydiumAmmV4Program;
    Bytes data(kCpmmPoolBytes, 0);
    EXPECT_EQ(recognise_pool(cpmm, data), std::nullopt);
    std::ranges::copy(kCpmmPoolDiscriminator, data.begin());
    EXPECT_EQ(recognise_pool(cpmm, data), VenueId::RaydiumCpmm);
    EXPECT_EQ(recognise_pool(cpmm, BytesView{data}.first(kCpmmPoolBytes - 1)), std::nullopt);
    EXPECT_EQ(recognise_pool(amm_v4, data), std::nullopt);
    EXPECT_EQ(recognise_pool(key_of(1), data), std::nullopt);
    data.resize(kAmmV4PoolBytes);
    EXPECT_EQ(recognise_pool(cpmm, data), VenueId::RaydiumCpmm);  // Longer: a newer version.
    EXPECT_EQ(recognise_pool(amm_v4, data), VenueId::RaydiumAmmV4);
    data.push_back(0);  // Without a discriminator the length must be exact.
    EXPECT_EQ(recognise_pool(amm_v4, data), std::nullopt);
    EXPECT_EQ(recognise_pool(amm_v4, BytesView{data}.first(kAmmV4PoolBytes - 1)), std::nullopt);
    EXPECT_EQ(recognise_pool(cpmm, {}), std::nullopt);
}

TEST(Venue, AnswersForEitherVenue) {
    const Pool cpmm = cpmm_pool({1'000'000, 2'000'000});
    const Pool amm_v4 = amm_v4_pool({1'000'000, 2'000'000});
    EXPECT_EQ(venue_of(cpmm), VenueId::RaydiumCpmm);
    EXPECT_EQ(venue_of(amm_v4), VenueId::RaydiumAmmV4);
    EXPECT_EQ(program_of(VenueId::RaydiumCpmm), solana::kRaydiumCpmmProgram);
    EXPECT_EQ(program_of(VenueId::RaydiumAmmV4), solana::kRaydiumAmmV4Program);
    for (const Pool& pool : {cpmm, amm_v4}) {
        EXPECT_EQ(mint_a(pool), solana::kWrappedSolMint);
        EXPECT_EQ(mint_b(pool), key_of(4));
        EXPECT_EQ(token_program_a(pool), solana::kTokenProgram);
        EXPECT_EQ(token_program_b(pool), solana::kTokenProgram);
        EXPECT_EQ(reserve_a(pool), TokenAmount{1'000'000});
        EXPECT_EQ(reserve_b(pool), TokenAmount{2'000'000});
        EXPECT_TRUE(is_complete(pool));
        EXPECT_TRUE(is_swap_enabled(pool));
        EXPECT_EQ(direction_spending(pool, solana::kWrappedSolMint), Direction::AToB);
        EXPECT_EQ(direction_spending(pool, key_of(4)), Direction::BToA);
        EXPECT_EQ(direction_spending(pool, key_of(5)), std::nullopt);
        // Both charge 25 basis points here, so they agree.
        EXPECT_EQ(amount_out(quote_exact_in(pool, Direction::AToB, TokenAmount{10'000}, kNow)),
                  19'752U);
    }
    EXPECT_EQ(accounts_needed(cpmm).size(), 3U);
    EXPECT_EQ(accounts_needed(amm_v4).size(), 2U);
}

TEST(Venue, IsCompleteOnlyWithEveryAccountSeen) {
    auto pool = cpmm_pool({1, 1});
    pool.has_config = false;
    EXPECT_FALSE(is_complete(Pool{pool}));
    pool.has_config = true;
    pool.has_vaults = false;
    EXPECT_FALSE(is_complete(Pool{pool}));
    pool.has_vaults = true;
    EXPECT_TRUE(is_complete(Pool{pool}));
    pool.is_transfer_fee_free_b = false;
    EXPECT_FALSE(is_complete(Pool{pool}));
}

TEST(Venue, RoundsPriceImpactUpAndLeavesFeesOut) {
    const Pool pool = amm_v4_pool({9'975, 1'000'000});
    // 25 of fee, 9,975 net into 9,975: half of the price is gone.
    auto quote = quote_exact_in(pool, Direction::AToB, TokenAmount{10'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(pool, Direction::AToB, *quote), BasisPoints{5'000});
    quote = quote_exact_in(pool, Direction::AToB, TokenAmount{2}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(pool, Direction::AToB, *quote), BasisPoints{2});  // 1.0024 bp.

    auto cpmm = cpmm_pool({1'000'000, 1'000'000});
    cpmm.trade_fee_rate = 0;
    cpmm.is_creator_fee_enabled = true;
    cpmm.creator_fee_rate = 500'000;
    quote = quote_exact_in(cpmm, Direction::AToB, TokenAmount{2'000'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(Pool{cpmm}, Direction::AToB, *quote), BasisPoints{5'000});
    cpmm.creator_fee_on = 2;  // From the output now: all of the input reaches the curve.
    quote = quote_exact_in(cpmm, Direction::AToB, TokenAmount{1'000'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(Pool{cpmm}, Direction::AToB, *quote), BasisPoints{5'000});
}

TEST(Venue, NamesEveryQuoteError) {
    EXPECT_EQ(to_string(QuoteError::PoolIncomplete), "pool_incomplete");
    EXPECT_EQ(to_string(QuoteError::Unsupported), "unsupported");
}

}  // namespace
}  // namespace sniperforge::dex
