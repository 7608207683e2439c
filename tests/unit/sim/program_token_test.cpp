// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_account.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

class TokenTest : public ChainTest {
 protected:
    TokenTest() {
        create_mint(chain, mint,
                    {.decimals = 6,
                     .mint_authority = owner(),
                     .freeze_authority = owner(),
                     .supply = TokenAmount{1'000}});
        mine = create_token_account(chain, owner(), mint, TokenAmount{1'000});
        theirs = create_token_account(chain, test_key(9), mint, TokenAmount{0});
    }
    [[nodiscard]] Pubkey owner() const { return wallet.public_key(); }
    [[nodiscard]] solana::TokenAccount decoded(const Pubkey& key) const {
        return *solana::decode_token_account(chain.account(key)->data);
    }
    std::string error_of(const solana::Instruction& instruction) {
        return land({instruction})->error_json;
    }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }
    [[nodiscard]] solana::Instruction freeze(std::uint8_t tag) const {
        return {solana::kTokenProgram,
                {solana::writable(mine), solana::readonly(mint), solana::signer(owner())},
                {tag}};
    }

    Pubkey mint = test_key(30);
    Pubkey mine, theirs;
};

TEST_F(TokenTest, TransferMovesAllAndNotOneMore) {
    EXPECT_EQ(error_of(solana::token_transfer({mine, theirs, owner(), TokenAmount{1'001}})),
              custom(1));
    const auto* receipt =
        land({solana::token_transfer({mine, theirs, owner(), TokenAmount{1'000}})});
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(mine), 0U);
    EXPECT_EQ(tokens(theirs), 1'000U);
    EXPECT_EQ(receipt->logs,
              (std::vector<std::string>{
                  "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [1]",
                  "Program log: Instruction: Transfer",
                  "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA consumed 4645 of 200000 "
                  "compute units",
                  "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA success"}));
    ASSERT_EQ(receipt->pre_token_balances.size(), 2U);
    ASSERT_EQ(receipt->post_token_balances.size(), 2U);
    for (const auto& balance : receipt->post_token_balances) {
        const bool is_mine = receipt->account_keys[balance.account_index] == mine;
        EXPECT_EQ(balance.amount, is_mine ? 0U : 1'000U);
        EXPECT_EQ(balance.owner, is_mine ? owner() : test_key(9));
        EXPECT_EQ(balance.mint, mint);
        EXPECT_EQ(balance.decimals, 6);
        EXPECT_EQ(balance.program, solana::kTokenProgram);
    }
}

TEST_F(TokenTest, CheckedTransferWantsTheRightMintAndDecimals) {
    const Pubkey other = test_key(31);
    create_mint(chain, other, {.decimals = 6});
    const auto checked = [&](const Pubkey& named, std::uint8_t decimals) {
        return solana::token_transfer_checked(
            {mine, named, theirs, owner(), TokenAmount{1}, decimals});
    };
    EXPECT_EQ(error_of(checked(other, 6)), custom(3));
    EXPECT_EQ(error_of(checked(mint, 5)), custom(18));
    EXPECT_EQ(error_of(checked(mint, 6)), "null");
}

TEST_F(TokenTest, OnlyTheOwnerOrHisDelegateWithinItsAmountMayMove) {
    const Pubkey foreign = theirs;
    EXPECT_EQ(error_of(solana::token_transfer({foreign, mine, owner(), TokenAmount{0}})),
              custom(4));
    // The wallet is the delegate of somebody else's account, for 100 tokens.
    Account account = *chain.account(theirs);
    solana::TokenAccount state = decoded(theirs);
    state.amount = TokenAmount{500};
    state.delegate = owner();
    state.delegated_amount = TokenAmount{100};
    const auto bytes = solana::encode_token_account(state);
    account.data.assign(bytes.begin(), bytes.end());
    chain.put_account(theirs, account);
    EXPECT_EQ(error_of(solana::token_transfer({theirs, mine, owner(), TokenAmount{101}})),
              custom(1));
    EXPECT_EQ(error_of(solana::token_transfer({theirs, mine, owner(), TokenAmount{60}})), "null");
    EXPECT_EQ(decoded(theirs).delegated_amount, TokenAmount{40});
    EXPECT_EQ(error_of(solana::token_transfer({theirs, mine, owner(), TokenAmount{40}})), "null");
    EXPECT_EQ(decoded(theirs).delegate, std::nullopt);
    EXPECT_EQ(error_of(solana::token_transfer({theirs, mine, owner(), TokenAmount{1}})), custom(4));
}

TEST_F(TokenTest, ApproveAndRevokeSetAndClearTheDelegate) {
    EXPECT_EQ(error_of(solana::token_approve({mine, test_key(9), owner(), TokenAmount{7}})),
              "null");
    EXPECT_EQ(decoded(mine).delegate, test_key(9));
    EXPECT_EQ(decoded(mine).delegated_amount, TokenAmount{7});
    EXPECT_EQ(error_of(solana::token_revoke({mine, owner()})), "null");
    EXPECT_EQ(decoded(mine).delegate, std::nullopt);
    EXPECT_EQ(decoded(mine).delegated_amount, TokenAmount{0});
}

TEST_F(TokenTest, FrozenAccountNeitherSendsNorReceivesUntilThawed) {
    EXPECT_EQ(error_of(freeze(10)), "null");
    EXPECT_EQ(error_of(solana::token_transfer({mine, theirs, owner(), TokenAmount{1}})),
              custom(17));
    EXPECT_EQ(error_of(solana::token_mint_to({mint, mine, owner(), TokenAmount{1}})), custom(17));
    EXPECT_EQ(error_of(freeze(10)), custom(13));
    const Pubkey source = theirs;
    Account delegated = *chain.account(theirs);
    solana::TokenAccount state = decoded(theirs);
    state.amount = state.delegated_amount = TokenAmount{10};
    state.delegate = owner();
    const auto bytes = solana::encode_token_account(state);
    delegated.data.assign(bytes.begin(), bytes.end());
    chain.put_account(source, delegated);
    EXPECT_EQ(error_of(solana::token_transfer({source, mine, owner(), TokenAmount{1}})),
              custom(17));
    EXPECT_EQ(error_of(freeze(11)), "null");
    EXPECT_EQ(error_of(solana::token_transfer({source, mine, owner(), TokenAmount{2}})), "null");
    EXPECT_EQ(error_of(solana::token_transfer({mine, theirs, owner(), TokenAmount{1}})), "null");
}

TEST_F(TokenTest, MintWithoutAuthoritiesCanNeitherMintNorFreeze) {
    const auto give_up = [&](std::uint8_t type) {
        return solana::Instruction{
            solana::kTokenProgram, {solana::writable(mint), solana::signer(owner())}, {6, type, 0}};
    };
    EXPECT_EQ(error_of(solana::token_mint_to({mint, mine, owner(), TokenAmount{5}})), "null");
    EXPECT_EQ(tokens(mine), 1'005U);
    EXPECT_EQ(u64_of(mint, 36), 1'005U);
    EXPECT_EQ(error_of(give_up(0)), "null");
    EXPECT_EQ(error_of(give_up(1)), "null");
    EXPECT_EQ(error_of(solana::token_mint_to({mint, mine, owner(), TokenAmount{6}})), custom(5));
    EXPECT_EQ(error_of(freeze(10)), custom(16));
    EXPECT_EQ(land({give_up(0), solana::token_revoke({mine, owner()})})->error_json, custom(5));
}

TEST_F(TokenTest, BurnTakesFromBalanceAndSupply) {
    EXPECT_EQ(error_of(solana::token_burn({mine, mint, owner(), TokenAmount{1'001}})), custom(1));
    EXPECT_EQ(error_of(solana::token_burn({mine, mint, owner(), TokenAmount{400}})), "null");
    EXPECT_EQ(tokens(mine), 600U);
    EXPECT_EQ(u64_of(mint, 36), 600U);
}

TEST_F(TokenTest, NothingIsBurntOutOfAFrozenAccountOrByAnybodyElse) {
    EXPECT_EQ(error_of(freeze(10)), "null");
    EXPECT_EQ(error_of(solana::token_burn({mine, mint, owner(), TokenAmount{1}})), custom(17));
    EXPECT_EQ(tokens(mine), 1'000U);
    EXPECT_EQ(u64_of(mint, 36), 1'000U);
    EXPECT_EQ(error_of(freeze(11)), "null");
    EXPECT_EQ(error_of(solana::token_burn({mine, mint, owner(), TokenAmount{1}})), "null");
    EXPECT_EQ(u64_of(mint, 36), 999U);
    EXPECT_EQ(error_of(solana::token_burn({theirs, mint, owner(), TokenAmount{0}})), custom(4));
    const Pubkey wrapped =
        create_token_account(chain, owner(), solana::kWrappedSolMint, TokenAmount{5});
    EXPECT_EQ(
        error_of(solana::token_burn({wrapped, solana::kWrappedSolMint, owner(), TokenAmount{5}})),
        custom(10));
    const Pubkey other = test_key(32);
    create_mint(chain, other, {.decimals = 6, .supply = TokenAmount{5}});
    EXPECT_EQ(error_of(solana::token_burn({mine, other, owner(), TokenAmount{1}})), custom(3));
}

// A sweep: what does not fit makes the whole fail, and nothing is burnt.
TEST_F(TokenTest, BurnAndClosingAreOneAndLeaveAllAsItWasWhenTheyDoNotFit) {
    const auto close = solana::token_close_account({mine, owner(), owner()});
    const auto* less = land({solana::token_burn({mine, mint, owner(), TokenAmount{999}}), close});
    EXPECT_EQ(less->error_json, "{\"InstructionError\":[1,{\"Custom\":11}]}");
    EXPECT_EQ(tokens(mine), 1'000U);
    EXPECT_EQ(u64_of(mint, 36), 1'000U);
    const auto* all = land({solana::token_burn({mine, mint, owner(), TokenAmount{1'000}}), close});
    EXPECT_EQ(all->error_json, "null");
    EXPECT_EQ(chain.account(mine), nullptr);
    EXPECT_EQ(u64_of(mint, 36), 0U);
}

TEST_F(TokenTest, AccountClosesOnlyWhenEmptyAndReturnsItsRent) {
    EXPECT_EQ(error_of(solana::token_close_account({mine, owner(), owner()})), custom(11));
    EXPECT_EQ(error_of(solana::token_burn({mine, mint, owner(), TokenAmount{1'000}})), "null");
    const std::uint64_t before = lamports(owner());
    const auto* receipt = land({solana::token_close_account({mine, owner(), owner()})});
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(chain.account(mine), nullptr);
    EXPECT_EQ(lamports(owner()), before - 5'000 + chain.rent_exempt_minimum(165));
    // Closed: absent from the balances afterwards.
    EXPECT_EQ(receipt->pre_token_balances.size(), 1U);
    EXPECT_TRUE(receipt->post_token_balances.empty());
}

TEST_F(TokenTest, WrapAndUnwrapReturnEveryLamport) {
    const Pubkey wrapped =
        solana::associated_token_address(owner(), solana::kWrappedSolMint, solana::kTokenProgram);
    const std::uint64_t start = lamports(owner());
    const auto* wrap = land(
        {solana::associated_token_create_idempotent({owner(), owner(), solana::kWrappedSolMint}),
         solana::system_transfer({owner(), wrapped, Lamports{5'000'000}}),
         solana::token_sync_native(wrapped)});
    ASSERT_NE(wrap, nullptr);
    ASSERT_EQ(wrap->error_json, "null");
    EXPECT_EQ(tokens(wrapped), 5'000'000U);
    EXPECT_EQ(lamports(wrapped), 5'000'000 + chain.rent_exempt_minimum(165));
    const auto* unwrap = land({solana::token_close_account({wrapped, owner(), owner()})});
    EXPECT_EQ(unwrap->error_json, "null");
    EXPECT_EQ(lamports(owner()), start - 2 * 5'000);
}

TEST_F(TokenTest, NativeTransferMovesTheLamportsToo) {
    const Pubkey from =
        create_token_account(chain, owner(), solana::kWrappedSolMint, TokenAmount{900});
    const Pubkey to =
        create_token_account(chain, test_key(9), solana::kWrappedSolMint, TokenAmount{0});
    EXPECT_EQ(error_of(solana::token_transfer({from, to, owner(), TokenAmount{900}})), "null");
    EXPECT_EQ(lamports(to), 900 + chain.rent_exempt_minimum(165));
    EXPECT_EQ(lamports(from), chain.rent_exempt_minimum(165));
    EXPECT_EQ(error_of(solana::token_sync_native(mine)), custom(19));
}

TEST_F(TokenTest, AssociatedAccountIsCreatedOnceWithInnerInstructions) {
    const Pubkey created =
        solana::associated_token_address(test_key(40), mint, solana::kTokenProgram);
    const std::uint64_t before = lamports(owner());
    const auto* receipt = land({solana::associated_token_create({owner(), test_key(40), mint})});
    ASSERT_EQ(receipt->error_json, "null");
    EXPECT_EQ(decoded(created).owner, test_key(40));
    EXPECT_EQ(lamports(owner()), before - 5'000 - chain.rent_exempt_minimum(165));
    ASSERT_EQ(receipt->inner_instructions.size(), 1U);
    const auto& inner = receipt->inner_instructions[0];
    EXPECT_EQ(inner.index, 0);
    ASSERT_EQ(inner.instructions.size(), 4U);
    EXPECT_EQ(receipt->account_keys[inner.instructions[1].program_id_index],
              solana::kSystemProgram);
    EXPECT_EQ(inner.instructions[1].stack_height, 2);
    EXPECT_EQ(inner.instructions[3].data.front(), 18);
    EXPECT_TRUE(has_line(receipt->logs,
                         "Program return: TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA "
                         "pQAAAAAAAAA="));
    // The recorded figure of the same instruction on mainnet.
    EXPECT_TRUE(has_line(receipt->logs, "consumed 23359 of"));

    EXPECT_EQ(error_of(solana::associated_token_create({owner(), test_key(40), mint})),
              R"({"InstructionError":[0,"IllegalOwner"]})");
    EXPECT_EQ(error_of(solana::associated_token_create_idempotent({owner(), test_key(40), mint})),
              "null");
    auto wrong = solana::associated_token_create({owner(), test_key(41), mint});
    wrong.accounts[1].pubkey = test_key(42);
    EXPECT_EQ(error_of(wrong), R"({"InstructionError":[0,"InvalidSeeds"]})");
}

TEST_F(TokenTest, Token2022AccountsHaveTheirOwnAddressAndAnImmutableOwner) {
    const Pubkey modern = test_key(33);
    create_mint(chain, modern, {.decimals = 6, .program = solana::kToken2022Program});
    const auto* receipt = land(
        {solana::associated_token_create({owner(), owner(), modern, solana::kToken2022Program})});
    ASSERT_EQ(receipt->error_json, "null");
    const Pubkey created =
        solana::associated_token_address(owner(), modern, solana::kToken2022Program);
    ASSERT_NE(chain.account(created), nullptr);
    EXPECT_EQ(chain.account(created)->data.size(), 170U);
    EXPECT_TRUE(solana::decode_token_account(chain.account(created)->data).has_value());
    solana::Instruction give_away{
        solana::kToken2022Program, {solana::writable(created), solana::signer(owner())}, {6, 2, 1}};
    append(give_away.data, test_key(9).bytes);
    EXPECT_EQ(error_of(give_away), custom(34));
}

TEST_F(TokenTest, NewMintIsInitialisedOnce) {
    const solana::Keypair fresh = test_keypair(2);
    const Pubkey key = fresh.public_key();
    const Instructions create{
        solana::system_create_account(
            {owner(), key, Lamports{chain.rent_exempt_minimum(82)}, 82, solana::kTokenProgram}),
        solana::token_initialize_mint2({key, 9, owner(), std::nullopt})};
    const auto message = solana::compile_message(owner(), create, chain.latest_blockhash(0));
    const std::array<const solana::Keypair*, 2> signers{&wallet, &fresh};
    const auto* receipt = land(*solana::sign_transaction(*message, signers));
    ASSERT_EQ(receipt->error_json, "null");
    EXPECT_EQ(receipt->fee, 10'000U);
    const auto decoded_mint = solana::decode_mint(chain.account(key)->data);
    ASSERT_TRUE(decoded_mint.has_value());
    EXPECT_EQ(decoded_mint->decimals, 9);
    EXPECT_EQ(decoded_mint->mint_authority, owner());
    EXPECT_EQ(decoded_mint->freeze_authority, std::nullopt);
    EXPECT_EQ(error_of(solana::token_initialize_mint2({key, 9, owner(), std::nullopt})), custom(6));
}

TEST_F(TokenTest, AccountsOfAnotherProgramAreNotTokens) {
    const Pubkey fake = test_key(45);
    Account account = *chain.account(mine);
    account.owner = solana::kSystemProgram;
    chain.put_account(fake, account);
    EXPECT_EQ(error_of(solana::token_transfer({fake, theirs, owner(), TokenAmount{1}})),
              R"({"InstructionError":[0,"IncorrectProgramId"]})");
}

}  // namespace
}  // namespace sniperforge::sim
