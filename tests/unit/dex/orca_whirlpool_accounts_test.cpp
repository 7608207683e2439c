// SPDX-License-Identifier: MIT
// A Whirlpool from its accounts: which it reads, and which it refuses.
#include <gtest/gtest.h>

#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

TEST(OrcaWhirlpool, ReadsAMissingArrayAsOneWithoutTicks) {
    const auto spec = two_positions();
    auto pool = whirlpool_of(spec);
    ASSERT_EQ(pool.ticks.size(), 4U);
    const auto array = pool.arrays[kCentre + 1];
    EXPECT_EQ(array.start, 5'632);
    apply_or_die(pool, whirlpool_update(array.address, {}));
    EXPECT_EQ(pool.ticks.size(), 3U);
    EXPECT_TRUE(is_complete(pool));
    // Lamports that somebody sent there make no array of it.
    const AccountUpdate funded{Slot{2}, array.address, solana::kSystemProgram, Lamports{5}, {}};
    EXPECT_TRUE(apply_account(pool, funded).value_or(false));
    // It appears, with a tick more.
    auto grown = spec;
    grown.ticks[7'040] = -7;
    const Bytes data = dynamic_ticks_bytes(grown, 5'632);
    apply_or_die(pool, whirlpool_update(array.address, data));
    ASSERT_EQ(pool.ticks.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(pool.ticks, {}, &WhirlpoolTick::index));
    EXPECT_EQ(pool.ticks.back(), (WhirlpoolTick{whirlpool::sqrt_price_of(7'040), -7, 7'040}));
}

TEST(OrcaWhirlpool, BothKindsOfTickArrayAreTheSameToIt) {
    Rng rng{1};
    WhirlpoolSpec spec;
    for (int i = 0; i < 40; ++i) {
        spec.ticks[static_cast<std::int32_t>(rng.below(88)) * 64] =
            static_cast<i128>(rng.next()) - static_cast<i128>(rng.next());
    }
    const auto fixed = decode_whirlpool_ticks(key_of(1), fixed_ticks_bytes(spec, 0));
    const auto dynamic = decode_whirlpool_ticks(key_of(1), dynamic_ticks_bytes(spec, 0));
    ASSERT_TRUE(fixed && dynamic);
    EXPECT_EQ(fixed->pool, dynamic->pool);
    EXPECT_EQ(fixed->start, dynamic->start);
    ASSERT_EQ(fixed->initialised.size(), spec.ticks.size());
    ASSERT_EQ(dynamic->initialised.size(), spec.ticks.size());
    for (std::size_t i = 0; i < spec.ticks.size(); ++i) {
        EXPECT_EQ(fixed->initialised[i].offset, dynamic->initialised[i].offset);
        EXPECT_TRUE(fixed->initialised[i].liquidity_net == dynamic->initialised[i].liquidity_net);
        EXPECT_TRUE(fixed->initialised[i].liquidity_gross ==
                    dynamic->initialised[i].liquidity_gross);
    }
}

TEST(OrcaWhirlpool, RefusesAccountsThatAreNotItsOwnAndStaysAsItWas) {
    auto spec = two_positions();
    spec.fee_tier_index = 1'024;
    auto pool = whirlpool_of(spec);
    apply_or_die(pool, whirlpool_update(pool.oracle, {}));
    const auto before = pool;
    const auto array = pool.arrays[kCentre].address;
    const Bytes good = fixed_ticks_bytes(spec, 0);
    const auto error_text = [&](const AccountUpdate& update) {
        const auto applied = apply_account(pool, update);
        EXPECT_EQ(pool.ticks, before.ticks);
        EXPECT_EQ(pool.program_b, before.program_b);
        EXPECT_EQ(pool.adaptive_fee.has_value(), before.adaptive_fee.has_value());
        return applied ? std::string{} : applied.error().text;
    };
    const auto with = [&](auto&& change) {
        Bytes data = good;
        change(data);
        return data;
    };
    const Bytes other_pool = with([](Bytes& d) { put_key(d, 9'956, key_of(9)); });
    const Bytes other_start =
        with([](Bytes& d) { write_le(std::span{d}, 8, std::int32_t{5'632}); });
    const Bytes other_kind = with([](Bytes& d) { d[0] ^= 1; });
    const Bytes shorter = with([](Bytes& d) { d.pop_back(); });
    EXPECT_NE(error_text(whirlpool_update(array, other_pool)).find("of pool"), std::string::npos);
    EXPECT_NE(error_text(whirlpool_update(array, other_start)).find("from tick 5632"),
              std::string::npos);
    EXPECT_NE(error_text(whirlpool_update(array, other_kind)).find("discriminator"),
              std::string::npos);
    EXPECT_NE(error_text(whirlpool_update(array, shorter)).find("9987 bytes"), std::string::npos);
    EXPECT_NE(error_text({Slot{1}, array, key_of(8), Lamports{1}, good}).find("owned by"),
              std::string::npos);
    // A bitmap and tags that disagree, and ticks that are cut off.
    Bytes dynamic = dynamic_ticks_bytes(spec, 0);
    dynamic[60] = 1;
    EXPECT_NE(error_text(whirlpool_update(array, dynamic)).find("bitmap"), std::string::npos);
    dynamic = dynamic_ticks_bytes(spec, 0);
    dynamic.pop_back();
    EXPECT_NE(error_text(whirlpool_update(array, dynamic)).find("too few"), std::string::npos);
    // A mint of another program's, and oracles out of bounds.
    const Bytes mint = mint_bytes(6);
    EXPECT_NE(error_text({Slot{1}, spec.mint_b, key_of(8), Lamports{1}, mint}).find("not a token"),
              std::string::npos);
    WhirlpoolAdaptiveFee fee{.tick_group_size = 0};
    const Bytes no_group = oracle_bytes(fee);
    EXPECT_NE(error_text(whirlpool_update(pool.oracle, no_group)).find("group size 0"),
              std::string::npos);
    fee.tick_group_size = 64;
    fee.volatility_max = 0xffff'ffffU / 64 + 1;
    const Bytes too_volatile = oracle_bytes(fee);
    EXPECT_NE(error_text(whirlpool_update(pool.oracle, too_volatile)), "");
    fee.volatility_max -= 1;
    const Bytes at_most = oracle_bytes(fee);
    apply_or_die(pool, whirlpool_update(pool.oracle, at_most));
    // Nobody asked for these.
    EXPECT_FALSE(apply_account(pool, whirlpool_update(key_of(77), good)).value_or(true));
    EXPECT_FALSE(apply_account(pool, whirlpool_update(pool.vault_a, {})).value_or(true));
}

TEST(OrcaWhirlpool, RefusesPoolsThatTheProgramNeverWrites) {
    const Bytes good = whirlpool_bytes(two_positions());
    EXPECT_TRUE(is_orca_whirlpool_pool(good));
    Bytes longer = good;
    longer.resize(700, 1);
    EXPECT_TRUE(decode_orca_whirlpool_pool(key_of(1), longer));
    const auto error_text = [&](auto&& change) {
        Bytes data = good;
        change(data);
        const auto pool = decode_orca_whirlpool_pool(key_of(1), data);
        return pool ? std::string{} : pool.error().text;
    };
    const auto put = [](std::size_t offset, auto value) {
        return [=](Bytes& data) { write_le(std::span{data}, offset, value); };
    };
    EXPECT_NE(error_text([](Bytes& d) { d.pop_back(); }).find("652 bytes, expected 653"),
              std::string::npos);
    EXPECT_NE(error_text([](Bytes& d) { d[7] ^= 1; }).find("discriminator"), std::string::npos);
    EXPECT_NE(error_text(put(41, std::uint16_t{0})).find("tick spacing 0"), std::string::npos);
    EXPECT_EQ(error_text(put(65, whirlpool::kSqrtPriceMin)), "");
    EXPECT_NE(error_text(put(65, whirlpool::kSqrtPriceMin - 1)), "");
    EXPECT_EQ(error_text(put(65, whirlpool::kSqrtPriceMax)), "");
    EXPECT_NE(error_text(put(65, whirlpool::kSqrtPriceMax + 1)), "");
    EXPECT_EQ(error_text(put(81, whirlpool::kTickMin - 1)), "");
    EXPECT_NE(error_text(put(81, whirlpool::kTickMin - 2)), "");
    EXPECT_EQ(error_text(put(81, whirlpool::kTickMax)), "");
    EXPECT_NE(error_text(put(81, whirlpool::kTickMax + 1)), "");
}

TEST(OrcaWhirlpool, ReadsOrRefusesAnyBytesOfAnyLength) {
    Rng rng{2};
    auto spec = two_positions();
    spec.fee_tier_index = 1'024;
    const auto known = whirlpool_of(spec);
    constexpr std::array kKinds{kWhirlpoolDiscriminator, kWhirlpoolOracleDiscriminator,
                                kWhirlpoolFixedTicksDiscriminator,
                                kWhirlpoolDynamicTicksDiscriminator};
    const Pubkey accounts[] = {known.arrays[kCentre].address, known.oracle, known.mint_b};
    Bytes data(10'100);
    for (std::size_t length = 0; length <= data.size(); length += length < 700 ? 1 : 97) {
        rng.fill(data);
        // Zeros, so that the dynamic form's tags agree now and then.
        std::ranges::fill(std::span{data}.subspan(44, rng.below(9'000)), std::uint8_t{0});
        for (const auto& kind : kKinds) {
            std::ranges::copy(kind, data.begin());
            const auto view = BytesView{data}.first(length);
            (void)decode_orca_whirlpool_pool(key_of(1), view);
            (void)decode_whirlpool_ticks(key_of(1), view);
            (void)decode_whirlpool_oracle(key_of(1), key_of(2), view);
            for (const Pubkey& account : accounts) {
                auto pool = known;
                (void)apply_account(
                    pool, {Slot{1}, account, solana::kOrcaWhirlpoolProgram, Lamports{1}, view});
                (void)quote_exact_in(pool, Direction::AToB, TokenAmount{1'000}, kNow);
            }
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
