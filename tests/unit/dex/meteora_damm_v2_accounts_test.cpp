// SPDX-License-Identifier: MIT
// DAMM v2: the pool's account, the mints beside it, and the instructions.
#include <gtest/gtest.h>

#include <bit>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/pda.hpp"
#include "unit/dex/damm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

TEST(MeteoraDammV2Accounts, ReadsEveryFieldFromItsPlace) {
    MeteoraDammV2Pool spec = damm_spec();
    spec.mint_a = key_of(1);
    spec.mint_b = key_of(2);
    spec.program_b = solana::kToken2022Program;
    spec.status = 1;
    spec.activation_type = 0;
    spec.activation_point = 0x0102'0304'0506'0708;
    spec.collect_fee_mode = DammV2CollectFeeMode::OnlyB;
    spec.fee_version = 1;
    spec.layout_version = 1;
    spec.base_fee = {.mode = DammV2BaseFeeMode::MarketCapExponential,
                     .first_factor = 0x1112,
                     .second_factor = 0x2122'2324'2526'2728,
                     .third_factor = 0x3132'3334'3536'3738,
                     .cliff_rate = 0x4142'4344'4546'4748};
    spec.dynamic_fee = {.is_enabled = true,
                        .control = 0x5152'5354,
                        .bin_step = 0x6162,
                        .volatility = static_cast<u128>(7) << 100};
    spec.protocol_fee_percent = 21;
    spec.referral_fee_percent = 22;
    spec.compounding_fee_bps = 0x7172;
    spec.liquidity = static_cast<u128>(8) << 101;
    spec.liquidity_locked = static_cast<u128>(7) << 101;
    spec.sqrt_price_min = static_cast<u128>(1) << 100;
    spec.sqrt_price = static_cast<u128>(2) << 100;
    spec.sqrt_price_max = static_cast<u128>(3) << 100;
    spec.sqrt_price_initial = static_cast<u128>(4) << 100;
    spec.amount_a = 23;
    spec.amount_b = 24;
    const auto pool = decode_meteora_damm_v2_pool(spec.id, damm_bytes(spec));
    ASSERT_TRUE(pool) << pool.error().text;
    EXPECT_EQ(pool->id, spec.id);
    EXPECT_EQ(pool->mint_a, spec.mint_a);
    EXPECT_EQ(pool->mint_b, spec.mint_b);
    EXPECT_EQ(pool->vault_a, spec.vault_a);
    EXPECT_EQ(pool->vault_b, spec.vault_b);
    EXPECT_EQ(pool->program_a, solana::kTokenProgram);
    EXPECT_EQ(pool->program_b, solana::kToken2022Program);
    EXPECT_EQ(pool->creator, spec.creator);
    EXPECT_EQ(pool->status, spec.status);
    EXPECT_EQ(pool->activation_type, spec.activation_type);
    EXPECT_EQ(pool->activation_point, spec.activation_point);
    EXPECT_EQ(pool->collect_fee_mode, spec.collect_fee_mode);
    EXPECT_EQ(pool->fee_version, spec.fee_version);
    EXPECT_EQ(pool->layout_version, spec.layout_version);
    EXPECT_TRUE(pool->base_fee == spec.base_fee);
    EXPECT_TRUE(pool->dynamic_fee == spec.dynamic_fee);
    EXPECT_EQ(pool->protocol_fee_percent, spec.protocol_fee_percent);
    EXPECT_EQ(pool->referral_fee_percent, spec.referral_fee_percent);
    EXPECT_EQ(pool->compounding_fee_bps, spec.compounding_fee_bps);
    EXPECT_TRUE(pool->liquidity == spec.liquidity);
    EXPECT_TRUE(pool->liquidity_locked == spec.liquidity_locked);
    EXPECT_TRUE(pool->sqrt_price == spec.sqrt_price);
    EXPECT_TRUE(pool->sqrt_price_min == spec.sqrt_price_min);
    EXPECT_TRUE(pool->sqrt_price_max == spec.sqrt_price_max);
    EXPECT_TRUE(pool->sqrt_price_initial == spec.sqrt_price_initial);
    EXPECT_EQ(pool->amount_a, spec.amount_a);
    EXPECT_EQ(pool->amount_b, spec.amount_b);
}

// Where the vaults stand is derived from the pool and the mints: nothing was read out of place.
TEST(MeteoraDammV2Accounts, TheRecordedPoolsNameTheVaultsThatAreDerivedFromThem) {
    SF_REQUIRE_DATA(data);
    for (const auto* name : {"3u2B", "6CXX"}) {
        const sniperforge::test::JsonFile file{data / "fixtures/accounts/meteora_damm_v2" /
                                               (std::string{name} + ".json")};
        const auto id = pubkey_constant(std::string_view{file.root()["pubkey"]});
        const auto pool = decode_meteora_damm_v2_pool(id, account_data(file.root()));
        ASSERT_TRUE(pool) << pool.error().text;
        const auto vault = [&](const Pubkey& mint) {
            return solana::find_program_address({solana::seed("token_vault"), mint.bytes, id.bytes},
                                                solana::kMeteoraDammV2Program)
                .address;
        };
        EXPECT_EQ(pool->vault_a, vault(pool->mint_a));
        EXPECT_EQ(pool->vault_b, vault(pool->mint_b));
        EXPECT_TRUE(is_swap_enabled(*pool));
        EXPECT_GT(reserve_a(*pool), TokenAmount{0});
        EXPECT_GT(reserve_b(*pool), TokenAmount{0});
    }
}

TEST(MeteoraDammV2Accounts, DecodesOnlyWholeAccountsOfItsOwnKind) {
    Bytes data = damm_bytes(damm_spec());
    for (std::size_t length = 0; length < kDammV2PoolBytes; ++length) {
        const auto view = BytesView{data}.first(length);
        EXPECT_FALSE(is_meteora_damm_v2_pool(view));
        const auto decoded = decode_meteora_damm_v2_pool(key_of(9), view);
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().text.find(std::to_string(length) + " bytes, expected 1112"),
                  std::string::npos)
            << decoded.error().text;
        EXPECT_NE(decoded.error().text.find(key_of(9).to_string()), std::string::npos);
    }
    EXPECT_TRUE(is_meteora_damm_v2_pool(data));
    EXPECT_TRUE(decode_meteora_damm_v2_pool(key_of(9), data));
    data.push_back(1);  // A longer account is a newer one.
    EXPECT_TRUE(is_meteora_damm_v2_pool(data));
    EXPECT_TRUE(decode_meteora_damm_v2_pool(key_of(9), data));
    data[7] ^= 1;
    EXPECT_FALSE(is_meteora_damm_v2_pool(data));
    const auto other = decode_meteora_damm_v2_pool(key_of(9), data);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().text.find("f19a6d0411b16dbd, expected f19a6d0411b16dbc"),
              std::string::npos)
        << other.error().text;
}

