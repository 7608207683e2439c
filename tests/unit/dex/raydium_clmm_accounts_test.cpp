// SPDX-License-Identifier: MIT
// The pool's own account and the ones beside it: what is needed, what is taken in, what is refused.
#include <gtest/gtest.h>

#include <set>

#include "unit/dex/clmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

using Numbers = std::vector<std::int32_t>;

Numbers window(const RaydiumClmmPool& pool, Direction direction) {
    const ArrayWindow found = clmm_window(pool, direction);
    return {found.arrays().begin(), found.arrays().end()};
}

Numbers seen(const RaydiumClmmPool& pool) {
    Numbers numbers;
    for (const ClmmTickArray& array : pool.arrays) {
        numbers.push_back(array.number);
    }
    return numbers;
}

RaydiumClmmPool flagged_pool(const Numbers& numbers, std::uint16_t spacing = 60) {
    auto pool = clmm_pool(0, kQ64, 1'000'000, spacing);
    for (const std::int32_t number : numbers) {
        flag_array(pool, number);
    }
    return pool;
}

std::vector<RawTick> one_tick(const RaydiumClmmPool& pool, std::int32_t number) {
    return {{.tick = clmm_array_start(pool, number), .liquidity_gross = 1}};
}

Result<bool> apply_array(RaydiumClmmPool& pool, std::int32_t number,
                         const std::vector<RawTick>& ticks) {
    const Bytes data = tick_array_bytes(pool, number, ticks);
    return apply_account(pool, account(clmm_array_address(pool, number), data));
}

Bytes extension_bytes(const RaydiumClmmPool& pool, const Numbers& numbers) {
    Bytes data(kClmmBitmapExtensionBytes, 0);
    std::ranges::copy(kClmmBitmapExtensionDiscriminator, data.begin());
    std::ranges::copy(pool.id.bytes, data.begin() + 8);
    for (const std::int32_t number : numbers) {
        // Rows and bits as the program's own tests have them.
        const std::int32_t row = number > 0 ? number / 512 - 1 : (-number - 1) / 512 - 1;
        const std::int32_t bit = number > 0 ? number % 512 : number + 512 * (row + 2);
        const auto offset = (number > 0 ? 40 : 936) + row * 64 + bit / 8;
        data[static_cast<std::size_t>(offset)] |= static_cast<std::uint8_t>(1U << (bit % 8));
    }
    return data;
}

