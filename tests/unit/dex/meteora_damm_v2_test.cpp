// SPDX-License-Identifier: MIT
// What a DAMM v2 pool answers, and when it refuses. Its fees: meteora_damm_v2_fee_test; its account
// and its instructions: meteora_damm_v2_accounts_test.
#include "sniperforge/dex/meteora_damm_v2.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "unit/dex/damm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

static_assert(Venue<MeteoraDammV2Pool>);

// What both kinds of quotes refuse with; nothing when both are given.
std::optional<QuoteError> refusal(const MeteoraDammV2Pool& pool, const QuoteContext& context,
                                  Direction direction = kBToA) {
    const auto in = quote_exact_in(pool, direction, kThousand, context);
    const auto out = quote_exact_out(pool, direction, kThousand, context);
    EXPECT_EQ(in.has_value(), out.has_value());
    if (in || out) {
        return std::nullopt;
    }
    EXPECT_EQ(in.error(), out.error());
    return in.error();
}

TEST(MeteoraDammV2, SwapsFromItsActivationOnBySecondsOrBySlots) {
    auto pool = damm_pool(damm_spec());
    EXPECT_EQ(refusal(pool, seconds_after_activation(-1)), QuoteError::SwapDisabled);
    EXPECT_EQ(refusal(pool, seconds_after_activation(0)), std::nullopt);
    EXPECT_EQ(refusal(pool, {.unix_time = -1}), QuoteError::SwapDisabled);
    pool.activation_type = 0;
    pool.activation_point = 300'000'000;
    EXPECT_EQ(refusal(pool, {.unix_time = 2'000'000'000, .slot = 299'999'999}),
              QuoteError::SwapDisabled);
    EXPECT_EQ(refusal(pool, {.slot = 300'000'000}), std::nullopt);
}

TEST(MeteoraDammV2, SwapsOnlyWhileItsStatusIsZero) {
    auto spec = damm_spec();
    spec.status = 1;
    auto pool = damm_pool(spec);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(refusal(pool, kDammNow), QuoteError::SwapDisabled);
    pool.status = 0;
    EXPECT_TRUE(is_swap_enabled(pool));
    EXPECT_EQ(refusal(pool, kDammNow), std::nullopt);
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(refusal(pool, kDammNow), QuoteError::SwapDisabled);
}

TEST(MeteoraDammV2, RefusesModesItDoesNotKnowAndSettingsThatTheProgramDoesNotMake) {
    const auto error_of = [](auto spoil) {
        auto pool = damm_pool(damm_spec());
        spoil(pool);
        return refusal(pool, kDammNow);
    };
    using Pool = MeteoraDammV2Pool;
    const auto unsupported = std::optional{QuoteError::Unsupported};
    EXPECT_EQ(error_of([](Pool&) {}), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) { p.collect_fee_mode = DammV2CollectFeeMode{3}; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.layout_version = 1; }), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) { p.layout_version = 2; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.fee_version = 0; }), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) { p.fee_version = 2; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.activation_type = 2; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.base_fee.mode = DammV2BaseFeeMode{5}; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.protocol_fee_percent = 100; }), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) { p.protocol_fee_percent = 101; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p.compounding_fee_bps = 10'000; }), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) { p.compounding_fee_bps = 10'001; }), unsupported);
    EXPECT_EQ(error_of([](Pool& p) { p = damm_pool(compounding_spec()); }), std::nullopt);
    EXPECT_EQ(error_of([](Pool& p) {
                  p = damm_pool(compounding_spec());
                  p.layout_version = 0;  // Its amounts are not kept.
              }),
              unsupported);
}

