// SPDX-License-Identifier: MIT
// Jupiter's answers with instructions in them, as the protocol has them.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::execute::test {

[[nodiscard]] inline std::string json_of(const solana::Instruction& instruction) {
    std::string accounts;
    for (const solana::AccountMeta& meta : instruction.accounts) {
        accounts += fmt::format(R"({}{{"pubkey":"{}","isSigner":{},"isWritable":{}}})",
                                accounts.empty() ? "" : ",", meta.pubkey.to_string(),
                                meta.is_signer, meta.is_writable);
    }
    return fmt::format(R"({{"programId":"{}","accounts":[{}],"data":"{}"}})",
                       instruction.program_id.to_string(), accounts,
                       base64_encode(instruction.data));
}

[[nodiscard]] inline std::string json_of(std::span<const solana::Instruction> instructions) {
    std::string text;
    for (const solana::Instruction& instruction : instructions) {
        text += (text.empty() ? "" : ",") + json_of(instruction);
    }
    return "[" + text + "]";
}

// Where in the list the parts begin: budget, setup, swap, cleanup, others.
struct ProposalParts {
    std::size_t setup = 2;
    std::size_t swap = 6;
};

// Members of /swap-instructions and /build without the braces.
[[nodiscard]] inline std::string proposal_members(std::span<const solana::Instruction> instructions,
                                                  const ProposalParts& at = {}) {
    return fmt::format(
        R"("computeBudgetInstructions":{},"setupInstructions":{},"swapInstruction":{},)"
        R"("cleanupInstruction":{},"otherInstructions":{})",
        json_of(instructions.first(at.setup)),
        json_of(instructions.subspan(at.setup, at.swap - at.setup)), json_of(instructions[at.swap]),
        instructions.size() > at.swap + 1 ? json_of(instructions[at.swap + 1]) : "null",
        json_of(instructions.subspan(std::min(instructions.size(), at.swap + 2))));
}

}  // namespace sniperforge::execute::test