TEST(RaydiumClmmAccounts, DecodesTheRecordedPoolAndConfig) {
    SF_REQUIRE_DATA(data);
    const auto folder = data / "fixtures/accounts/raydium_clmm";
    const sniperforge::test::JsonFile pool_file{folder / "pool_3ucN.json"};
    const sniperforge::test::JsonFile config_file{folder / "amm_config.json"};
    const auto id = pubkey_constant("3ucNos4NbumPLZNWztqGHNFFgkHeRMBQAVemeeomsUxv");
    const Bytes bytes = account_data(pool_file.root());
    EXPECT_TRUE(is_clmm_pool(bytes));
    auto pool = decode_clmm_pool(id, bytes);
    ASSERT_TRUE(pool) << pool.error().text;
    const simdjson::dom::element expected = pool_file.root()["expected"];
    const auto key_at = [&](std::string_view name) {
        return pubkey_constant(std::string_view{expected[name]});
    };
    EXPECT_EQ(pool->id, id);
    EXPECT_EQ(pool->amm_config, key_at("amm_config"));
    EXPECT_EQ(pool->mint_a, key_at("token_mint_0"));
    EXPECT_EQ(pool->mint_b, key_at("token_mint_1"));
    EXPECT_EQ(pool->vault_a, key_at("token_vault_0"));
    EXPECT_EQ(pool->vault_b, key_at("token_vault_1"));
    EXPECT_EQ(pool->observation, key_at("observation_key"));
    EXPECT_EQ(pool->decimals_a, 9);
    EXPECT_EQ(pool->decimals_b, 6);
    EXPECT_EQ(pool->tick_spacing, 1);
    EXPECT_EQ(pool->liquidity, u128_at(expected, "liquidity"));
    EXPECT_EQ(pool->sqrt_price, u128_at(expected, "sqrt_price_x64"));
    EXPECT_EQ(pool->tick_current, -14171);
    EXPECT_EQ(pool->open_time, 1'723'037'622);
    EXPECT_FALSE(pool->dynamic_fee.is_enabled);
    // wSOL and USDC are known to be SPL Token's; the price's array and two each way are flagged.
    EXPECT_EQ(pool->program_a, solana::kTokenProgram);
    EXPECT_EQ(pool->program_b, solana::kTokenProgram);
    EXPECT_EQ(window(*pool, Direction::AToB), (Numbers{-237, -238, -239}));
    EXPECT_EQ(window(*pool, Direction::BToA), (Numbers{-237, -236, -235}));
    EXPECT_EQ(accounts_needed(*pool).size(), 6U);
    EXPECT_FALSE(is_complete(*pool));

    const Bytes config = account_data(config_file.root());
    const auto applied = apply_account(*pool, account(pool->amm_config, config));
    ASSERT_TRUE(applied) << applied.error().text;
    EXPECT_TRUE(*applied);
    EXPECT_EQ(pool->trade_fee_rate, 100U);
    const auto decoded = decode_clmm_config(config);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->index, 4);
    EXPECT_EQ(decoded->tick_spacing, 1);
    EXPECT_EQ(decoded->protocol_fee_rate, 120'000U);
    EXPECT_EQ(decoded->fund_fee_rate, 40'000U);
}

TEST(RaydiumClmmAccounts, DecodesOnlyWholeAccountsOfItsOwnKind) {
    SF_REQUIRE_DATA(data);
    const auto folder = data / "fixtures/accounts/raydium_clmm";
    const sniperforge::test::JsonFile pool_file{folder / "pool_3ucN.json"};
    const sniperforge::test::JsonFile config_file{folder / "amm_config.json"};
    Bytes pool = account_data(pool_file.root());
    Bytes config = account_data(config_file.root());
    for (std::size_t length = 0; length < kClmmPoolBytes; ++length) {
        const auto view = BytesView{pool}.first(length);
        EXPECT_FALSE(is_clmm_pool(view));
        const auto decoded = decode_clmm_pool(Pubkey{}, view);
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().text.find(std::to_string(length) + " bytes, expected 1544"),
                  std::string::npos);
    }
    for (std::size_t length = 0; length < kClmmConfigBytes; ++length) {
        ASSERT_FALSE(decode_clmm_config(BytesView{config}.first(length)));
    }
    pool.resize(pool.size() + 100, 0xff);
    EXPECT_TRUE(decode_clmm_pool(Pubkey{}, pool));  // What is appended later is ignored.
    pool[0] ^= 1U;
    config[0] ^= 1U;
    EXPECT_FALSE(is_clmm_pool(pool));
    EXPECT_NE(decode_clmm_pool(Pubkey{}, pool).error().text.find("discriminator"),
              std::string::npos);
    EXPECT_FALSE(decode_clmm_config(config));
}

TEST(RaydiumClmmAccounts, RefusesAPoolThatTheProgramCouldNotHaveWritten) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "fixtures/accounts/raydium_clmm/pool_3ucN.json"};
    const Bytes original = account_data(file.root());
    const auto decodes_with = [&](std::size_t offset, auto value) {
        Bytes pool = original;
        write_le(std::span{pool}, offset, value);
        return decode_clmm_pool(Pubkey{}, pool).has_value();
    };
    EXPECT_TRUE(decodes_with(235, std::uint16_t{1}));
    EXPECT_FALSE(decodes_with(235, std::uint16_t{0}));
    EXPECT_TRUE(decodes_with(269, kClmmTickMin));
    EXPECT_FALSE(decodes_with(269, kClmmTickMin - 1));
    EXPECT_TRUE(decodes_with(269, kClmmTickMax));
    EXPECT_FALSE(decodes_with(269, kClmmTickMax + 1));
    EXPECT_TRUE(decodes_with(253, kClmmSqrtPriceMin));
    EXPECT_FALSE(decodes_with(253, kClmmSqrtPriceMin - 1));
    EXPECT_TRUE(decodes_with(253, kClmmSqrtPriceMax));
    EXPECT_FALSE(decodes_with(253, kClmmSqrtPriceMax + 1));
    // Any byte of the dynamic fee switches it on, a reserved one too.
    Bytes pool = original;
    pool[1175] = 1;
    EXPECT_TRUE(decode_clmm_pool(Pubkey{}, pool)->dynamic_fee.is_enabled);
    pool = original;
    pool[1176] = 1;
    EXPECT_FALSE(decode_clmm_pool(Pubkey{}, pool)->dynamic_fee.is_enabled);
}

