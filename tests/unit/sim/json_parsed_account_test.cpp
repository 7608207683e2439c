// SPDX-License-Identifier: MIT
// jsonParsed accounts in the shapes of the protocol's examples, and base64 where a node has no
// parser.
#include "sim/json_parsed_account.hpp"

#include <gtest/gtest.h>

#include "chain_fixture.hpp"
#include "sim/durable_nonce.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {
namespace {

template <typename Array>
Bytes bytes_of(const Array& array) {
    return {array.begin(), array.end()};
}

class ParsedAccountTest : public ::testing::Test {
 protected:
    [[nodiscard]] std::string parsed(const Account& account) const {
        return parsed_data(account,
                           [this](const Pubkey& key) -> const Account* {
                               return key == test_key(2) && has_mint ? &mint : nullptr;
                           })
            .value_or("base64");
    }
    [[nodiscard]] static Account owned(const Pubkey& owner, Bytes data) {
        return {Lamports{5'000'000}, owner, false, std::move(data)};
    }
    [[nodiscard]] static Account token(const solana::TokenAccount& account) {
        return owned(solana::kTokenProgram, bytes_of(solana::encode_token_account(account)));
    }
    // A base layout with Token-2022 entries behind it: type, length, value.
    [[nodiscard]] static Account extended(const Account& base, std::uint8_t account_type,
                                          const Bytes& entries) {
        Account account = base;
        account.owner = solana::kToken2022Program;
        account.data.resize(165, 0);
        account.data.push_back(account_type);
        append(account.data, entries);
        return account;
    }
    // As text.
    [[nodiscard]] static std::string key(std::uint8_t tag) { return test_key(tag).to_string(); }

    bool has_mint = true;
    Account mint = owned(solana::kTokenProgram,
                         bytes_of(solana::encode_mint({.mint_authority = test_key(3),
                                                       .supply = TokenAmount{1'000'000'000},
                                                       .decimals = 6,
                                                       .is_initialized = true,
                                                       .freeze_authority = {}})));
    const solana::TokenAccount plain{.mint = test_key(2),
                                     .owner = test_key(4),
                                     .amount = TokenAmount{420'000'000},
                                     .delegate = {},
                                     .native_rent_reserve = {},
                                     .delegated_amount = {},
                                     .close_authority = {}};
};

TEST_F(ParsedAccountTest, ATokenAccountHasTheShapeOfTheProtocolsExample) {
    EXPECT_EQ(parsed(token(plain)),
              R"({"program":"spl-token","parsed":{"info":{"isNative":false,"mint":")" + key(2) +
                  R"(","owner":")" + key(4) +
                  R"(","state":"initialized","tokenAmount":{"amount":"420000000","decimals":6,)"
                  R"("uiAmount":420,"uiAmountString":"420"}},"type":"account"},"space":165})");
}

TEST_F(ParsedAccountTest, WhatATokenAccountMayHaveIsOnlyThereWhenItHasIt) {
    solana::TokenAccount full = plain;
    full.delegate = test_key(5);
    full.delegated_amount = TokenAmount{1'500'000};
    full.close_authority = test_key(6);
    full.state = solana::TokenAccountState::Frozen;
    full.native_rent_reserve = Lamports{2'039'280};
    const std::string text = parsed(token(full));
    EXPECT_NE(text.find(R"("closeAuthority":")" + key(6) + R"(","delegate":")" + key(5) +
                        R"(","delegatedAmount":{"amount":"1500000","decimals":6,"uiAmount":1.5,)"
                        R"("uiAmountString":"1.5"},"isNative":true)"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(R"("rentExemptReserve":{"amount":"2039280","decimals":6,)"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(R"("state":"frozen")"), std::string::npos) << text;
}

TEST_F(ParsedAccountTest, ATokenAccountWithoutItsMintOrNotInitialisedIsBase64) {
    solana::TokenAccount blank = plain;
    blank.state = solana::TokenAccountState::Uninitialized;
    EXPECT_EQ(parsed(token(blank)), "base64");
    has_mint = false;
    EXPECT_EQ(parsed(token(plain)), "base64");
}

TEST_F(ParsedAccountTest, AMintHasTheShapeOfTheProtocolsExample) {
    EXPECT_EQ(parsed(mint),
              R"({"program":"spl-token","parsed":{"info":{"decimals":6,"freezeAuthority":null,)"
              R"("isInitialized":true,"mintAuthority":")" +
                  key(3) + R"(","supply":"1000000000"},"type":"mint"},"space":82})");
    Account blank = mint;
    blank.data.assign(82, 0);
    EXPECT_EQ(parsed(blank), "base64");
}

