// SPDX-License-Identifier: MIT
// What the chain does with a transaction: fees, rent, rights, compute budget, lookup tables.
#include "sniperforge/sim/chain.hpp"

#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/memo.hpp"
#include "sniperforge/solana/sha256.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kRentOfWallet = 890'880;  // 128 bytes at 6,960.

TEST_F(ChainTest, TransferMovesLamportsAndChargesOneSignature) {
    const Pubkey friend_key = test_key(9);
    const auto* receipt = land({pay(wallet.public_key(), friend_key, 2'000'000)});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(receipt->fee, kBaseFee);
    EXPECT_EQ(lamports(friend_key), 2'000'000U);
    EXPECT_EQ(lamports(wallet.public_key()), 10 * kLamportsPerSol - 2'000'000 - kBaseFee);
    EXPECT_EQ(receipt->pre_balances[0] - receipt->post_balances[0], 2'000'000 + kBaseFee);
    EXPECT_EQ(receipt->logs,
              (std::vector<std::string>{"Program 11111111111111111111111111111111 invoke [1]",
                                        "Program 11111111111111111111111111111111 success"}));
    EXPECT_EQ(receipt->compute_units_consumed, 150U);
}

TEST_F(ChainTest, PriorityFeeIsRoundedUpOnTheRequestedLimit) {
    // 200,000 units at 12,345 micro-lamports: 2,469 lamports exactly; one unit more rounds up.
    for (const auto& [limit, priority] : {std::pair{200'000U, 2'469U}, {200'001U, 2'470U}}) {
        const Instructions instructions{solana::set_compute_unit_limit(ComputeUnits{limit}),
                                        solana::set_compute_unit_price(ComputeUnitPrice{12'345}),
                                        pay(wallet.public_key(), test_key(9), 1'000'000)};
        const auto message =
            solana::compile_message(wallet.public_key(), instructions, chain.latest_blockhash(0));
        EXPECT_EQ(chain.fee_for_message(*message), Lamports{kBaseFee + priority});
        const auto* receipt = land(instructions);
        ASSERT_NE(receipt, nullptr);
        EXPECT_EQ(receipt->fee, kBaseFee + priority);
    }
}

TEST_F(ChainTest, FailureIsChargedAndEverythingElseIsUndone) {
    const std::uint64_t before = lamports(wallet.public_key());
    const auto* receipt = land({pay(wallet.public_key(), test_key(9), 1'000'000),
                                pay(wallet.public_key(), test_key(8), 20 * kLamportsPerSol)});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"({"InstructionError":[1,{"Custom":1}]})");
    EXPECT_TRUE(has_line(receipt->logs, "failed: custom program error: 0x1"));
    EXPECT_TRUE(has_line(receipt->logs, "Transfer: insufficient lamports"));
    EXPECT_EQ(lamports(test_key(9)), 0U);
    EXPECT_EQ(lamports(wallet.public_key()), before - kBaseFee);
    EXPECT_EQ(receipt->post_balances[0], before - kBaseFee);
}

TEST_F(ChainTest, RecipientMustEndRentExempt) {
    EXPECT_EQ(chain.rent_exempt_minimum(0), kRentOfWallet);
    EXPECT_EQ(chain.rent_exempt_minimum(165), 2'039'280U);
    const auto* enough = land({pay(wallet.public_key(), test_key(9), kRentOfWallet)});
    ASSERT_NE(enough, nullptr);
    EXPECT_EQ(enough->error_json, "null");
    const auto* short_by_one = land({pay(wallet.public_key(), test_key(8), kRentOfWallet - 1)});
    ASSERT_NE(short_by_one, nullptr);
    EXPECT_EQ(short_by_one->error_json, R"({"InsufficientFundsForRent":{"account_index":1}})");
    EXPECT_EQ(lamports(test_key(8)), 0U);
}

// Accounts from before rent exemption was required may get poorer, not richer without becoming
// exempt.
TEST_F(ChainTest, RentPayingAccountMayShrinkButNotGrowBelowExemption) {
    create_wallet(chain, test_key(9), Lamports{500'000});
    const auto error_of_paying = [&](std::uint64_t amount) {
        return land({pay(wallet.public_key(), test_key(9), amount)})->error_json;
    };
    EXPECT_EQ(error_of_paying(kRentOfWallet - 500'000 - 1),
              R"({"InsufficientFundsForRent":{"account_index":1}})");
    EXPECT_EQ(error_of_paying(kRentOfWallet - 500'000), "null");
    create_wallet(chain, wallet.public_key(), Lamports{500'000});
    EXPECT_EQ(error_of_paying(100'000), "null");
    EXPECT_EQ(lamports(wallet.public_key()), 500'000 - 100'000 - kBaseFee);
}

TEST_F(ChainTest, ProgramCannotSpendWhatAnotherProgramOwns) {
    const Pubkey held = test_key(9);
    chain.put_account(held, {Lamports{kLamportsPerSol}, solana::kTokenProgram, false, {}});
    const auto taken = chain.execute_unsigned(held, {pay(held, wallet.public_key(), 1'000'000)});
    ASSERT_FALSE(taken.has_value());
    EXPECT_NE(taken.error().text.find("spent from the balance of an account it does not own"),
              std::string::npos);
    EXPECT_EQ(lamports(held), kLamportsPerSol);
}

TEST_F(ChainTest, FeePayerMustExistAffordTheFeeAndStayRentExempt) {
    const auto error_with = [&](std::uint64_t balance) {
        create_wallet(chain, wallet.public_key(), Lamports{balance});
        const auto result = chain.simulate(signed_wire({solana::memo("hello")}), true, false, {});
        EXPECT_TRUE(result.has_value());
        return result->error_json;
    };
    EXPECT_EQ(error_with(0), R"("AccountNotFound")");
    EXPECT_EQ(error_with(kBaseFee - 1), R"("InsufficientFundsForFee")");
    EXPECT_EQ(error_with(kRentOfWallet + kBaseFee - 1),
              R"({"InsufficientFundsForRent":{"account_index":0}})");
    EXPECT_EQ(error_with(kRentOfWallet + kBaseFee), "null");
}

TEST_F(ChainTest, PayerMaySpendItselfToExactlyZeroButNotBelowRent) {
    const std::uint64_t one_too_many =
        lamports(wallet.public_key()) - kBaseFee - (kRentOfWallet - 1);
    EXPECT_EQ(land({pay(wallet.public_key(), test_key(9), one_too_many)})->error_json,
              R"({"InsufficientFundsForRent":{"account_index":0}})");
    const std::uint64_t all = lamports(wallet.public_key()) - kBaseFee;
    const auto* receipt = land({pay(wallet.public_key(), test_key(9), all)});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(chain.account(wallet.public_key()), nullptr);
}

TEST_F(ChainTest, DuplicateComputeBudgetInstructionsAreRefused) {
    const auto result = chain.simulate(
        signed_wire({solana::set_compute_unit_limit(ComputeUnits{100}), solana::memo("hello"),
                     solana::set_compute_unit_limit(ComputeUnits{200})}),
        true, false, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error_json, R"({"DuplicateInstruction":2})");
}

TEST_F(ChainTest, ExactlyEnoughComputeUnitsSucceedAndOneLessFails) {
    const auto probe = chain.simulate(
        signed_wire({solana::memo("hello"), solana::set_compute_unit_limit(ComputeUnits{100'000})}),
        true, false, {});
    ASSERT_TRUE(probe.has_value());
    ASSERT_EQ(probe->error_json, "null");
    const auto error_with = [&](std::uint64_t limit) {
        return chain
            .simulate(signed_wire({solana::memo("hello"),
                                   solana::set_compute_unit_limit(ComputeUnits{limit})}),
                      true, false, {})
            ->error_json;
    };
    EXPECT_EQ(error_with(probe->units_consumed), "null");
    EXPECT_EQ(error_with(probe->units_consumed - 1),
              R"({"InstructionError":[1,"ComputationalBudgetExceeded"]})");
}

TEST_F(ChainTest, UnknownProgramIsChargedForNothing) {
    const auto* receipt = land({{test_key(77), {}, {1}}});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"("ProgramAccountNotFound")");
    EXPECT_EQ(receipt->fee, kBaseFee);
}

TEST_F(ChainTest, LookupTableAddressesAreLoadedInTheOrderOfTheWire) {
    const Pubkey table_key = test_key(50);
    solana::LookupTableAccount table;
    table.addresses = {test_key(60), test_key(61), test_key(62)};
    const Bytes data = solana::encode_lookup_table(table);
    chain.put_account(table_key, {Lamports{chain.rent_exempt_minimum(data.size())},
                                  solana::kAddressLookupTableProgram, false, data});
    const std::vector<solana::AddressLookupTable> tables{{table_key, table.addresses}};
    const auto message = solana::compile_message(
        wallet.public_key(), Instructions{pay(wallet.public_key(), test_key(62), 1'000'000)},
        chain.latest_blockhash(0), tables);
    ASSERT_TRUE(message.has_value());
    const auto wire = solana::sign_transaction(*message, wallet);
    const auto* receipt = land(*wire);
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(lamports(test_key(62)), 1'000'000U);
    EXPECT_EQ(receipt->loaded_writable, 1U);
    EXPECT_EQ(receipt->account_keys.back(), test_key(62));

    const auto error_after = [&](const Account& account) {
        chain.put_account(table_key, account);
        const auto unseen = solana::compile_message(
            wallet.public_key(), Instructions{pay(wallet.public_key(), test_key(62), 1'000'001)},
            chain.latest_blockhash(0), tables);
        const auto bytes = solana::sign_transaction(*unseen, wallet);
        return chain.simulate(*bytes, true, false, {})->error_json;
    };
    table.addresses.pop_back();
    EXPECT_EQ(error_after({Lamports{10'000'000}, solana::kAddressLookupTableProgram, false,
                           solana::encode_lookup_table(table)}),
              R"("InvalidAddressLookupTableIndex")");
    EXPECT_EQ(error_after({Lamports{10'000'000}, solana::kSystemProgram, false, data}),
              R"("InvalidAddressLookupTableOwner")");
    EXPECT_EQ(error_after({Lamports{10'000'000}, solana::kAddressLookupTableProgram, false, {1}}),
              R"("InvalidAddressLookupTableData")");
    EXPECT_EQ(error_after({}), R"("AddressLookupTableNotFound")");
}

TEST_F(ChainTest, ReadonlyAccountCannotReceive) {
    auto transfer = pay(wallet.public_key(), test_key(9), 1'000'000);
    transfer.accounts[1].is_writable = false;
    const auto result = chain.simulate(signed_wire({transfer}), true, false, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error_json, R"({"InstructionError":[0,"ReadonlyLamportChange"]})");
}

TEST_F(ChainTest, NobodySpendsAWalletThatDidNotSign) {
    create_wallet(chain, test_key(9), Lamports{kLamportsPerSol});
    auto theft = pay(test_key(9), wallet.public_key(), 1'000'000);
    theft.accounts[0].is_signer = false;
    const auto* receipt = land({theft});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, R"({"InstructionError":[0,"MissingRequiredSignature"]})");
    EXPECT_EQ(lamports(test_key(9)), kLamportsPerSol);
}

// A program that calls another cannot lend it rights that its own caller did not have.
TEST_F(ChainTest, CallsBetweenProgramsCannotAddSignersOrWritableAccounts) {
    create_mint(chain, test_key(30), {.decimals = 6});
    create_mint(chain, test_key(31), {.decimals = 6});
    create_wallet(chain, test_key(9), Lamports{kLamportsPerSol});
    auto theft = solana::associated_token_create({test_key(9), test_key(9), test_key(30)});
    theft.accounts[0].is_signer = false;  // The payer of the new account has not signed.
    const auto* unsigned_payer = land({theft});
    ASSERT_NE(unsigned_payer, nullptr);
    EXPECT_EQ(unsigned_payer->error_json, R"({"InstructionError":[0,"PrivilegeEscalation"]})");
    EXPECT_TRUE(has_line(unsigned_payer->logs, "signer privilege escalated"));
    EXPECT_EQ(lamports(test_key(9)), kLamportsPerSol);

    const auto pool = create_amm_v4_pool(chain, {test_key(60), test_key(30), test_key(31),
                                                 TokenAmount{1'000'000}, TokenAmount{1'000'000}});
    const Pubkey user = wallet.public_key();
    const Pubkey from = create_token_account(chain, user, test_key(30), TokenAmount{1'000});
    const Pubkey to = create_token_account(chain, user, test_key(31), TokenAmount{0});
    auto swap = amm_v4_swap_in_v2(pool, 1'000, 1, {user, from, to});
    swap.accounts[6].is_writable = false;
    const auto* readonly_target = land({swap});
    ASSERT_NE(readonly_target, nullptr);
    EXPECT_EQ(readonly_target->error_json, R"({"InstructionError":[0,"PrivilegeEscalation"]})");
    EXPECT_TRUE(has_line(readonly_target->logs, "writable privilege escalated"));
    EXPECT_EQ(tokens(from), 1'000U);
    auto missing = solana::associated_token_create({user, user, test_key(30)});
    missing.accounts[1].pubkey =
        solana::associated_token_address(test_key(8), test_key(30), solana::kTokenProgram);
    missing.accounts[2].pubkey = test_key(8);
    missing.accounts[4].pubkey = test_key(7);  // The System program is not among the accounts.
    EXPECT_EQ(land({missing})->error_json, R"({"InstructionError":[0,"MissingAccount"]})");
}

TEST_F(ChainTest, CreateAccountWithSeedNeedsTheDerivedAddress) {
    // As wallets make temporary wrapped SOL accounts: sha256(base, seed, owner).
    const std::string seed = "temporary";
    Bytes joined{wallet.public_key().bytes.begin(), wallet.public_key().bytes.end()};
    joined.insert(joined.end(), seed.begin(), seed.end());
    append(joined, solana::kTokenProgram.bytes);
    const Pubkey created = Pubkey::from(solana::sha256(joined).bytes);
    const auto create = [&](const Pubkey& at) {
        solana::Instruction instruction{
            solana::kSystemProgram,
            {solana::writable_signer(wallet.public_key()), solana::writable(at)},
            {}};
        append_le(instruction.data, std::uint32_t{3});
        append(instruction.data, wallet.public_key().bytes);
        append_le(instruction.data, std::uint64_t{seed.size()});
        instruction.data.insert(instruction.data.end(), seed.begin(), seed.end());
        append_le(instruction.data, std::uint64_t{5'000'000});
        append_le(instruction.data, std::uint64_t{165});
        append(instruction.data, solana::kTokenProgram.bytes);
        return instruction;
    };
    EXPECT_EQ(land({create(test_key(9))})->error_json, R"({"InstructionError":[0,{"Custom":5}]})");
    EXPECT_EQ(land({create(created)})->error_json, "null");
    ASSERT_NE(chain.account(created), nullptr);
    EXPECT_EQ(chain.account(created)->owner, solana::kTokenProgram);
    EXPECT_EQ(chain.account(created)->data.size(), 165U);
    chain.advance_slot();
    EXPECT_EQ(land({create(created)})->error_json, R"({"InstructionError":[0,{"Custom":0}]})");
}

}  // namespace
}  // namespace sniperforge::sim
