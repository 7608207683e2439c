// SPDX-License-Identifier: MIT
// Transactions of ours as getTransaction tells of them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::test {

// What it brings, less its fee.
inline constexpr std::uint64_t kSweepBrings = 2'034'280;

// An empty token account of ours that is closed: the simplest order of ours.
[[nodiscard]] inline std::string sweep_json(const Pubkey& wallet, const Pubkey& mint,
                                            std::uint64_t slot) {
    const Pubkey account = solana::associated_token_address(wallet, mint, solana::kTokenProgram);
    return fmt::format(
        R"({{"meta":{{"err":null,"fee":5000,"postBalances":[2034280,0,1],"postTokenBalances":[],)"
        R"("preBalances":[0,2039280,1],"preTokenBalances":[{{"accountIndex":1,"mint":"{}","owner":"{}",)"
        R"("programId":"{}","uiTokenAmount":{{"amount":"0"}}}}]}},"slot":{},"transaction":{{"message":)"
        R"({{"accountKeys":["{}","{}","{}"],"header":{{"numReadonlySignedAccounts":0,)"
        R"("numReadonlyUnsignedAccounts":1,"numRequiredSignatures":1}},"instructions":[)"
        R"({{"accounts":[1,0,0],"data":"A","programIdIndex":2}}]}},"signatures":["x"]}}}})",
        mint.to_string(), wallet.to_string(), solana::kTokenProgram.to_string(), slot,
        wallet.to_string(), account.to_string(), solana::kTokenProgram.to_string());
}

}  // namespace sniperforge::test
