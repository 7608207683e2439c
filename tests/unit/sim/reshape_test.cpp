// SPDX-License-Identifier: MIT
// A program whose swaps take two accounts more than they did.
#include "sim/reshape.hpp"

#include "sim/market_pool.hpp"
#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

class ReshapeTest : public JupiterServerTest {
 protected:
    ReshapeTest() {
        create_token_account(chain, wallet.public_key(), solana::kWrappedSolMint,
                             TokenAmount{10 * kLamportsPerSol});
        create_token_account(chain, wallet.public_key(), token_a, TokenAmount{0});
    }
    // What a client that knows the old list sends.
    [[nodiscard]] solana::Instruction swap_of(const Pubkey& pool) {
        const auto view = read_pool(chain, pool);
        return swap_in(*view, view->mint_a == solana::kWrappedSolMint, 1'000'000, 1,
                       {.user = wallet.public_key(),
                        .source = ata(solana::kWrappedSolMint),
                        .destination = ata(token_a)});
    }
    [[nodiscard]] std::string outcome(const solana::Instruction& instruction) {
        return land({instruction})->error_json;
    }
};

TEST_F(ReshapeTest, OnlySwapsOfTheProgramThatChangedFailWithTheOldList) {
    EXPECT_EQ(outcome(swap_of(cpmm_a)), "null");
    chain.reshape(programs_of({.is_cpmm = true}));
    EXPECT_EQ(outcome(swap_of(cpmm_a)), R"({"InstructionError":[0,"NotEnoughAccountKeys"]})");
    EXPECT_EQ(outcome(swap_of(amm)), "null");
    auto half = swap_of(cpmm_a);
    half.accounts.push_back(solana::readonly(half.program_id));
    EXPECT_NE(outcome(half), "null");
    half.accounts.push_back(solana::readonly(half.program_id));
    EXPECT_EQ(outcome(half), "null");
    chain.reshape({});
    EXPECT_EQ(outcome(swap_of(cpmm_a)), "null");
}

TEST_F(ReshapeTest, AmmV4IsToldApartByItsFirstByte) {
    chain.reshape(programs_of({.is_amm_v4 = true}));
    EXPECT_NE(outcome(swap_of(amm)), "null");
    auto known = swap_of(amm);
    add_reshaped_accounts(programs_of({.is_amm_v4 = true}), known);
    EXPECT_EQ(outcome(known), "null");
    EXPECT_EQ(outcome(swap_of(cpmm_a)), "null");
}

TEST_F(ReshapeTest, TheMarketAndJupiterSendTheNewList) {
    chain.reshape(programs_of({.is_cpmm = true}));
    const std::size_t known = swap_of(cpmm_a).accounts.size();
    const auto traded = chain.execute_unsigned(wallet.public_key(), {swap_of(cpmm_a)});
    ASSERT_TRUE(traded.has_value()) << traded.error().text;
    const auto transaction = solana::parse_transaction(BytesView{chain.receipt(*traded)->wire});
    EXPECT_EQ(transaction->message.instructions.front().account_indexes.size(), known + 2);
    const std::string quoted = quote(solana::kWrappedSolMint, token_a, 1'000'000);
    const Receipt* receipt = sign_and_land(post("/swap/v1/swap", swap_body(quoted)).body);
    ASSERT_EQ(receipt->error_json, "null");
    const bool has_new_list =
        std::ranges::any_of(receipt->inner_instructions, [&](const InnerInstructions& inner) {
            return std::ranges::any_of(inner.instructions, [&](const InnerInstruction& call) {
                return receipt->account_keys[call.program_id_index] ==
                           solana::kRaydiumCpmmProgram &&
                       call.accounts.size() == known + 2;
            });
        });
    EXPECT_TRUE(has_new_list);
}

TEST_F(ReshapeTest, OnlyAProgramThatChangedKnowsTheInstructionThatNobodyKnows) {
    EXPECT_NE(outcome(unknown_instruction(solana::kRaydiumCpmmProgram)), "null");
    chain.reshape(programs_of({.is_cpmm = true}));
    EXPECT_EQ(outcome(unknown_instruction(solana::kRaydiumCpmmProgram)), "null");
    EXPECT_NE(outcome(unknown_instruction(solana::kRaydiumAmmV4Program)), "null");
}

TEST_F(ReshapeTest, WhatIsNoSwapStaysAsItIs) {
    auto other = swap_of(cpmm_a);
    other.data.front() ^= 1;
    const std::size_t accounts = other.accounts.size();
    add_reshaped_accounts(programs_of({.is_cpmm = true}), other);
    EXPECT_EQ(other.accounts.size(), accounts);
    EXPECT_EQ(programs_of({}).size(), 0U);
    EXPECT_EQ(programs_of({true, true, true, true, true}).size(), 5U);
}

}  // namespace
}  // namespace sniperforge::sim
