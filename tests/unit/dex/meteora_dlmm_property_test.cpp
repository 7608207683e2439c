// SPDX-License-Identifier: MIT
// What holds for every DLMM pool: it swaps as the reference does, and its quotes fit together.
#include <gtest/gtest.h>

#include <cstdio>

#include "dex/meteora_dlmm_swap.hpp"
#include "dex/wide_math.hpp"
#include "unit/dex/dlmm_reference.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr std::int64_t kTime = 1'700'000'000;
constexpr QuoteContext kThen{.unix_time = kTime};
constexpr int kRounds = 4'000;

Direction any_direction(Rng& rng) { return rng.below(2) == 0 ? Direction::AToB : Direction::BToA; }

std::int32_t between(Rng& rng, std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(high - low) + 1));
}

// Anywhere, and often at the edges of arrays, of the bitmaps and of the program's range.
std::int32_t any_active_id(Rng& rng) {
    const std::int32_t anywhere = between(rng, kDlmmBinMin, kDlmmBinMax);
    const std::int32_t near_zero = between(rng, -3'000, 3'000);
    const std::int32_t start = dlmm::array_of(near_zero) * kDlmmBinsPerArray;
    constexpr std::int32_t kBeyond = kBitmapHalf * kDlmmBinsPerArray;
    const std::int32_t choices[] = {near_zero,
                                    near_zero,
                                    near_zero,
                                    start,
                                    start + kDlmmBinsPerArray - 1,
                                    kBeyond + between(rng, -200, 200),
                                    -kBeyond + between(rng, -200, 200),
                                    anywhere,
                                    kDlmmBinMin + between(rng, 0, 100),
                                    kDlmmBinMax - between(rng, 0, 100)};
    return choices[rng.below(std::size(choices))];
}