TEST_F(ParsedAccountTest, ExtensionsAreListedAndOneThatIsNotWrittenHereMakesItBase64) {
    // ImmutableOwner (7) without a value, MemoTransfer (8) of one byte.
    const Account account = extended(token(plain), 2, {7, 0, 0, 0, 8, 0, 1, 0, 1});
    EXPECT_NE(parsed(account).find(R"({"program":"spl-token-2022","parsed":{"info":{"extensions":)"
                                   R"([{"extension":"immutableOwner"},{"extension":"memoTransfer",)"
                                   R"("state":{"requireIncomingTransferMemos":true}}],"isNative")"),
              std::string::npos)
        << parsed(account);
    // MintCloseAuthority (3), then Pausable (26) of 33 bytes.
    Bytes entries{3, 0, 32, 0};
    append(entries, test_key(7).bytes);
    EXPECT_NE(parsed(extended(mint, 1, entries))
                  .find(R"("extensions":[{"extension":"mintCloseAuthority","state":{)"
                        R"("closeAuthority":")" +
                        key(7) + R"("}}])"),
              std::string::npos)
        << parsed(extended(mint, 1, entries));
    append(entries, Bytes{26, 0, 33, 0});
    entries.resize(entries.size() + 33, 0);
    EXPECT_EQ(parsed(extended(mint, 1, entries)), "base64");
}

TEST_F(ParsedAccountTest, AnAmountThatItsMintScalesIsNotShownUnscaled) {
    // InterestBearingConfig (10) of 52 bytes.
    Bytes entries{10, 0, 52, 0};
    entries.resize(entries.size() + 52, 0);
    mint = extended(mint, 1, entries);
    Account account = token(plain);
    account.owner = solana::kToken2022Program;
    EXPECT_EQ(parsed(account), "base64");
}

TEST_F(ParsedAccountTest, AMultisigNamesItsSigners) {
    Bytes data{1, 2, 1};
    append(data, test_key(5).bytes);
    append(data, test_key(6).bytes);
    data.resize(355, 0);
    EXPECT_EQ(parsed(owned(solana::kTokenProgram, data)),
              R"({"program":"spl-token","parsed":{"info":{"isInitialized":true,)"
              R"("numRequiredSigners":1,"numValidSigners":2,"signers":[")" +
                  key(5) + R"(",")" + key(6) + R"("]},"type":"multisig"},"space":355})");
}

TEST_F(ParsedAccountTest, ANonceIsParsedOnceItIsInitialised) {
    const Hash value = durable_nonce_of(Hash{});
    const Account account =
        owned(solana::kSystemProgram,
              solana::encode_nonce_account({test_key(5), value, Lamports{5'000}}));
    EXPECT_EQ(parsed(account), R"({"program":"nonce","parsed":{"info":{"authority":")" + key(5) +
                                   R"(","blockhash":")" + value.to_string() +
                                   R"(","feeCalculator":{"lamportsPerSignature":"5000"}},)"
                                   R"("type":"initialized"},"space":80})");
    EXPECT_EQ(parsed(owned(solana::kSystemProgram, Bytes(80, 0))), "base64");
    EXPECT_EQ(parsed(owned(solana::kSystemProgram, {})), "base64");  // A wallet.
}

TEST_F(ParsedAccountTest, ALookupTableTellsItsAddressesAndItsAuthorityWhileItHasOne) {
    solana::LookupTableAccount table{.deactivation_slot = solana::kNeverDeactivated,
                                     .last_extended_slot = Slot{300'000'017},
                                     .last_extended_start_index = 1,
                                     .authority = test_key(5),
                                     .addresses = {test_key(6), test_key(7)}};
    const auto text = [&] {
        return parsed(
            owned(solana::kAddressLookupTableProgram, solana::encode_lookup_table(table)));
    };
    EXPECT_EQ(text(), R"({"program":"address-lookup-table","parsed":{"info":{"addresses":[")" +
                          key(6) + R"(",")" + key(7) + R"("],"authority":")" + key(5) +
                          R"(","deactivationSlot":"18446744073709551615","lastExtendedSlot":)"
                          R"("300000017","lastExtendedSlotStartIndex":1},"type":"lookupTable"},)"
                          R"("space":120})");
    table.authority.reset();
    EXPECT_EQ(text().find("authority"), std::string::npos);
}

TEST_F(ParsedAccountTest, OtherProgramsHaveNoParser) {
    EXPECT_EQ(parsed(owned(test_key(9), bytes_of(solana::encode_token_account(plain)))), "base64");
}

}  // namespace
}  // namespace sniperforge::sim