TEST(MeteoraDammV2Accounts, RefusesAPoolThatTheProgramCouldNotHaveWritten) {
    const auto error_of = [](const MeteoraDammV2Pool& spec) {
        const auto pool = decode_meteora_damm_v2_pool(spec.id, damm_bytes(spec));
        return pool ? std::string{} : pool.error().text;
    };
    auto spec = damm_spec();
    spec.sqrt_price = spec.sqrt_price_min;
    EXPECT_EQ(error_of(spec), "");
    --spec.sqrt_price;
    EXPECT_NE(error_of(spec).find("square-root price"), std::string::npos) << error_of(spec);
    spec.sqrt_price = spec.sqrt_price_max;
    EXPECT_EQ(error_of(spec), "");
    ++spec.sqrt_price;
    EXPECT_NE(error_of(spec).find("square-root price"), std::string::npos) << error_of(spec);
    spec = damm_spec();
    spec.sqrt_price_min = 0;
    EXPECT_NE(error_of(spec).find("square-root price"), std::string::npos) << error_of(spec);
    // Compounding pools have no range; of modes to come nothing is known.
    spec.collect_fee_mode = DammV2CollectFeeMode::Compounding;
    spec.sqrt_price = 0;
    EXPECT_EQ(error_of(spec), "");
    spec.collect_fee_mode = DammV2CollectFeeMode{3};
    EXPECT_EQ(error_of(spec), "");
    for (const std::size_t flag : {482U, 483U}) {
        Bytes data = damm_bytes(damm_spec());
        data[flag] = 2;
        const auto pool = decode_meteora_damm_v2_pool(key_of(9), data);
        ASSERT_FALSE(pool);
        EXPECT_NE(pool.error().text.find("token program flags"), std::string::npos);
    }
}

std::array<std::uint8_t, solana::kMintBytes> mint_bytes(std::uint8_t decimals) {
    solana::Mint mint;
    mint.decimals = decimals;
    return solana::encode_mint(mint);
}

AccountUpdate mint_update(const Pubkey& mint, const Pubkey& owner, BytesView data) {
    return {Slot{1}, mint, owner, Lamports{data.empty() ? 0U : 1U}, data};
}