void put_any_fee(DlmmSpec& spec, Rng& rng) {
    constexpr std::uint16_t kFactors[] = {0, 1, 1'000, 8'000, 20'000, 65'535};
    spec.base_factor = kFactors[rng.below(std::size(kFactors))];
    spec.power = static_cast<std::uint8_t>(rng.below(3));
    constexpr std::uint32_t kControls[] = {0, 7'500, 40'000, 2'000'000};
    spec.control_factor = kControls[rng.below(std::size(kControls))];
    constexpr std::uint32_t kMost[] = {30'000, 150'000, 350'000};
    spec.volatility_max = kMost[rng.below(std::size(kMost))];
    spec.volatility = static_cast<std::uint32_t>(rng.below(spec.volatility_max + 1ULL));
    spec.volatility_reference = static_cast<std::uint32_t>(rng.below(spec.volatility_max + 1ULL));
    spec.index_reference = spec.active_id + between(rng, -40, 40);
    constexpr std::int64_t kAges[] = {-5, 0, 29, 30, 31, 599, 600, 100'000};
    spec.updated_at = kTime - kAges[rng.below(std::size(kAges))];
}

DlmmRawBin any_bin(Rng& rng, unsigned bits) {
    DlmmRawBin bin;
    const auto amount = [&] { return any_amount(rng, bits); };
    if (rng.below(4) != 0) {
        bin.amount_x = amount();
    }
    if (rng.below(4) != 0) {
        bin.amount_y = amount();
    }
    if (rng.below(4) == 0) {
        bin.open_orders = amount();
        bin.is_ask = rng.below(2) == 0;
    }
    if (rng.below(6) == 0) {
        bin.processed_orders = amount();
    }
    return bin;
}

// As the program could have it; a price that it stored is the bin's own.
DlmmSpec any_spec(Rng& rng) {
    DlmmSpec spec;
    constexpr std::uint16_t kSteps[] = {1, 2, 10, 25, 100, 250, 400};
    spec.bin_step = kSteps[rng.below(std::size(kSteps))];
    spec.bin_min = kDlmmBinMin;
    spec.bin_max = kDlmmBinMax;
    spec.active_id = any_active_id(rng);
    put_any_fee(spec, rng);
    spec.function_type = static_cast<std::uint8_t>(rng.below(3));
    spec.collect_fee_mode = static_cast<std::uint8_t>(rng.below(2));
    spec.has_rewards = rng.below(4) == 0;
    spec.version = rng.below(8) == 0 ? 0 : 1;
    spec.array_version = rng.below(8) == 0 ? 1 : 2;
    const unsigned bits = rng.below(4) == 0 ? 64 : 48;
    const std::int32_t reach = rng.below(4) == 0 ? 400 : 60;
    for (std::uint64_t i = 0, count = rng.below(40); i < count; ++i) {
        const std::int32_t id = spec.active_id + between(rng, -reach, reach);
        if (id < kDlmmBinMin || id > kDlmmBinMax) {
            continue;
        }
        DlmmRawBin bin = any_bin(rng, bits);
        bin.price = rng.below(2) == 0 ? 0 : dlmm::price_of_bin(id, spec.bin_step);
        spec.bins[id] = bin;
    }
    return spec;
}

// A single unit in a bin is all fee when it is taken from the output. The vendor's exact-out goes
// past it without paying, its exact-in does not: the two fit together without such bins only.
DlmmSpec any_spec_without_dust(Rng& rng) {
    DlmmSpec spec = any_spec(rng);
    for (auto& [id, bin] : spec.bins) {
        for (std::uint64_t* amount :
             {&bin.amount_x, &bin.amount_y, &bin.open_orders, &bin.processed_orders}) {
            *amount = *amount == 1 ? 2 : *amount;
        }
    }
    return spec;
}

void expect_as_reference(const DlmmSpec& spec, const MeteoraDlmmPool& pool, const SwapOrder& order,
                         int& filled) {
    DlmmReference reference{spec, order.direction == Direction::AToB, kTime};
    const auto expected = reference.run(order.is_exact_in, order.amount);
    const auto swap = dlmm::run_swap(pool, order, kThen);
    ASSERT_EQ(swap.has_value(), expected.has_value())
        << (swap ? "filled" : to_string(swap.error()));
    if (!expected) {
        return;
    }
    ++filled;
    ASSERT_EQ(swap->in, expected->in);
    ASSERT_EQ(swap->out, expected->out);
    ASSERT_EQ(swap->fee, expected->fee);
    ASSERT_EQ(swap->end_bin, expected->end_bin);
}

TEST(MeteoraDlmmProperties, SwapsAsTheReferenceDoes) {
    Rng rng{1};
    int filled = 0;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        auto spec = any_spec(rng);
        if (rng.below(8) == 0) {  // Prices that no program would store.
            for (auto& [id, bin] : spec.bins) {
                bin.price = (static_cast<u128>(rng.next()) << 64 | rng.next()) >> rng.below(128);
            }
        }
        const auto pool = dlmm_of(spec);
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            const auto reserve =
                direction == Direction::AToB ? reserve_b(pool).raw() : reserve_a(pool).raw();
            for (const std::uint64_t amount :
                 {any_amount(rng), any_amount(rng, 48), any_amount(rng, 20),
                  std::max<std::uint64_t>(reserve, 1), std::max<std::uint64_t>(reserve, 2) - 1,
                  kU64Max}) {
                expect_as_reference(spec, pool, {direction, true, amount}, filled);
                expect_as_reference(spec, pool, {direction, false, amount}, filled);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
    }
    std::printf("meteora_dlmm: %d swaps as the reference\n", filled);
    EXPECT_GT(filled, kRounds);
}

TEST(MeteoraDlmmProperties, WhatExactOutAsksForReceivesTheAmount) {
    Rng rng{2};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = dlmm_of(any_spec_without_dust(rng));
        const auto direction = any_direction(rng);
        const TokenAmount wanted{any_amount(rng, 50)};
        const auto out = quote_exact_out(pool, direction, wanted, kThen);
        if (!out) {
            continue;
        }
        ++checked;
        EXPECT_EQ(out->amount_out, wanted);
        const auto enough = quote_exact_in(pool, direction, out->amount_in, kThen);
        ASSERT_TRUE(enough) << to_string(enough.error());
        EXPECT_GE(enough->amount_out, wanted);
    }
    EXPECT_GT(checked, kRounds / 10);
}

TEST(MeteoraDlmmProperties, BuyingBackWhatExactInGaveNeverCostsMore) {
    Rng rng{3};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = dlmm_of(any_spec(rng));
        const auto direction = any_direction(rng);
        const TokenAmount spent{any_amount(rng, 50)};
        const auto in = quote_exact_in(pool, direction, spent, kThen);
        if (!in) {
            continue;
        }
        ++checked;
        EXPECT_EQ(in->amount_in, spent);
        const auto out = quote_exact_out(pool, direction, in->amount_out, kThen);
        ASSERT_TRUE(out) << to_string(out.error());
        EXPECT_LE(out->amount_in, spent);
    }
    EXPECT_GT(checked, kRounds / 10);
}