TEST(MeteoraDammV2, RefusesRateLimitersThatTheProgramDoesNotMake) {
    const auto error_of = [](auto spoil) {
        auto pool = damm_pool(damm_spec());
        pool.collect_fee_mode = DammV2CollectFeeMode::OnlyB;
        pool.base_fee = limiter_fee(100);
        spoil(pool.base_fee, pool);
        return refusal(pool, kDammNow);
    };
    using Fee = DammV2BaseFee;
    using Pool = MeteoraDammV2Pool;
    const auto unsupported = std::optional{QuoteError::Unsupported};
    EXPECT_EQ(error_of([](Fee&, Pool&) {}), std::nullopt);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.first_factor = 0; }), unsupported);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.third_factor = 0; }), unsupported);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.second_factor = two_halves(3'600, 9'999); }),
              std::nullopt);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.second_factor = two_halves(3'600, 10'000); }),
              unsupported);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.cliff_rate = 500'000'000; }), std::nullopt);
    EXPECT_EQ(error_of([](Fee& fee, Pool&) { fee.cliff_rate = 500'000'001; }), unsupported);
    EXPECT_EQ(
        error_of([](Fee&, Pool& pool) { pool.collect_fee_mode = DammV2CollectFeeMode::Output; }),
        unsupported);
}

