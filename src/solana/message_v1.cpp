// SPDX-License-Identifier: MIT
// The body of version 1 messages: read, written and compiled.
// Source: SIMD-0385; protocol wire format section 2.3.
#include <fmt/format.h>

#include <limits>

#include "message_keys.hpp"
#include "message_wire.hpp"
#include "wire_error.hpp"

namespace sniperforge::solana {
namespace {

// Each set bit stands for four bytes of config values, in this order.
constexpr std::uint32_t kPriorityFeeBits = 0b00011;  // Both or neither: one 64-bit value.
constexpr std::uint32_t kComputeUnitLimitBit = 0b00100;
constexpr std::uint32_t kLoadedAccountsDataSizeBit = 0b01000;
constexpr std::uint32_t kHeapBit = 0b10000;
constexpr std::uint32_t kKnownBits = 0b11111;

// Program index, count of accounts, length of data.
constexpr std::size_t kInstructionHeaderBytes = 1 + 1 + 2;

constexpr std::uint32_t kHeapStep = 1'024;
constexpr std::uint32_t kHeapMin = 32 * 1'024;
constexpr std::uint32_t kHeapMax = 256 * 1'024;

[[nodiscard]] bool is_heap_valid(std::uint32_t bytes) {
    return bytes % kHeapStep == 0 && bytes >= kHeapMin && bytes <= kHeapMax;
}

[[nodiscard]] std::string heap_text(std::uint32_t bytes) {
    return fmt::format("a heap of {} bytes is no multiple of {} from {} to {}", bytes, kHeapStep,
                       kHeapMin, kHeapMax);
}

[[nodiscard]] std::uint32_t mask_of(const TransactionConfig& config) {
    return (config.priority_fee ? kPriorityFeeBits : 0U) |
           (config.compute_unit_limit ? kComputeUnitLimitBit : 0U) |
           (config.loaded_accounts_data_size_limit ? kLoadedAccountsDataSizeBit : 0U) |
           (config.heap_bytes ? kHeapBit : 0U);
}

[[nodiscard]] Decoded<void> check_mask(std::uint32_t mask) {
    if ((mask & ~kKnownBits) != 0) {
        // A field of unknown length: nothing behind it can be found.
        return std::unexpected<DecodeError>{
            DecodeError{{fmt::format("message: version 1 config mask {:#x} has fields that this "
                                     "build does not know (known: {:#x})",
                                     mask, kKnownBits)},
                        DecodeErrorKind::UnsupportedVersion}};
    }
    const std::uint32_t fee_bits = mask & kPriorityFeeBits;
    if (fee_bits != 0 && fee_bits != kPriorityFeeBits) {
        return malformed(fmt::format(
            "message: version 1 config mask {:#x} has one half of the priority fee", mask));
    }
    return {};
}

[[nodiscard]] Decoded<TransactionConfig> read_config(ByteReader& reader, std::uint32_t mask) {
    TransactionConfig config;
    if ((mask & kPriorityFeeBits) != 0) {
        config.priority_fee = Lamports{reader.read<std::uint64_t>()};
    }
    if ((mask & kComputeUnitLimitBit) != 0) {
        config.compute_unit_limit = ComputeUnits{reader.read<std::uint32_t>()};
    }
    if ((mask & kLoadedAccountsDataSizeBit) != 0) {
        config.loaded_accounts_data_size_limit = reader.read<std::uint32_t>();
    }
    if ((mask & kHeapBit) != 0) {
        config.heap_bytes = reader.read<std::uint32_t>();
    }
    if (!reader.ok()) {
        return malformed("message: the config values are cut off");
    }
    if (config.heap_bytes && !is_heap_valid(*config.heap_bytes)) {
        return malformed("message: " + heap_text(*config.heap_bytes));
    }
    return config;
}

[[nodiscard]] Decoded<void> read_instructions(ByteReader& reader, std::size_t count, Message& out) {
    ByteReader headers{reader.take(count * kInstructionHeaderBytes)};
    out.instructions.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        CompiledInstruction& instruction = out.instructions[i];
        instruction.program_id_index = headers.read<std::uint8_t>();
        const auto accounts = headers.read<std::uint8_t>();
        const auto data_bytes = headers.read<std::uint16_t>();
        instruction.account_indexes = reader.take(accounts);
        instruction.data = reader.take(data_bytes);
        if (!headers.ok() || !reader.ok()) {
            return malformed(fmt::format("message: instruction {} is cut off", i));
        }
        // A program is never the fee payer.
        if (instruction.program_id_index == 0 ||
            instruction.program_id_index >= out.account_keys.size()) {
            return malformed(fmt::format("message: instruction {} has program index {} of {} keys",
                                         i, instruction.program_id_index, out.account_keys.size()));
        }
    }
    return {};
}

void append_config(Bytes& out, const TransactionConfig& config) {
    if (config.priority_fee) {
        append_le(out, config.priority_fee->raw());
    }
    if (config.compute_unit_limit) {
        append_le(out, static_cast<std::uint32_t>(config.compute_unit_limit->raw()));
    }
    if (config.loaded_accounts_data_size_limit) {
        append_le(out, *config.loaded_accounts_data_size_limit);
    }
    if (config.heap_bytes) {
        append_le(out, *config.heap_bytes);
    }
}

// Everything in front of the keys.
void append_fixed(Bytes& out, const MessageHeader& header, const TransactionConfig& config,
                  const Hash& lifetime, std::size_t instructions, std::size_t keys) {
    out.push_back(kVersion1);
    out.push_back(header.num_required_signatures);
    out.push_back(header.num_readonly_signed);
    out.push_back(header.num_readonly_unsigned);
    append_le(out, mask_of(config));
    append(out, lifetime.bytes);
    out.push_back(static_cast<std::uint8_t>(instructions));
    out.push_back(static_cast<std::uint8_t>(keys));
}

void append_instruction_header(Bytes& out, std::uint8_t program, std::size_t accounts,
                               std::size_t data_bytes) {
    out.push_back(program);
    out.push_back(static_cast<std::uint8_t>(accounts));
    append_le(out, static_cast<std::uint16_t>(data_bytes));
}

[[nodiscard]] Result<void> check_compilable(std::span<const Instruction> instructions,
                                            const TransactionConfig& config) {
    constexpr std::size_t kAccountsMax = std::numeric_limits<std::uint8_t>::max();
    constexpr std::size_t kDataMax = std::numeric_limits<std::uint16_t>::max();
    if (instructions.size() > kInstructionsMaxV1) {
        return fail(
            fmt::format("compiling a version 1 message: {} instructions, at most {} are possible",
                        instructions.size(), kInstructionsMaxV1));
    }
    for (std::size_t i = 0; i < instructions.size(); ++i) {
        if (instructions[i].accounts.size() > kAccountsMax ||
            instructions[i].data.size() > kDataMax) {
            return fail(fmt::format(
                "compiling a version 1 message: instruction {} has {} accounts and {} bytes of "
                "data, at most {} and {} are possible",
                i, instructions[i].accounts.size(), instructions[i].data.size(), kAccountsMax,
                kDataMax));
        }
    }
    if (config.compute_unit_limit &&
        config.compute_unit_limit->raw() > std::numeric_limits<std::uint32_t>::max()) {
        return fail(fmt::format(
            "compiling a version 1 message: a limit of {} compute units does not fit 32 bits",
            config.compute_unit_limit->raw()));
    }
    if (config.heap_bytes && !is_heap_valid(*config.heap_bytes)) {
        return fail("compiling a version 1 message: " + heap_text(*config.heap_bytes));
    }
    return {};
}

[[nodiscard]] Result<void> compile_v1(Bytes& out, const Pubkey& payer,
                                      std::span<const Instruction> instructions,
                                      const Hash& lifetime, const TransactionConfig& config,
                                      KeyOrder order) {
    out.clear();
    if (auto possible = check_compilable(instructions, config); !possible) {
        return possible;
    }
    KeyTable table{kKeyLimitsV1};
    if (auto collected = table.collect(payer, instructions); !collected) {
        return collected;
    }
    const auto entries = table.entries();
    const auto keys = order_static_keys(entries, KeySequence{order, entries}, kKeyLimitsV1);
    if (!keys) {
        return Err{keys.error()};
    }
    append_fixed(out, keys->header, config, lifetime, instructions.size(), keys->count);
    for (std::size_t i = 0; i < keys->count; ++i) {
        append(out, entries[keys->entries[i]].key->bytes);
    }
    append_config(out, config);
    std::size_t reference = 0;
    for (const Instruction& instruction : instructions) {
        append_instruction_header(out, table.index_of_reference(reference),
                                  instruction.accounts.size(), instruction.data.size());
        reference += 1 + instruction.accounts.size();
    }
    reference = 0;
    for (const Instruction& instruction : instructions) {
        ++reference;  // The program.
        for (std::size_t i = 0; i < instruction.accounts.size(); ++i) {
            out.push_back(table.index_of_reference(reference++));
        }
        append(out, instruction.data);
    }
    const std::size_t size = out.size() + keys->header.num_required_signatures * Signature::kSize;
    if (size > kTransactionBytesMaxV1) {
        return fail(
            fmt::format("compiling a version 1 message: the transaction would have {} bytes, at "
                        "most {} are possible; use fewer instructions",
                        size, kTransactionBytesMaxV1));
    }
    return {};
}

}  // namespace

