// SPDX-License-Identifier: MIT
// What the transactions that we build have in common: the compute budget in front, and how a list
// of instructions becomes a message that fits.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::execute {

struct OwnMessageOptions {
    ComputeUnitPrice price;
    ComputeUnits units;
    Hash blockhash;
    solana::MessageVersion version = solana::MessageVersion::V0;  // Or V1, which pays the same.
    std::span<const solana::AddressLookupTable> tables{};         // Not for V1.
};

// In front of everything else, or the chain takes no nonce for a blockhash. Nothing without one.
void add_advance(std::vector<solana::Instruction>& instructions, const Pubkey& wallet,
                 const std::optional<Pubkey>& nonce);

// Price and limit, by instructions or, from version 1 on, in the message's head.
void add_compute_budget(std::vector<solana::Instruction>& instructions,
                        const OwnMessageOptions& options);

// Nothing without a tip.
void add_tip(std::vector<solana::Instruction>& instructions, const Pubkey& wallet,
             const std::optional<Tip>& tip);

// The message into `out` (cleared first). Fails when it would not fit a transaction; `what` is it
// for people: "cycle of 3 legs".
[[nodiscard]] Result<void> compile_own_message(Bytes& out, const Pubkey& wallet,
                                               std::span<const solana::Instruction> instructions,
                                               const OwnMessageOptions& options,
                                               std::string_view what);

}  // namespace sniperforge::execute
