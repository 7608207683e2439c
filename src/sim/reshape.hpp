// SPDX-License-Identifier: MIT
// Programs that were upgraded: their swaps take more accounts than before.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/sim/world_faults.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::sim {

// More than the two forms of AMM v4 differ by. The program's own id is what Anchor's clients send
// for an account that is left out, and it is in every message that calls the program.
inline constexpr std::size_t kReshapedAccounts = 2;

// Whether the data is of a swap of a program that is among the reshaped ones.
[[nodiscard]] bool is_reshaped_swap(std::span<const Pubkey> reshaped, const Pubkey& program,
                                    BytesView data);
// Adds to such a swap what it takes now.
void add_reshaped_accounts(std::span<const Pubkey> reshaped, solana::Instruction& instruction);

// An instruction that a reshaped program has and nobody knows.
[[nodiscard]] solana::Instruction unknown_instruction(const Pubkey& program);
[[nodiscard]] bool is_unknown_instruction(std::span<const Pubkey> reshaped, const Pubkey& program,
                                          BytesView data);

[[nodiscard]] std::vector<Pubkey> programs_of(const ShapeChange& change);

}  // namespace sniperforge::sim