Decoded<void> parse_message_v1(ByteReader& reader, Message& out) {
    out.version = MessageVersion::V1;
    out.address_table_lookups.clear();
    out.header.num_required_signatures = reader.read<std::uint8_t>();
    out.header.num_readonly_signed = reader.read<std::uint8_t>();
    out.header.num_readonly_unsigned = reader.read<std::uint8_t>();
    const auto mask = reader.read<std::uint32_t>();
    out.recent_blockhash = reader.read_key<Hash>();
    const std::size_t instructions = reader.read<std::uint8_t>();
    const std::size_t keys = reader.read<std::uint8_t>();
    if (!reader.ok()) {
        return malformed(fmt::format("message: version 1 needs {} bytes before its account keys",
                                     kFixedBytesV1));
    }
    if (auto known = check_mask(mask); !known) {
        return known;
    }
    if (out.header.num_required_signatures > kSignaturesMaxV1 ||
        instructions > kInstructionsMaxV1 || keys > kMessageAccountsMaxV1) {
        return malformed(fmt::format(
            "message: version 1 with {} signatures, {} instructions and {} account keys, at most "
            "{}, {} and {} are possible",
            out.header.num_required_signatures, instructions, keys, kSignaturesMaxV1,
            kInstructionsMaxV1, kMessageAccountsMaxV1));
    }
    if (keys * Pubkey::kSize > reader.remaining()) {
        return malformed(
            fmt::format("message: {} account keys in {} bytes", keys, reader.remaining()));
    }
    if (auto read = read_keys(reader, keys, out); !read) {
        return read;
    }
    const auto config = read_config(reader, mask);
    if (!config) {
        return Err{config.error()};
    }
    out.config = *config;
    if (auto read = read_instructions(reader, instructions, out); !read) {
        return read;
    }
    if (!reader.ok() || reader.remaining() != 0) {
        return malformed(
            fmt::format("message: {} bytes are left over after its end", reader.remaining()));
    }
    return check_indexes(out);
}

