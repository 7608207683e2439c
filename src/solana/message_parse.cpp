// SPDX-License-Identifier: MIT
// Reading and writing messages; the rules are the ones a validator applies before executing.
// The body of version 1 is in message_v1.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "message_wire.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/shortvec.hpp"
#include "wire_error.hpp"

namespace sniperforge::solana {
namespace {

// A shortvec count followed by that many bytes.
[[nodiscard]] BytesView take_counted(ByteReader& reader) {
    const auto count = read_shortvec(reader);
    // A count that does not parse leaves the reader short of the end check below.
    return count ? reader.take(*count) : reader.take(reader.remaining() + 1);
}

[[nodiscard]] Decoded<void> parse_keys(ByteReader& reader, Message& out) {
    const auto count = read_shortvec(reader);
    if (!count) {
        return malformed("message: the count of account keys is cut off or not minimal");
    }
    if (*count > kMessageAccountsMax || *count * Pubkey::kSize > reader.remaining()) {
        return malformed(
            fmt::format("message: {} account keys in {} bytes, at most {} keys are "
                        "possible",
                        *count, reader.remaining(), kMessageAccountsMax));
    }
    return read_keys(reader, *count, out);
}

[[nodiscard]] Decoded<void> parse_instructions(ByteReader& reader, Message& out) {
    // Program index, no accounts, no data.
    constexpr std::size_t kInstructionBytesMin = 3;
    const auto count = read_shortvec(reader);
    if (!count || *count * kInstructionBytesMin > reader.remaining()) {
        return malformed("message: the count of instructions is cut off, not minimal or too large");
    }
    out.instructions.resize(*count);
    for (std::size_t i = 0; i < out.instructions.size(); ++i) {
        CompiledInstruction& instruction = out.instructions[i];
        instruction.program_id_index = reader.read<std::uint8_t>();
        instruction.account_indexes = take_counted(reader);
        instruction.data = take_counted(reader);
        if (!reader.ok()) {
            return malformed(fmt::format("message: instruction {} is cut off", i));
        }
        // A program is a static key and never the fee payer.
        if (instruction.program_id_index == 0 ||
            instruction.program_id_index >= out.account_keys.size()) {
            return malformed(
                fmt::format("message: instruction {} has program index {} of {} "
                            "static keys",
                            i, instruction.program_id_index, out.account_keys.size()));
        }
    }
    return {};
}

[[nodiscard]] Decoded<void> parse_lookups(ByteReader& reader, Message& out) {
    constexpr std::size_t kLookupBytesMin = Pubkey::kSize + 2;
    const auto count = read_shortvec(reader);
    if (!count || *count * kLookupBytesMin > reader.remaining()) {
        return malformed(
            "message: the count of table lookups is cut off, not minimal or too "
            "large");
    }
    out.address_table_lookups.resize(*count);
    for (std::size_t i = 0; i < out.address_table_lookups.size(); ++i) {
        AddressTableLookup& lookup = out.address_table_lookups[i];
        lookup.table = reader.read_key<Pubkey>();
        lookup.writable_indexes = take_counted(reader);
        lookup.readonly_indexes = take_counted(reader);
        if (!reader.ok()) {
            return malformed(fmt::format("message: table lookup {} is cut off", i));
        }
        if (lookup.writable_indexes.empty() && lookup.readonly_indexes.empty()) {
            return malformed(fmt::format("message: table lookup {} loads nothing", i));
        }
    }
    return {};
}

}  // namespace

Decoded<void> read_keys(ByteReader& reader, std::size_t count, Message& out) {
    out.account_keys.resize(count);
    for (Pubkey& key : out.account_keys) {
        key = reader.read_key<Pubkey>();
    }
    for (std::size_t i = 1; i < out.account_keys.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (out.account_keys[i] == out.account_keys[k]) {
                return malformed(fmt::format("message: account keys {} and {} are both {}", k, i,
                                             out.account_keys[i].to_string()));
            }
        }
    }
    const MessageHeader& header = out.header;
    const bool is_consistent =
        header.num_required_signatures > 0 &&
        header.num_readonly_signed < header.num_required_signatures &&  // The payer is writable.
        std::size_t{header.num_required_signatures} + header.num_readonly_unsigned <= count;
    if (!is_consistent) {
        return malformed(fmt::format("message: header {}/{}/{} does not fit {} account keys",
                                     header.num_required_signatures, header.num_readonly_signed,
                                     header.num_readonly_unsigned, count));
    }
    return {};
}

Decoded<void> check_indexes(const Message& message) {
    const std::size_t accounts = message.account_count();
    if (accounts > kMessageAccountsMax) {
        return malformed(fmt::format("message: {} accounts, at most {} are possible", accounts,
                                     kMessageAccountsMax));
    }
    for (std::size_t i = 0; i < message.instructions.size(); ++i) {
        for (const std::uint8_t index : message.instructions[i].account_indexes) {
            if (index >= accounts) {
                return malformed(fmt::format("message: instruction {} uses account {} of {}", i,
                                             index, accounts));
            }
        }
    }
    return {};
}

