// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_program.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(TokenProgram, BuildsWhatTheVectorsSay) {
    SF_REQUIRE_DATA(data);
    expect_vector(data, "syncNative",
                  [](const std::vector<Pubkey>& a) { return token_sync_native(a[0]); });
    expect_vector(data, "closeAccount", [](const std::vector<Pubkey>& a) {
        return token_close_account({.account = a[0], .destination = a[1], .owner = a[2]});
    });
    expect_vector(data, "transferChecked", [](const std::vector<Pubkey>& a) {
        return token_transfer_checked({.source = a[0],
                                       .mint = a[1],
                                       .destination = a[2],
                                       .authority = a[3],
                                       .amount = TokenAmount{777},
                                       .decimals = 6});
    });
}

TEST(TokenProgram, LaysOutTheRestAsTheProtocolSays) {
    const auto transfer = token_transfer({kA, kB, kC, TokenAmount{5}, kToken2022Program});
    EXPECT_EQ(transfer.program_id, kToken2022Program);
    EXPECT_EQ(transfer.accounts, (std::vector{writable(kA), writable(kB), signer(kC)}));
    EXPECT_EQ(hex_encode(transfer.data), "030500000000000000");

    const auto approve = token_approve({kA, kB, kC, TokenAmount{5}});
    EXPECT_EQ(approve.accounts, (std::vector{writable(kA), readonly(kB), signer(kC)}));
    EXPECT_EQ(hex_encode(approve.data), "040500000000000000");

    const auto revoke = token_revoke({kA, kB});
    EXPECT_EQ(revoke.accounts, (std::vector{writable(kA), signer(kB)}));
    EXPECT_EQ(hex_encode(revoke.data), "05");

    const auto burn = token_burn({kA, kB, kC, TokenAmount{5}});
    EXPECT_EQ(burn.accounts, (std::vector{writable(kA), writable(kB), signer(kC)}));
    EXPECT_EQ(hex_encode(burn.data), "080500000000000000");

    const auto mint_to = token_mint_to({kA, kB, kC, TokenAmount{5}});
    EXPECT_EQ(mint_to.accounts, (std::vector{writable(kA), writable(kB), signer(kC)}));
    EXPECT_EQ(hex_encode(mint_to.data), "070500000000000000");

    const auto account = token_initialize_account3({kA, kB, kC});
    EXPECT_EQ(account.accounts, (std::vector{writable(kA), readonly(kB)}));
    EXPECT_EQ(hex_encode(account.data), "12" + hex_encode(kC.bytes));
}

TEST(TokenProgram, DecodesWhatItBuilds) {
    namespace ti = token_instruction;
    const auto decode = [](const Instruction& built) {
        return decode_token_instruction(built.data);
    };
    const TokenAmount nine{9};
    EXPECT_EQ(expect<ti::Transfer>(decode(token_transfer({kA, kB, kC, nine}))).amount, nine);
    const auto checked =
        expect<ti::TransferChecked>(decode(token_transfer_checked({kA, kB, kC, kD, nine, 6})));
    EXPECT_EQ(checked.amount, nine);
    EXPECT_EQ(checked.decimals, 6);
    EXPECT_EQ(expect<ti::Approve>(decode(token_approve({kA, kB, kC, nine}))).amount, nine);
    (void)expect<ti::Revoke>(decode(token_revoke({kA, kB})));
    EXPECT_EQ(expect<ti::MintTo>(decode(token_mint_to({kA, kB, kC, nine}))).amount, nine);
    EXPECT_EQ(expect<ti::Burn>(decode(token_burn({kA, kB, kC, nine}))).amount, nine);
    (void)expect<ti::CloseAccount>(decode(token_close_account({kA, kB, kC})));
    (void)expect<ti::SyncNative>(decode(token_sync_native(kA)));
    EXPECT_EQ(expect<ti::InitializeAccount3>(decode(token_initialize_account3({kA, kB, kC}))).owner,
              kC);
    for (const std::optional<Pubkey>& freeze : {std::optional<Pubkey>{}, std::optional{kC}}) {
        const auto mint =
            expect<ti::InitializeMint2>(decode(token_initialize_mint2({kA, 9, kB, freeze})));
        EXPECT_EQ(mint.decimals, 9);
        EXPECT_EQ(mint.mint_authority, kB);
        EXPECT_EQ(mint.freeze_authority, freeze);
    }
    const auto authority = expect<ti::SetAuthority>(
        decode_token_instruction(from_hex("060201" + hex_encode(kD.bytes))));
    EXPECT_EQ(authority.authority_type, 2);
    EXPECT_EQ(authority.new_authority, kD);
    EXPECT_EQ(expect<ti::SetAuthority>(decode_token_instruction(from_hex("060300"))).new_authority,
              std::nullopt);
}

TEST(TokenProgram, CallsEveryShorterOrLongerFormUnknown) {
    const TokenAmount one{1};
    expect_unknown_unless_exact(token_transfer({kA, kB, kC, one}), decode_token_instruction);
    expect_unknown_unless_exact(token_transfer_checked({kA, kB, kC, kD, one, 6}),
                                decode_token_instruction);
    expect_unknown_unless_exact(token_close_account({kA, kB, kC}), decode_token_instruction);
    expect_unknown_unless_exact(token_initialize_mint2({kA, 6, kB, kC}), decode_token_instruction);
    expect_unknown_unless_exact(token_initialize_mint2({kA, 6, kB, {}}), decode_token_instruction);
}

TEST(TokenProgram, KeepsTheTagOfWhatItDoesNotKnow) {
    EXPECT_EQ(expect<token_instruction::Unknown>(decode_token_instruction(Bytes{26})).tag, 26);
    EXPECT_EQ(expect<token_instruction::Unknown>(decode_token_instruction({})).tag, std::nullopt);
}

}  // namespace
}  // namespace sniperforge::solana
