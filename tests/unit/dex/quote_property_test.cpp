// SPDX-License-Identifier: MIT
// What holds for every quote, checked against the definitions and not against the formulas.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kRounds = 4'000;

Direction any_direction(Rng& rng) { return rng.below(2) == 0 ? Direction::AToB : Direction::BToA; }

RaydiumCpmmPool any_cpmm(Rng& rng, unsigned bits_max) {
    auto pool = cpmm_pool({any_amount(rng, bits_max), any_amount(rng, bits_max)});
    constexpr std::uint64_t kRates[] = {0, 1, 100, 2'500, 10'000, 40'000, 333'333, 999'999};
    pool.trade_fee_rate = kRates[rng.below(std::size(kRates))];
    pool.is_creator_fee_enabled = rng.below(2) == 0;
    pool.creator_fee_on = static_cast<std::uint8_t>(rng.below(3));
    pool.creator_fee_rate = rng.below(2) == 0 ? 0 : rng.below(1'000'000 - pool.trade_fee_rate);
    return pool;
}

RaydiumAmmV4Pool any_amm_v4(Rng& rng, unsigned bits_max) {
    auto pool = amm_v4_pool({any_amount(rng, bits_max), any_amount(rng, bits_max)});
    if (rng.below(2) == 0) {
        pool.swap_fee_denominator = any_amount(rng, 40) + 1;
        pool.swap_fee_numerator = rng.below(pool.swap_fee_denominator);
    }
    return pool;
}

Pool any_pool(Rng& rng, unsigned bits_max = 64) {
    return rng.below(2) == 0 ? Pool{any_cpmm(rng, bits_max)} : Pool{any_amm_v4(rng, bits_max)};
}

TEST(QuoteProperties, ExactOutIsTheSmallestInputThatReceivesTheAmount) {
    Rng rng{1};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Pool pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const TokenAmount wanted{any_amount(rng)};
        const auto out = quote_exact_out(pool, direction, wanted, kNow);
        if (!out) {
            continue;
        }
        ++checked;
        EXPECT_EQ(out->amount_out, wanted);
        const auto enough = quote_exact_in(pool, direction, out->amount_in, kNow);
        ASSERT_TRUE(enough);
        EXPECT_GE(enough->amount_out, wanted);
        const auto less = quote_exact_in(pool, direction, out->amount_in - TokenAmount{1}, kNow);
        EXPECT_LT(amount_out(less), wanted.raw());
    }
    EXPECT_GT(checked, kRounds / 4);
}

TEST(QuoteProperties, BuyingBackWhatExactInGaveNeverCostsMore) {
    Rng rng{2};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Pool pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const TokenAmount spent{any_amount(rng)};
        const auto in = quote_exact_in(pool, direction, spent, kNow);
        if (!in) {
            continue;
        }
        ++checked;
        const auto out = quote_exact_out(pool, direction, in->amount_out, kNow);
        ASSERT_TRUE(out) << to_string(out.error());
        EXPECT_LE(out->amount_in, spent);
    }
    EXPECT_GT(checked, kRounds / 4);
}

TEST(QuoteProperties, MoreInIsNeverLessOutAndMoreOutNeverLessIn) {
    Rng rng{3};
    for (int round = 0; round < kRounds; ++round) {
        const Pool pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto x = any_amount(rng);
        const auto y = rng.below(2) == 0 ? any_amount(rng) : x + (x < kU64Max ? 1 : 0);
        const auto [less, more] = std::minmax(x, y);
        EXPECT_LE(amount_out(quote_exact_in(pool, direction, TokenAmount{less}, kNow)),
                  amount_out(quote_exact_in(pool, direction, TokenAmount{more}, kNow)));
        const auto cheap = quote_exact_out(pool, direction, TokenAmount{less}, kNow);
        const auto dear = quote_exact_out(pool, direction, TokenAmount{more}, kNow);
        if (dear) {
            ASSERT_TRUE(cheap);
            EXPECT_LE(cheap->amount_in, dear->amount_in);
        }
    }
}

TEST(QuoteProperties, NoSwapIsBetterThanTheMarginalPriceOrShrinksTheProduct) {
    Rng rng{4};
    for (int round = 0; round < kRounds; ++round) {
        const Pool pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto a = reserve_a(pool).raw();
        const auto b = reserve_b(pool).raw();
        const auto x = direction == Direction::AToB ? a : b;
        const auto y = direction == Direction::AToB ? b : a;
        const auto check = [&](const QuoteResult& quote) {
            if (!quote) {
                return;
            }
            const auto in = quote->amount_in.raw();
            const auto out = quote->amount_out.raw();
            // out / in <= y / x
            EXPECT_LE(static_cast<u128>(out) * x, static_cast<u128>(in) * y);
            EXPECT_LT(out, y);
            EXPECT_LE(quote->trade_fee, quote->amount_in);
        };
        check(quote_exact_in(pool, direction, TokenAmount{any_amount(rng)}, kNow));
        check(quote_exact_out(pool, direction, TokenAmount{any_amount(rng)}, kNow));
    }
}

