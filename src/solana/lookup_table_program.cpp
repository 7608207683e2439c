// SPDX-License-Identifier: MIT
#include "sniperforge/solana/lookup_table_program.hpp"

#include <cstdint>
#include <utility>

#include "instruction_data.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {
namespace {

enum class LookupTableTag : std::uint32_t {
    Create = 0,
    Extend = 2,
    Deactivate = 3,
    Close = 4,
};

[[nodiscard]] Bytes tag_data(LookupTableTag tag) {
    return data_of(static_cast<std::uint32_t>(tag));
}

[[nodiscard]] LookupTableInstruction decode_lookup_table_fields(std::uint32_t tag,
                                                                ByteReader& reader) {
    namespace li = lookup_table_instruction;
    switch (LookupTableTag{tag}) {
        case LookupTableTag::Create: {
            const Slot slot{reader.read<std::uint64_t>()};
            return li::Create{slot, reader.read<std::uint8_t>()};
        }
        case LookupTableTag::Extend: {
            const auto count = reader.read<std::uint64_t>();
            li::Extend extend;
            if (!reader.ok() || count != reader.remaining() / Pubkey::kSize) {
                return li::Unknown{tag};
            }
            for (std::uint64_t i = 0; i < count; ++i) {
                extend.addresses.push_back(reader.read_key<Pubkey>());
            }
            return extend;
        }
        case LookupTableTag::Deactivate:
            return li::Deactivate{};
        case LookupTableTag::Close:
            return li::Close{};
        default:
            return li::Unknown{tag};
    }
}

}  // namespace

ProgramAddress find_lookup_table_address(const Pubkey& authority, Slot recent_slot) {
    const Bytes slot = data_of(recent_slot.value);
    return find_program_address({authority.bytes, slot}, kAddressLookupTableProgram);
}

Instruction lookup_table_create(const LookupTableCreate& options) {
    const ProgramAddress table = find_lookup_table_address(options.authority, options.recent_slot);
    Bytes data = data_of(static_cast<std::uint32_t>(LookupTableTag::Create),
                         options.recent_slot.value, table.bump);
    return {kAddressLookupTableProgram,
            {writable(table.address), readonly(options.authority), writable_signer(options.payer),
             readonly(kSystemProgram)},
            std::move(data)};
}

Instruction lookup_table_extend(const LookupTableExtend& options,
                                std::span<const Pubkey> addresses) {
    Bytes data = data_of(static_cast<std::uint32_t>(LookupTableTag::Extend),
                         static_cast<std::uint64_t>(addresses.size()));
    for (const Pubkey& address : addresses) {
        append(data, address.bytes);
    }
    return {kAddressLookupTableProgram,
            {writable(options.table), signer(options.authority), writable_signer(options.payer),
             readonly(kSystemProgram)},
            std::move(data)};
}

Instruction lookup_table_deactivate(const LookupTableDeactivate& options) {
    return {kAddressLookupTableProgram,
            {writable(options.table), signer(options.authority)},
            tag_data(LookupTableTag::Deactivate)};
}

Instruction lookup_table_close(const LookupTableClose& options) {
    return {kAddressLookupTableProgram,
            {writable(options.table), signer(options.authority), writable(options.recipient)},
            tag_data(LookupTableTag::Close)};
}

LookupTableInstruction decode_lookup_table_instruction(BytesView data) {
    ByteReader reader{data};
    const auto tag = reader.read<std::uint32_t>();
    if (!reader.ok()) {
        return lookup_table_instruction::Unknown{};
    }
    LookupTableInstruction decoded = decode_lookup_table_fields(tag, reader);
    if (!is_used_up(reader)) {
        return lookup_table_instruction::Unknown{tag};
    }
    return decoded;
}

}  // namespace sniperforge::solana
