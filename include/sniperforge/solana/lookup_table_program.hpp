// SPDX-License-Identifier: MIT
// Address lookup table program: making, filling and giving up the tables of lookup_table.hpp.
// Source: solana-sdk, address-lookup-table-interface; the fields are bincode, so a list's length
// has eight bytes. Executed by the real runtime in tests/integration/real_runtime.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::solana {

// The address of the table that `authority` creates for `recent_slot`.
[[nodiscard]] ProgramAddress find_lookup_table_address(const Pubkey& authority, Slot recent_slot);

struct LookupTableCreate {
    Pubkey authority;
    Pubkey payer;      // Pays the rent of the empty table.
    Slot recent_slot;  // Of a block among the last 512: the program checks.
};
[[nodiscard]] Instruction lookup_table_create(const LookupTableCreate& options);

struct LookupTableExtend {
    Pubkey table;
    Pubkey authority;
    Pubkey payer;  // Pays the rent of the new addresses.
};
// About 30 addresses fit one transaction. They can be used from the next slot on.
[[nodiscard]] Instruction lookup_table_extend(const LookupTableExtend& options,
                                              std::span<const Pubkey> addresses);

struct LookupTableDeactivate {
    Pubkey table;
    Pubkey authority;
};
[[nodiscard]] Instruction lookup_table_deactivate(const LookupTableDeactivate& options);

struct LookupTableClose {
    Pubkey table;
    Pubkey authority;
    Pubkey recipient;  // Receives all lamports.
};
// Fails until the deactivation cooldown has passed.
[[nodiscard]] Instruction lookup_table_close(const LookupTableClose& options);

// What instruction data says; anything that is not understood to its last byte is Unknown.
namespace lookup_table_instruction {

struct Create {
    Slot recent_slot;
    std::uint8_t bump = 0;
};
struct Extend {
    std::vector<Pubkey> addresses;
};
struct Deactivate {};
struct Close {};
struct Unknown {
    std::optional<std::uint32_t> tag;  // None: shorter than a tag.
};

}  // namespace lookup_table_instruction

using LookupTableInstruction =
    std::variant<lookup_table_instruction::Unknown, lookup_table_instruction::Create,
                 lookup_table_instruction::Extend, lookup_table_instruction::Deactivate,
                 lookup_table_instruction::Close>;

[[nodiscard]] LookupTableInstruction decode_lookup_table_instruction(BytesView data);

}  // namespace sniperforge::solana
