// SPDX-License-Identifier: MIT
// What a trade with a DAMM v2 pool pays: every kind of base fee on both sides of its boundaries,
// the dynamic fee, the caps, and who shares it.
#include "dex/meteora_damm_v2_fee.hpp"

#include <gtest/gtest.h>

#include "dex/wide_math.hpp"
#include "unit/dex/damm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// Of an amount with the fee and of one without: the same, but for rate limiters.
std::uint64_t rate_at(const MeteoraDammV2Pool& pool, const QuoteContext& context) {
    const auto rate = damm_v2_fee_rate_included(pool, kBToA, kThousand, context);
    SF_ASSERT(rate.has_value());
    const auto same = damm_v2_fee_rate_excluded(pool, kBToA, kThousand, context);
    EXPECT_EQ(same, rate);
    return *rate;
}

std::optional<QuoteError> fee_refusal(const MeteoraDammV2Pool& pool, const QuoteContext& context) {
    const auto in = quote_exact_in(pool, kBToA, kThousand, context);
    return in ? std::nullopt : std::optional{in.error()};
}

TEST(MeteoraDammV2Fee, AFeeByTimeFallsAtTheEndOfEveryPeriodUntilTheLast) {
    auto spec = damm_spec();
    spec.base_fee = {.first_factor = 3,
                     .second_factor = 60,
                     .third_factor = 10'000'000,
                     .cliff_rate = 100'000'000};
    auto pool = damm_pool(spec);
    const auto rate = [&](std::int64_t seconds) {
        return rate_at(pool, seconds_after_activation(seconds));
    };
    EXPECT_EQ(rate(0), 100'000'000U);
    EXPECT_EQ(rate(59), 100'000'000U);
    EXPECT_EQ(rate(60), 90'000'000U);
    EXPECT_EQ(rate(179), 80'000'000U);
    EXPECT_EQ(rate(180), 70'000'000U);
    EXPECT_EQ(rate(240), 70'000'000U);
    EXPECT_EQ(rate(-1), 70'000'000U);  // What its whitelisted vault pays before.
    pool.base_fee.second_factor = 0;   // No periods.
    EXPECT_EQ(rate(240), 100'000'000U);
    // A tenth less each time, rounded down: 1, 0.9, 0.81, 0.729.
    pool.base_fee = {.mode = DammV2BaseFeeMode::TimeExponential,
                     .first_factor = 3,
                     .second_factor = 60,
                     .third_factor = 1'000,
                     .cliff_rate = 100'000'000};
    EXPECT_EQ(rate(0), 100'000'000U);
    EXPECT_EQ(rate(60), 90'000'000U);
    EXPECT_EQ(rate(120), 81'000'000U);
    EXPECT_EQ(rate(180), 72'900'000U);
    EXPECT_EQ(rate(100'000), 72'900'000U);
    pool.base_fee.third_factor = 0;
    EXPECT_EQ(rate(180), 100'000'000U);
    // By slots: a second is no slot.
    pool.activation_type = 0;
    pool.base_fee.third_factor = 1'000;
    EXPECT_EQ(rate_at(pool, {.unix_time = 0, .slot = kDammActivation + 59}), 100'000'000U);
    EXPECT_EQ(rate_at(pool, {.unix_time = 0, .slot = kDammActivation + 60}), 90'000'000U);
}

TEST(MeteoraDammV2Fee, AFeeThatWouldFallBelowNothingIsAnOverflow) {
    auto pool = damm_pool(damm_spec());
    pool.base_fee = {
        .first_factor = 2, .second_factor = 1, .third_factor = 500, .cliff_rate = 1'000};
    EXPECT_EQ(rate_at(pool, kDammNow), 0U);
    pool.base_fee.cliff_rate = 999;
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
    pool.base_fee.third_factor = kU64Max;
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
    pool.base_fee.mode = DammV2BaseFeeMode::TimeExponential;
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
    pool.base_fee.third_factor = 10'000;  // Nothing is left, which the program cannot say.
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
    pool.base_fee.third_factor = 9'999;
    EXPECT_EQ(fee_refusal(pool, kDammNow), std::nullopt);
}

TEST(MeteoraDammV2Fee, AFeeByMarketCapFallsAsThePriceRisesUntilItExpires) {
    auto spec = damm_spec();
    // One per cent of the root of the price is a step; three of them; for a day.
    spec.base_fee = {.mode = DammV2BaseFeeMode::MarketCapLinear,
                     .first_factor = 3,
                     .second_factor = two_halves(100, 86'400),
                     .third_factor = 10'000'000,
                     .cliff_rate = 100'000'000};
    auto pool = damm_pool(spec);
    pool.sqrt_price_initial = 1'000'000;
    const auto rate = [&](u128 price, std::int64_t seconds) {
        pool.sqrt_price = price;
        return rate_at(pool, seconds_after_activation(seconds));
    };
    EXPECT_EQ(rate(1, 1'000), 100'000'000U);
    EXPECT_EQ(rate(1'009'999, 1'000), 100'000'000U);
    EXPECT_EQ(rate(1'010'000, 1'000), 90'000'000U);
    EXPECT_EQ(rate(1'030'000, 1'000), 70'000'000U);
    EXPECT_EQ(rate(~static_cast<u128>(0), 1'000), 70'000'000U);
    EXPECT_EQ(rate(1'000'000, 86'400), 100'000'000U);
    EXPECT_EQ(rate(1'000'000, 86'401), 70'000'000U);
    EXPECT_EQ(rate(1'000'000, -1), 70'000'000U);
    pool.base_fee.mode = DammV2BaseFeeMode::MarketCapExponential;
    pool.base_fee.third_factor = 1'000;
    EXPECT_EQ(rate(1'010'000, 1'000), 90'000'000U);
    EXPECT_EQ(rate(1'020'000, 1'000), 81'000'000U);
    // Without a step, or a price to rise from, there is nothing to count.
    pool.base_fee.second_factor = two_halves(0, 86'400);
    EXPECT_EQ(rate(1'000'000, 1'000), 100'000'000U);
    const auto error = [&] {
        return damm_v2_fee_rate_included(pool, kBToA, kThousand, kDammNow).error();
    };
    pool.sqrt_price = 1'000'001;
    EXPECT_EQ(error(), QuoteError::Unsupported);
    pool.base_fee.second_factor = two_halves(100, 86'400);
    pool.sqrt_price_initial = 0;
    EXPECT_EQ(error(), QuoteError::Unsupported);
    pool.activation_point = kU64Max - 1;
    EXPECT_EQ(error(), QuoteError::Overflow);
}

TEST(MeteoraDammV2Fee, ARateLimiterTakesMoreOfLargePurchasesWhileItLasts) {
    auto spec = damm_spec();
    spec.collect_fee_mode = DammV2CollectFeeMode::OnlyB;
    spec.base_fee = limiter_fee(1'000'000);
    const auto pool = damm_pool(spec);
    const auto rate = [&](Direction direction, std::uint64_t amount, std::int64_t seconds) {
        const auto found = damm_v2_fee_rate_included(pool, direction, TokenAmount{amount},
                                                     seconds_after_activation(seconds));
        SF_ASSERT(found.has_value());
        return *found;
    };
    EXPECT_EQ(rate(kBToA, 1'000'000, 0), 10'000'000U);
    EXPECT_EQ(rate(kBToA, 2'000'000, 0), 10'500'000U);  // 1.0 % and 1.1 %.
    EXPECT_EQ(rate(kBToA, 3'000'000, 0), 11'000'000U);
    EXPECT_EQ(rate(kBToA, 3'000'000, 3'600), 11'000'000U);
    EXPECT_EQ(rate(kBToA, 3'000'000, 3'601), 10'000'000U);
    EXPECT_EQ(rate(kBToA, 3'000'000, -1), 10'000'000U);
    EXPECT_EQ(rate(kAToB, 3'000'000, 0), 10'000'000U);
    // From 491 million on every further one pays half: 490 steps fit between 1 % and 50 %.
    EXPECT_EQ(rate(kBToA, 491'000'000, 0), 255'000'000U);
    EXPECT_EQ(rate(kBToA, 982'000'000, 0), 377'500'000U);
}

// Where the steps of a limiter end, in amounts close to 64 bits. Beyond an end that does not fit,
// the program gives up.
TEST(MeteoraDammV2Fee, ARateLimiterGoesOnAtTheMostUnlessItsStepsEndAboveEveryAmount) {
    damm::RateLimiter limiter{.cliff = 10'000'000,
                              .increment = 1'000'000,
                              .most = 11'000'000,
                              .reference = std::uint64_t{3} << 61,
                              .steps = 1};
    const auto left_of = [&](std::uint64_t amount) {
        const auto rate = damm::limiter_rate_included(limiter, amount);
        SF_ASSERT(rate.has_value());
        return amount - *mul_div_ceil(amount, *rate, kDammV2FeeOne);
    };
    // Two references: the first at 1.0 %, the second at 1.1 %, and the fee rounded up.
    const std::uint64_t end = 2 * limiter.reference;
    EXPECT_EQ(damm::limiter_rate_excluded(limiter, left_of(end)), 10'500'001U);
    // A fifth of it is beyond the end and pays 1.1 %.
    EXPECT_EQ(damm::limiter_rate_excluded(limiter, left_of(end) + end / 4), 10'600'889U);
    limiter.reference = std::uint64_t{1} << 63;
    EXPECT_EQ(damm::limiter_rate_excluded(limiter, left_of(kU64Max)),
              damm::limiter_rate_included(limiter, kU64Max));
    EXPECT_EQ(damm::limiter_rate_excluded(limiter, left_of(kU64Max) + 1).error(),
              QuoteError::Overflow);
}

TEST(MeteoraDammV2Fee, TheDynamicFeeFollowsVolatilityAndTheSumHasAMost) {
    auto pool = damm_pool(damm_spec());
    pool.dynamic_fee = {.is_enabled = true, .control = 956, .bin_step = 1, .volatility = 200'000};
    // 956 · 200,000² / 10^11 = 382.4, rounded up.
    EXPECT_EQ(rate_at(pool, kDammNow), 10'000'383U);
    pool.dynamic_fee.is_enabled = false;
    EXPECT_EQ(rate_at(pool, kDammNow), 10'000'000U);
    pool.base_fee.cliff_rate = 989'999'999;
    EXPECT_EQ(rate_at(pool, kDammNow), 989'999'999U);
    pool.dynamic_fee.is_enabled = true;
    EXPECT_EQ(rate_at(pool, kDammNow), 990'000'000U);
    pool.fee_version = 0;
    EXPECT_EQ(rate_at(pool, kDammNow), 500'000'000U);
    pool.base_fee.cliff_rate = kU64Max - 383;
    EXPECT_EQ(rate_at(pool, kDammNow), 500'000'000U);
    pool.base_fee.cliff_rate = kU64Max - 382;
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
    pool.base_fee.cliff_rate = 1;
    pool.dynamic_fee.volatility = static_cast<u128>(1) << 100;
    EXPECT_EQ(fee_refusal(pool, kDammNow), QuoteError::Overflow);
}

TEST(MeteoraDammV2Fee, SharesTheFeeOutWithoutLosingAUnit) {
    auto pool = damm_pool(compounding_spec());
    pool.referral_fee_percent = 30;
    const auto alone = damm_v2_fee_shares(pool, TokenAmount{999}, false);
    EXPECT_EQ(alone.protocol, TokenAmount{199});     // floor(999 · 20 %)
    EXPECT_EQ(alone.compounding, TokenAmount{400});  // half of the 800 that remain
    EXPECT_EQ(alone.claiming, TokenAmount{400});
    EXPECT_EQ(alone.referral, TokenAmount{0});
    const auto referred = damm_v2_fee_shares(pool, TokenAmount{999}, true);
    EXPECT_EQ(referred.referral, TokenAmount{59});  // floor(199 · 30 %)
    EXPECT_EQ(referred.protocol, TokenAmount{140});
    EXPECT_EQ(referred.claiming, alone.claiming);
    pool.protocol_fee_percent = pool.referral_fee_percent = 255;
    pool.compounding_fee_bps = 65'535;
    const auto strange = damm_v2_fee_shares(pool, TokenAmount::max(), true);
    EXPECT_EQ(strange.referral, TokenAmount::max());
    EXPECT_EQ(strange.protocol + strange.claiming + strange.compounding, TokenAmount{0});
}

// The whole way to the end of the range, and one unit more. A partial fill is no quote.

TEST(MeteoraDammV2Fee, SquareRootsAreRoundedDown) {
    Rng rng{1};
    const auto check = [](const Words256& square) {
        const u128 root = damm::square_root(square);
        EXPECT_FALSE(is_less(square, multiply_words(root, root)));
        EXPECT_TRUE(is_less(square, multiply_words(root + 1, root + 1)));
    };
    for (std::uint64_t small = 0; small < 1'000; ++small) {
        check(to_words(small));
    }
    for (int round = 0; round < 20'000; ++round) {
        const u128 root = static_cast<u128>(any_amount(rng)) << rng.below(63);
        const Words256 square = multiply_words(root, root);
        check(square);
        check(subtract_words(square, to_words(1)));
        check(add_words(square, to_words(any_amount(rng))));
        check({{rng.next(), rng.next(), rng.next(), rng.next() >> (2 + rng.below(62))}});
    }
}

}  // namespace
}  // namespace sniperforge::dex
