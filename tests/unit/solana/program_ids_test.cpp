// SPDX-License-Identifier: MIT
#include "sniperforge/solana/program_ids.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace sniperforge::solana {
namespace {

static_assert(kSystemProgram.is_zero());
static_assert(is_token_program(kTokenProgram) && is_token_program(kToken2022Program));
static_assert(!is_token_program(kSystemProgram));

TEST(ProgramIds, DecodeAtCompileTimeToWhatTheRunTimeDecoderSays) {
    const std::pair<Pubkey, std::string> all[] = {
        {kSystemProgram, "11111111111111111111111111111111"},
        {kTokenProgram, "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"},
        {kToken2022Program, "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"},
        {kAssociatedTokenProgram, "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"},
        {kComputeBudgetProgram, "ComputeBudget111111111111111111111111111111"},
        {kMemoProgram, "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"},
        {kAddressLookupTableProgram, "AddressLookupTab1e1111111111111111111111111"},
        {kRecentBlockhashesSysvar, "SysvarRecentB1ockHashes11111111111111111111"},
        {kRentSysvar, "SysvarRent111111111111111111111111111111111"},
        {kWrappedSolMint, "So11111111111111111111111111111111111111112"},
        {kUsdcMint, "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"},
        {kUsdtMint, "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"},
        {kRaydiumCpmmProgram, "CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C"},
        {kRaydiumAmmV4Program, "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8"},
        {kJupiterV6Program, "JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4"},
    };
    for (const auto& [constant, text] : all) {
        EXPECT_EQ(constant, pubkey_constant(text)) << text;
        EXPECT_EQ(constant.to_string(), text);
    }
}

}  // namespace
}  // namespace sniperforge::solana
