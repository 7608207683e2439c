// SPDX-License-Identifier: MIT
// What a pool answers and which instruction it builds. Its accounts: meteora_dlmm_accounts_test.
#include "sniperforge/dex/meteora_dlmm.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/pool.hpp"
#include "unit/dex/dlmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

static_assert(Venue<MeteoraDlmmPool>);

std::optional<QuoteError> error_of(const MeteoraDlmmPool& pool, const QuoteContext& context = kNow,
                                   std::uint64_t amount = 1'000'000) {
    const auto in = quote_exact_in(pool, kAToB, TokenAmount{amount}, context);
    const auto out = quote_exact_out(pool, kAToB, TokenAmount{amount}, context);
    EXPECT_EQ(in.has_value(), out.has_value());
    return in ? std::optional<QuoteError>{} : in.error();
}

TEST(MeteoraDlmm, SwapsOnlyWhileItIsEnabled) {
    auto spec = dlmm_ladder();
    EXPECT_EQ(error_of(dlmm_of(spec)), std::nullopt);
    spec.status = 1;
    EXPECT_FALSE(is_swap_enabled(dlmm_of(spec)));
    EXPECT_EQ(error_of(dlmm_of(spec)), QuoteError::SwapDisabled);
    auto pool = dlmm_of(dlmm_ladder());
    EXPECT_TRUE(is_swap_enabled(pool));
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(error_of(pool), QuoteError::SwapDisabled);
}

TEST(MeteoraDlmm, OpensAtItsActivationPointWhereTheKindOfPairHasOne) {
    auto spec = dlmm_ladder();
    spec.activation_point = 500;
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{1, 2}) {
        spec.pair_type = type;
        spec.activation_type = 0;
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = 1'000, .slot = 499}),
                  QuoteError::SwapDisabled);
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = 1'000, .slot = 500}), std::nullopt);
        spec.activation_type = 1;
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = 499, .slot = 1'000}),
                  QuoteError::SwapDisabled);
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = 500, .slot = 1'000}), std::nullopt);
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = -1, .slot = 1'000}),
                  QuoteError::SwapDisabled);
    }
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{0, 3}) {
        spec.pair_type = type;
        EXPECT_EQ(error_of(dlmm_of(spec), {.unix_time = 0}), std::nullopt);
    }
    EXPECT_TRUE(is_swap_enabled(dlmm_of(spec)));
}

TEST(MeteoraDlmm, RefusesModesThatItDoesNotKnow) {
    const auto error_with = [](auto&& change) {
        auto spec = dlmm_ladder();
        change(spec);
        return error_of(dlmm_of(spec));
    };
    EXPECT_EQ(error_with([](auto& spec) { spec.function_type = 2; }), std::nullopt);
    EXPECT_EQ(error_with([](auto& spec) { spec.function_type = 3; }), QuoteError::Unsupported);
    EXPECT_EQ(error_with([](auto& spec) { spec.collect_fee_mode = 1; }), std::nullopt);
    EXPECT_EQ(error_with([](auto& spec) { spec.collect_fee_mode = 2; }), QuoteError::Unsupported);
    EXPECT_EQ(error_with([](auto& spec) { spec.pair_type = 3; }), std::nullopt);
    EXPECT_EQ(error_with([](auto& spec) { spec.pair_type = 4; }), QuoteError::Unsupported);
    EXPECT_EQ(error_with([](auto& spec) { spec.activation_type = 1; }), std::nullopt);
    EXPECT_EQ(error_with([](auto& spec) { spec.activation_type = 2; }), QuoteError::Unsupported);
}