Bytes serialize_message_v1(const Message& message) {
    Bytes out;
    out.reserve(kTransactionBytesMaxV1);
    append_fixed(out, message.header, message.config, message.recent_blockhash,
                 message.instructions.size(), message.account_keys.size());
    for (const Pubkey& key : message.account_keys) {
        append(out, key.bytes);
    }
    append_config(out, message.config);
    for (const CompiledInstruction& instruction : message.instructions) {
        append_instruction_header(out, instruction.program_id_index,
                                  instruction.account_indexes.size(), instruction.data.size());
    }
    for (const CompiledInstruction& instruction : message.instructions) {
        append(out, instruction.account_indexes);
        append(out, instruction.data);
    }
    return out;
}

Result<void> compile_message_v1_into(Bytes& out, const Pubkey& payer,
                                     std::span<const Instruction> instructions,
                                     const Hash& lifetime, const TransactionConfig& config) {
    return compile_v1(out, payer, instructions, lifetime, config, KeyOrder::FirstSeen);
}

Result<Bytes> compile_message_v1(const Pubkey& payer, std::span<const Instruction> instructions,
                                 const Hash& lifetime, const TransactionConfig& config,
                                 KeyOrder order) {
    Bytes out;
    out.reserve(kTransactionBytesMaxV1);
    if (auto compiled = compile_v1(out, payer, instructions, lifetime, config, order); !compiled) {
        return Err{compiled.error()};
    }
    return out;
}

}  // namespace sniperforge::solana
