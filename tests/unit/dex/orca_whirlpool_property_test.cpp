// SPDX-License-Identifier: MIT
// What holds for every Whirlpool: it swaps as the reference does, and its quotes fit together.
#include <gtest/gtest.h>

#include <cstdio>

#include "dex/orca_whirlpool_swap.hpp"
#include "unit/dex/whirlpool_reference.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr std::int64_t kTime = 1'700'000'000;
constexpr QuoteContext kThen{.unix_time = kTime};

std::int32_t between(Rng& rng, std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(high - low) + 1));
}

// Anywhere, and often at the edges of arrays and of the price range.
std::int32_t any_current_tick(Rng& rng, std::int32_t spacing) {
    const std::int32_t width = kWhirlpoolTicksPerArray * spacing;
    const std::int32_t any = between(rng, whirlpool::kTickMin, whirlpool::kTickMax) /
                             static_cast<std::int32_t>(rng.below(4) == 0 ? 1 : 20);
    const std::int32_t start = whirlpool::floor_divide(any, width) * width;
    const std::int32_t edges[] = {any,
                                  any,
                                  start,
                                  start + 1,
                                  start + width - spacing - 1,
                                  start + width - spacing,
                                  start + width - 1,
                                  whirlpool::kTickMin + between(rng, 0, 2 * spacing),
                                  whirlpool::kTickMax - between(rng, 1, 2 * spacing)};
    return std::clamp(edges[rng.below(std::size(edges))], whirlpool::kTickMin,
                      whirlpool::kTickMax - 1);
}

void add_position(WhirlpoolSpec& spec, Rng& rng, unsigned bits) {
    const std::int32_t spacing = spec.tick_spacing;
    const std::int32_t low_most = -(whirlpool::kTickMax / spacing);
    const std::int32_t high_most = whirlpool::kTickMax / spacing;
    const std::int32_t centre = whirlpool::floor_divide(spec.tick_current, spacing);
    const std::int32_t reach = rng.below(4) == 0 ? 400 : 40;
    const auto near_centre = [&] {
        return std::clamp(centre + between(rng, -reach, reach), low_most, high_most);
    };
    std::int32_t low = rng.below(8) == 0 ? low_most : near_centre();
    std::int32_t high = rng.below(8) == 0 ? high_most : near_centre();
    if (low > high) {
        std::swap(low, high);
    }
    if (low == high) {
        return;
    }
    const auto liquidity = static_cast<i128>(static_cast<u128>(any_amount(rng, 64))
                                             << (bits > 64 ? rng.below(bits - 64) : 0));
    spec.ticks[low * spacing] += liquidity;
    spec.ticks[high * spacing] -= liquidity;
    if (low * spacing <= spec.tick_current && spec.tick_current < high * spacing) {
        spec.liquidity += static_cast<u128>(liquidity);
    }
}

