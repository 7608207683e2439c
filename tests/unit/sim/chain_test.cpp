// SPDX-License-Identifier: MIT
#include "sniperforge/sim/chain.hpp"

#include <algorithm>

#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/memo.hpp"
#include "sniperforge/solana/sha256.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kBaseFee = 5'000;
constexpr std::uint64_t kRentOfWallet = 890'880;  // 128 bytes at 6,960.

solana::Instruction pay(const Pubkey& from, const Pubkey& to, std::uint64_t amount) {
    return solana::system_transfer({from, to, Lamports{amount}});
}

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

TEST_F(ChainTest, BlockhashLivesFor150BlocksAndNotOneLonger) {
    const Hash blockhash = chain.latest_blockhash(0);
    const BlockHeight height = chain.block_height(0);
    ASSERT_EQ(chain.last_valid_height(blockhash), height.plus(150));
    const Bytes first = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)}, blockhash);
    const Bytes late = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'001)}, blockhash);
    while (chain.block_height(0) < height.plus(149)) {
        chain.advance_slot();
    }
    ASSERT_NE(land(first), nullptr);  // In the block of height + 150.
    EXPECT_EQ(chain.block_height(0), height.plus(150));
    EXPECT_EQ(chain.last_valid_height(blockhash), std::nullopt);
    const auto refused = chain.submit(late, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_EQ(refused.error().message, "Transaction simulation failed: Blockhash not found");
    EXPECT_NE(refused.error().data_json.find(R"("err":"BlockhashNotFound")"), std::string::npos);
    EXPECT_EQ(land(late), nullptr);  // Without preflight it is taken and never lands.
}

TEST_F(ChainTest, SkippedSlotsDoNotAgeABlockhash) {
    ChainOptions options = plain_options();
    options.slot_skip_probability = 0.5;
    Chain skipping{options};
    const BlockHeight start = skipping.block_height(0);
    std::uint64_t produced = 0;
    for (int i = 0; i < 200; ++i) {
        produced += skipping.is_slot_skipped() ? 0 : 1;
        skipping.advance_slot();
    }
    EXPECT_EQ(skipping.slot(), options.first_slot.plus(200));
    EXPECT_EQ(skipping.block_height(0), start.plus(produced));
    EXPECT_GT(produced, 60U);
    EXPECT_LT(produced, 140U);
}

TEST_F(ChainTest, CommitmentsLagByTwoAndThirtyTwoSlots) {
    const auto* receipt = land({solana::memo("hello")});
    ASSERT_NE(receipt, nullptr);
    EXPECT_LT(chain.slot_at(1), receipt->slot);
    chain.advance_slot();
    EXPECT_GE(chain.slot_at(1), receipt->slot);
    for (int i = 0; i < 29; ++i) {
        chain.advance_slot();
    }
    EXPECT_LT(chain.slot_at(2), receipt->slot);
    chain.advance_slot();
    EXPECT_GE(chain.slot_at(2), receipt->slot);
    EXPECT_NE(chain.latest_blockhash(1), chain.latest_blockhash(2));
}

TEST_F(ChainTest, SameTransactionTwiceHasOneEffect) {
    const Bytes wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    ASSERT_TRUE(chain.submit(wire, true).has_value());
    ASSERT_TRUE(chain.submit(wire, false).has_value());
    EXPECT_EQ(chain.queued(), 1U);
    chain.advance_slot();
    const auto again = chain.simulate(wire, true, false, {});
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->error_json, R"("AlreadyProcessed")");
    // Preflight refuses it, and without preflight it is accepted and does nothing.
    const auto refused = chain.submit(wire, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_NE(refused.error().data_json.find("AlreadyProcessed"), std::string::npos);
    EXPECT_TRUE(chain.submit(wire, true));
    EXPECT_EQ(chain.queued(), 0U);
    EXPECT_EQ(lamports(test_key(9)), 1'000'000U);
}

TEST_F(ChainTest, WrongSignatureIsRefusedByPreflightAndNeverLandsWithoutIt) {
    Bytes wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    wire[1] = static_cast<std::uint8_t>(wire[1] ^ 1U);
    const auto refused = chain.submit(wire, false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32003);
    EXPECT_EQ(refused.error().message, "Transaction signature verification failure");
    EXPECT_EQ(land(wire), nullptr);
    EXPECT_EQ(lamports(test_key(9)), 0U);
}

