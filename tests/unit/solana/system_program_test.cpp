// SPDX-License-Identifier: MIT
#include "sniperforge/solana/system_program.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(SystemProgram, BuildsWhatTheVectorsSay) {
    SF_REQUIRE_DATA(data);
    expect_vector(data, "system transfer 1000000", [](const std::vector<Pubkey>& a) {
        return system_transfer({a[0], a[1], Lamports{1'000'000}});
    });
    expect_vector(data, "nonceAdvance",
                  [](const std::vector<Pubkey>& a) { return system_advance_nonce({a[0], a[2]}); });
}

TEST(SystemProgram, LaysOutTheRestAsTheProtocolSays) {
    const auto create = system_create_account({.funder = kA,
                                               .account = kB,
                                               .lamports = Lamports{1},
                                               .space = 165,
                                               .owner = kTokenProgram});
    EXPECT_EQ(create.accounts, (std::vector{writable_signer(kA), writable_signer(kB)}));
    EXPECT_EQ(hex_encode(create.data),
              "000000000100000000000000a500000000000000" + hex_encode(kTokenProgram.bytes));

    const auto withdraw = system_withdraw_nonce({kA, kB, kC, Lamports{7}});
    EXPECT_EQ(withdraw.accounts.size(), 5U);
    EXPECT_EQ(withdraw.accounts.back(), signer(kC));
    EXPECT_EQ(hex_encode(withdraw.data), "050000000700000000000000");

    const auto authorize = system_authorize_nonce({kA, kB, kC});
    EXPECT_EQ(authorize.accounts, (std::vector{writable(kA), signer(kB)}));
    EXPECT_EQ(hex_encode(authorize.data), "07000000" + hex_encode(kC.bytes));
}

TEST(SystemProgram, CreatesANonceAccountWithTwoInstructions) {
    const auto both = system_create_nonce({kA, kB, kC, Lamports{9}});
    EXPECT_EQ(both[0], system_create_account({kA, kB, Lamports{9}, 80, kSystemProgram}));
    EXPECT_EQ(both[1], system_initialize_nonce({kB, kC}));
}

TEST(SystemProgram, DecodesWhatItBuilds) {
    namespace si = system_instruction;
    const auto decode = [](const Instruction& built) {
        return decode_system_instruction(built.data);
    };
    EXPECT_EQ(expect<si::Transfer>(decode(system_transfer({kA, kB, Lamports{9}}))).lamports,
              Lamports{9});
    const auto create = expect<si::CreateAccount>(
        decode(system_create_account({kA, kB, Lamports{9}, 165, kTokenProgram})));
    EXPECT_EQ(create.lamports, Lamports{9});
    EXPECT_EQ(create.space, 165U);
    EXPECT_EQ(create.owner, kTokenProgram);
    (void)expect<si::AdvanceNonceAccount>(decode(system_advance_nonce({kA, kB})));
    EXPECT_EQ(
        expect<si::InitializeNonceAccount>(decode(system_initialize_nonce({kA, kB}))).authority,
        kB);
    EXPECT_EQ(
        expect<si::WithdrawNonceAccount>(decode(system_withdraw_nonce({kA, kB, kC, Lamports{3}})))
            .lamports,
        Lamports{3});
    EXPECT_EQ(
        expect<si::Assign>(decode_system_instruction(from_hex("01000000" + hex_encode(kB.bytes))))
            .owner,
        kB);
    EXPECT_EQ(expect<si::AuthorizeNonceAccount>(
                  decode_system_instruction(from_hex("07000000" + hex_encode(kB.bytes))))
                  .authority,
              kB);
    EXPECT_EQ(expect<si::Allocate>(decode_system_instruction(from_hex("08000000"
                                                                      "0a00000000000000")))
                  .space,
              10U);
}

TEST(SystemProgram, CallsEveryShorterOrLongerFormUnknown) {
    expect_unknown_unless_exact(system_transfer({kA, kB, Lamports{1}}), decode_system_instruction);
    expect_unknown_unless_exact(system_create_account({kA, kB, Lamports{1}, 1, kC}),
                                decode_system_instruction);
    expect_unknown_unless_exact(system_advance_nonce({kA, kB}), decode_system_instruction);
    expect_unknown_unless_exact(system_authorize_nonce({kA, kB, kC}), decode_system_instruction);
}

TEST(SystemProgram, KeepsTheTagOfWhatItDoesNotKnow) {
    const auto unknown = decode_system_instruction(from_hex("03000000"));
    EXPECT_EQ(expect<system_instruction::Unknown>(unknown).tag, 3U);
    EXPECT_EQ(expect<system_instruction::Unknown>(decode_system_instruction({})).tag, std::nullopt);
}

// The address that solana's tools derive for `create-account --seed`: SHA-256 of the three, joined.
TEST(SystemProgram, CreatesAnAccountAtAnAddressThatNeedsNoOtherKey) {
    const SystemCreateAccountWithSeed options{kA, "nonce-0", Lamports{9}, 80, kSystemProgram};
    const auto built = system_create_account_with_seed(options);
    const Pubkey derived = system_seed_address(kA, "nonce-0", kSystemProgram);
    EXPECT_EQ(built.accounts, (std::vector{writable_signer(kA), writable(derived)}));
    EXPECT_EQ(hex_encode(built.data), "03000000" + hex_encode(kA.bytes) +
                                          "0700000000000000"
                                          "6e6f6e63652d30" +
                                          "0900000000000000"
                                          "5000000000000000" +
                                          hex_encode(kSystemProgram.bytes));
    EXPECT_NE(derived, system_seed_address(kA, "nonce-1", kSystemProgram));
    EXPECT_NE(derived, system_seed_address(kB, "nonce-0", kSystemProgram));
    namespace si = system_instruction;
    const auto read = expect<si::CreateAccountWithSeed>(decode_system_instruction(built.data));
    EXPECT_EQ(read.base, kA);
    EXPECT_EQ(read.seed, "nonce-0");
    EXPECT_EQ(read.lamports, Lamports{9});
    EXPECT_EQ(read.space, 80U);
    EXPECT_EQ(read.owner, kSystemProgram);
    Bytes longer = built.data;
    longer.push_back(0);
    EXPECT_TRUE(std::holds_alternative<si::Unknown>(decode_system_instruction(longer)));
    Bytes endless = built.data;
    endless[36] = 33;  // One byte more than a seed may have.
    EXPECT_TRUE(std::holds_alternative<si::Unknown>(decode_system_instruction(endless)));
}

}  // namespace
}  // namespace sniperforge::solana
