// SPDX-License-Identifier: MIT
#include "app/instruction_names.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/memo.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::app {
namespace {

const Pubkey kA = solana::kUsdcMint;
const Pubkey kB = solana::kUsdtMint;

// "name{arguments}", or "" when there is none.
std::string shown(const solana::Instruction& instruction) {
    const auto name = instruction_name(instruction.program_id, instruction.data);
    return name ? name->name + name->arguments.object() : "";
}
std::string shown(const Pubkey& program, std::string_view hex) {
    return shown({program, {}, hex_decode(hex).value()});
}

TEST(InstructionNames, OfEveryProgramThatWeBuildFor) {
    EXPECT_EQ(shown(solana::system_transfer({kA, kB, Lamports{5}})), R"(transfer{"lamports":"5"})");
    EXPECT_EQ(shown(solana::system_advance_nonce({kA, kB})), "advance_nonce{}");
    EXPECT_EQ(shown(solana::lookup_table_create({kA, kA, Slot{5}})).substr(0, 24),
              R"(create{"recent_slot":"5")");
    EXPECT_EQ(shown(solana::lookup_table_extend({kA, kB, kB}, std::array{kA, kB})),
              R"(extend{"addresses":2})");
    EXPECT_EQ(shown(solana::lookup_table_close({kA, kB, kB})), "close{}");
    EXPECT_EQ(shown(solana::kAddressLookupTableProgram, "01000000"), "");
    EXPECT_TRUE(shown(solana::system_create_account_with_seed(
                          {kA, "s", Lamports{5}, 80, solana::kSystemProgram}))
                    .ends_with(R"("seed":"s","lamports":"5","space":"80","owner":")" +
                               solana::kSystemProgram.to_string() + "\"}"));
    EXPECT_EQ(shown(solana::token_transfer_checked({kA, kB, kA, kB, TokenAmount{7}, 6})),
              R"(transfer_checked{"amount":"7","decimals":6})");
    EXPECT_EQ(shown(solana::token_sync_native(kA)), "sync_native{}");
    EXPECT_EQ(shown(solana::set_compute_unit_price(ComputeUnitPrice{9})),
              R"(set_compute_unit_price{"micro_lamports":"9"})");
    EXPECT_EQ(shown(solana::associated_token_create_idempotent({kA, kA, kB})),
              "create_idempotent{}");
    EXPECT_EQ(shown(solana::memo("a\"b")), R"(memo{"text":"a\"b"})");
}

TEST(InstructionNames, OfSwaps) {
    EXPECT_EQ(shown(solana::kRaydiumCpmmProgram,
                    "8fbe5adac41e33de"
                    "0100000000000000"
                    "0200000000000000"),
              R"(swap_base_input{"amount_in":"1","amount_out_min":"2"})");
    EXPECT_EQ(shown(solana::kRaydiumCpmmProgram,
                    "37d96256a34ab4ad"
                    "0100000000000000"
                    "0200000000000000"),
              R"(swap_base_output{"amount_in_max":"1","amount_out":"2"})");
    EXPECT_EQ(shown(solana::kRaydiumAmmV4Program, "0901000000000000000200000000000000"),
              R"(swap_base_in{"amount_in":"1","amount_out_min":"2"})");
    EXPECT_EQ(shown(solana::kRaydiumAmmV4Program, "1101000000000000000200000000000000"),
              R"(swap_base_out_v2{"amount_in_max":"1","amount_out":"2"})");
    EXPECT_EQ(shown(solana::kJupiterV6Program,
                    "e517cb977ae3ad2a"
                    "00000000"
                    "0100000000000000"
                    "0200000000000000"
                    "320000"),
              R"(route{"amount_in":"1","quoted_out":"2","slippage_bps":50,"platform_fee_bps":0})");
    const std::string amounts =
        "0100000000000000"
        "0200000000000000"
        "3200"
        "0200"
        "0000"
        "00000000";
    EXPECT_EQ(
        shown(solana::kJupiterV6Program, "bb64facc31c4af14" + amounts),
        R"(route_v2{"amount_in":"1","quoted_out":"2","slippage_bps":50,"platform_fee_bps":2})");
    EXPECT_EQ(
        shown(solana::kJupiterV6Program, "d19853937cfed8e903" + amounts),
        R"(shared_accounts_route_v2{"amount_in":"1","quoted_out":"2","slippage_bps":50,"platform_fee_bps":2})");
}

TEST(InstructionNames, AreNotGuessed) {
    EXPECT_EQ(shown(solana::kSystemProgram, "02000000"), "");
    EXPECT_EQ(shown(solana::kRaydiumAmmV4Program, "0901000000000000"), "");
    EXPECT_EQ(shown(solana::kRaydiumCpmmProgram, "8fbe5adac41e33de"), "");
    EXPECT_EQ(shown(kA, "00"), "");
    EXPECT_EQ(program_name(kA), std::nullopt);
    EXPECT_EQ(program_name(solana::kToken2022Program), "token_2022");
}

}  // namespace
}  // namespace sniperforge::app