TEST(RaydiumClmmAccounts, LooksAtThreeFlaggedArraysEachWayFromThePrice) {
    auto pool = flagged_pool({-123, -100, -9, -8, -1, 0, 1, 64, 122});
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{0, -1, -8}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{0, 1, 64}));
    pool.tick_current = -1;
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{-1, -8, -9}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{-1, 0, 1}));
    pool.tick_current = 5 * 3'600;  // Its own array is not flagged.
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{1, 0, -1}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{64, 122}));
    pool.tick_current = kClmmTickMin;
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{-123, -100, -9}));
    EXPECT_FALSE(clmm_window(pool, Direction::AToB).is_extension_needed);
    // Bits beyond the last tick mean nothing: 124 · 3600 is above 443636.
    pool.tick_current = kClmmTickMax;
    flag_array(pool, 124);
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{122, 64, 1}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{}));
}

TEST(RaydiumClmmAccounts, AsksForTheExtensionOnlyWhereTheBitmapCannotTell) {
    auto pool = flagged_pool({-512, -2, -1, 0, 1, 2, 511}, 1);
    EXPECT_FALSE(clmm_window(pool, Direction::AToB).is_extension_needed);
    pool.tick_current = -2 * 60;  // -2 and -512 are left, and perhaps more below.
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{-2, -512}));
    EXPECT_TRUE(clmm_window(pool, Direction::AToB).is_extension_needed);
    EXPECT_FALSE(clmm_window(pool, Direction::BToA).is_extension_needed);
    EXPECT_EQ(accounts_needed(pool)[1], clmm_extension_address(pool));
    pool.has_extension = true;
    pool.arrays_beyond = {-7394, -600, 512, 600};
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{-2, -512, -600}));
    EXPECT_TRUE(clmm_window(pool, Direction::AToB).is_extension_needed);  // To be kept fresh.
    pool.tick_current = 511 * 60;
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{511, 512, 600}));
    pool.tick_current = 599 * 60;
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{600}));
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{512, 511, 2}));
    pool.tick_current = -7394 * 60 + 10;
    EXPECT_EQ(window(pool, Direction::AToB), (Numbers{-7394}));
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{-7394, -600, -512}));
    // Beyond the bitmap nothing is known without the extension.
    pool.has_extension = false;
    EXPECT_EQ(window(pool, Direction::BToA), (Numbers{}));
    EXPECT_FALSE(is_complete(pool));
}

