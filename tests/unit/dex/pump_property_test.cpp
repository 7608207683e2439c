// SPDX-License-Identifier: MIT
// What holds for every curve and every PumpSwap pool, whatever their accounts say.
#include <gtest/gtest.h>

#include <algorithm>

#include "dex/pump_math.hpp"
#include "sniperforge/dex/describe.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kRounds = 20'000;

std::uint16_t any_rate(Rng& rng) {
    return static_cast<std::uint16_t>(rng.below(rng.below(8) == 0 ? kPumpRateOne + 1 : 200));
}

PumpFees any_fees(Rng& rng) { return {any_rate(rng), any_rate(rng), any_rate(rng)}; }

// Complete pools with their numbers replaced: what other tests build through accounts costs more.
PumpCurvePool any_curve(Rng& rng) {
    static const PumpCurvePool complete_curve = pump_curve();
    PumpCurvePool pool = complete_curve;
    pool.virtual_a = any_amount(rng);
    pool.virtual_b = any_amount(rng);
    pool.real_a = std::min(any_amount(rng), pool.virtual_a);
    pool.real_b = any_amount(rng);
    pool.fee_tiers = std::make_shared<const PumpFeeTiers>(
        PumpFeeTiers{{.market_cap_min = 0, .fees = any_fees(rng)}});
    return pool;
}

PumpSwapPool any_swap_pool(Rng& rng) {
    static const PumpSwapPool complete_pool = swap_pool();
    PumpSwapPool pool = complete_pool;
    pool.vault_amount_a = any_amount(rng);
    pool.vault_amount_b = any_amount(rng);
    const auto part = static_cast<i128>(any_amount(rng));
    pool.virtual_b = rng.below(2) == 0 ? part : -part;
    pool.protocol_fees = rng.below(4) == 0 ? any_amount(rng, 40) : 0;
    pool.supply = any_amount(rng);
    pool.fee_tiers = std::make_shared<const PumpFeeTiers>(
        PumpFeeTiers{{.market_cap_min = 0, .fees = any_fees(rng)}});
    return pool;
}

template <typename Check>
void for_any_pool(std::uint64_t seed, const Check& check) {
    Rng rng{seed};
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        if (rng.below(2) == 0) {
            check(any_curve(rng), rng);
        } else {
            check(any_swap_pool(rng), rng);
        }
        if (testing::Test::HasFailure()) {
            return;
        }
    }
}

TEST(PumpProperties, AnExactOutputNeverCostsMoreThanTheInputThatBringsIt) {
    int checked = 0;
    for_any_pool(1, [&](const auto& pool, Rng& rng) {
        const TokenAmount spent{any_amount(rng)};
        for (const auto direction : {kSell, kBuy}) {
            const auto in = quote_exact_in(pool, direction, spent, kNow);
            if (!in) {
                continue;
            }
            ++checked;
            EXPECT_EQ(in->amount_in, spent);
            const auto out = quote_exact_out(pool, direction, in->amount_out, kNow);
            ASSERT_TRUE(out) << to_string(out.error());
            EXPECT_LE(out->amount_in, spent);
            EXPECT_GE(out->amount_out, in->amount_out);
        }
    });
    EXPECT_GT(checked, kRounds / 8);
}

// What exact-out says of a sale is what the sale brings, and no smaller sale brings as much.
TEST(PumpProperties, ASaleForAnAmountIsTheSmallestThatBringsIt) {
    int checked = 0;
    for_any_pool(2, [&](const auto& pool, Rng& rng) {
        const TokenAmount wanted{any_amount(rng)};
        const auto least = quote_exact_out(pool, kSell, wanted, kNow);
        if (!least) {
            return;
        }
        ++checked;
        EXPECT_GE(least->amount_out, wanted);
        const auto again = quote_exact_in(pool, kSell, least->amount_in, kNow);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->amount_out, least->amount_out);
        std::uint64_t smaller = least->amount_in.raw();
        // Fees step up at their own points, so a few sizes below are tried, near and far.
        for (int i = 0; i < 6 && smaller > 1; ++i) {
            smaller -= i < 3 ? 1 : 1 + rng.below(smaller - 1);
            EXPECT_LT(amount_out(quote_exact_in(pool, kSell, TokenAmount{smaller}, kNow)),
                      wanted.raw());
        }
    });
    EXPECT_GT(checked, kRounds / 20);
}