// Every unit of rounding, by definition: the fee is the smallest that covers its rate, the output
// the largest that keeps the product. 60 bits, so that the products fit 128.
TEST(QuoteProperties, EveryRoundingOfCpmmExactInIsTheSmallestAgainstUs) {
    Rng rng{5};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto pool = any_cpmm(rng, 60);
        const auto direction = any_direction(rng);
        const auto in = any_amount(rng, 60);
        const auto quote = quote_exact_in(pool, direction, TokenAmount{in}, kNow);
        if (!quote) {
            continue;
        }
        ++checked;
        const auto rates = cpmm_rates(pool, direction);
        u128 fee = quote->trade_fee.raw();
        u128 gross_out = quote->amount_out.raw();
        if (quote->is_creator_fee_on_output) {
            const u128 creator = quote->creator_fee.raw();
            gross_out += creator;
            EXPECT_GE(creator * kCpmmRateOne, gross_out * rates.creator_on_output);
            EXPECT_LT((creator - 1) * kCpmmRateOne, gross_out * rates.creator_on_output);
        } else {
            fee += quote->creator_fee.raw();
        }
        const u128 rate = rates.trade + rates.creator_on_input;
        EXPECT_GE(fee * kCpmmRateOne, in * rate);
        if (fee > 0) {
            EXPECT_LT((fee - 1) * kCpmmRateOne, in * rate);
        }
        const bool is_a_in = direction == Direction::AToB;
        const u128 x = (is_a_in ? reserve_a(pool) : reserve_b(pool)).raw();
        const u128 y = (is_a_in ? reserve_b(pool) : reserve_a(pool)).raw();
        const u128 x_after = x + (in - fee);
        EXPECT_GE(x_after * (y - gross_out), x * y);
        EXPECT_LT(x_after * (y - gross_out - 1), x * y);
    }
    EXPECT_GT(checked, kRounds / 4);
}

TEST(QuoteProperties, EveryRoundingOfAmmV4ExactInIsTheSmallestAgainstUs) {
    Rng rng{6};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto pool = any_amm_v4(rng, 60);
        const auto direction = any_direction(rng);
        const auto in = any_amount(rng, 60);
        const auto quote = quote_exact_in(pool, direction, TokenAmount{in}, kNow);
        if (!quote) {
            continue;
        }
        ++checked;
        const u128 fee = quote->trade_fee.raw();
        const u128 exact = static_cast<u128>(in) * pool.swap_fee_numerator;
        EXPECT_GE(fee * pool.swap_fee_denominator, exact);
        if (fee > 0) {
            EXPECT_LT((fee - 1) * pool.swap_fee_denominator, exact);
        }
        const bool is_a_in = direction == Direction::AToB;
        const u128 x = (is_a_in ? reserve_a(pool) : reserve_b(pool)).raw();
        const u128 y = (is_a_in ? reserve_b(pool) : reserve_a(pool)).raw();
        const u128 x_after = x + (in - fee);
        EXPECT_GE(x_after * (y - quote->amount_out.raw()), x * y);
        EXPECT_LT(x_after * (y - quote->amount_out.raw() - 1), x * y);
    }
    EXPECT_GT(checked, kRounds / 4);
}

TEST(QuoteProperties, AnyBytesAsAPoolDecodeOrRefuseAndThenQuoteOrRefuse) {
    Rng rng{7};
    Bytes data(1'000);
    for (std::size_t length = 0; length <= data.size(); ++length) {
        rng.fill(data);
        if (rng.below(2) == 0) {
            std::ranges::copy(kCpmmPoolDiscriminator, data.begin());
        }
        // Plausible decimals, so that the AMM v4 decoder gets past its check.
        write_le(std::span{data}, 32, rng.below(300));
        write_le(std::span{data}, 40, rng.below(300));
        const auto view = BytesView{data}.first(length);
        for (const auto venue : {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm}) {
            auto pool = decode_pool(venue, key_of(1), view);
            EXPECT_FALSE(pool && length < pool_bytes(venue));
            if (!pool) {
                EXPECT_FALSE(pool.error().text.empty());
                continue;
            }
            std::visit(
                [&]<Venue P>(P& p) {
                    if constexpr (requires { p.vault_amount_a = p.status; }) {
                        p.has_vault_a = p.has_vault_b = true;
                        p.vault_amount_a = rng.next();
                        p.vault_amount_b = rng.next();
                        p.status = static_cast<std::uint8_t>(rng.below(8));
                    }
                },
                pool->state);
            if (auto* cpmm = std::get_if<RaydiumCpmmPool>(&pool->state)) {
                apply_config(*cpmm, RaydiumCpmmConfig{.trade_fee_rate = rng.next(),
                                                      .protocol_fee_rate = rng.next(),
                                                      .fund_fee_rate = rng.next(),
                                                      .protocol_owner = {},
                                                      .fund_owner = {},
                                                      .creator_fee_rate = rng.next()});
            }
            (void)quote_exact_in(*pool, any_direction(rng), TokenAmount{rng.next()}, kNow);
            (void)quote_exact_out(*pool, any_direction(rng), TokenAmount{rng.next()}, kNow);
        }
        (void)recognise_pool(solana::kRaydiumCpmmProgram, view);
        (void)recognise_pool(solana::kRaydiumAmmV4Program, view);
        (void)decode_cpmm_config(view);
    }
}

}  // namespace
}  // namespace sniperforge::dex
