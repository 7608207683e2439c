// SPDX-License-Identifier: MIT
// Orders on nonces, as a node sees them: what was written ahead is what was signed, and no two
// orders have one value of one nonce, so that of what might still land one alone can.
#include <fmt/format.h>

#include "app/drill_checks.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] bool is_advance(const solana::Message& message,
                              const solana::CompiledInstruction& instruction) {
    return message.program_id(instruction) == solana::kSystemProgram &&
           std::holds_alternative<solana::system_instruction::AdvanceNonceAccount>(
               solana::decode_system_instruction(instruction.data));
}

}  // namespace

void DrillChecks::check_nonce(const RingOrder& order, const solana::Message& message) {
    const auto wrong = [&](std::string_view what) {
        violate(fmt::format("intent {}: {}", order.intent, what));
    };
    const solana::CompiledInstruction* const first =
        message.instructions.empty() ? nullptr : &message.instructions.front();
    const bool is_on_nonce = first != nullptr && is_advance(message, *first);
    if (is_on_nonce != order.nonce.has_value()) {
        return wrong(is_on_nonce ? "is on a nonce, and was not written down as such"
                                 : "was written down with a nonce, and is not on it");
    }
    if (order.nonce) {
        if (message.recent_blockhash != order.nonce_value ||
            message.account_keys[first->account_indexes[0]] != *order.nonce) {
            return wrong("is on another nonce, or another value of it, than was written down");
        }
        const auto [used, is_new] =
            nonces_used_.emplace(std::pair{*order.nonce, order.nonce_value}, order.signature);
        if (!is_new && used->second != order.signature) {
            wrong("has the nonce's value that " + used->second.to_string() + " has");
        }
    }
    if (!order.is_advance()) {
        return;
    }
    for (const solana::CompiledInstruction& each : message.instructions) {
        if (message.program_id(each) != solana::kComputeBudgetProgram &&
            !is_advance(message, each)) {
            wrong("is to advance a nonce, and does something else");
        }
    }
}

}  // namespace sniperforge::app
