// SPDX-License-Identifier: MIT
// What holds for every quote of every pool, and that no contents of an account do any harm.
#include <gtest/gtest.h>

#include "dex/raydium_clmm_swap.hpp"
#include "dex/wide_math.hpp"
#include "unit/dex/clmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kPoolRounds = 4'000;

Direction any_direction(Rng& rng) { return rng.below(2) == 0 ? Direction::AToB : Direction::BToA; }

ClmmDynamicFee any_dynamic_fee(Rng& rng, std::int32_t index) {
    return {.is_enabled = rng.below(2) == 0,
            .filter_period = 30,
            .decay_period = 600,
            .reduction_factor = 5'000,
            .dynamic_fee_control = static_cast<std::uint32_t>(rng.below(100'000)),
            .max_volatility_accumulator = static_cast<std::uint32_t>(rng.below(300'000)),
            .tick_spacing_index_reference = index + 3 - static_cast<std::int32_t>(rng.below(7)),
            .volatility_reference = static_cast<std::uint32_t>(rng.below(100'000)),
            .volatility_accumulator = static_cast<std::uint32_t>(rng.below(100'000)),
            .last_update_timestamp = static_cast<std::uint64_t>(kNow.unix_time) - rng.below(1'000)};
}

void add_position(std::map<std::int32_t, RawTick>& ticks, std::int32_t lower, std::int32_t upper,
                  i128 liquidity) {
    for (const bool is_lower : {true, false}) {
        RawTick& tick = ticks[is_lower ? lower : upper];
        tick.tick = is_lower ? lower : upper;
        tick.liquidity_gross += static_cast<u128>(liquidity);
        tick.liquidity_net += is_lower ? liquidity : -liquidity;
    }
}

// Positions and limit orders around a price, as the program could have them.
RaydiumClmmPool any_pool(Rng& rng) {
    constexpr std::uint16_t kSpacings[] = {1, 10, 60};
    const std::uint16_t spacing = kSpacings[rng.below(3)];
    const std::int32_t tick = static_cast<std::int32_t>(rng.below(200'000)) - 100'000;
    const u128 floor = clmm_sqrt_price_at(tick);
    const u128 room = clmm_sqrt_price_at(tick + 1) - floor;
    auto pool = clmm_pool(tick, floor + static_cast<u128>(rng.next()) * room / kQ64, 0, spacing);
    std::map<std::int32_t, RawTick> ticks;
    const std::int32_t middle = floor_div(tick, spacing);
    const auto any_tick = [&] {
        return (middle + 100 - static_cast<std::int32_t>(rng.below(200))) * spacing;
    };
    for (std::uint64_t i = 0, positions = rng.below(12) + 1; i < positions; ++i) {
        const std::int32_t a = any_tick();
        const std::int32_t b = any_tick();
        const i128 liquidity = any_amount(rng, 60);
        if (a == b) {
            continue;
        }
        add_position(ticks, std::min(a, b), std::max(a, b), liquidity);
        const bool is_active = std::min(a, b) <= tick && tick < std::max(a, b);
        pool.liquidity += is_active ? static_cast<u128>(liquidity) : 0;
    }
    for (std::uint64_t i = 0, orders = rng.below(4); i < orders; ++i) {
        RawTick& order = ticks[any_tick()];
        order.orders = any_amount(rng, 50);
        order.part_filled = rng.below(2) == 0 ? any_amount(rng, 50) : 0;
    }
    std::vector<RawTick> raw;
    for (auto& [at, value] : ticks) {
        value.tick = at;
        raw.push_back(value);
    }
    put_ticks(pool, raw);
    constexpr std::uint32_t kRates[] = {0, 1, 100, 2'500, 10'000, 50'000};
    pool.trade_fee_rate = kRates[rng.below(std::size(kRates))];
    pool.fee_on = static_cast<std::uint8_t>(rng.below(3));
    pool.dynamic_fee = any_dynamic_fee(rng, middle);
    return pool;
}

TEST(RaydiumClmmProperties, WhatExactOutAsksForReceivesTheAmount) {
    Rng rng{1};
    int checked = 0;
    for (int round = 0; round < kPoolRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const TokenAmount wanted{any_amount(rng, 50)};
        const auto out = quote_exact_out(pool, direction, wanted, kNow);
        if (!out) {
            continue;
        }
        ++checked;
        EXPECT_EQ(out->amount_out, wanted);
        const auto enough = quote_exact_in(pool, direction, out->amount_in, kNow);
        ASSERT_TRUE(enough) << to_string(enough.error());
        EXPECT_GE(enough->amount_out, wanted);
    }
    EXPECT_GT(checked, kPoolRounds / 4);
}

TEST(RaydiumClmmProperties, BuyingBackWhatExactInGaveNeverCostsMore) {
    Rng rng{2};
    int checked = 0;
    for (int round = 0; round < kPoolRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const TokenAmount spent{any_amount(rng, 50)};
        const auto in = quote_exact_in(pool, direction, spent, kNow);
        if (!in) {
            continue;
        }
        ++checked;
        const auto out = quote_exact_out(pool, direction, in->amount_out, kNow);
        ASSERT_TRUE(out) << to_string(out.error());
        EXPECT_LE(out->amount_in, spent);
    }
    EXPECT_GT(checked, kPoolRounds / 4);
}

TEST(RaydiumClmmProperties, MoreInIsNeverLessOutAndMoreOutNeverLessIn) {
    Rng rng{3};
    for (int round = 0; round < kPoolRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto x = any_amount(rng, 50);
        const auto y = rng.below(2) == 0 ? any_amount(rng, 50) : x + 1;
        const auto [less, more] = std::minmax(x, y);
        const auto much = quote_exact_in(pool, direction, TokenAmount{more}, kNow);
        if (much) {
            EXPECT_LE(amount_out(quote_exact_in(pool, direction, TokenAmount{less}, kNow)),
                      amount_out(much));
        }
        const auto cheap = quote_exact_out(pool, direction, TokenAmount{less}, kNow);
        const auto dear = quote_exact_out(pool, direction, TokenAmount{more}, kNow);
        if (dear) {
            ASSERT_TRUE(cheap);
            EXPECT_LE(cheap->amount_in, dear->amount_in);
        }
    }
}

// out / in <= the square of the root price, whatever the path, and never more than the reserve.
TEST(RaydiumClmmProperties, NoSwapIsBetterThanTheMarginalPriceOrPaysMoreThanTheReserve) {
    Rng rng{4};
    int checked = 0;
    for (int round = 0; round < kPoolRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto check = [&](const QuoteResult& quote) {
            if (!quote) {
                return;
            }
            ++checked;
            const u512 price = u512{pool.sqrt_price} * pool.sqrt_price;
            const u512 one = u512{1} << 128U;
            const u512 in = quote->amount_in.raw();
            const u512 out = quote->amount_out.raw();
            if (direction == Direction::AToB) {
                EXPECT_LE(u512{out * one}, u512{in * price});
            } else {
                EXPECT_LE(u512{out * price}, u512{in * one});
            }
            const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
            EXPECT_LE(quote->amount_out, reserve);
        };
        check(quote_exact_in(pool, direction, TokenAmount{any_amount(rng, 50)}, kNow));
        check(quote_exact_out(pool, direction, TokenAmount{any_amount(rng, 50)}, kNow));
    }
    EXPECT_GT(checked, kPoolRounds / 4);
}

// Everything that the bytes can say, at every size of the amounts: an answer, and no harm.
TEST(RaydiumClmmProperties, AnyContentsOfTheAccountsQuoteOrRefuse) {
    Rng rng{5};
    const auto any_u128 = [&] {
        const u128 value = static_cast<u128>(rng.next()) << 64 | rng.next();
        return value >> rng.below(128);
    };
    int quoted = 0;
    for (int round = 0; round < kPoolRounds; ++round) {
        auto pool = any_pool(rng);
        pool.fee_on = static_cast<std::uint8_t>(rng.below(4));
        pool.trade_fee_rate = static_cast<std::uint32_t>(rng.below(1'000'002));
        if (rng.below(2) == 0) {
            pool.liquidity = any_u128();
        }
        if (rng.below(4) == 0) {
            pool.sqrt_price = std::clamp(any_u128(), kClmmSqrtPriceMin, kClmmSqrtPriceMax);
        }
        if (rng.below(2) == 0) {
            Bytes fee(sizeof(std::uint64_t) * 4);
            rng.fill(fee);
            pool.dynamic_fee.reduction_factor = read_le<std::uint16_t>(fee, 0);
            pool.dynamic_fee.dynamic_fee_control = read_le<std::uint32_t>(fee, 2);
            pool.dynamic_fee.max_volatility_accumulator = read_le<std::uint32_t>(fee, 6);
            pool.dynamic_fee.tick_spacing_index_reference = read_le<std::int32_t>(fee, 10);
            pool.dynamic_fee.volatility_reference = read_le<std::uint32_t>(fee, 14);
            pool.dynamic_fee.volatility_accumulator = read_le<std::uint32_t>(fee, 18);
            pool.dynamic_fee.last_update_timestamp = read_le<std::uint64_t>(fee, 22);
        }
        for (ClmmTick& tick : pool.ticks) {
            if (rng.below(4) == 0) {
                tick.liquidity_net = static_cast<i128>(any_u128());
                tick.orders = rng.next();
                tick.part_filled = rng.next();
            }
        }
        const QuoteContext context{.unix_time = static_cast<std::int64_t>(rng.next())};
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            for (const TokenAmount amount : {TokenAmount{any_amount(rng)}, TokenAmount::max()}) {
                quoted += quote_exact_in(pool, direction, amount, context) ? 1 : 0;
                quoted += quote_exact_out(pool, direction, amount, context) ? 1 : 0;
                (void)swap_exact_in(pool, direction, amount, {}, {});
            }
        }
        refresh_ticks(pool);  // Whatever it says, what they would pay is a number.
    }
    EXPECT_GT(quoted, 100);
}

TEST(RaydiumClmmProperties, AnyBytesAsItsAccountsAreTakenInOrRefused) {
    Rng rng{6};
    Bytes data(kClmmTickArrayBytes + 8);
    const std::array discriminators{kClmmPoolDiscriminator, kClmmConfigDiscriminator,
                                    kClmmTickArrayDiscriminator, kClmmBitmapExtensionDiscriminator};
    auto pool = any_pool(rng);
    for (std::size_t length = 0; length <= data.size(); length += length < 2'000 ? 1 : 97) {
        rng.fill(data);
        std::ranges::copy(discriminators[rng.below(4)], data.begin());
        std::ranges::copy(pool.id.bytes, data.begin() + 8);
        write_le(std::span{data}, 40,
                 clmm_array_start(pool, clmm_array_of(pool, pool.tick_current)));
        if (rng.below(2) == 0) {  // Ticks in their places, with anything else in them.
            for (std::int32_t i = 0; i < kClmmTicksPerArray; ++i) {
                const auto start = read_le<std::int32_t>(data, 40);
                write_le(std::span{data}, 44 + static_cast<std::size_t>(i) * 168,
                         start + i * pool.tick_spacing);
            }
        }
        const auto view = BytesView{data}.first(length);
        for (const Pubkey& pubkey : {key_of(4), pool.amm_config, pool.mint_b}) {
            (void)apply_account(pool, account(pubkey, view));
            (void)apply_account(pool, account(pubkey, view, solana::kTokenProgram));
        }
        (void)quote_exact_in(pool, any_direction(rng), TokenAmount{any_amount(rng)}, kNow);
        if (auto decoded = decode_clmm_pool(key_of(31), view)) {
            carry_over(pool, *decoded);
            (void)accounts_needed(*decoded);
            (void)quote_exact_out(*decoded, any_direction(rng), TokenAmount{rng.next()}, kNow);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