WhirlpoolAdaptiveFee any_adaptive_fee(Rng& rng, const WhirlpoolSpec& spec) {
    WhirlpoolAdaptiveFee fee;
    const std::uint16_t sizes[] = {spec.tick_spacing, spec.tick_spacing,
                                   static_cast<std::uint16_t>((spec.tick_spacing + 1) / 2)};
    fee.tick_group_size = sizes[rng.below(std::size(sizes))];
    fee.filter_period = static_cast<std::uint16_t>(rng.below(60) + 1);
    fee.decay_period = static_cast<std::uint16_t>(fee.filter_period + rng.below(600) + 1);
    fee.reduction_factor = static_cast<std::uint16_t>(rng.below(10'000));
    fee.control_factor = rng.below(5) == 0 ? 0 : static_cast<std::uint32_t>(rng.below(100'001));
    fee.volatility_max = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(rng.below(500'000), 0xffff'ffffU / fee.tick_group_size));
    fee.volatility_reference = static_cast<std::uint32_t>(rng.below(fee.volatility_max + 1ULL));
    fee.volatility = static_cast<std::uint32_t>(rng.below(fee.volatility_max + 1ULL));
    const std::int32_t group = whirlpool::floor_divide(spec.tick_current, fee.tick_group_size);
    fee.tick_group_reference = group + between(rng, -60, 60);
    const std::uint64_t ages[] = {0, 10, 100, 500, 3'600, 3'601, 100'000};
    fee.reference_updated_at = kTime - ages[rng.below(std::size(ages))];
    fee.major_swap_at = kTime - ages[rng.below(std::size(ages))];
    return fee;
}

WhirlpoolSpec any_spec(Rng& rng, bool is_adaptive) {
    WhirlpoolSpec spec;
    constexpr std::uint16_t kSpacings[] = {1, 2, 4, 8, 64, 96, 128, 256, 32'896};
    spec.tick_spacing = kSpacings[rng.below(std::size(kSpacings))];
    spec.fee_rate =
        static_cast<std::uint16_t>(rng.below(3) == 0 ? rng.below(65'536) : rng.below(10'001));
    spec.protocol_fee_rate = static_cast<std::uint16_t>(rng.below(2'501));
    spec.tick_current = any_current_tick(rng, spec.tick_spacing);
    const u128 price = whirlpool::sqrt_price_of(spec.tick_current);
    const u128 above = whirlpool::sqrt_price_of(spec.tick_current + 1);
    // At the tick, above it, or at the next one, after that was crossed downwards.
    const u128 prices[] = {price, above, price + rng.next() % (above - price)};
    spec.sqrt_price = prices[rng.below(std::size(prices))];
    const unsigned bits = rng.below(5) == 0 ? 100 : 64;
    const auto positions = rng.below(12);
    for (std::uint64_t i = 0; i < positions; ++i) {
        add_position(spec, rng, bits);
    }
    if (is_adaptive) {
        spec.fee_tier_index = static_cast<std::uint16_t>(spec.tick_spacing + 1'024);
        spec.adaptive_fee = any_adaptive_fee(rng, spec);
    }
    return spec;
}

void expect_as_reference(const WhirlpoolSpec& spec, const OrcaWhirlpoolPool& pool,
                         const SwapOrder& order, int& filled) {
    ReferenceSwap reference{spec, order.direction == Direction::AToB, order.is_exact_in, kTime};
    const auto expected = reference.run(order.amount);
    whirlpool::SwapTrace trace;
    const auto swap = whirlpool::trace_swap(pool, order, kThen, trace);
    if (expected && expected->steps > whirlpool::kStepsMax) {
        return;
    }
    ASSERT_EQ(swap.has_value(), expected.has_value())
        << (swap ? "filled" : to_string(swap.error()));
    if (!expected) {
        return;
    }
    ++filled;
    ASSERT_EQ(swap->in, expected->in);
    ASSERT_EQ(swap->out, expected->out);
    ASSERT_EQ(swap->fee, expected->fee);
    ASSERT_TRUE(trace.sqrt_price == expected->sqrt_price);
    ASSERT_TRUE(trace.liquidity == expected->liquidity);
    ASSERT_EQ(trace.tick_current, expected->tick_current);
    const auto run = whirlpool::run_swap(pool, order, kThen);
    ASSERT_TRUE(run && run->in == swap->in && run->out == swap->out && run->fee == swap->fee);
}

void compare_with_reference(std::uint64_t seed, bool is_adaptive, int rounds) {
    Rng rng{seed};
    int filled = 0;
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(round);
        const auto spec = any_spec(rng, is_adaptive);
        const auto pool = whirlpool_of(spec);
        for (int i = 0; i < 6; ++i) {
            const SwapOrder order{
                .direction = rng.below(2) == 0 ? Direction::AToB : Direction::BToA,
                .is_exact_in = rng.below(2) == 0,
                .amount = any_amount(rng)};
            expect_as_reference(spec, pool, order, filled);
            if (testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
    std::printf("orca_whirlpool against the reference: %d of %d filled\n", filled, rounds * 6);
    EXPECT_GT(filled, rounds);
}

TEST(OrcaWhirlpoolProperties, SwapsAsTheReferenceDoesAtAFixedFee) {
    compare_with_reference(1, false, 1'500);
}

TEST(OrcaWhirlpoolProperties, SwapsAsTheReferenceDoesAtAnAdaptiveFee) {
    compare_with_reference(2, true, 1'500);
}

// The last unit of the square-root price is worth less than one of either token: the program's
// exact-out, which rounds that price, then costs the least there is.
bool is_price_fine(const WhirlpoolSpec& spec) {
    u128 most = spec.liquidity;
    for (const auto& [index, net] : spec.ticks) {
        most += static_cast<u128>(net < 0 ? -net : net);
    }
    // Three arrays of 64 are 17,000 ticks: no swap gets far from where it starts.
    return most < static_cast<u128>(1) << 60 && std::abs(spec.tick_current) < 20'000 &&
           spec.tick_spacing <= 64;
}

TEST(OrcaWhirlpoolProperties, ExactInAndExactOutBracketEachOther) {
    Rng rng{3};
    int checked = 0;
    int least = 0;
    for (int round = 0; round < 1'500; ++round) {
        SCOPED_TRACE(round);
        const auto spec = any_spec(rng, rng.below(2) == 0);
        const auto pool = whirlpool_of(spec);
        const auto direction = rng.below(2) == 0 ? Direction::AToB : Direction::BToA;
        const TokenAmount amount{any_amount(rng, 50)};
        if (const auto in = quote_exact_in(pool, direction, amount, kThen)) {
            ++checked;
            const auto back = quote_exact_out(pool, direction, in->amount_out, kThen);
            ASSERT_TRUE(back) << to_string(back.error());
            if (is_price_fine(spec)) {
                ++least;
                EXPECT_LE(back->amount_in, amount);
            }
        }
        if (const auto out = quote_exact_out(pool, direction, amount, kThen)) {
            ++checked;
            EXPECT_EQ(out->amount_out, amount);
            const auto enough = quote_exact_in(pool, direction, out->amount_in, kThen);
            ASSERT_TRUE(enough) << to_string(enough.error());
            EXPECT_GE(enough->amount_out, amount);
        }
    }
    EXPECT_GT(checked, 500);
    EXPECT_GT(least, 50);
}

TEST(OrcaWhirlpoolProperties, MoreInIsNeverLessOutAndNeverBetterThanTheMarginalPrice) {
    Rng rng{4};
    int checked = 0;
    for (int round = 0; round < 1'500; ++round) {
        SCOPED_TRACE(round);
        const auto pool = whirlpool_of(any_spec(rng, rng.below(2) == 0));
        const bool is_a_in = rng.below(2) == 0;
        const auto direction = is_a_in ? Direction::AToB : Direction::BToA;
        const std::uint64_t amount = any_amount(rng, 60);
        const std::uint64_t more = amount + (rng.below(2) == 0 ? 1 : any_amount(rng, 40));
        const auto less_out = quote_exact_in(pool, direction, TokenAmount{amount}, kThen);
        const auto more_out = quote_exact_in(pool, direction, TokenAmount{more}, kThen);
        if (!less_out || !more_out) {
            // What fills more, fills less too.
            EXPECT_TRUE(!more_out || less_out.error() == QuoteError::AmountZero);
            continue;
        }
        ++checked;
        EXPECT_LE(less_out->amount_out, more_out->amount_out);
        const auto price = marginal_price(pool);
        ASSERT_TRUE(price.is_squared && price.denominator != 0);
        const u512 numerator = u512{price.numerator} * price.numerator;
        const u512 denominator = u512{price.denominator} * price.denominator;
        const u512 in = less_out->amount_in.raw();
        const u512 out = less_out->amount_out.raw();
        EXPECT_TRUE(is_a_in ? out * denominator <= in * numerator
                            : out * numerator <= in * denominator);
    }
    EXPECT_GT(checked, 300);
}

TEST(OrcaWhirlpoolProperties, AllThatIsPayableCanBeBoughtAndNotOneUnitMore) {
    Rng rng{5};
    int bought = 0;
    for (int round = 0; round < 2'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = whirlpool_of(any_spec(rng, false));
        const auto direction = rng.below(2) == 0 ? Direction::AToB : Direction::BToA;
        const auto payable = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        if (payable == TokenAmount::max()) {
            continue;
        }
        const auto all = quote_exact_out(pool, direction, payable, kThen);
        if (all) {
            ++bought;
        } else {  // Nothing there, or it costs more than 64 bits hold.
            EXPECT_TRUE(payable.is_zero() || all.error() == QuoteError::Overflow)
                << to_string(all.error());
        }
        const auto beyond = quote_exact_out(pool, direction, payable + TokenAmount{1}, kThen);
        ASSERT_FALSE(beyond);
        EXPECT_TRUE(beyond.error() == QuoteError::ExceedsReserve ||
                    beyond.error() == QuoteError::Overflow)
            << to_string(beyond.error());
    }
    EXPECT_GT(bought, 500);
}

// Accounts of nobody's making: every answer is a quote or a refusal.
TEST(OrcaWhirlpoolProperties, AnyStateGivesAQuoteOrARefusal) {
    Rng rng{6};
    int quoted = 0;
    for (int round = 0; round < 3'000; ++round) {
        auto spec = any_spec(rng, rng.below(2) == 0);
        const auto any_u128 = [&] { return (static_cast<u128>(rng.next()) << 64) | rng.next(); };
        spec.liquidity = any_u128() >> rng.below(128);
        for (auto& [index, net] : spec.ticks) {
            net = static_cast<i128>(any_u128()) >> rng.below(128);
        }
        if (rng.below(2) == 0) {
            spec.sqrt_price =
                whirlpool::sqrt_price_of(between(rng, whirlpool::kTickMin, whirlpool::kTickMax));
        }
        if (spec.adaptive_fee) {
            auto& fee = *spec.adaptive_fee;
            fee.control_factor = static_cast<std::uint32_t>(rng.next());
            fee.tick_group_reference = static_cast<std::int32_t>(rng.next());
            fee.tick_group_size = static_cast<std::uint16_t>(rng.below(65'535) + 1);
            fee.volatility_max = 0xffff'ffffU / fee.tick_group_size;
            fee.volatility_reference %= fee.volatility_max + 1;
            fee.volatility %= fee.volatility_max + 1;
            fee.reference_updated_at = rng.next();
            fee.major_swap_at = rng.next();
        }
        const auto pool = whirlpool_of(spec);
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            for (const std::uint64_t amount : {std::uint64_t{1}, any_amount(rng), kU64Max}) {
                const auto in = quote_exact_in(pool, direction, TokenAmount{amount}, kThen);
                const auto out = quote_exact_out(pool, direction, TokenAmount{amount}, kThen);
                quoted += (in ? 1 : 0) + (out ? 1 : 0);
            }
        }
    }
    EXPECT_GT(quoted, 1'000);
}

}  // namespace
}  // namespace sniperforge::dex
