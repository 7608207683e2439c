// SPDX-License-Identifier: MIT
// The keys of a message while it is compiled: which ones there are, in what order they go on the
// wire, and which index each reference gets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::solana {

// Eight bytes of a key: enough to tell nearly all keys apart with one comparison. (Not the first
// eight: program ids and vanity keys share those.)
[[nodiscard]] inline std::uint64_t tag_of(const Pubkey& key) {
    std::uint64_t tag = 0;
    std::memcpy(&tag, key.bytes.data() + 8, sizeof tag);
    return tag;
}

struct KeyEntry {
    const Pubkey* key = nullptr;
    std::uint64_t tag = 0;
    bool is_signer = false;
    bool is_writable = false;
    bool is_program = false;
    bool is_loaded = false;  // Supplied by a lookup table.
    std::uint8_t index = 0;  // In the combined index space, once that is known.
};

// What a version allows.
struct KeyLimits {
    std::size_t accounts_max = 0;
    std::size_t signers_max = 0;
    // An account index is one byte on the wire, so a transaction cannot carry more of them.
    std::size_t references_max = 0;
};
// Above 127 signers the first byte of a legacy message would read as a version.
inline constexpr KeyLimits kKeyLimits{kMessageAccountsMax, 127, kTransactionBytesMax};
inline constexpr KeyLimits kKeyLimitsV1{kMessageAccountsMaxV1, kSignaturesMaxV1,
                                        kTransactionBytesMaxV1};

// The distinct keys in the order they are first seen, and which of them each reference names. On
// the stack (about 12 KB), so that compiling needs no heap.
class KeyTable {
 public:
    explicit KeyTable(const KeyLimits& limits) : limits_{limits} {}

    [[nodiscard]] Result<void> collect(const Pubkey& payer,
                                       std::span<const Instruction> instructions);
    [[nodiscard]] std::span<KeyEntry> entries() { return std::span{entries_}.first(size_); }
    // The index of the n-th reference: for each instruction its program, then its accounts.
    [[nodiscard]] std::uint8_t index_of_reference(std::size_t n) const {
        return entries_[references_[n]].index;
    }

 private:
    [[nodiscard]] std::optional<std::uint8_t> insert(const Pubkey& key);
    [[nodiscard]] bool note(std::uint8_t entry);
    [[nodiscard]] std::unexpected<Error> too_many_keys() const;
    [[nodiscard]] std::unexpected<Error> too_many_references() const;

    KeyLimits limits_;
    std::array<KeyEntry, kMessageAccountsMax> entries_;
    std::array<std::uint8_t, kTransactionBytesMaxV1> references_;
    std::size_t size_ = 0;
    std::size_t reference_count_ = 0;
};

// Positions in KeyTable::entries(), in the order in which a group's keys are written.
class KeySequence {
 public:
    KeySequence(KeyOrder order, std::span<const KeyEntry> entries);
    [[nodiscard]] std::span<const std::uint8_t> positions() const {
        return std::span{positions_}.first(count_);
    }

 private:
    std::array<std::uint8_t, kMessageAccountsMax> positions_;
    std::size_t count_ = 0;
};

// Whether base58 text `a` comes before `b` where keys are in dictionary order.
[[nodiscard]] bool is_before_in_dictionary(const std::string& a, const std::string& b);

// The static keys in wire order: writable signers, readonly signers, writable others, readonly
// others; within a group as the sequence has them.
struct StaticKeys {
    MessageHeader header;
    std::array<std::uint8_t, kMessageAccountsMax> entries;
    std::size_t count = 0;
};
// Numbers the entries that are not loaded.
[[nodiscard]] Result<StaticKeys> order_static_keys(std::span<KeyEntry> entries,
                                                   const KeySequence& sequence,
                                                   const KeyLimits& limits);

}  // namespace sniperforge::solana