TEST_F(ChainTest, TooLargeAndMalformedBytesAreInvalidParams) {
    const auto code_and_text = [&](const Bytes& wire) {
        const auto refused = chain.submit(wire, true);
        EXPECT_FALSE(refused.has_value());
        return std::pair{refused.error().code, refused.error().message};
    };
    EXPECT_EQ(
        code_and_text(Bytes(1'241, 0)),
        (std::pair{-32602, std::string{"base64 encoded "
                                       "solana_transaction::versioned::VersionedTransaction "
                                       "too large: 1656 bytes (max: encoded/raw 1644/1232)"}}));
    const auto [code, text] = code_and_text(Bytes(1'233, 0));
    EXPECT_EQ(code, -32602);
    EXPECT_NE(text.find("too large: 1233 bytes (max: 1232 bytes)"), std::string::npos);
    EXPECT_EQ(code_and_text({}).first, -32602);
    EXPECT_EQ(code_and_text({1, 2, 3}).first, -32602);
}

TEST_F(ChainTest, PreflightTellsTheInstructionErrorWithLogs) {
    const auto refused = chain.submit(
        signed_wire({pay(wallet.public_key(), test_key(9), 20 * kLamportsPerSol)}), false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, -32002);
    EXPECT_EQ(
        refused.error().message,
        "Transaction simulation failed: Error processing Instruction 0: custom program error: "
        "0x1");
    EXPECT_NE(refused.error().data_json.find(R"("err":{"InstructionError":[0,{"Custom":1}]})"),
              std::string::npos);
    EXPECT_NE(refused.error().data_json.find(R"("unitsConsumed":150)"), std::string::npos);
    EXPECT_EQ(chain.queued(), 0U);
}

TEST_F(ChainTest, SimulationShowsStateAfterwardsAndChangesNothing) {
    const auto wire = signed_wire({pay(wallet.public_key(), test_key(9), 1'000'000)});
    const auto result =
        chain.simulate(wire, false, true, {test_key(9), test_key(7), wallet.public_key()});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->error_json, "null");
    ASSERT_EQ(result->accounts.size(), 3U);
    ASSERT_TRUE(result->accounts[0].has_value());
    EXPECT_EQ(result->accounts[0]->lamports.raw(), 1'000'000U);
    EXPECT_FALSE(result->accounts[1].has_value());
    EXPECT_EQ(lamports(test_key(9)), 0U);
    const auto both = chain.simulate(wire, true, true, {});
    ASSERT_FALSE(both.has_value());
    EXPECT_EQ(both.error().code, -32602);
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

TEST_F(ChainTest, SkippedSlotIsProducedWhenTheMarketTradesInIt) {
    ChainOptions options = plain_options();
    options.slot_skip_probability = 1.0;
    Chain skipping{options};
    skipping.advance_slot();
    ASSERT_TRUE(skipping.is_slot_skipped());
    create_wallet(skipping, test_key(5), Lamports{kLamportsPerSol});
    ASSERT_TRUE(skipping.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 1'000'000)}));
    EXPECT_FALSE(skipping.is_slot_skipped());
    const BlockHeight before = skipping.block_height(0);
    skipping.advance_slot();
    EXPECT_EQ(skipping.block_height(0), before.plus(1));
}

TEST_F(ChainTest, UnsignedExecutionIsFreeAndFailsWithoutATrace) {
    create_wallet(chain, test_key(5), Lamports{kLamportsPerSol});
    const auto signature =
        chain.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 1'000'000)});
    ASSERT_TRUE(signature.has_value()) << signature.error().text;
    EXPECT_EQ(lamports(test_key(5)), kLamportsPerSol - 1'000'000);
    const Receipt* receipt = chain.receipt(*signature);
    ASSERT_NE(receipt, nullptr);
    EXPECT_TRUE(solana::parse_transaction(BytesView{receipt->wire}).has_value());
    const auto failed =
        chain.execute_unsigned(test_key(5), {pay(test_key(5), test_key(6), 5 * kLamportsPerSol)});
    ASSERT_FALSE(failed.has_value());
    EXPECT_NE(failed.error().text.find("custom program error: 0x1"), std::string::npos);
    EXPECT_EQ(lamports(test_key(5)), kLamportsPerSol - 1'000'000);
}