TEST(RaydiumClmmAccounts, ReadsTheExtensionFromItsFirstToItsLastBit) {
    auto pool = flagged_pool({}, 1);
    const Numbers numbers{-7394, -1025, -1024, -514, -513, 512, 513, 1023, 1024, 7393};
    const Bytes data = extension_bytes(pool, numbers);
    const auto address = clmm_extension_address(pool);
    const auto applied = apply_account(pool, account(address, data));
    ASSERT_TRUE(applied) << applied.error().text;
    EXPECT_TRUE(*applied);
    EXPECT_TRUE(pool.has_extension);
    EXPECT_EQ(Numbers(pool.arrays_beyond.begin(), pool.arrays_beyond.end()), numbers);
    // An extension that does not exist flags nothing.
    ASSERT_TRUE(apply_account(pool, account(address, {}, solana::kSystemProgram)));
    EXPECT_TRUE(pool.has_extension);
    EXPECT_TRUE(pool.arrays_beyond.empty());
    EXPECT_EQ(pool.extension, address) << "derived once, not for every update";
}

TEST(RaydiumClmmAccounts, IsCompleteWithTheNearestArrayOfEachDirection) {
    auto pool = flagged_pool({-3, -2, 2, 3});
    pool.has_config = false;
    pool.program_b = Pubkey{};
    EXPECT_EQ(accounts_needed(pool).size(), 6U);  // Config, mint B, four arrays.
    const auto apply = [&](const AccountUpdate& update) {
        const auto applied = apply_account(pool, update);
        ASSERT_TRUE(applied) << applied.error().text;
        EXPECT_TRUE(*applied);
    };
    Bytes config(kClmmConfigBytes, 0);
    std::ranges::copy(kClmmConfigDiscriminator, config.begin());
    apply(account(pool.amm_config, config));
    apply(account(pool.mint_b, Bytes(82), solana::kToken2022Program));
    EXPECT_EQ(pool.program_b, solana::kToken2022Program);
    EXPECT_EQ(accounts_needed(pool).size(), 6U);  // The fee of such a mint may change.
    ASSERT_TRUE(apply_array(pool, 2, one_tick(pool, 2)));
    EXPECT_FALSE(is_complete(pool));
    ASSERT_TRUE(apply_array(pool, -2, one_tick(pool, -2)));
    EXPECT_TRUE(is_complete(pool));
}