TEST(MeteoraDammV2Accounts, NeedsTheMintsForTheirDecimalsAndQuotesWithoutThem) {
    auto spec = damm_spec();
    spec.mint_b = key_of(75);
    auto pool = damm_pool(spec);
    EXPECT_EQ(accounts_needed(pool), (std::vector{spec.mint_a, spec.mint_b}));
    EXPECT_TRUE(accounts_shared(pool).empty());
    EXPECT_FALSE(is_complete(pool));
    EXPECT_TRUE(quote_exact_in(pool, kAToB, TokenAmount{1'000}, kDammNow));
    const auto mint_a = mint_bytes(6);
    const auto mint_b = mint_bytes(0);
    const auto apply = [&](const Pubkey& mint, BytesView data) {
        const auto applied = apply_account(pool, mint_update(mint, solana::kTokenProgram, data));
        return applied && *applied;
    };
    EXPECT_TRUE(apply(spec.mint_a, mint_a));
    EXPECT_EQ(pool.decimals_a, 6);
    EXPECT_FALSE(is_complete(pool));
    EXPECT_TRUE(apply(spec.mint_b, mint_b));
    EXPECT_EQ(pool.decimals_b, 0);
    EXPECT_TRUE(is_complete(pool));
    EXPECT_TRUE(apply(spec.mint_a, {}));  // Gone: what it told stays true.
    EXPECT_EQ(pool.decimals_a, 6);
    EXPECT_FALSE(apply(key_of(76), mint_a));
    forget_account(pool, spec.mint_a);
    EXPECT_TRUE(is_complete(pool));
    // wSOL is known.
    pool = damm_pool(damm_spec());
    EXPECT_EQ(accounts_needed(pool), (std::vector{spec.mint_a}));
    EXPECT_EQ(pool.decimals_b, 9);
    spec = damm_spec();
    std::swap(spec.mint_a, spec.mint_b);
    pool = damm_pool(spec);
    EXPECT_EQ(accounts_needed(pool), (std::vector{spec.mint_b}));
    EXPECT_EQ(pool.decimals_a, 9);
}

TEST(MeteoraDammV2Accounts, RefusesAMintThatIsNotWhatThePoolSays) {
    auto pool = damm_pool(damm_spec());
    const auto mint = mint_bytes(6);
    const auto error_of = [&](const Pubkey& owner, BytesView data) {
        const auto applied = apply_account(pool, mint_update(pool.mint_a, owner, data));
        EXPECT_EQ(pool.decimals_a, 0);
        EXPECT_FALSE(is_complete(pool));
        return applied ? std::string{} : applied.error().text;
    };
    EXPECT_NE(error_of(solana::kToken2022Program, mint).find("as the pool says"),
              std::string::npos);
    EXPECT_NE(error_of(solana::kSystemProgram, mint).find("as the pool says"), std::string::npos);
    for (std::size_t length = 1; length < 300; ++length) {
        if (length == solana::kMintBytes) {
            continue;
        }
        const Bytes data(length, 0);
        EXPECT_NE(error_of(solana::kTokenProgram, data).find(pool.mint_a.to_string()),
                  std::string::npos);
    }
}

TEST(MeteoraDammV2Accounts, ANewVersionKeepsTheDecimalsAndIsThePoolItWas) {
    auto pool = damm_pool(damm_spec());
    const auto mint = mint_bytes(6);
    ASSERT_TRUE(apply_account(pool, mint_update(pool.mint_a, solana::kTokenProgram, mint)));
    auto spec = damm_spec();
    spec.sqrt_price += 1;
    spec.base_fee.cliff_rate += 1;  // Operators may change it.
    spec.layout_version = 1;
    auto next = damm_pool(spec);
    EXPECT_FALSE(is_complete(next));
    EXPECT_TRUE(is_same_identity(pool, next));
    carry_over(pool, next);
    EXPECT_TRUE(is_complete(next));
    EXPECT_EQ(next.decimals_a, 6);
    EXPECT_EQ(next.decimals_b, 9);
    for (auto key : {&MeteoraDammV2Pool::id, &MeteoraDammV2Pool::mint_a, &MeteoraDammV2Pool::mint_b,
                     &MeteoraDammV2Pool::vault_a, &MeteoraDammV2Pool::vault_b,
                     &MeteoraDammV2Pool::program_a, &MeteoraDammV2Pool::program_b}) {
        auto other = next;
        other.*key = key_of(99);
        EXPECT_FALSE(is_same_identity(pool, other));
    }
}

Pubkey program_pda(std::string_view name) {
    return solana::find_program_address({solana::seed(name)}, solana::kMeteoraDammV2Program)
        .address;
}

TEST(MeteoraDammV2Accounts, BuildsSwap2AsTheProgramReadsIt) {
    auto spec = damm_spec();
    spec.program_a = solana::kToken2022Program;
    const auto pool = damm_pool(spec);
    const SwapAccounts user{key_of(80), key_of(81), key_of(82)};
    const auto swap = swap_exact_in(pool, kAToB, TokenAmount{1'000'000}, TokenAmount{999}, user);
    EXPECT_EQ(swap.program_id, solana::kMeteoraDammV2Program);
    const std::vector<solana::AccountMeta> expected{
        solana::readonly(program_pda("pool_authority")),
        solana::writable(spec.id),
        solana::writable(user.user_source),
        solana::writable(user.user_destination),
        solana::writable(spec.vault_a),
        solana::writable(spec.vault_b),
        solana::readonly(spec.mint_a),
        solana::readonly(spec.mint_b),
        solana::signer(user.user),
        solana::readonly(solana::kToken2022Program),
        solana::readonly(solana::kTokenProgram),
        solana::readonly(solana::kMeteoraDammV2Program),
        solana::readonly(program_pda("__event_authority")),
        solana::readonly(solana::kMeteoraDammV2Program),
    };
    EXPECT_EQ(swap.accounts, expected);
    EXPECT_EQ(hex_encode(swap.data), "414b3f4ceb5b5b8840420f0000000000e70300000000000000");
    // The other way the same accounts stand in the same places: the source's mint tells.
    const auto back = swap_exact_in(pool, kBToA, TokenAmount{1'000'000}, TokenAmount{999}, user);
    EXPECT_EQ(back.accounts, expected);
    EXPECT_EQ(back.data, swap.data);
    const auto exact = swap_exact_out(pool, kBToA, TokenAmount{1'000'000}, TokenAmount{999}, user);
    EXPECT_EQ(exact.accounts, expected);
    EXPECT_EQ(hex_encode(exact.data), "414b3f4ceb5b5b88e70300000000000040420f000000000002");
    EXPECT_TRUE(has_exact_out(pool, kAToB) && has_exact_out(pool, kBToA));
}

TEST(MeteoraDammV2Accounts, ShowsTheTransactionToARateLimiterOnPurchases) {
    auto spec = damm_spec();
    spec.collect_fee_mode = DammV2CollectFeeMode::OnlyB;
    spec.base_fee = limiter_fee(1'000);
    auto pool = damm_pool(spec);
    const auto accounts = [&](Direction direction) {
        return swap_exact_in(pool, direction, TokenAmount{1}, TokenAmount{1}, {}).accounts;
    };
    EXPECT_EQ(accounts(kAToB).size(), 14U);
    ASSERT_EQ(accounts(kBToA).size(), 15U);
    EXPECT_EQ(accounts(kBToA).back(),
              solana::readonly(pubkey_constant("Sysvar1nstructions1111111111111111111111111")));
    pool.base_fee.first_factor = 0;
    pool.base_fee.second_factor = pool.base_fee.third_factor = 0;  // A limiter of nothing.
    EXPECT_EQ(accounts(kBToA).size(), 14U);
}

TEST(MeteoraDammV2Accounts, ItsShapesAreConsistentAndOursIsAmongThem) {
    const auto swap =
        swap_exact_in(damm_pool(damm_spec()), kAToB, TokenAmount{1}, TokenAmount{1}, {});
    int ours = 0;
    int creations = 0;
    for (const InstructionShape& shape : meteora_damm_v2_instructions()) {
        SCOPED_TRACE(shape.name);
        EXPECT_LE(shape.accounts_min, shape.accounts_max);
        EXPECT_LT(std::bit_width(shape.writable | shape.signers), shape.accounts_min + 1);
        if (shape.creation) {
            ++creations;
            EXPECT_TRUE((shape.writable >> shape.creation->pool & 1U) != 0);
            EXPECT_TRUE((shape.writable >> shape.creation->mint_a & 1U) == 0);
            EXPECT_EQ(shape.creation->mint_b, shape.creation->mint_a + 1);
        }
        if (!shape.is_ours) {
            continue;
        }
        ++ours;
        EXPECT_TRUE(std::ranges::equal(shape.discriminator, BytesView{swap.data}.first(8)));
        EXPECT_EQ(swap.data.size(), shape.data_bytes_min);
        ASSERT_EQ(swap.accounts.size(), shape.accounts_min);
        for (std::size_t i = 0; i < swap.accounts.size(); ++i) {
            EXPECT_EQ(swap.accounts[i].is_writable, (shape.writable >> i & 1U) != 0) << i;
            EXPECT_EQ(swap.accounts[i].is_signer, (shape.signers >> i & 1U) != 0) << i;
        }
    }
    EXPECT_EQ(ours, 1);
    EXPECT_EQ(creations, 3);
}

}  // namespace
}  // namespace sniperforge::dex
