// SPDX-License-Identifier: MIT
#include "sniperforge/solana/associated_token.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(AssociatedToken, BuildsWhatTheVectorsSay) {
    SF_REQUIRE_DATA(data);
    expect_vector(data, "ata create idempotent", [](const std::vector<Pubkey>& a) {
        return associated_token_create_idempotent({.payer = a[0], .owner = a[2], .mint = a[3]});
    });
}

TEST(AssociatedToken, UsesTheAddressThatItsTokenProgramGives) {
    const AssociatedTokenCreate options{
        .payer = kA, .owner = kB, .mint = kC, .token_program = kToken2022Program};
    const auto create = associated_token_create(options);
    EXPECT_EQ(create.accounts.at(1), writable(associated_token_address(kB, kC, kToken2022Program)));
    EXPECT_EQ(create.accounts.at(5), readonly(kToken2022Program));
    EXPECT_EQ(create.data, Bytes{0});
    EXPECT_EQ(associated_token_create_idempotent(options),
              associated_token_create_idempotent(options, create.accounts.at(1).pubkey));
}

TEST(AssociatedToken, DecodesEmptyDataAsCreate) {
    EXPECT_EQ(decode_associated_token_instruction({}), AssociatedTokenInstruction::Create);
    EXPECT_EQ(decode_associated_token_instruction(Bytes{0}), AssociatedTokenInstruction::Create);
    EXPECT_EQ(decode_associated_token_instruction(Bytes{1}),
              AssociatedTokenInstruction::CreateIdempotent);
    EXPECT_EQ(decode_associated_token_instruction(Bytes{2}), AssociatedTokenInstruction::Unknown);
    EXPECT_EQ(decode_associated_token_instruction(Bytes{1, 0}),
              AssociatedTokenInstruction::Unknown);
}

}  // namespace
}  // namespace sniperforge::solana
