// SPDX-License-Identifier: MIT
#include "sniperforge/signer/own_accounts.hpp"

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

TEST(OwnAccounts, DerivesOurAccountsUnderBothTokenPrograms) {
    OwnAccounts own{key_of(1)};
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        const Pubkey address = solana::associated_token_address(key_of(1), kToken, program);
        EXPECT_EQ(own.account(kToken, program), address);
        EXPECT_TRUE(own.is_own(address, kToken));
        EXPECT_FALSE(own.is_own(address, kSol));
        EXPECT_FALSE(
            own.is_own(solana::associated_token_address(key_of(2), kToken, program), kToken));
    }
    EXPECT_FALSE(own.is_own(key_of(1), kToken));
}

TEST(OwnAccounts, KnowsAgainTheAccountsOfMintsThatWereAskedForAndNoOthers) {
    OwnAccounts own{key_of(1)};
    const Pubkey spl = solana::associated_token_address(key_of(1), kToken, solana::kTokenProgram);
    EXPECT_EQ(own.mint_of(spl), nullptr);
    const Pubkey account = own.account(kToken, solana::kToken2022Program);
    for (const Pubkey& ours : {spl, account}) {
        ASSERT_NE(own.mint_of(ours), nullptr);
        EXPECT_EQ(*own.mint_of(ours), kToken);
    }
    EXPECT_EQ(own.mint_of(key_of(1)), nullptr);
    EXPECT_EQ(own.mint_of(kToken), nullptr);
}

}  // namespace
}  // namespace sniperforge::signer