TEST(MeteoraDlmmProperties, MoreInIsNeverLessOutAndMoreOutNeverLessIn) {
    Rng rng{4};
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = dlmm_of(any_spec(rng));
        const auto direction = any_direction(rng);
        const auto x = any_amount(rng, 50);
        const auto y = rng.below(2) == 0 ? any_amount(rng, 50) : x + 1;
        const auto [less, more] = std::minmax(x, y);
        const auto much = quote_exact_in(pool, direction, TokenAmount{more}, kThen);
        if (much) {
            EXPECT_LE(amount_out(quote_exact_in(pool, direction, TokenAmount{less}, kThen)),
                      amount_out(much));
        }
        const auto cheap = quote_exact_out(pool, direction, TokenAmount{less}, kThen);
        const auto dear = quote_exact_out(pool, direction, TokenAmount{more}, kThen);
        if (dear) {
            ASSERT_TRUE(cheap);
            EXPECT_LE(cheap->amount_in, dear->amount_in);
        }
    }
}

// out / in <= the active bin's price, whatever the path, and never more than the reserve.
TEST(MeteoraDlmmProperties, NoSwapIsBetterThanTheMarginalPriceOrPaysMoreThanTheReserve) {
    Rng rng{5};
    int checked = 0;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = dlmm_of(any_spec(rng));
        const auto direction = any_direction(rng);
        const auto price = marginal_price(pool);
        const auto check = [&](const QuoteResult& quote) {
            if (!quote || price.denominator == 0) {
                return;
            }
            ++checked;
            const u256 in = quote->amount_in.raw();
            const u256 out = quote->amount_out.raw();
            if (direction == Direction::AToB) {
                EXPECT_LE(u256{out * price.denominator}, u256{in * price.numerator});
            } else {
                EXPECT_LE(u256{out * price.numerator}, u256{in * price.denominator});
            }
            const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
            EXPECT_LE(quote->amount_out, reserve);
        };
        check(quote_exact_in(pool, direction, TokenAmount{any_amount(rng, 50)}, kThen));
        check(quote_exact_out(pool, direction, TokenAmount{any_amount(rng, 50)}, kThen));
    }
    EXPECT_GT(checked, kRounds / 10);
}

// Everything that the bytes can say, at every size of the amounts: an answer, and no harm.
TEST(MeteoraDlmmProperties, AnyContentsOfTheAccountsQuoteOrRefuse) {
    Rng rng{6};
    int quoted = 0;
    for (int round = 0; round < kRounds; ++round) {
        Bytes data = dlmm_pool_bytes(any_spec(rng));
        // Anything in the parameters, the price's bin and the modes.
        for (std::uint64_t i = 0, count = rng.below(20); i < count; ++i) {
            data[8 + rng.below(80)] = static_cast<std::uint8_t>(rng.next());
        }
        auto pool = decode_meteora_dlmm_pool(dlmm_id(), data);
        if (!pool) {
            continue;
        }
        pool->is_extension_seen = true;
        dlmm::place_window(*pool);
        pool->extension = dlmm_extension_address();
        for (std::size_t i = 0; i < pool->array_count; ++i) {
            Bytes array = dlmm_array_bytes({}, pool->arrays[i].index);
            rng.fill(std::span{array}.subspan(56));
            pool->arrays[i].address = key_of(i);  // Deriving them takes most of the time.
            apply_or_die(*pool, dlmm_update(pool->arrays[i].address, array));
        }
        const QuoteContext context{.unix_time = static_cast<std::int64_t>(rng.next()),
                                   .slot = rng.next()};
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            for (const TokenAmount amount : {TokenAmount{any_amount(rng)}, TokenAmount::max()}) {
                quoted += quote_exact_in(*pool, direction, amount, context) ? 1 : 0;
                quoted += quote_exact_out(*pool, direction, amount, context) ? 1 : 0;
                (void)swap_exact_in(*pool, direction, amount, {}, {});
            }
        }
        (void)marginal_price(*pool);
        EXPECT_FALSE(accounts_needed(*pool).empty());
    }
    EXPECT_GT(quoted, 100);
}

}  // namespace
}  // namespace sniperforge::dex
