// SPDX-License-Identifier: MIT
// What holds for every DAMM v2 pool: it trades as the reference does, and its quotes fit together.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "dex/wide_math.hpp"
#include "unit/dex/damm_reference.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

u128 any_u128(Rng& rng) {
    return ((static_cast<u128>(rng.next()) << 64) | rng.next()) >> rng.below(128);
}

Direction any_direction(Rng& rng) { return rng.below(2) == 0 ? Direction::AToB : Direction::BToA; }

// As the program lets pools be made: nothing that it would refuse.
DammV2BaseFee any_base_fee(Rng& rng, DammV2BaseFeeMode mode) {
    DammV2BaseFee fee{.mode = mode, .cliff_rate = 100'000 + rng.below(990'000'000 - 100'000)};
    const auto periods = static_cast<std::uint16_t>(rng.below(200) + 1);
    fee.first_factor = periods;
    switch (mode) {
        case DammV2BaseFeeMode::TimeLinear:
        case DammV2BaseFeeMode::MarketCapLinear:
            fee.third_factor = rng.below(fee.cliff_rate / periods + 1);
            break;
        case DammV2BaseFeeMode::TimeExponential:
        case DammV2BaseFeeMode::MarketCapExponential:
            fee.third_factor = rng.below(500);
            break;
        case DammV2BaseFeeMode::RateLimiter: {
            fee.cliff_rate = 100'000 + rng.below(400'000'000);
            const auto most = static_cast<std::uint32_t>(
                fee.cliff_rate / 100'000 + 1 + rng.below(9'900 - fee.cliff_rate / 100'000));
            fee.first_factor =
                static_cast<std::uint16_t>(rng.below(rng.below(2) == 0 ? 20 : 9'000) + 1);
            fee.second_factor = two_halves(static_cast<std::uint32_t>(rng.below(4'000)), most);
            fee.third_factor = any_amount(rng, rng.below(2) == 0 ? 40 : 64);
            return fee;
        }
    }
    const bool is_by_time =
        mode == DammV2BaseFeeMode::TimeLinear || mode == DammV2BaseFeeMode::TimeExponential;
    fee.second_factor = is_by_time ? rng.below(100)
                                   : two_halves(static_cast<std::uint32_t>(rng.below(500) + 1),
                                                static_cast<std::uint32_t>(rng.below(3'000)));
    return fee;
}

MeteoraDammV2Pool any_pool(Rng& rng) {
    MeteoraDammV2Pool spec = damm_spec();
    spec.layout_version = 1;
    spec.base_fee = any_base_fee(rng, DammV2BaseFeeMode{static_cast<std::uint8_t>(rng.below(5))});
    spec.collect_fee_mode = spec.base_fee.mode == DammV2BaseFeeMode::RateLimiter
                                ? DammV2CollectFeeMode::OnlyB
                                : DammV2CollectFeeMode{static_cast<std::uint8_t>(rng.below(3))};
    spec.fee_version = static_cast<std::uint8_t>(rng.below(2));
    if (rng.below(2) == 0) {
        spec.dynamic_fee = {.is_enabled = true,
                            .control = static_cast<std::uint32_t>(rng.below(2'000)),
                            .bin_step = 1,
                            .volatility = rng.below(14'460'000)};
    }
    // Most pools span all prices; some end close to where they are. Roots have 32 to 97 bits.
    constexpr u128 kMin = 4'295'048'016;
    const u128 most = to_u128("79226673521066979257578248091");
    spec.sqrt_price =
        std::clamp(static_cast<u128>(any_amount(rng, 48)) << (32 + rng.below(17)), kMin, most);
    spec.sqrt_price_min = rng.below(2) == 0 ? kMin : spec.sqrt_price - spec.sqrt_price / 10;
    spec.sqrt_price_max = rng.below(2) == 0 ? most : spec.sqrt_price + spec.sqrt_price / 10;
    spec.sqrt_price_min = std::max(spec.sqrt_price_min, kMin);
    spec.sqrt_price_max = std::min(spec.sqrt_price_max, most);
    spec.sqrt_price_initial =
        rng.below(4) == 0 ? spec.sqrt_price : spec.sqrt_price - spec.sqrt_price / 3;
    spec.liquidity = rng.below(4) == 0
                         ? any_u128(rng)
                         : static_cast<u128>(any_amount(rng, 62)) << (20 + rng.below(45));
    spec.amount_a = any_amount(rng);
    spec.amount_b = any_amount(rng);
    spec.compounding_fee_bps = static_cast<std::uint16_t>(rng.below(10'001));
    return damm_pool(spec);
}

QuoteContext any_time(Rng& rng) {
    return {.unix_time = static_cast<std::int64_t>(kDammActivation + rng.below(5'000))};
}

bool is_limited(const MeteoraDammV2Pool& pool) {
    return pool.base_fee.mode == DammV2BaseFeeMode::RateLimiter;
}

void expect_as_reference(const QuoteResult& quote, const std::optional<DammResult>& expected) {
    ASSERT_EQ(quote.has_value(), expected.has_value())
        << (quote ? "quoted" : to_string(quote.error()));
    if (quote) {
        EXPECT_EQ(quote->amount_in.raw(), expected->in);
        EXPECT_EQ(quote->amount_out.raw(), expected->out);
        EXPECT_EQ(quote->trade_fee.raw(), expected->fee);
    }
}

TEST(MeteoraDammV2Properties, TradesAsTheReferenceDoes) {
    Rng rng{1};
    constexpr int kRounds = 12'000;
    int quoted[2][5] = {};
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto context = any_time(rng);
        const auto amount = any_amount(rng);
        const DammReference reference{pool, direction == Direction::AToB,
                                      static_cast<std::uint64_t>(context.unix_time)};
        const auto in = quote_exact_in(pool, direction, TokenAmount{amount}, context);
        expect_as_reference(in, reference.exact_in(amount));
        const auto out = quote_exact_out(pool, direction, TokenAmount{amount}, context);
        expect_as_reference(out, reference.exact_out(amount));
        if (HasFailure()) {
            return;
        }
        const auto mode = static_cast<std::size_t>(pool.base_fee.mode);
        quoted[0][mode] += in ? 1 : 0;
        quoted[1][mode] += out ? 1 : 0;
    }
    for (std::size_t mode = 0; mode < 5; ++mode) {
        std::printf("meteora_damm_v2 against the reference, fee mode %zu: %d in, %d out\n", mode,
                    quoted[0][mode], quoted[1][mode]);
        EXPECT_GT(quoted[0][mode], 500);
        EXPECT_GT(quoted[1][mode], 200);
    }
}

// Amounts around every step of a limiter, where its cases meet.
TEST(MeteoraDammV2Properties, ARateLimiterIsTheReferencesAroundItsSteps) {
    Rng rng{2};
    int excluded = 0;
    for (int round = 0; round < 3'000; ++round) {
        SCOPED_TRACE(round);
        auto pool = any_pool(rng);
        pool.base_fee = any_base_fee(rng, DammV2BaseFeeMode::RateLimiter);
        pool.collect_fee_mode = DammV2CollectFeeMode::OnlyB;
        pool.base_fee.third_factor = any_amount(rng, 44);
        // Wide and deep: purchases of any size fit.
        pool.sqrt_price = static_cast<u128>(1) << 64;
        pool.sqrt_price_min = 4'295'048'016;
        pool.sqrt_price_max = to_u128("79226673521066979257578248091");
        pool.liquidity = static_cast<u128>(any_amount(rng, 20)) << 107;
        const auto since = rng.below(2) == 0 ? 0 : pool.base_fee.second_factor & 0xffff'ffffU;
        const QuoteContext context{.unix_time = static_cast<std::int64_t>(kDammActivation + since)};
        const DammReference reference{pool, false, static_cast<std::uint64_t>(context.unix_time)};
        const auto steps = rng.below(rng.below(2) == 0 ? 4 : 600);
        const auto amount = std::max<std::uint64_t>(
            1, pool.base_fee.third_factor * steps + rng.below(5) - (steps == 0 ? 0 : 2));
        const auto in = quote_exact_in(pool, Direction::BToA, TokenAmount{amount}, context);
        expect_as_reference(in, reference.exact_in(amount));
        const auto wanted = in ? in->amount_out.raw() : amount;
        const auto out = quote_exact_out(pool, Direction::BToA, TokenAmount{wanted}, context);
        expect_as_reference(out, reference.exact_out(wanted));
        excluded += out ? 1 : 0;
        if (HasFailure()) {
            return;
        }
    }
    EXPECT_GT(excluded, 2'000);
}

// Both roundings of exact-out are undone by exact-in's. (A limiter's average rate is found from a
// root that is rounded: the program itself is some units off there.)
TEST(MeteoraDammV2Properties, ExactOutIsTheSmallestInputThatReceivesTheAmount) {
    Rng rng{3};
    int checked = 0;
    for (int round = 0; round < 12'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        if (is_limited(pool)) {
            continue;
        }
        const auto direction = any_direction(rng);
        const auto context = any_time(rng);
        const TokenAmount wanted{any_amount(rng, 60)};
        const auto out = quote_exact_out(pool, direction, wanted, context);
        if (!out) {
            continue;
        }
        ++checked;
        EXPECT_EQ(out->amount_out, wanted);
        const auto enough = quote_exact_in(pool, direction, out->amount_in, context);
        if (enough) {
            EXPECT_GE(enough->amount_out, wanted);
        } else {
            // The last unit that comes in may lead beyond the range that exact-out ends within.
            EXPECT_EQ(enough.error(), QuoteError::ExceedsReserve);
        }
        const auto less = quote_exact_in(pool, direction, out->amount_in - TokenAmount{1}, context);
        EXPECT_LT(amount_out(less), wanted.raw());
    }
    EXPECT_GT(checked, 2'000);
}

TEST(MeteoraDammV2Properties, BuyingBackWhatExactInGaveNeverCostsMore) {
    Rng rng{4};
    int checked = 0;
    for (int round = 0; round < 12'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        if (is_limited(pool)) {
            continue;
        }
        const auto direction = any_direction(rng);
        const auto context = any_time(rng);
        const TokenAmount spent{any_amount(rng)};
        const auto in = quote_exact_in(pool, direction, spent, context);
        if (!in) {
            continue;
        }
        ++checked;
        const auto back = quote_exact_out(pool, direction, in->amount_out, context);
        ASSERT_TRUE(back) << to_string(back.error());
        EXPECT_LE(back->amount_in, spent);
    }
    EXPECT_GT(checked, 3'000);
}

TEST(MeteoraDammV2Properties, MoreInIsNeverLessOutAndNeverBetterThanTheMarginalPrice) {
    Rng rng{5};
    int checked = 0;
    for (int round = 0; round < 12'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto context = any_time(rng);
        const auto amount = any_amount(rng, 60);
        const auto more = amount + (rng.below(2) == 0 ? 1 : any_amount(rng, 40));
        const auto less_out = quote_exact_in(pool, direction, TokenAmount{amount}, context);
        const auto more_out = quote_exact_in(pool, direction, TokenAmount{more}, context);
        if (!less_out || !more_out) {
            // What fills more, fills less too.
            EXPECT_TRUE(!more_out || less_out.error() == QuoteError::AmountZero);
            continue;
        }
        ++checked;
        if (!is_limited(pool)) {
            EXPECT_LE(less_out->amount_out, more_out->amount_out);
        }
        const auto price = marginal_price(pool);
        const auto power = [&](u128 value) {
            return price.is_squared ? u512{mul_wide(value, value)} : u512{value};
        };
        const bool is_a_in = direction == Direction::AToB;
        const u512 fair =
            power(is_a_in ? price.numerator : price.denominator) * less_out->amount_in.raw();
        const u512 got =
            power(is_a_in ? price.denominator : price.numerator) * less_out->amount_out.raw();
        EXPECT_TRUE(got <= fair);
    }
    EXPECT_GT(checked, 3'000);
}

TEST(MeteoraDammV2Properties, AllOfAReserveCanBeTradedForAndNotOneUnitMore) {
    Rng rng{6};
    int traded = 0;
    for (int round = 0; round < 4'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        if (pool.collect_fee_mode == DammV2CollectFeeMode::Compounding) {
            continue;  // A product is never traded away.
        }
        const auto direction = any_direction(rng);
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        if (reserve == TokenAmount::max()) {
            continue;
        }
        const auto all = damm::range_in(damm_range(pool), direction, reserve.raw());
        if (all) {
            ++traded;
        } else {  // There is no liquidity, or it costs more than 64 bits hold.
            EXPECT_TRUE(pool.liquidity == 0 || all.error() == QuoteError::Overflow)
                << to_string(all.error());
        }
        const auto beyond = damm::range_in(damm_range(pool), direction, reserve.raw() + 1);
        ASSERT_FALSE(beyond);
        EXPECT_EQ(beyond.error(), QuoteError::ExceedsReserve) << to_string(beyond.error());
    }
    EXPECT_GT(traded, 1'000);
}

// The end of the range belongs to it: one unit of the root of the price further in is too near.
TEST(MeteoraDammV2Properties, ATradeMayEndAtTheEndOfItsRangeAndNotOneUnitBeyond) {
    Rng rng{9};
    int checked = 0;
    for (int round = 0; round < 4'000; ++round) {
        SCOPED_TRACE(round);
        const auto pool = any_pool(rng);
        const auto direction = any_direction(rng);
        const auto amount = any_amount(rng);
        for (const auto trade : {damm::range_out, damm::range_in}) {
            damm::Range range = damm_range(pool);
            const auto wide = trade(range, direction, amount);
            if (!wide || wide->price == range.price) {
                continue;
            }
            ++checked;
            const bool is_down = direction == Direction::AToB;
            u128& end = is_down ? range.price_min : range.price_max;
            end = wide->price;
            EXPECT_TRUE(trade(range, direction, amount));
            end = is_down ? wide->price + 1 : wide->price - 1;
            const auto beyond = trade(range, direction, amount);
            ASSERT_FALSE(beyond);
            EXPECT_EQ(beyond.error(), QuoteError::ExceedsReserve);
        }
    }
    EXPECT_GT(checked, 2'000);
}

TEST(MeteoraDammV2Properties, TheSharesOfAFeeAreTheFee) {
    Rng rng{7};
    for (int round = 0; round < 4'000; ++round) {
        auto pool = any_pool(rng);
        pool.protocol_fee_percent = static_cast<std::uint8_t>(rng.next());
        pool.referral_fee_percent = static_cast<std::uint8_t>(rng.next());
        pool.compounding_fee_bps = static_cast<std::uint16_t>(rng.next());
        const TokenAmount fee{any_amount(rng)};
        const auto shares = damm_v2_fee_shares(pool, fee, rng.below(2) == 0);
        EXPECT_EQ(shares.claiming + shares.compounding + shares.protocol + shares.referral, fee);
    }
}

// Accounts of nobody's making: every answer is a quote, never above the reserve, or a refusal.
TEST(MeteoraDammV2Properties, AnyBytesAsAPoolDecodeOrRefuseAndThenQuoteOrRefuse) {
    Rng rng{8};
    int decoded = 0;
    int quoted = 0;
    Bytes data(kDammV2PoolBytes + 50);
    for (int round = 0; round < 6'000; ++round) {
        rng.fill(data);
        if (rng.below(8) != 0) {
            std::ranges::copy(kDammV2PoolDiscriminator, data.begin());
        }
        // Plausible modes more often than not, and numbers of every size.
        const std::span<std::uint8_t> out{data};
        for (const std::size_t offset : {16U, 56U, 480U, 481U, 482U, 483U, 484U, 486U, 696U}) {
            data[offset] = static_cast<std::uint8_t>(rng.below(rng.below(8) == 0 ? 6 : 2));
        }
        data[16] = static_cast<std::uint8_t>(rng.below(5));
        data[484] = static_cast<std::uint8_t>(rng.below(3));
        data[481] = static_cast<std::uint8_t>(rng.below(8) == 0 ? 1 : 0);
        data[48] %= 110;
        write_le(out, 472, any_amount(rng, 40));
        for (const std::size_t offset : {8U, 24U, 32U, 680U, 688U}) {
            write_le(out, offset, any_amount(rng));
        }
        write_le(out, 54, static_cast<std::uint16_t>(rng.below(11'000)));
        for (const std::size_t offset : {120U, 152U, 360U}) {
            write_le(out, offset, any_u128(rng));
        }
        u128 prices[] = {any_u128(rng), any_u128(rng), any_u128(rng)};
        std::ranges::sort(prices);
        write_le(out, 424, prices[0]);
        write_le(out, 456, prices[1]);
        write_le(out, 440, prices[2]);
        const auto length = rng.below(4) == 0 ? rng.below(data.size() + 1) : data.size();
        const auto view = BytesView{data}.first(length);
        const auto pool = decode_meteora_damm_v2_pool(key_of(1), view);
        EXPECT_TRUE(!pool || is_meteora_damm_v2_pool(view));
        if (!pool) {
            EXPECT_FALSE(pool.error().text.empty());
            continue;
        }
        ++decoded;
        const std::uint64_t point = pool->activation_point + any_amount(rng, 24) - rng.below(2);
        const QuoteContext context{.unix_time = static_cast<std::int64_t>(point), .slot = point};
        for (const auto direction : {Direction::AToB, Direction::BToA}) {
            const auto reserve = direction == Direction::AToB ? reserve_b(*pool) : reserve_a(*pool);
            for (const auto amount : {std::uint64_t{1}, any_amount(rng), kU64Max}) {
                const auto in = quote_exact_in(*pool, direction, TokenAmount{amount}, context);
                const auto got = quote_exact_out(*pool, direction, TokenAmount{amount}, context);
                quoted += (in ? 1 : 0) + (got ? 1 : 0);
                EXPECT_TRUE(!in || in->amount_out <= reserve);
                EXPECT_TRUE(!got || TokenAmount{amount} <= reserve);
            }
        }
    }
    std::printf("meteora_damm_v2 from any bytes: %d decoded, %d quotes\n", decoded, quoted);
    EXPECT_GT(decoded, 2'000);
    EXPECT_GT(quoted, 1'000);
}

}  // namespace
}  // namespace sniperforge::dex
