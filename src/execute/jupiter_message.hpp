// SPDX-License-Identifier: MIT
// Jupiter's unsigned message made ours: our blockhash, so that we know when it expires, and our
// close-account when the sale empties the token account, and our tip.
#pragma once

#include <optional>
#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/rpc/static_facts.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::execute {

// The lookup tables that the message names, and how much of each, to be read from our own RPC.
[[nodiscard]] Result<std::vector<rpc::LookupTableNeed>> lookup_tables_of(BytesView message);

// `extra` is appended when the result still fits a transaction; otherwise it is left out, because
// the swap matters more than the rent.
[[nodiscard]] Result<Bytes> adopt_message(BytesView message, const Hash& blockhash,
                                          std::span<const solana::AddressLookupTable> tables,
                                          const std::optional<solana::Instruction>& extra);

// One more instruction behind the others; fails when the result would not fit a transaction.
[[nodiscard]] Result<Bytes> append_instruction(BytesView message,
                                               const solana::Instruction& instruction,
                                               std::span<const solana::AddressLookupTable> tables);

}  // namespace sniperforge::execute