TEST(MeteoraDammV2, TakesTheFeeFromTheTokenThatTheModeNames) {
    auto pool = damm_pool(damm_spec());
    pool.amount_a = pool.amount_b = 1'000'000'000;
    pool.layout_version = 1;
    const auto is_on_output = [&](DammV2CollectFeeMode mode, Direction direction) {
        pool.collect_fee_mode = mode;
        const auto in = quote_exact_in(pool, direction, TokenAmount{100'000}, kDammNow);
        const auto out = quote_exact_out(pool, direction, TokenAmount{100'000}, kDammNow);
        SF_ASSERT(in && out);
        EXPECT_EQ(in->is_trade_fee_on_output, out->is_trade_fee_on_output);
        // One in a hundred, of the amount that contains it.
        const auto whole =
            in->is_trade_fee_on_output ? in->amount_out + in->trade_fee : in->amount_in;
        EXPECT_EQ(in->trade_fee.raw(), (whole.raw() + 99) / 100);
        EXPECT_TRUE(in->creator_fee.is_zero());
        return in->is_trade_fee_on_output;
    };
    using enum DammV2CollectFeeMode;
    EXPECT_TRUE(is_on_output(Output, kAToB));
    EXPECT_TRUE(is_on_output(Output, kBToA));
    EXPECT_TRUE(is_on_output(OnlyB, kAToB));
    EXPECT_FALSE(is_on_output(OnlyB, kBToA));
    EXPECT_TRUE(is_on_output(Compounding, kAToB));
    EXPECT_FALSE(is_on_output(Compounding, kBToA));
}

TEST(MeteoraDammV2, TradesToTheEndOfItsRangeAndNotBeyond) {
    auto pool = damm_pool(damm_spec());
    pool.base_fee.cliff_rate = 0;
    // L · (1 − 7/8) = L / 8 of B; L · (1 − 8/9) = L / 9 of A.
    EXPECT_EQ(reserve_b(pool), TokenAmount{125'000'000'000});
    EXPECT_EQ(reserve_a(pool), TokenAmount{111'111'111'111});
    const auto all_b = quote_exact_out(pool, kAToB, reserve_b(pool), kDammNow);
    ASSERT_TRUE(all_b);
    EXPECT_EQ(all_b->amount_in, TokenAmount{142'857'142'858});  // L · (8/7 − 1), rounded up.
    EXPECT_EQ(quote_exact_out(pool, kAToB, reserve_b(pool) + TokenAmount{1}, kDammNow).error(),
              QuoteError::ExceedsReserve);
    const auto all_a = quote_exact_out(pool, kBToA, reserve_a(pool), kDammNow);
    ASSERT_TRUE(all_a);
    EXPECT_EQ(all_a->amount_in, TokenAmount{125'000'000'000});
    EXPECT_EQ(quote_exact_out(pool, kBToA, reserve_a(pool) + TokenAmount{1}, kDammNow).error(),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(amount_out(quote_exact_in(pool, kBToA, TokenAmount{125'000'000'000}, kDammNow)),
              111'111'111'111U);
    EXPECT_EQ(quote_exact_in(pool, kBToA, TokenAmount{125'000'000'001}, kDammNow).error(),
              QuoteError::ExceedsReserve);
    EXPECT_TRUE(quote_exact_in(pool, kAToB, TokenAmount{142'857'142'857}, kDammNow));
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{142'857'142'858}, kDammNow).error(),
              QuoteError::ExceedsReserve);
}

TEST(MeteoraDammV2, RefusesZeroAmountsAndWhatBuysNothing) {
    const auto pool = damm_pool(damm_spec());
    for (const auto direction : {kAToB, kBToA}) {
        EXPECT_EQ(quote_exact_in(pool, direction, TokenAmount{0}, kDammNow).error(),
                  QuoteError::AmountZero);
        EXPECT_EQ(quote_exact_out(pool, direction, TokenAmount{0}, kDammNow).error(),
                  QuoteError::AmountZero);
        // One unit or two of the other token come out, of which the fee takes one.
        EXPECT_EQ(quote_exact_in(pool, direction, TokenAmount{2}, kDammNow).error(),
                  QuoteError::AmountZero);
        EXPECT_EQ(amount_out(quote_exact_in(pool, direction, TokenAmount{3}, kDammNow)), 1U);
    }
}

TEST(MeteoraDammV2, AnEmptyPoolHasNoPriceAndNoQuotes) {
    auto spec = damm_spec();
    spec.liquidity = 0;
    const auto pool = damm_pool(spec);
    EXPECT_EQ(marginal_price(pool).denominator, 0U);
    EXPECT_TRUE(reserve_a(pool).is_zero() && reserve_b(pool).is_zero());
    auto product = damm_pool(compounding_spec());
    for (const auto direction : {kAToB, kBToA}) {
        EXPECT_EQ(refusal(pool, kDammNow, direction), QuoteError::ExceedsReserve);
    }
    product.amount_a = 0;
    EXPECT_EQ(marginal_price(product).denominator, 0U);
    for (const auto direction : {kAToB, kBToA}) {
        EXPECT_EQ(refusal(product, kDammNow, direction), QuoteError::ExceedsReserve);
    }
}

TEST(MeteoraDammV2, PricesARangeByItsRootAndCompoundingReservesByTheirRatio) {
    const auto range = marginal_price(damm_pool(damm_spec()));
    EXPECT_TRUE(range.is_squared);
    EXPECT_TRUE(range.numerator == static_cast<u128>(1) << 64);
    EXPECT_TRUE(range.denominator == static_cast<u128>(1) << 64);
    auto product = damm_pool(compounding_spec());
    product.amount_a = 3;
    const auto price = marginal_price(product);
    EXPECT_FALSE(price.is_squared);
    EXPECT_EQ(price.numerator, 1'000'000U);
    EXPECT_EQ(price.denominator, 3U);
    EXPECT_EQ(reserve_a(product), TokenAmount{3});
    EXPECT_EQ(reserve_b(product), TokenAmount{1'000'000});
}

TEST(MeteoraDammV2, CompoundingReservesTradeAlongTheirProduct) {
    auto pool = damm_pool(compounding_spec());
    pool.base_fee.cliff_rate = 0;
    // 10⁶ · 1,000 / 1,001,000 = 999.0009…
    EXPECT_EQ(amount_out(quote_exact_in(pool, kAToB, kThousand, kDammNow)), 999U);
    const auto all_but_one = quote_exact_out(pool, kAToB, TokenAmount{999'999}, kDammNow);
    ASSERT_TRUE(all_but_one);
    EXPECT_EQ(all_but_one->amount_in, TokenAmount{999'999'000'000});
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{1'000'000}, kDammNow).error(),
              QuoteError::ExceedsReserve);
    // The program adds what comes in to the reserve, in 64 bits.
    const TokenAmount most{kU64Max - 1'000'000};
    EXPECT_TRUE(quote_exact_in(pool, kAToB, most, kDammNow));
    EXPECT_EQ(quote_exact_in(pool, kAToB, most + TokenAmount{1}, kDammNow).error(),
              QuoteError::Overflow);
}

}  // namespace
}  // namespace sniperforge::dex
