// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_account.hpp"

#include <gtest/gtest.h>

#include "sniperforge/core/rng.hpp"
#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

std::optional<Pubkey> optional_key(Json expected, const std::string& name) {
    return decimal(expected[name + "_tag"]) == 1 ? std::optional{key(Json{expected[name]})}
                                                 : std::nullopt;
}

void expect_mint(const AccountFixture& fixture) {
    const auto mint = decode_mint(fixture.data);
    ASSERT_TRUE(mint) << mint.error().text;
    const Json expected = fixture.expected();
    EXPECT_EQ(mint->mint_authority, optional_key(expected, "mint_authority"));
    EXPECT_EQ(mint->supply.raw(), decimal(expected["supply"]));
    EXPECT_EQ(mint->decimals, decimal(expected["decimals"]));
    EXPECT_EQ(mint->is_initialized, bool{expected["is_initialized"]});
    EXPECT_EQ(mint->freeze_authority, optional_key(expected, "freeze_authority"));
    const auto encoded = encode_mint(*mint);
    EXPECT_TRUE(std::equal(encoded.begin(), encoded.end(), fixture.data.begin()));
}

void expect_account(const AccountFixture& fixture) {
    const auto account = decode_token_account(fixture.data);
    ASSERT_TRUE(account) << account.error().text;
    const Json expected = fixture.expected();
    EXPECT_EQ(account->mint, key(Json{expected["mint"]}));
    EXPECT_EQ(account->owner, key(Json{expected["owner"]}));
    EXPECT_EQ(account->amount.raw(), decimal(expected["amount"]));
    EXPECT_EQ(account->delegate, optional_key(expected, "delegate"));
    EXPECT_EQ(static_cast<unsigned>(account->state), decimal(expected["state"]));
    EXPECT_EQ(account->is_native(), decimal(expected["is_native_tag"]) == 1);
    EXPECT_EQ(account->native_rent_reserve.value_or(Lamports{}).raw(),
              decimal(expected["is_native_amount"]));
    EXPECT_EQ(account->delegated_amount.raw(), decimal(expected["delegated_amount"]));
    EXPECT_EQ(account->close_authority, optional_key(expected, "close_authority"));
    EXPECT_EQ(token_account_amount(fixture.data), account->amount);
    const auto encoded = encode_token_account(*account);
    EXPECT_TRUE(std::equal(encoded.begin(), encoded.end(), fixture.data.begin()));
}

TEST(Mint, DecodesTheRecordedMints) {
    SF_REQUIRE_DATA(data);
    expect_mint(AccountFixture{data, "solana/spl_token_mint_account"});
    expect_mint(AccountFixture{data, "solana/spl_token_22_mint_account"});
    expect_mint(AccountFixture{data, "orca_whirlpool/egxu_mint_a"});
    expect_mint(AccountFixture{data, "meteora_dlmm/mint_9cRCn9_token2022"});
}

TEST(TokenAccount, DecodesTheRecordedAccounts) {
    SF_REQUIRE_DATA(data);
    expect_account(AccountFixture{data, "solana/spl_token_22_account_mega_token"});
    expect_account(AccountFixture{data, "raydium_cpmm/vault_sol"});
    expect_account(AccountFixture{data, "raydium_cpmm/vault_usdc"});
    expect_account(AccountFixture{data, "orca_whirlpool/egxu_vault_a"});
    expect_account(AccountFixture{data, "pumpswap/pool_Geaa_base_vault"});
}

TEST(TokenAccount, SurvivesEncodingWithEveryOptionSetAndUnset) {
    TokenAccount account;
    account.mint = numbered_key(1);
    account.owner = numbered_key(2);
    account.amount = TokenAmount::max();
    account.state = TokenAccountState::Frozen;
    EXPECT_EQ(decode_token_account(encode_token_account(account)).value(), account);
    EXPECT_TRUE(account.is_frozen());
    account.delegate = numbered_key(3);
    account.delegated_amount = TokenAmount{7};
    account.native_rent_reserve = Lamports{2'039'280};
    account.close_authority = numbered_key(4);
    EXPECT_EQ(decode_token_account(encode_token_account(account)).value(), account);

    Mint mint;
    mint.supply = TokenAmount{5};
    mint.decimals = 9;
    EXPECT_EQ(decode_mint(encode_mint(mint)).value(), mint);
    mint.mint_authority = numbered_key(5);
    mint.freeze_authority = numbered_key(6);
    mint.is_initialized = false;
    EXPECT_EQ(decode_mint(encode_mint(mint)).value(), mint);
}

TEST(TokenAccount, RefusesOtherLengthsStatesAndTags) {
    TokenAccount account;
    account.mint = numbered_key(1);
    const auto encoded = encode_token_account(account);
    const Bytes good{encoded.begin(), encoded.end()};
    ASSERT_TRUE(decode_token_account(good));
    for (const std::size_t size : {0U, 82U, 164U}) {
        EXPECT_FALSE(decode_token_account(BytesView{good}.first(size)));
        EXPECT_FALSE(token_account_amount(BytesView{good}.first(size)));
    }
    Bytes longer = good;
    longer.push_back(3);
    EXPECT_FALSE(decode_token_account(longer));
    longer.back() = 0;  // Not set, as in a recorded vault.
    EXPECT_TRUE(decode_token_account(longer));
    longer.back() = 1;  // The account type of a mint.
    EXPECT_FALSE(decode_token_account(longer));
    EXPECT_FALSE(token_account_amount(longer));
    longer.back() = 2;
    EXPECT_TRUE(decode_token_account(longer));
    EXPECT_EQ(token_account_amount(longer), TokenAmount{});
    longer.resize(355);
    EXPECT_FALSE(decode_token_account(longer));
    EXPECT_FALSE(token_account_amount(longer));
    longer.resize(356);
    EXPECT_TRUE(decode_token_account(longer));
    for (const std::size_t offset : {72U, 75U, 109U, 129U}) {
        Bytes bad = good;
        bad[offset] = 2;
        EXPECT_FALSE(decode_token_account(bad)) << offset;
    }
    Bytes bad = good;
    bad[108] = 3;
    EXPECT_FALSE(decode_token_account(bad));
}

TEST(Mint, RefusesOtherLengthsFlagsAndTags) {
    const auto encoded = encode_mint(Mint{});
    const Bytes good{encoded.begin(), encoded.end()};
    ASSERT_TRUE(decode_mint(good));
    EXPECT_FALSE(decode_mint(BytesView{good}.first(81)));
    Bytes padded = good;
    padded.resize(165);  // That is a token account's length.
    EXPECT_FALSE(decode_mint(padded));
    padded.push_back(2);
    EXPECT_FALSE(decode_mint(padded));
    padded.back() = 0;
    EXPECT_FALSE(decode_mint(padded));
    padded.back() = 1;
    EXPECT_TRUE(decode_mint(padded));
    for (const std::size_t offset : {0U, 45U, 46U}) {
        Bytes bad = good;
        bad[offset] = 2;
        EXPECT_FALSE(decode_mint(bad)) << offset;
    }
}

}  // namespace
}  // namespace sniperforge::solana
