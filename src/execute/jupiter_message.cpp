// SPDX-License-Identifier: MIT
#include "execute/jupiter_message.hpp"

#include <algorithm>

#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] Result<std::vector<solana::Instruction>> decompile(
    const solana::Message& message, std::span<const solana::AddressLookupTable> tables) {
    auto loaded = solana::load_addresses(message, tables);
    if (!loaded) {
        return Err{loaded.error()};
    }
    auto accounts = solana::resolve_accounts(message, *loaded);
    if (!accounts) {
        return Err{accounts.error()};
    }
    std::vector<solana::Instruction> instructions;
    instructions.reserve(message.instructions.size() + 1);
    for (const auto& compiled : message.instructions) {
        solana::Instruction instruction{message.program_id(compiled), {}, {}};
        for (const auto index : compiled.account_indexes) {
            instruction.accounts.push_back((*accounts)[index]);
        }
        instruction.data.assign(compiled.data.begin(), compiled.data.end());
        instructions.push_back(std::move(instruction));
    }
    return instructions;
}

// In the version that the message came in: the config of version 1 is part of what it asks for.
[[nodiscard]] Result<Bytes> compile_again(const solana::Message& message,
                                          std::span<const solana::Instruction> instructions,
                                          const Hash& blockhash,
                                          std::span<const solana::AddressLookupTable> tables) {
    if (message.version == solana::MessageVersion::V1) {
        return solana::compile_message_v1(message.payer(), instructions, blockhash, message.config,
                                          solana::KeyOrder::FirstSeen);
    }
    return solana::compile_message(message.payer(), instructions, blockhash, tables);
}

}  // namespace

Result<std::vector<rpc::LookupTableNeed>> lookup_tables_of(BytesView message) {
    auto parsed = solana::parse_message(message);
    if (!parsed) {
        return fail("Jupiter's message", parsed.error());
    }
    std::vector<rpc::LookupTableNeed> tables;
    for (const auto& lookup : parsed->address_table_lookups) {
        rpc::LookupTableNeed need{.table = lookup.table};
        for (const BytesView indexes : {lookup.writable_indexes, lookup.readonly_indexes}) {
            for (const std::uint8_t index : indexes) {
                need.addresses_min = std::max<std::size_t>(need.addresses_min, index + 1U);
            }
        }
        tables.push_back(need);
    }
    return tables;
}

Result<Bytes> adopt_message(BytesView message, const Hash& blockhash,
                            std::span<const solana::AddressLookupTable> tables,
                            const std::optional<solana::Instruction>& extra) {
    auto parsed = solana::parse_message(message);
    if (!parsed) {
        return fail("Jupiter's message", parsed.error());
    }
    if (extra) {
        auto instructions = decompile(*parsed, tables);
        if (!instructions) {
            return fail("Jupiter's message", instructions.error());
        }
        instructions->push_back(*extra);
        // One that does not fit with the extra instruction goes without it.
        if (auto compiled = compile_again(*parsed, *instructions, blockhash, tables)) {
            return compiled;
        }
    }
    parsed->recent_blockhash = blockhash;
    return solana::serialize_message(*parsed);
}

Result<Bytes> append_instruction(BytesView message, const solana::Instruction& instruction,
                                 std::span<const solana::AddressLookupTable> tables) {
    auto parsed = solana::parse_message(message);
    if (!parsed) {
        return fail("Jupiter's message", parsed.error());
    }
    auto instructions = decompile(*parsed, tables);
    if (!instructions) {
        return fail("Jupiter's message", instructions.error());
    }
    instructions->push_back(instruction);
    return compile_again(*parsed, *instructions, parsed->recent_blockhash, tables);
}

}  // namespace sniperforge::execute