Decoded<void> parse_message_into(BytesView bytes, Message& out) {
    ByteReader reader{bytes};
    const auto first = reader.read<std::uint8_t>();
    out.version = MessageVersion::Legacy;
    out.header.num_required_signatures = first;
    if ((first & kVersionBit) != 0) {
        if (first == kVersion1) {
            return parse_message_v1(reader, out);
        }
        if (first != kVersion0) {
            return unsupported_version(first & 0x7fU);
        }
        out.version = MessageVersion::V0;
        out.header.num_required_signatures = reader.read<std::uint8_t>();
    }
    out.config = {};
    out.header.num_readonly_signed = reader.read<std::uint8_t>();
    out.header.num_readonly_unsigned = reader.read<std::uint8_t>();
    if (auto keys = parse_keys(reader, out); !keys) {
        return keys;
    }
    out.recent_blockhash = reader.read_key<Hash>();
    if (auto instructions = parse_instructions(reader, out); !instructions) {
        return instructions;
    }
    out.address_table_lookups.clear();
    if (out.version == MessageVersion::V0) {
        if (auto lookups = parse_lookups(reader, out); !lookups) {
            return lookups;
        }
    }
    if (!reader.ok() || reader.remaining() != 0) {
        return malformed(
            fmt::format("message: {} bytes are left over after its end", reader.remaining()));
    }
    return check_indexes(out);
}

Decoded<Message> parse_message(BytesView bytes) {
    Message message;
    if (auto parsed = parse_message_into(bytes, message); !parsed) {
        return Err{parsed.error()};
    }
    return message;
}

bool Message::is_writable(std::size_t index) const {
    if (is_signer(index)) {
        return index + header.num_readonly_signed < header.num_required_signatures;
    }
    return index + header.num_readonly_unsigned < account_keys.size();
}

std::size_t Message::loaded_writable_count() const {
    std::size_t count = 0;
    for (const auto& lookup : address_table_lookups) {
        count += lookup.writable_indexes.size();
    }
    return count;
}

std::size_t Message::loaded_readonly_count() const {
    std::size_t count = 0;
    for (const auto& lookup : address_table_lookups) {
        count += lookup.readonly_indexes.size();
    }
    return count;
}

Bytes serialize_message(const Message& message) {
    if (message.version == MessageVersion::V1) {
        return serialize_message_v1(message);
    }
    const auto append_counted = [](Bytes& out, BytesView bytes) {
        append_shortvec(out, static_cast<std::uint16_t>(bytes.size()));
        append(out, bytes);
    };
    Bytes out;
    out.reserve(kTransactionBytesMax);
    if (message.version == MessageVersion::V0) {
        out.push_back(kVersion0);
    }
    out.push_back(message.header.num_required_signatures);
    out.push_back(message.header.num_readonly_signed);
    out.push_back(message.header.num_readonly_unsigned);
    append_shortvec(out, static_cast<std::uint16_t>(message.account_keys.size()));
    for (const Pubkey& key : message.account_keys) {
        append(out, key.bytes);
    }
    append(out, message.recent_blockhash.bytes);
    append_shortvec(out, static_cast<std::uint16_t>(message.instructions.size()));
    for (const auto& instruction : message.instructions) {
        out.push_back(instruction.program_id_index);
        append_counted(out, instruction.account_indexes);
        append_counted(out, instruction.data);
    }
    if (message.version == MessageVersion::V0) {
        append_shortvec(out, static_cast<std::uint16_t>(message.address_table_lookups.size()));
        for (const auto& lookup : message.address_table_lookups) {
            append(out, lookup.table.bytes);
            append_counted(out, lookup.writable_indexes);
            append_counted(out, lookup.readonly_indexes);
        }
    }
    return out;
}

Result<std::vector<AccountMeta>> resolve_accounts(const Message& message,
                                                  const LoadedAddresses& loaded) {
    if (loaded.writable.size() != message.loaded_writable_count() ||
        loaded.readonly.size() != message.loaded_readonly_count()) {
        return fail(
            fmt::format("resolving accounts: {} writable and {} readonly addresses were "
                        "loaded, the message looks up {} and {}",
                        loaded.writable.size(), loaded.readonly.size(),
                        message.loaded_writable_count(), message.loaded_readonly_count()));
    }
    std::vector<AccountMeta> accounts;
    accounts.reserve(message.account_count());
    for (std::size_t i = 0; i < message.account_keys.size(); ++i) {
        accounts.push_back({message.account_keys[i], message.is_signer(i), message.is_writable(i)});
    }
    for (const Pubkey& key : loaded.writable) {
        accounts.push_back(writable(key));
    }
    for (const Pubkey& key : loaded.readonly) {
        accounts.push_back(readonly(key));
    }
    return accounts;
}

Result<LoadedAddresses> load_addresses(const Message& message,
                                       std::span<const AddressLookupTable> tables) {
    LoadedAddresses loaded;
    for (const auto& lookup : message.address_table_lookups) {
        const auto table = std::ranges::find(tables, lookup.table, &AddressLookupTable::key);
        if (table == tables.end()) {
            return fail(fmt::format("resolving accounts: lookup table {} is not known",
                                    lookup.table.to_string()));
        }
        const auto load = [&](BytesView indexes, std::vector<Pubkey>& out) {
            for (const std::uint8_t index : indexes) {
                if (index >= table->addresses.size()) {
                    return false;
                }
                out.push_back(table->addresses[index]);
            }
            return true;
        };
        if (!load(lookup.writable_indexes, loaded.writable) ||
            !load(lookup.readonly_indexes, loaded.readonly)) {
            return fail(
                fmt::format("resolving accounts: an index is beyond the {} addresses of "
                            "lookup table {}",
                            table->addresses.size(), lookup.table.to_string()));
        }
    }
    return loaded;
}

}  // namespace sniperforge::solana
