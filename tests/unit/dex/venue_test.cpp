// SPDX-License-Identifier: MIT
#include "sniperforge/dex/venue.hpp"

#include <gtest/gtest.h>

#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

std::shared_ptr<const TransferTerms> terms(TransferTerms of) {
    return std::make_shared<const TransferTerms>(std::move(of));
}

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

TEST(Venue, KnowsEachByItsNameAndItsProgramAndWhatItsPoolsBeginWith) {
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        EXPECT_EQ(parse_venue(to_string(venue)), venue);
        EXPECT_EQ(venue_of_program(program_of(venue)), venue);
        EXPECT_EQ(pool_discriminator(venue).size(), venue == VenueId::RaydiumAmmV4 ? 0U : 8U);
    }
    EXPECT_EQ(parse_venue("raydium"), std::nullopt);
    EXPECT_EQ(venue_of_program(solana::kTokenProgram), std::nullopt);
    // Two programs' pools begin alike: only the owner tells them apart.
    Bytes data(kDammV2PoolBytes, 0);
    std::ranges::copy(pool_discriminator(VenueId::PumpSwap), data.begin());
    EXPECT_EQ(recognise_pool(program_of(VenueId::PumpSwap), data), VenueId::PumpSwap);
    EXPECT_EQ(recognise_pool(program_of(VenueId::MeteoraDammV2), data), VenueId::MeteoraDammV2);
}

TEST(Venue, AnswersForEitherVenue) {
    const Pool cpmm{cpmm_pool({1'000'000, 2'000'000})};
    const Pool amm_v4{amm_v4_pool({1'000'000, 2'000'000})};
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
    pool.has_vault_a = pool.has_vault_b = false;
    EXPECT_FALSE(is_complete(Pool{pool}));
    pool.has_vault_a = pool.has_vault_b = true;
    Pool whole{pool};
    EXPECT_TRUE(is_complete(whole));
    whole.transfer_b = std::make_shared<const TransferTerms>();  // Its mint was not seen.
    EXPECT_FALSE(is_complete(whole));
    whole.transfer_b = terms({.is_known = true});
    EXPECT_TRUE(is_complete(whole));
    whole.transfer_a = terms({.is_known = true, .is_unpredictable = true});
    EXPECT_FALSE(is_complete(whole));
}

// 2.5 % of each transfer, at most `fee_max`, since ever.
std::shared_ptr<const TransferTerms> fee_terms(std::uint64_t fee_max = kU64Max) {
    const solana::TransferFee fee{0, TokenAmount{fee_max}, BasisPoints{250}};
    return terms({.is_known = true,
                  .fee = solana::TransferFeeConfig{.config_authority = {},
                                                   .withdraw_authority = {},
                                                   .withheld = {},
                                                   .older = fee,
                                                   .newer = fee}});
}

TEST(Venue, TakesTheTransferFeeOnTheWayInAndOnTheWayOut) {
    Pool pool{amm_v4_pool({1'000'000, 2'000'000})};
    pool.transfer_a = fee_terms();
    auto quote = quote_exact_in(pool, Direction::AToB, TokenAmount{10'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->transfer_fee_in.raw(), 250U);
    EXPECT_EQ(quote->amount_in.raw(), 10'000U);
    const auto net = quote_exact_in(amm_v4_pool({1'000'000, 2'000'000}), Direction::AToB,
                                    TokenAmount{9'750}, kNow);
    EXPECT_EQ(quote->amount_out, net->amount_out);

    quote = quote_exact_in(pool, Direction::BToA, TokenAmount{10'000}, kNow);
    ASSERT_TRUE(quote);
    const auto gross = quote_exact_in(amm_v4_pool({1'000'000, 2'000'000}), Direction::BToA,
                                      TokenAmount{10'000}, kNow);
    EXPECT_EQ(quote->transfer_fee_in.raw(), 0U);
    EXPECT_EQ(quote->transfer_fee_out.raw(), (gross->amount_out.raw() * 250 + 9'999) / 10'000);
    EXPECT_EQ(quote->amount_out, gross->amount_out - quote->transfer_fee_out);

    // Capped: the fee stops growing.
    pool.transfer_a = fee_terms(7);
    quote = quote_exact_in(pool, Direction::AToB, TokenAmount{10'000}, kNow);
    EXPECT_EQ(quote->transfer_fee_in.raw(), 7U);
}

TEST(Venue, ExactOutWithTransferFeesDeliversAtLeastWhatWasAskedForTheLeastInput) {
    Rng rng{7};
    for (int round = 0; round < 2'000; ++round) {
        Pool pool{amm_v4_pool({any_amount(rng, 50), any_amount(rng, 50)})};
        pool.transfer_a = fee_terms(any_amount(rng, 40));
        pool.transfer_b = fee_terms(any_amount(rng, 40));
        const TokenAmount wanted{any_amount(rng, 48)};
        const auto quote = quote_exact_out(pool, Direction::AToB, wanted, kNow);
        if (!quote) {
            continue;
        }
        SCOPED_TRACE(round);
        EXPECT_GE(quote->amount_out, wanted);
        const auto back = quote_exact_in(pool, Direction::AToB, quote->amount_in, kNow);
        ASSERT_TRUE(back);
        EXPECT_GE(back->amount_out, wanted);
    }
}

TEST(Venue, RefusesWhatNoAmountCanBePromisedFor) {
    Pool pool{amm_v4_pool({1'000'000, 2'000'000})};
    pool.transfer_a = std::make_shared<const TransferTerms>();
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        EXPECT_EQ(quote_exact_in(pool, direction, TokenAmount{10'000}, kNow).error(),
                  QuoteError::PoolIncomplete);
        EXPECT_EQ(quote_exact_out(pool, direction, TokenAmount{10'000}, kNow).error(),
                  QuoteError::PoolIncomplete);
    }
    pool.transfer_a = terms({.is_known = true, .is_unpredictable = true});
    EXPECT_EQ(quote_exact_in(pool, Direction::BToA, TokenAmount{10'000}, kNow).error(),
              QuoteError::Unsupported);
}

TEST(Venue, RoundsPriceImpactUpAndLeavesFeesOut) {
    const Pool pool{amm_v4_pool({9'975, 1'000'000})};
    // 25 of fee, 9,975 net into 9,975: half of the price is gone.
    auto quote = quote_exact_in(pool, Direction::AToB, TokenAmount{10'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(pool, Direction::AToB, *quote), BasisPoints{5'000});
    quote = quote_exact_in(pool, Direction::AToB, TokenAmount{2}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(price_impact(pool, Direction::AToB, *quote), BasisPoints{25});  // 100 of 100.25.

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
