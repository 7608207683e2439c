// SPDX-License-Identifier: MIT
// The part of a transaction that is signed: legacy, v0 and v1 messages.
// Source: protocol wire format sections 2.1 to 2.3.
//
// Lifetime: a parsed Message borrows the bytes it was parsed from (instruction data and indexes
// are views). Keep those bytes alive and unmoved while the Message is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::solana {

// UnsupportedVersion means "cannot decode", which is not the sender's fault: skip the transaction
// and carry on. (A version 1 config with a field that is newer than this build is one, too.)
// Malformed means that the bytes are no transaction of a version we know.
enum class DecodeErrorKind : std::uint8_t { Malformed, UnsupportedVersion };

struct DecodeError : Error {
    DecodeErrorKind kind = DecodeErrorKind::Malformed;

    [[nodiscard]] bool is_unsupported_version() const {
        return kind == DecodeErrorKind::UnsupportedVersion;
    }
};

template <typename T>
using Decoded = Result<T, DecodeError>;

enum class MessageVersion : std::uint8_t { Legacy, V0, V1 };

// Legacy and v0 transactions must fit one IPv6 packet: 1280 bytes MTU - 40 IP - 8 UDP.
inline constexpr std::size_t kTransactionBytesMax = 1232;
// Addresses that instructions can index with one byte.
inline constexpr std::size_t kMessageAccountsMax = 256;
// Version 1 only. Source: SIMD-0385, "Transaction Constraints".
inline constexpr std::size_t kTransactionBytesMaxV1 = 4096;
inline constexpr std::size_t kMessageAccountsMaxV1 = 64;
inline constexpr std::size_t kInstructionsMaxV1 = 64;
inline constexpr std::size_t kSignaturesMaxV1 = 12;

[[nodiscard]] constexpr std::size_t transaction_bytes_max(MessageVersion version) {
    return version == MessageVersion::V1 ? kTransactionBytesMaxV1 : kTransactionBytesMax;
}

struct MessageHeader {
    std::uint8_t num_required_signatures = 0;
    std::uint8_t num_readonly_signed = 0;
    std::uint8_t num_readonly_unsigned = 0;

    [[nodiscard]] bool operator==(const MessageHeader&) const = default;
};

struct CompiledInstruction {
    std::uint8_t program_id_index = 0;
    BytesView account_indexes;  // Into the combined index space: static, writable, readonly.
    BytesView data;
};

struct AddressTableLookup {
    Pubkey table;
    BytesView writable_indexes;
    BytesView readonly_indexes;
};

// What a message's lookups load, in the order of RPC's meta.loadedAddresses.
struct LoadedAddresses {
    std::vector<Pubkey> writable;
    std::vector<Pubkey> readonly;

    [[nodiscard]] bool operator==(const LoadedAddresses&) const = default;
};

// What a version 1 message asks for in its head, instead of by compute budget instructions (which
// the runtime ignores there). An unset value is the least there is and not the older versions'
// default: no priority fee, no compute units, no account data (such a transaction lands, pays its
// fee and does nothing), a heap of 32 KiB.
struct TransactionConfig {
    std::optional<Lamports> priority_fee = {};            // In total, not for each compute unit.
    std::optional<ComputeUnits> compute_unit_limit = {};  // 32 bits; clamped to 1,400,000.
    std::optional<std::uint32_t> loaded_accounts_data_size_limit = {};  // Bytes; clamped to 64 MiB.
    std::optional<std::uint32_t> heap_bytes = {};  // A multiple of 1 KiB from 32 to 256 KiB.

    [[nodiscard]] bool operator==(const TransactionConfig&) const = default;
};

struct Message {
    MessageVersion version = MessageVersion::Legacy;
    MessageHeader header;
    TransactionConfig config;          // Version 1 only.
    std::vector<Pubkey> account_keys;  // Static keys; the first one pays the fee.
    Hash recent_blockhash;             // Or the value of a durable nonce.
    std::vector<CompiledInstruction> instructions;
    std::vector<AddressTableLookup> address_table_lookups;

    [[nodiscard]] const Pubkey& payer() const { return account_keys.front(); }
    // Static keys only. What the header says; the runtime also treats programs as readonly.
    [[nodiscard]] bool is_signer(std::size_t index) const {
        return index < header.num_required_signatures;
    }
    [[nodiscard]] bool is_writable(std::size_t index) const;