// Below 2^12 everything can be tried: no smaller input brings the output.
TEST(PumpProperties, SmallPoolsAgreeWithTryingEverySale) {
    Rng rng{3};
    int checked = 0;
    for (int round = 0; round < 400; ++round) {
        const PumpReserves reserves{any_amount(rng, 10), any_amount(rng, 12)};
        const PumpFees fees = any_fees(rng);
        const std::uint64_t wanted = 1 + rng.below(reserves.quote);
        std::uint64_t first = 0;
        for (std::uint64_t in = 1; in < 8'192 && first == 0; ++in) {
            if (amount_out(pump_sell_exact_base(reserves, fees, in, kU64Max)) >= wanted) {
                first = in;
            }
        }
        const auto least = pump_sell_for_quote(reserves, fees, wanted, kU64Max);
        if (first != 0) {
            ++checked;
            ASSERT_TRUE(least) << round;
            EXPECT_EQ(least->amount_in.raw(), first) << round;
        } else if (least) {
            EXPECT_GE(least->amount_in.raw(), 8'192U) << round;
        }
    }
    EXPECT_GT(checked, 100);
}

// A unit more of input may meet a fee that steps up; three fees, so two units are the most that is
// lost. Buys lose what two units of the quote would have bought.
TEST(PumpProperties, MoreInIsLessOutByNoMoreThanTheStepsOfTheFees) {
    for_any_pool(4, [&](const auto& pool, Rng& rng) {
        const auto x = any_amount(rng);
        const auto y = rng.below(2) == 0 ? any_amount(rng) : x + (x < kU64Max ? 1 : 0);
        const auto [less, more] = std::minmax(x, y);
        const auto low = quote_exact_in(pool, kSell, TokenAmount{less}, kNow);
        const auto high = quote_exact_in(pool, kSell, TokenAmount{more}, kNow);
        if (low && high) {
            EXPECT_LE(low->amount_out.raw(), high->amount_out.raw() + 2);
        }
        const auto cheap = quote_exact_in(pool, kBuy, TokenAmount{less}, kNow);
        if (more - less >= 3 && cheap) {
            const auto dear = quote_exact_in(pool, kBuy, TokenAmount{more}, kNow);
            EXPECT_TRUE(!dear || dear->amount_out >= cheap->amount_out);
        }
        const auto few = quote_exact_out(pool, kBuy, TokenAmount{less}, kNow);
        const auto many = quote_exact_out(pool, kBuy, TokenAmount{more}, kNow);
        if (many) {
            ASSERT_TRUE(few);
            EXPECT_LE(few->amount_in, many->amount_in);
        }
        const auto small_sale = quote_exact_out(pool, kSell, TokenAmount{less}, kNow);
        const auto large_sale = quote_exact_out(pool, kSell, TokenAmount{more}, kNow);
        if (small_sale && large_sale) {
            EXPECT_LE(small_sale->amount_in, large_sale->amount_in);
        }
    });
}

TEST(PumpProperties, NoSwapIsBetterThanTheMarginalPrice) {
    int checked = 0;
    for_any_pool(5, [&](const auto& pool, Rng& rng) {
        const MarginalPrice price = marginal_price(pool);
        const auto check = [&](Direction direction, const QuoteResult& quote) {
            if (!quote) {
                return;
            }
            ++checked;
            ASSERT_GT(price.denominator, 0U);
            const u128 in = quote->amount_in.raw();
            const u128 out = quote->amount_out.raw();
            if (direction == kSell) {  // out / in <= B / A
                EXPECT_LE(out * price.denominator, in * price.numerator);
                EXPECT_LE(quote->amount_out, reserve_b(pool));
            } else {
                EXPECT_LE(out * price.numerator, in * price.denominator);
                EXPECT_LE(quote->amount_out, reserve_a(pool));
                EXPECT_LE(quote->trade_fee.raw() + quote->creator_fee.raw(),
                          quote->amount_in.raw());
            }
        };
        for (const auto direction : {kSell, kBuy}) {
            check(direction, quote_exact_in(pool, direction, TokenAmount{any_amount(rng)}, kNow));
            check(direction, quote_exact_out(pool, direction, TokenAmount{any_amount(rng)}, kNow));
        }
    });
    EXPECT_GT(checked, kRounds / 4);
}

// A budget is never exceeded, and all of it but rounding is used.
TEST(PumpProperties, ABudgetIsSpentToWithinTheRoundingOfItsFees) {
    Rng rng{6};
    for (int round = 0; round < kRounds; ++round) {
        const PumpFees fees = any_fees(rng);
        const auto budget = any_amount(rng);
        const auto net = pump_net_of_budget(budget, fees);
        if (!net) {
            EXPECT_LT(budget, 20U);
            continue;
        }
        const u128 spent = *net + pump_fee_amounts(*net, fees).total();
        EXPECT_LE(spent, budget);
        const std::uint64_t rate = std::uint64_t{fees.lp} + fees.protocol + fees.creator;
        EXPECT_LE(budget - spent, 3 + rate / kPumpRateOne);
    }
}

TEST(PumpProperties, ExtremesAreQuotedOrRefused) {
    constexpr std::uint64_t kEdges[] = {0, 1, 2, kU64Max / 2, kU64Max - 1, kU64Max};
    constexpr PumpFees kFees[] = {
        {0, 0, 0}, {1, 1, 1}, {0, 9'999, 0}, {0, 10'000, 0}, {10'000, 10'000, 10'000}};
    for (const auto base : kEdges) {
        for (const auto quote : kEdges) {
            for (const PumpFees& fees : kFees) {
                Rng rng{7};
                auto curve = any_curve(rng);
                curve.virtual_a = base;
                curve.virtual_b = quote;
                curve.real_a = base;
                curve.real_b = quote;
                auto pool = any_swap_pool(rng);
                pool.vault_amount_a = base;
                pool.vault_amount_b = quote;
                pool.virtual_b = 0;
                curve.fee_tiers = pool.fee_tiers = std::make_shared<const PumpFeeTiers>(
                    PumpFeeTiers{{.market_cap_min = 0, .fees = fees}});
                for (const auto amount : kEdges) {
                    for (const auto direction : {kSell, kBuy}) {
                        (void)quote_exact_in(curve, direction, TokenAmount{amount}, kNow);
                        (void)quote_exact_out(curve, direction, TokenAmount{amount}, kNow);
                        (void)quote_exact_in(pool, direction, TokenAmount{amount}, kNow);
                        (void)quote_exact_out(pool, direction, TokenAmount{amount}, kNow);
                    }
                }
            }
        }
    }
}

// Any bytes as any of the accounts, of every length.
TEST(PumpProperties, GarbageDecodesOrIsRefusedAndLeavesAPoolThatQuotesOrRefuses) {
    Rng rng{8};
    Bytes garbage(700);
    constexpr std::array<std::array<std::uint8_t, 8>, 5> kDiscriminators{
        kPumpCurveDiscriminator, kPumpSwapPoolDiscriminator, kPumpFeeConfigDiscriminator,
        kPumpGlobalDiscriminator, kPumpSwapGlobalDiscriminator};
    auto curve = pump_curve();
    auto pool = swap_pool();
    for (std::size_t length = 0; length <= garbage.size(); ++length) {
        rng.fill(garbage);
        std::ranges::copy(kDiscriminators[rng.below(5)], garbage.begin());
        if (rng.below(2) == 0) {  // Few tiers, small rates: a config that may decode.
            std::fill(garbage.begin() + 41, garbage.end(), std::uint8_t{0});
            garbage[65] = static_cast<std::uint8_t>(rng.below(4));
            garbage[81] = static_cast<std::uint8_t>(rng.below(256));
        }
        const BytesView data = BytesView{garbage}.first(length);
        if (auto decoded = decode_pump_curve_pool(curve.id, data)) {
            EXPECT_TRUE(is_pump_curve_pool(data));
            carry_over(curve, *decoded);
            (void)quote_exact_in(*decoded, kBuy, TokenAmount{rng.next()}, kNow);
            (void)quote_exact_out(*decoded, kSell, TokenAmount{rng.next()}, kNow);
        }
        if (auto decoded = decode_pump_swap_pool(pool.id, data)) {
            EXPECT_TRUE(is_pump_swap_pool(data));
            carry_over(pool, *decoded);
            (void)quote_exact_in(*decoded, kBuy, TokenAmount{rng.next()}, kNow);
            (void)quote_exact_out(*decoded, kSell, TokenAmount{rng.next()}, kNow);
        }
        const Pubkey owners[] = {solana::kPumpCurveProgram, solana::kPumpSwapProgram,
                                 solana::kPumpFeesProgram, solana::kTokenProgram,
                                 solana::kToken2022Program};
        const auto apply_everywhere = [&](auto& target) {
            for (const Pubkey& account : accounts_needed(target)) {
                const auto applied = apply_account(
                    target, Account{account, owners[rng.below(5)], Bytes{data.begin(), data.end()}}
                                .update());
                EXPECT_TRUE(applied || !applied.error().text.empty());
            }
            (void)quote_exact_in(target, kBuy, TokenAmount{rng.next()}, kNow);
            (void)quote_exact_out(target, kSell, TokenAmount{rng.next()}, kNow);
        };
        apply_everywhere(curve);
        apply_everywhere(pool);
        for (const Pubkey& owner : owners) {
            (void)describe_account(owner, key_of(1), data);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