TEST(MeteoraDlmm, TakesTheFeeFromTheInputOrAlwaysInY) {
    auto spec = dlmm_ladder();  // At price 1.
    const auto quote = [&](Direction direction) {
        const auto found = quote_exact_in(dlmm_of(spec), direction, TokenAmount{1'000}, kNow);
        EXPECT_TRUE(found);
        return found.value_or(SwapQuote{});
    };
    for (const std::uint8_t mode : std::initializer_list<std::uint8_t>{0, 1}) {
        spec.collect_fee_mode = mode;
        for (const auto direction : {kAToB, kBToA}) {
            const auto found = quote(direction);
            EXPECT_EQ(found.amount_in, TokenAmount{1'000});
            EXPECT_EQ(found.amount_out, TokenAmount{990});
            EXPECT_EQ(found.trade_fee, TokenAmount{10});
            EXPECT_EQ(found.is_trade_fee_on_output, mode == 1 && direction == kAToB);
        }
    }
    // Exact out: 990 asked for, and the fee on top of what goes in or comes out.
    spec.collect_fee_mode = 0;
    for (const std::uint8_t mode : std::initializer_list<std::uint8_t>{0, 1}) {
        spec.collect_fee_mode = mode;
        const auto out = quote_exact_out(dlmm_of(spec), kAToB, TokenAmount{990}, kNow);
        ASSERT_TRUE(out);
        EXPECT_EQ(out->amount_in, TokenAmount{1'000});
        EXPECT_EQ(out->amount_out, TokenAmount{990});
        EXPECT_EQ(out->trade_fee, TokenAmount{10});
    }
}

TEST(MeteoraDlmm, RefusesNothingAndWhatTheFeeEatsWhole) {
    const auto pool = dlmm_of(dlmm_ladder());
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(amount_out(quote_exact_in(pool, kAToB, TokenAmount{2}, kNow)), 1U);
}

TEST(MeteoraDlmm, QuotesToTheLastUnitThatTheArraysSeenHoldAndRefusesOneMore) {
    auto spec = dlmm_ladder();
    spec.base_factor = 0;
    const auto pool = dlmm_of(spec);
    // Downwards the arrays 0, -1 and -2: the bins 0 to -140. Upwards 0, 1 and 2: 0 to 209.
    EXPECT_EQ(reserve_b(pool), TokenAmount{141'000'000'000});
    EXPECT_EQ(reserve_a(pool), TokenAmount{210'000'000'000});
    for (const auto direction : {kAToB, kBToA}) {
        const auto reserve = direction == kAToB ? reserve_b(pool) : reserve_a(pool);
        const auto all = quote_exact_out(pool, direction, reserve, kNow);
        ASSERT_TRUE(all);
        EXPECT_EQ(quote_exact_out(pool, direction, reserve + TokenAmount{1}, kNow).error(),
                  QuoteError::ExceedsReserve);
        const auto in = quote_exact_in(pool, direction, all->amount_in, kNow);
        ASSERT_TRUE(in);
        EXPECT_EQ(in->amount_out, reserve);
        EXPECT_EQ(quote_exact_in(pool, direction, all->amount_in + TokenAmount{1}, kNow).error(),
                  QuoteError::ExceedsReserve);
        EXPECT_EQ(quote_exact_in(pool, direction, TokenAmount::max(), kNow).error(),
                  QuoteError::ExceedsReserve);
    }
}

TEST(MeteoraDlmm, IsIncompleteOnlyWhereAQuoteLeadsIntoAnArrayNotSeen) {
    const auto spec = dlmm_ladder();
    auto pool = dlmm_of(spec);
    EXPECT_TRUE(is_complete(pool));
    forget_account(pool, dlmm_array_address(-2));
    EXPECT_TRUE(is_complete(pool));  // The nearest ones suffice.
    // The bins 0 to -70 are left.
    EXPECT_EQ(reserve_b(pool), TokenAmount{71'000'000'000});
    EXPECT_TRUE(quote_exact_out(pool, kAToB, reserve_b(pool), kNow));
    EXPECT_EQ(quote_exact_out(pool, kAToB, reserve_b(pool) + TokenAmount{1}, kNow).error(),
              QuoteError::PoolIncomplete);
    forget_account(pool, dlmm_array_address(0));
    EXPECT_FALSE(is_complete(pool));
    EXPECT_EQ(error_of(pool), QuoteError::PoolIncomplete);
    EXPECT_EQ(reserve_b(pool), TokenAmount{0});
    apply_dlmm_array(pool, spec, 0);
    apply_dlmm_array(pool, spec, -2);
    EXPECT_EQ(reserve_b(pool), TokenAmount{141'000'000'000});
    // Before anything but the pair was seen.
    const auto bare = decoded_dlmm(spec);
    EXPECT_FALSE(is_complete(bare));
    EXPECT_EQ(error_of(bare), QuoteError::PoolIncomplete);
}

TEST(MeteoraDlmm, StopsAtAFlaggedArrayThatDoesNotExist) {
    auto pool = dlmm_of(dlmm_ladder());
    apply_or_die(pool, dlmm_update(dlmm_array_address(-1), {}));
    EXPECT_TRUE(is_complete(pool));
    // There the program would fail, however much comes behind it.
    EXPECT_EQ(reserve_b(pool), TokenAmount{1'000'000'000});
    EXPECT_EQ(quote_exact_out(pool, kAToB, reserve_b(pool) + TokenAmount{1}, kNow).error(),
              QuoteError::ExceedsReserve);
}

TEST(MeteoraDlmm, CountsLimitOrdersWhereThePoolAndItsArraysHaveThem) {
    DlmmSpec spec;
    spec.bins = {{-3, {.open_orders = 70, .processed_orders = 7}},
                 {-2, {.open_orders = 9'000'000, .is_ask = true}},  // Of the other side.
                 {0, {.amount_x = 5, .amount_y = 6, .open_orders = 100, .is_ask = true}},
                 {4, {.amount_x = 1'000, .processed_orders = 200, .is_ask = true}}};
    const auto reserves = [&](auto&& change) {
        auto changed = spec;
        change(changed);
        const auto pool = dlmm_of(changed);
        return std::pair{reserve_a(pool).raw(), reserve_b(pool).raw()};
    };
    using Reserve = std::pair<std::uint64_t, std::uint64_t>;
    const Reserve with_orders{1'305, 83};
    const Reserve without{1'005, 6};
    EXPECT_EQ(reserves([](auto&) {}), with_orders);
    EXPECT_EQ(reserves([](auto& s) { s.function_type = 0; }), with_orders);
    EXPECT_EQ(reserves([](auto& s) { s.function_type = 0, s.has_rewards = true; }), without);
    EXPECT_EQ(reserves([](auto& s) { s.has_rewards = true; }), with_orders);
    EXPECT_EQ(reserves([](auto& s) { s.function_type = 1; }), without);
    // Recordings from before there were orders.
    EXPECT_EQ(reserves([](auto& s) { s.version = 0; }), without);
    EXPECT_EQ(reserves([](auto& s) { s.array_version = 1; }), without);
    EXPECT_EQ(reserves([](auto& s) { s.bins[4].open_orders = kU64Max; }), (Reserve{kU64Max, 83}));
}

TEST(MeteoraDlmm, ProvidersAreServedBeforeOrdersOfTheSameBin) {
    DlmmSpec spec;
    spec.base_factor = 0;
    spec.bins = {{0, {.amount_y = 10, .open_orders = 30, .processed_orders = 20}}};
    const auto pool = dlmm_of(spec);
    // At price 1 every layer gives what it gets: 60 in all.
    EXPECT_EQ(amount_out(quote_exact_in(pool, kAToB, TokenAmount{60}, kNow)), 60U);
    EXPECT_FALSE(quote_exact_in(pool, kAToB, TokenAmount{61}, kNow));
    // At a price of one and a half the roundings of three layers add up.
    spec.bins[0].price = kOne + kOne / 2;
    const auto dearer = dlmm_of(spec);
    // 10 / 1.5, 20 / 1.5 and 30 / 1.5 rounded up: 7 + 14 + 20.
    const auto all = quote_exact_out(dearer, kAToB, TokenAmount{60}, kNow);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->amount_in, TokenAmount{41});
    EXPECT_EQ(amount_out(quote_exact_in(dearer, kAToB, TokenAmount{40}, kNow)), 58U);
}

TEST(MeteoraDlmm, ItsMarginalPriceIsTheActiveBinsUnlessThereIsNothing) {
    auto spec = dlmm_ladder();
    spec.active_id = 7;
    const auto price = marginal_price(dlmm_of(spec));
    EXPECT_FALSE(price.is_squared);
    EXPECT_TRUE(price.numerator == dlmm::price_of_bin(7, 10));
    EXPECT_TRUE(price.denominator == kOne);
    EXPECT_TRUE(marginal_price(decoded_dlmm(spec)).denominator == 0);
    spec.bins.clear();
    const auto empty = dlmm_of(spec);
    EXPECT_TRUE(is_complete(empty));
    EXPECT_TRUE(marginal_price(empty).denominator == 0);
    EXPECT_EQ(error_of(empty), QuoteError::ExceedsReserve);
    // A step and a bin whose price leaves 128 bits.
    spec = dlmm_ladder();
    spec.bin_step = 400;
    spec.active_id = 443'636;
    EXPECT_TRUE(marginal_price(dlmm_of(spec)).denominator == 0);
}

TEST(MeteoraDlmm, AnAmountThatLeaves64BitsIsAnOverflow) {
    DlmmSpec spec;
    spec.base_factor = 0;
    // A bin so far away that the program has no price for it.
    spec.bin_step = 400;
    spec.bins = {{-100'000, {.amount_x = 1'000, .amount_y = 1'000}}};
    for (const std::int32_t active_id : {-100'000, -100'001, -99'999}) {
        spec.active_id = active_id;
        const auto direction = active_id < -100'000 ? kBToA : kAToB;
        const auto pool = dlmm_of(spec);
        EXPECT_EQ(quote_exact_in(pool, direction, TokenAmount{100}, kNow).error(),
                  QuoteError::Overflow);
        EXPECT_EQ(quote_exact_out(pool, direction, TokenAmount{100}, kNow).error(),
                  QuoteError::Overflow);
    }
    spec.active_id = 0;
    spec.bins = {{0, {.amount_x = kU64Max, .amount_y = kU64Max}}};
    for (const auto direction : {kAToB, kBToA}) {
        spec.bins[0].price = kOne;
        EXPECT_TRUE(quote_exact_in(dlmm_of(spec), direction, TokenAmount::max(), kNow));
        spec.bins[0].price = direction == kAToB ? kOne - 1 : kOne + 1;
        EXPECT_EQ(quote_exact_in(dlmm_of(spec), direction, TokenAmount{100}, kNow).error(),
                  QuoteError::Overflow);
    }
    // Two bins that each could pay it, but not together.
    const u128 two = kOne * 2;
    spec.bins = {{0, {.amount_y = kU64Max, .price = two}}, {-1, {.amount_y = 1, .price = two}}};
    const TokenAmount half{(std::uint64_t{1} << 63) - 1};
    EXPECT_EQ(amount_out(quote_exact_in(dlmm_of(spec), kAToB, half, kNow)), kU64Max - 1);
    EXPECT_EQ(quote_exact_in(dlmm_of(spec), kAToB, half + TokenAmount{2}, kNow).error(),
              QuoteError::Overflow);
}

TEST(MeteoraDlmm, NeedsArraysAroundThePriceAndTheMintsThatItDoesNotKnow) {
    auto spec = dlmm_ladder();
    const auto pool = decoded_dlmm(spec);
    std::vector<Pubkey> expected;
    for (const std::int32_t index : {-2, -1, 0, 1, 2}) {
        expected.push_back(dlmm_array_address(index));
    }
    expected.push_back(spec.mint_a);
    EXPECT_EQ(accounts_needed(pool), expected);
    EXPECT_EQ(accounts_needed(dlmm_of(spec)), expected);
    EXPECT_TRUE(accounts_shared(pool).empty());
    // Where fewer arrays are flagged than looked for, only the extension knows whether there are
    // more; it can only know of any where the pool may have liquidity that far away.
    spec.bins.erase(spec.bins.upper_bound(139), spec.bins.end());
    expected.erase(expected.begin() + 4);
    EXPECT_EQ(accounts_needed(decoded_dlmm(spec)), expected);
    spec.bin_max = 512 * kDlmmBinsPerArray - 1;
    EXPECT_EQ(accounts_needed(decoded_dlmm(spec)), expected);
    spec.bin_max += 1;
    expected.insert(expected.begin() + 4, dlmm_extension_address());
    EXPECT_EQ(accounts_needed(decoded_dlmm(spec)), expected);
}

TEST(MeteoraDlmm, IsTheSamePoolWhileItsIdentityStays) {
    const auto pool = dlmm_of(dlmm_ladder());
    auto other = pool;
    other.active_id = 5;
    other.fee.volatility = 7;
    other.bins.clear();
    EXPECT_TRUE(is_same_identity(pool, other));
    other.oracle = key_of(9);
    EXPECT_FALSE(is_same_identity(pool, other));
    other = pool;
    other.bin_step += 1;
    EXPECT_FALSE(is_same_identity(pool, other));
    EXPECT_TRUE(has_exact_out(pool, kAToB));
    EXPECT_TRUE(has_exact_out(pool, kBToA));
}

}  // namespace
}  // namespace sniperforge::dex
