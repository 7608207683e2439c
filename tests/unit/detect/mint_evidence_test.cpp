// SPDX-License-Identifier: MIT
#include "sniperforge/detect/mint_evidence.hpp"

#include <algorithm>

#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;
using solana::ExtensionType;

[[nodiscard]] MintEvidence read(const TestAccount& account) { return read_mint(account.at(1)); }

TEST(MintEvidence, SaysWhoMayMintAndFreezeAndHowMuchThereIs) {
    const Pubkey mint = key_of(70);
    const MintEvidence free = read(mint_account(
        mint,
        {.mint_authority = {}, .supply = TokenAmount{99}, .decimals = 6, .freeze_authority = {}}));
    EXPECT_TRUE(free.is_readable);
    EXPECT_EQ(free.program, solana::kTokenProgram);
    EXPECT_EQ(free.supply, TokenAmount{99});
    EXPECT_FALSE(free.is_mint_authority_set);
    EXPECT_FALSE(free.is_freeze_authority_set);
    EXPECT_TRUE(free.extensions.empty());
    EXPECT_TRUE(read(mint_account(
                         mint, {.mint_authority = key_of(1), .supply = {}, .freeze_authority = {}}))
                    .is_mint_authority_set);
    EXPECT_TRUE(read(mint_account(
                         mint, {.mint_authority = {}, .supply = {}, .freeze_authority = key_of(1)}))
                    .is_freeze_authority_set);
}

// Whatever it looks like: unknown is unsafe.
TEST(MintEvidence, TrustsNothingThatIsNoMintOfATokenProgram) {
    TestAccount forged = mint_account(key_of(70));
    forged.owner = key_of(66);
    for (const TestAccount& account :
         {forged, TestAccount{key_of(70), solana::kSystemProgram, {}, Lamports{}},
          TestAccount{key_of(70), solana::kTokenProgram, Bytes(81, 0)}}) {
        const MintEvidence evidence = read(account);
        EXPECT_FALSE(evidence.is_readable);
        EXPECT_TRUE(evidence.is_mint_authority_set);
        EXPECT_TRUE(evidence.is_freeze_authority_set);
    }
    EXPECT_FALSE(
        read(token_2022_mint(key_of(70), {{ExtensionType::TransferFeeConfig, 7}})).is_readable);
}

// The value's bytes as a test puts them, behind an extension of zeros.
[[nodiscard]] ExtensionFound found(ExtensionType type, std::size_t bytes, std::size_t offset,
                                   std::uint8_t byte) {
    TestAccount account = token_2022_mint(key_of(70), {{type, bytes}});
    account.data[account.data.size() - bytes + offset] = byte;
    const MintEvidence evidence = read(account);
    EXPECT_TRUE(evidence.is_readable) << solana::extension_name(type);
    EXPECT_EQ(evidence.extensions.size(), 1U);
    return evidence.extensions.at(0);
}

TEST(MintEvidence, TellsAnExtensionThatBindsFromOneThatMay) {
    struct Case {
        ExtensionType type;
        std::size_t bytes, offset;
        std::uint8_t unarmed, armed;
        bool is_trap;
    };
    for (const Case& c : {Case{ExtensionType::TransferHook, 64, 40, 0, 1, false},
                          Case{ExtensionType::PermanentDelegate, 32, 0, 0, 1, false},
                          Case{ExtensionType::MintCloseAuthority, 32, 0, 0, 1, false},
                          Case{ExtensionType::DefaultAccountState, 1, 0, 1, 2, true},
                          Case{ExtensionType::Pausable, 33, 32, 0, 1, true}}) {
        SCOPED_TRACE(solana::extension_name(c.type));
        EXPECT_EQ(found(c.type, c.bytes, c.offset, c.unarmed),
                  (ExtensionFound{c.type, false, false}));
        EXPECT_EQ(found(c.type, c.bytes, c.offset, c.armed),
                  (ExtensionFound{c.type, true, c.is_trap}));
    }
    const MintEvidence bound =
        read(token_2022_mint(key_of(70), {{ExtensionType::NonTransferable, 0}}));
    EXPECT_TRUE(bound.extensions.at(0).is_trap);
}

// The newer rate comes into force with an epoch: until then it is known already.
TEST(MintEvidence, TakesTheHigherOfTheTwoTransferFees) {
    for (const std::size_t offset : {88U, 106U}) {  // The older rate, the newer one.
        TestAccount account =
            token_2022_mint(key_of(70), {{ExtensionType::TransferFeeConfig, 108}});
        write_le(std::span{account.data}.last(108), offset, std::uint16_t{300});
        const MintEvidence evidence = read(account);
        EXPECT_EQ(evidence.transfer_fee, BasisPoints{300});
        EXPECT_TRUE(evidence.extensions.at(0).is_armed);
    }
    EXPECT_FALSE(read(token_2022_mint(key_of(70), {{ExtensionType::TransferFeeConfig, 108}}))
                     .extensions.at(0)
                     .is_armed);
}

TEST(MintEvidence, HasACodeForEachExtensionOfAMintAndOneForThoseItDoesNotKnow) {
    EXPECT_EQ(code_of(ExtensionType::TransferHook), SafetyCode::ExtensionTransferHook);
    EXPECT_EQ(code_of(ExtensionType::ScaledUiAmount), SafetyCode::ExtensionUiAmount);
    EXPECT_EQ(code_of(ExtensionType::ConfidentialMintBurn), SafetyCode::ExtensionConfidential);
    EXPECT_EQ(code_of(ExtensionType::GroupPointer), SafetyCode::ExtensionOther);
    EXPECT_EQ(code_of(static_cast<ExtensionType>(29)), SafetyCode::ExtensionUnknown);
    EXPECT_EQ(code_of(ExtensionType::MemoTransfer), SafetyCode::ExtensionUnknown);
}

}  // namespace
}  // namespace sniperforge::detect