// A gap is a wall: what lies behind it is not reached, however well it is known.
TEST(RaydiumClmmAccounts, ReachesNoFartherThanTheFirstArrayNotSeen) {
    auto pool = flagged_pool({-2, -1, 0, 1, 2});
    const auto reached = [&] {
        Numbers ticks;
        for (std::uint32_t i = pool.ticks_low; i < pool.ticks_high; ++i) {
            ticks.push_back(pool.ticks[i].tick);
        }
        return ticks;
    };
    ASSERT_TRUE(apply_array(pool, 2, one_tick(pool, 2)));
    ASSERT_TRUE(apply_array(pool, -1, one_tick(pool, -1)));
    EXPECT_EQ(reached(), (Numbers{}));
    ASSERT_TRUE(apply_array(pool, 0, {}));  // The price's own array may be without ticks.
    EXPECT_EQ(reached(), (Numbers{-3'600}));
    ASSERT_TRUE(apply_array(pool, 1, one_tick(pool, 1)));
    EXPECT_EQ(reached(), (Numbers{-3'600, 3'600, 7'200}));
    // Flagged but empty, or closed: the program fails there, so we stop before.
    ASSERT_TRUE(apply_array(pool, 1, {}));
    EXPECT_EQ(reached(), (Numbers{-3'600}));
    ASSERT_TRUE(apply_array(pool, 1, one_tick(pool, 1)));
    ASSERT_TRUE(
        apply_account(pool, account(clmm_array_address(pool, 1), {}, solana::kSystemProgram)));
    EXPECT_EQ(reached(), (Numbers{-3'600}));
    EXPECT_EQ(pool.ticks_position, 1U);
}

TEST(RaydiumClmmAccounts, CarriesOverWhatTheNewPriceNeedsAndForgetsTheRest) {
    auto old = flagged_pool({-3, -2, -1, 0, 1, 2, 3, 4});
    for (const std::int32_t number : {-2, -1, 0, 1, 2}) {
        ASSERT_TRUE(apply_array(old, number, one_tick(old, number)));
    }
    EXPECT_EQ(seen(old), (Numbers{-2, -1, 0, 1, 2}));
    EXPECT_EQ(apply_array(old, 3, one_tick(old, 3)), Result<bool>{false});  // Too far away.

    auto moved = flagged_pool({-3, -2, -1, 0, 1, 2, 3, 4});
    moved.has_config = false;
    moved.tick_current = 2 * 3'600 + 5;
    EXPECT_TRUE(is_same_identity(old, moved));
    carry_over(old, moved);
    EXPECT_TRUE(moved.has_config);
    EXPECT_EQ(moved.trade_fee_rate, old.trade_fee_rate);
    EXPECT_EQ(seen(moved), (Numbers{0, 1, 2}));
    EXPECT_EQ(moved.ticks.size(), 3U);
    EXPECT_EQ(moved.ticks_position, 3U);
    EXPECT_EQ(moved.ticks_high, 3U);  // Array 3 has not been seen.
    ASSERT_TRUE(apply_array(moved, 3, one_tick(moved, 3)));
    EXPECT_EQ(moved.ticks_high, 4U);
    // An array that lost its flag is gone too, with its ticks.
    auto cleared = flagged_pool({-1, 1});
    carry_over(old, cleared);
    EXPECT_EQ(seen(cleared), (Numbers{-1, 1}));
    EXPECT_EQ(cleared.ticks.size(), 2U);
    moved.vault_a = key_of(99);
    EXPECT_FALSE(is_same_identity(old, moved));
}

TEST(RaydiumClmmAccounts, RefusesForeignAndMisplacedAccountsAndStaysAsItWas) {
    auto pool = flagged_pool({-1, 0, 1});
    ASSERT_TRUE(apply_array(pool, 0, one_tick(pool, 0)));
    const auto ticks = pool.ticks;
    const auto refuses = [&](const Pubkey& pubkey, const Bytes& data, const Pubkey& owner,
                             std::string_view text) {
        const auto applied = apply_account(pool, account(pubkey, data, owner));
        ASSERT_FALSE(applied) << text;
        EXPECT_NE(applied.error().text.find(text), std::string::npos) << applied.error().text;
        EXPECT_EQ(pool.ticks, ticks);
        EXPECT_EQ(seen(pool), (Numbers{0}));
    };
    const auto& program = solana::kRaydiumClmmProgram;
    const auto address = clmm_array_address(pool, 0);
    const Bytes array = tick_array_bytes(pool, 0, one_tick(pool, 0));
    refuses(address, array, solana::kRaydiumCpmmProgram, "owner");
    refuses(address, Bytes(array.begin(), array.end() - 1), program, "10239 bytes, expected 10240");
    refuses(address, Bytes(kClmmTickArrayBytes, 1), program, "beginning 0101");
    auto other = pool;
    other.id = key_of(77);
    refuses(address, tick_array_bytes(other, 0, {}), program, "belongs to");
    Bytes misplaced = array;
    write_le(std::span{misplaced}, 40, std::int32_t{60});
    refuses(address, misplaced, program, "multiple of 3600");
    Bytes wrong_tick = array;
    write_le(std::span{wrong_tick}, 44, std::int32_t{60});
    refuses(address, wrong_tick, program, "tick 60 at place 0, expected 0");
    refuses(pool.amm_config, Bytes(kClmmConfigBytes, 0), program, "config");
    refuses(pool.amm_config, Bytes(kClmmConfigBytes, 0), solana::kSystemProgram, "owner");
    refuses(pool.mint_a, Bytes(82, 0), program, "expected SPL Token or");
    // None of this pool's accounts: no error, no news.
    EXPECT_EQ(apply_account(pool, account(key_of(5), Bytes(10), program)), Result<bool>{false});
}

}  // namespace
}  // namespace sniperforge::dex