TEST_F(ChainTest, MarketReceiptsAreForgottenSoonerThanSubmittedOnes) {
    ChainOptions options = plain_options();
    options.market_receipts_kept = 2;
    Chain small{options};
    create_wallet(small, wallet.public_key(), Lamports{kLamportsPerSol});
    std::vector<Signature> signatures;
    for (std::uint64_t i = 0; i < 3; ++i) {
        signatures.push_back(*small.execute_unsigned(
            wallet.public_key(), {pay(wallet.public_key(), test_key(6), 1'000'000 + i)}));
    }
    EXPECT_EQ(small.receipt(signatures[0]), nullptr);
    EXPECT_NE(small.receipt(signatures[1]), nullptr);
    const auto found = small.receipts_of(test_key(6), 10);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0]->signature, signatures[2]);  // Newest first.
    EXPECT_EQ(small.receipts_of(test_key(6), 1).size(), 1U);
    EXPECT_TRUE(small.receipts_of(test_key(66), 10).empty());
}

// Old receipts are packed away; asked for, they tell all that they told when they were new.
TEST_F(ChainTest, OldReceiptsAreToldInFull) {
    const auto* landed = land({solana::associated_token_create(
        {wallet.public_key(), wallet.public_key(), solana::kWrappedSolMint})});
    ASSERT_NE(landed, nullptr);
    const Receipt before = *landed;
    ASSERT_FALSE(before.inner_instructions.empty());
    ASSERT_FALSE(before.post_token_balances.empty());
    for (std::uint64_t i = 0; i < 100; ++i) {
        land({pay(wallet.public_key(), test_key(9), 1'000'000 + i)});
    }
    const Receipt* after = chain.receipt(before.signature);
    ASSERT_NE(after, nullptr);
    EXPECT_EQ(after->slot, before.slot);
    EXPECT_EQ(after->block_time, before.block_time);
    EXPECT_EQ(after->wire, before.wire);
    EXPECT_EQ(after->account_keys, before.account_keys);
    EXPECT_EQ(after->error_json, before.error_json);
    EXPECT_EQ(after->fee, before.fee);
    EXPECT_EQ(after->pre_balances, before.pre_balances);
    EXPECT_EQ(after->post_balances, before.post_balances);
    EXPECT_EQ(after->logs, before.logs);
    EXPECT_EQ(after->compute_units_consumed, before.compute_units_consumed);
    ASSERT_EQ(after->post_token_balances.size(), before.post_token_balances.size());
    EXPECT_EQ(after->post_token_balances[0].mint, before.post_token_balances[0].mint);
    EXPECT_EQ(after->post_token_balances[0].decimals, 9);
    ASSERT_EQ(after->inner_instructions.size(), 1U);
    EXPECT_EQ(after->inner_instructions[0].instructions[1].data,
              before.inner_instructions[0].instructions[1].data);
    const auto mine = chain.receipts_of(wallet.public_key(), 1'000);
    ASSERT_EQ(mine.size(), 101U);
    EXPECT_EQ(mine.back()->signature, before.signature);
    EXPECT_EQ(mine.back()->slot, before.slot);
    // The oldest is also the only one that names the wrapped SOL mint.
    EXPECT_EQ(chain.receipts_of(solana::kWrappedSolMint, 10).size(), 1U);
}

TEST_F(ChainTest, MissedTransactionWaitsAndDroppedOneIsGone) {
    ChainOptions options = plain_options();
    options.landing_miss_probability = 1.0;
    Chain missing{options};
    create_wallet(missing, wallet.public_key(), Lamports{kLamportsPerSol});
    const auto send_to = [&](Chain& target) {
        const auto message = solana::compile_message(
            wallet.public_key(), Instructions{solana::memo("hello")}, target.latest_blockhash(0));
        return *target.submit(*solana::sign_transaction(*message, wallet), false);
    };
    const Signature missed = send_to(missing);
    missing.advance_slot();
    EXPECT_EQ(missing.queued(), 1U);
    EXPECT_EQ(missing.receipt(missed), nullptr);

    options.landing_miss_probability = 0;
    options.drop_probability = 1.0;
    Chain dropping{options};
    create_wallet(dropping, wallet.public_key(), Lamports{kLamportsPerSol});
    const Signature dropped = send_to(dropping);
    EXPECT_EQ(dropping.queued(), 0U);
    dropping.advance_slot();
    EXPECT_EQ(dropping.receipt(dropped), nullptr);
}

class EventTexts final : public ChainObserver {
 public:
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override {
        events.push_back("account " + pubkey.to_string().substr(0, 4) + " " +
                         std::to_string(account.lamports.raw()) + " " + std::to_string(slot.value));
    }
    void on_transaction(const Receipt& receipt) override {
        events.push_back("transaction " + receipt.error_json + " " +
                         std::to_string(receipt.slot.value));
    }
    void on_slot(Slot slot, Slot parent, Slot root) override {
        events.push_back("slot " + std::to_string(slot.value) + " " + std::to_string(parent.value) +
                         " " + std::to_string(slot.value - root.value));
    }
    std::vector<std::string> events;
};

TEST_F(ChainTest, ObserverHearsOfAccountsThenTheTransactionThenTheNextSlot) {
    chain.advance_slot();
    EventTexts recorder;
    chain.set_observer(&recorder);
    const Slot at = chain.slot();
    land({pay(wallet.public_key(), test_key(9), 1'000'000)});
    const std::string slot = std::to_string(at.value);
    const std::string payer = wallet.public_key().to_string().substr(0, 4);
    const std::string left = std::to_string(10 * kLamportsPerSol - 1'000'000 - kBaseFee);
    EXPECT_EQ(recorder.events,
              (std::vector<std::string>{
                  "account " + payer + " " + left + " " + slot,
                  "account " + test_key(9).to_string().substr(0, 4) + " 1000000 " + slot,
                  "transaction null " + slot,
                  "slot " + std::to_string(at.value + 1) + " " + slot + " 32"}));
    chain.set_observer(nullptr);
}

TEST_F(ChainTest, SameSeedGivesTheSameChainAndAnotherSeedAnother) {
    const auto hash_after = [](std::uint64_t seed) {
        ChainOptions options;
        options.seed = seed;
        Chain built{options};
        for (int i = 0; i < 50; ++i) {
            built.advance_slot();
        }
        return built.latest_blockhash(0);
    };
    EXPECT_EQ(hash_after(7), hash_after(7));
    EXPECT_NE(hash_after(7), hash_after(8));
}

// Bytes that nobody meant: whatever they say, the chain answers and its invariants hold.
TEST_F(ChainTest, GarbageTransactionsNeverCrash) {
    Rng rng{20'261'123};
    create_mint(chain, test_key(30), {.supply = TokenAmount{1'000'000}});
    const Pubkey source =
        create_token_account(chain, wallet.public_key(), test_key(30), TokenAmount{1'000'000});
    const Pubkey config = create_cpmm_config(chain, {});
    const auto pool =
        create_cpmm_pool(chain, {config, test_key(30), solana::kWrappedSolMint,
                                 TokenAmount{1'000'000'000}, TokenAmount{1'000'000'000}});
    const Pubkey wrapped = create_token_account(chain, wallet.public_key(), solana::kWrappedSolMint,
                                                TokenAmount{1'000'000});
    const Instructions seeds{
        cpmm_swap_in(pool, pool.mint_0 == test_key(30), 1'000, 1,
                     {wallet.public_key(), source, wrapped}),
        solana::token_transfer({source, source, wallet.public_key(), TokenAmount{5}}),
        pay(wallet.public_key(), test_key(9), 1'000'000),
        solana::associated_token_create({wallet.public_key(), test_key(9), test_key(30)}),
        jupiter_route(
            {wallet.public_key(), source, wrapped, solana::kWrappedSolMint, 1'000, 1},
            std::vector<JupiterStep>{{cpmm_swap_in(pool, pool.mint_0 == test_key(30), 1'000, 1,
                                                   {wallet.public_key(), source, wrapped})}})};
    for (int i = 0; i < 4'000; ++i) {
        Bytes wire = signed_wire({seeds[rng.below(seeds.size())]});
        // Half of them stay parseable: only instruction data and indexes after the keys change.
        const std::size_t from = rng.chance(0.5) ? 0 : wire.size() / 2;
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips) {
            wire[from + rng.below(wire.size() - from)] = static_cast<std::uint8_t>(rng.next());
        }
        const auto result = chain.simulate(wire, false, true, {source});
        if (!result) {
            EXPECT_EQ(result.error().code, -32602);
        }
        if (i % 10 == 0) {
            static_cast<void>(chain.submit(wire, true));
        }
    }
    chain.advance_slot();
}

}  // namespace
}  // namespace sniperforge::sim
