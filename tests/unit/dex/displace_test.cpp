// SPDX-License-Identifier: MIT
#include "sniperforge/dex/displace.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using test::key_of;

constexpr QuoteContext kNow{.unix_time = 1'700'000'000, .epoch = 700, .slot = 302'400'000};

[[nodiscard]] Pool amm() {
    RaydiumAmmV4Pool pool;
    pool.id = key_of(1);
    pool.mint_a = key_of(2);
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.status = kAmmV4StatusSwapOnly;
    pool.vault_amount_a = 200'000'000'000'000;
    pool.vault_amount_b = 80'000'000'000;
    pool.has_vault_a = pool.has_vault_b = true;
    return {pool};
}

[[nodiscard]] Pool cpmm() {
    RaydiumCpmmPool pool;
    pool.id = key_of(1);
    pool.mint_a = key_of(2);
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.program_a = pool.program_b = solana::kTokenProgram;
    pool.has_vault_a = pool.has_vault_b = pool.has_config = true;
    pool.vault_amount_a = 200'000'000'000'000;
    pool.vault_amount_b = 80'000'000'000;
    pool.trade_fee_rate = 2'500;
    pool.protocol_fee_rate = 120'000;
    pool.fund_fee_rate = 40'000;
    return {pool};
}

[[nodiscard]] Pool curve() {
    PumpCurvePool pool;
    pool.id = key_of(1);
    pool.mint_a = key_of(2);
    pool.mint_b = solana::kWrappedSolMint;
    pool.program_a = pool.program_b = solana::kTokenProgram;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.virtual_a = 1'073'000'000'000'000;
    pool.virtual_b = 30'000'000'000;
    pool.real_a = 793'100'000'000'000;
    pool.has_global = pool.has_fee_config = true;
    pool.creator = key_of(5);
    pool.fee_tiers = std::make_shared<const PumpFeeTiers>(PumpFeeTiers{{0, {0, 95, 30}}});
    return {pool};
}

[[nodiscard]] Pool pump_swap() {
    PumpSwapPool pool;
    pool.id = key_of(1);
    pool.mint_a = key_of(2);
    pool.mint_b = solana::kWrappedSolMint;
    pool.vault_a = key_of(3);
    pool.vault_b = key_of(4);
    pool.coin_creator = key_of(5);
    pool.program_a = pool.program_b = solana::kTokenProgram;
    pool.has_vault_a = pool.has_vault_b = pool.has_supply = true;
    pool.has_global = pool.has_fee_config = true;
    pool.vault_amount_a = 206'900'000'000'000;
    pool.vault_amount_b = 85'000'000'000;
    pool.supply = kPumpCoinSupply;
    pool.fee_tiers = std::make_shared<const PumpFeeTiers>(PumpFeeTiers{{0, {2, 93, 30}}});
    return {pool};
}

// Whoever buys and sells again has paid the fees of both ways and nothing else: what he moved, he
// moved back.
TEST(Displace, ARoundTripCostsTheFeesOfBothWaysAndLeavesThePriceWhereItWas) {
    for (const auto& [begin, fees_bps] : {std::pair{amm(), 50U}, std::pair{cpmm(), 50U},
                                          std::pair{curve(), 250U}, std::pair{pump_swap(), 250U}}) {
        Pool pool = begin;
        const TokenAmount spent{1'000'000'000};
        const auto bought = quote_exact_in(pool, Direction::BToA, spent, kNow);
        ASSERT_TRUE(bought);
        ASSERT_TRUE(displace(pool, Direction::BToA, *bought));
        const auto dearer = quote_exact_in(pool, Direction::BToA, spent, kNow);
        ASSERT_TRUE(dearer);
        EXPECT_LT(dearer->amount_out, bought->amount_out) << "the purchase moved the price";
        const auto sold = quote_exact_in(pool, Direction::AToB, bought->amount_out, kNow);
        ASSERT_TRUE(sold);
        ASSERT_TRUE(displace(pool, Direction::AToB, *sold));
        const std::uint64_t lost = spent.raw() - sold->amount_out.raw();
        const std::uint64_t fees = spent.raw() * fees_bps / kBasisPointsOne;
        EXPECT_GE(lost, fees * 98 / 100) << to_string(venue_of(pool));
        EXPECT_LE(lost, fees) << to_string(venue_of(pool));
        const auto again = quote_exact_in(pool, Direction::BToA, spent, kNow);
        ASSERT_TRUE(again);
        EXPECT_LE(again->amount_out, bought->amount_out) << "providers lose nothing";
        EXPECT_GE(again->amount_out.raw(), bought->amount_out.raw() / 1'000 * 999);
    }
}

TEST(Displace, ACurveThatIsSoldOutTradesNoMore) {
    Pool pool = curve();
    const TokenAmount all{std::get<PumpCurvePool>(pool.state).real_a};
    const auto last = quote_exact_out(pool, Direction::BToA, all - TokenAmount{1}, kNow);
    ASSERT_TRUE(last);
    ASSERT_TRUE(displace(pool, Direction::BToA, *last));
    EXPECT_TRUE(is_swap_enabled(pool));
    ASSERT_TRUE(displace(pool, Direction::BToA,
                         {.amount_in = TokenAmount{1'000},
                          .amount_out = TokenAmount{1},
                          .trade_fee = {},
                          .creator_fee = {}}));
    EXPECT_FALSE(is_swap_enabled(pool));
}

TEST(Displace, LeavesPoolsOfTicksAlone) {
    Pool pool{OrcaWhirlpoolPool{}};
    EXPECT_FALSE(displace(pool, Direction::AToB, SwapQuote{}));
}

// What is told of it is what both sides would have answered.
TEST(Displace, TellsOfARecordedSwapWhatThePoolWasAndIs) {
    for (const Pool& begin : {amm(), cpmm(), curve(), pump_swap(), Pool{OrcaWhirlpoolPool{}}}) {
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            Pool one = begin, other = begin;
            const SwapMoved swap{direction, TokenAmount{1'000'000}, TokenAmount{2'000}};
            const Displaced told = displace(one, swap);
            (void)displace(
                other, direction,
                {.amount_in = swap.in, .amount_out = swap.out, .trade_fee = {}, .creator_fee = {}});
            EXPECT_EQ(told.before.a, reserve_a(begin));
            EXPECT_EQ(told.before.b, reserve_b(begin));
            const PoolLook now = look_at(other);
            EXPECT_EQ(told.now.reserves.a, now.reserves.a);
            EXPECT_EQ(told.now.reserves.b, now.reserves.b);
            EXPECT_EQ(told.now.price.numerator, now.price.numerator);
            EXPECT_EQ(told.now.price.denominator, now.price.denominator);
            EXPECT_EQ(told.now.price.is_squared, now.price.is_squared);
            EXPECT_EQ(told.now.is_complete, now.is_complete);
            EXPECT_EQ(reserve_a(one), reserve_a(other));
            EXPECT_EQ(reserve_b(one), reserve_b(other));
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
