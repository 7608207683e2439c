// SPDX-License-Identifier: MIT
// Associated token account program. Source: protocol wire format section 4.
#pragma once

#include <cstdint>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

struct AssociatedTokenCreate {
    Pubkey payer;  // Pays the rent of a new account.
    Pubkey owner;
    Pubkey mint;
    Pubkey token_program = kTokenProgram;  // Must be the mint's owner.
};
// Fails on chain when the account exists already.
[[nodiscard]] Instruction associated_token_create(const AssociatedTokenCreate& options);
// Does nothing when the account exists already.
[[nodiscard]] Instruction associated_token_create_idempotent(const AssociatedTokenCreate& options);
// The same with an address that the caller has already derived: saves the derivation.
[[nodiscard]] Instruction associated_token_create_idempotent(const AssociatedTokenCreate& options,
                                                             const Pubkey& associated_address);

enum class AssociatedTokenInstruction : std::uint8_t { Unknown, Create, CreateIdempotent };

[[nodiscard]] AssociatedTokenInstruction decode_associated_token_instruction(BytesView data);

}  // namespace sniperforge::solana