    // Sizes of the combined index space: static, then loaded writable, then loaded readonly.
    [[nodiscard]] std::size_t loaded_writable_count() const;
    [[nodiscard]] std::size_t loaded_readonly_count() const;
    [[nodiscard]] std::size_t account_count() const {
        return account_keys.size() + loaded_writable_count() + loaded_readonly_count();
    }
    [[nodiscard]] const Pubkey& program_id(const CompiledInstruction& instruction) const {
        return account_keys[instruction.program_id_index];
    }
};

// Parses one message; all of `bytes` must be it. Checks header, duplicate static keys, every index
// and that programs are static keys other than the payer; for version 1 its limits and config too.
// A message that parses is safe to index.
[[nodiscard]] Decoded<Message> parse_message(BytesView bytes);
Decoded<Message> parse_message(Bytes&& temporary) = delete;  // The views would dangle.
// The same into a Message whose vectors are reused: no heap once they have grown. On an error
// `out` is unspecified.
[[nodiscard]] Decoded<void> parse_message_into(BytesView bytes, Message& out);

// The exact inverse of parse_message.
[[nodiscard]] Bytes serialize_message(const Message& message);

// Every account of the combined index space with its flags. `loaded` must have exactly the counts
// that the message's lookups name.
[[nodiscard]] Result<std::vector<AccountMeta>> resolve_accounts(const Message& message,
                                                                const LoadedAddresses& loaded);
// The addresses that the message's lookups name in `tables` (found by key, any order).
[[nodiscard]] Result<LoadedAddresses> load_addresses(const Message& message,
                                                     std::span<const AddressLookupTable> tables);

// The order of the keys within each of the four groups (writable signers, readonly signers,
// writable others, readonly others). The chain takes any. FirstSeen needs no heap; Dictionary, by
// base58 text, is for meeting other tools' bytes and not for the hot path.
enum class KeyOrder : std::uint8_t {
    FirstSeen,   // @solana/web3.js for v0, and for legacy through its TransactionMessage.
    Dictionary,  // @solana/web3.js for legacy through its Transaction, @solana/kit for everything.
};

// Compiles a v0 message: payer first, then whatever `tables` can supply is moved out of the static
// keys (signers and programs stay); an earlier table wins, in whatever order they are written.
// Fails on more than 256 accounts and when message and signatures do not fit kTransactionBytesMax.
[[nodiscard]] Result<Bytes> compile_message(const Pubkey& payer,
                                            std::span<const Instruction> instructions,
                                            const Hash& blockhash,
                                            std::span<const AddressLookupTable> tables = {},
                                            KeyOrder order = KeyOrder::FirstSeen);
// The same, keys in the order they are first seen, into a buffer that is reused (cleared first): no
// heap once it has grown.
[[nodiscard]] Result<void> compile_message_into(Bytes& out, const Pubkey& payer,
                                                std::span<const Instruction> instructions,
                                                const Hash& blockhash,
                                                std::span<const AddressLookupTable> tables = {});
// Compiles a legacy message. Not for the hot path.
[[nodiscard]] Result<Bytes> compile_legacy_message(const Pubkey& payer,
                                                   std::span<const Instruction> instructions,
                                                   const Hash& blockhash,
                                                   KeyOrder order = KeyOrder::Dictionary);
// Compiles a v1 message. `lifetime` is a recent blockhash or the value of a durable nonce. Fails
// above the limits of version 1 and on a config that no node takes.
[[nodiscard]] Result<Bytes> compile_message_v1(const Pubkey& payer,
                                               std::span<const Instruction> instructions,
                                               const Hash& lifetime,
                                               const TransactionConfig& config,
                                               KeyOrder order = KeyOrder::Dictionary);
// The same, keys in the order they are first seen, into a buffer that is reused (cleared first): no
// heap once it has grown.
[[nodiscard]] Result<void> compile_message_v1_into(Bytes& out, const Pubkey& payer,
                                                   std::span<const Instruction> instructions,
                                                   const Hash& lifetime,
                                                   const TransactionConfig& config);

}  // namespace sniperforge::solana
