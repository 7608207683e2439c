// SPDX-License-Identifier: MIT
// Compiling instructions into messages, in the key order of @solana/web3.js.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/shortvec.hpp"

namespace sniperforge::solana {
namespace {

// An account index is one byte on the wire, so a transaction cannot carry more of them.
constexpr std::size_t kMetasMax = kTransactionBytesMax;
constexpr std::uint8_t kVersion0 = 0x80;

// Eight bytes of a key: enough to tell nearly all keys apart with one comparison. (Not the first
// eight: program ids and vanity keys share those.)
[[nodiscard]] std::uint64_t tag_of(const Pubkey& key) {
    std::uint64_t tag = 0;
    std::memcpy(&tag, key.bytes.data() + 8, sizeof tag);
    return tag;
}

struct Entry {
    const Pubkey* key = nullptr;
    std::uint64_t tag = 0;
    bool is_signer = false;
    bool is_writable = false;
    bool is_program = false;
    bool is_loaded = false;  // Supplied by a lookup table.
    std::uint8_t index = 0;  // In the combined index space, once that is known.
};

// The distinct keys in the order they are first seen, and which of them each meta names. On the
// stack (about 8 KB), so that compiling needs no heap.
class KeyTable {
 public:
    [[nodiscard]] Result<void> collect(const Pubkey& payer,
                                       std::span<const Instruction> instructions) {
        Entry& first = entries_[size_++];
        first = {.key = &payer, .tag = tag_of(payer), .is_signer = true, .is_writable = true};
        for (const Instruction& instruction : instructions) {
            const auto program = insert(instruction.program_id);
            if (!program) {
                return too_many_keys();
            }
            entries_[*program].is_program = true;
            if (!note(*program)) {
                return too_many_metas();
            }
            for (const AccountMeta& meta : instruction.accounts) {
                const auto at = insert(meta.pubkey);
                if (!at) {
                    return too_many_keys();
                }
                entries_[*at].is_signer |= meta.is_signer;
                entries_[*at].is_writable |= meta.is_writable;
                if (!note(*at)) {
                    return too_many_metas();
                }
            }
        }
        if (entries_[0].is_program) {
            return fail(fmt::format("compiling a message: the fee payer {} is also a program",
                                    payer.to_string()));
        }
        return {};
    }

    [[nodiscard]] std::span<Entry> entries() { return std::span{entries_}.first(size_); }
    // The index of the n-th meta: for each instruction its program, then its accounts.
    [[nodiscard]] std::uint8_t index_of_meta(std::size_t n) const {
        return entries_[metas_[n]].index;
    }

 private:
    [[nodiscard]] std::optional<std::uint8_t> insert(const Pubkey& key) {
        const std::uint64_t tag = tag_of(key);
        for (std::size_t i = 0; i < size_; ++i) {
            if (entries_[i].tag == tag && *entries_[i].key == key) {
                return static_cast<std::uint8_t>(i);
            }
        }
        if (size_ == entries_.size()) {
            return std::nullopt;
        }
        entries_[size_] = {.key = &key, .tag = tag};
        return static_cast<std::uint8_t>(size_++);
    }
    [[nodiscard]] bool note(std::uint8_t entry) {
        if (meta_count_ == metas_.size()) {
            return false;
        }
        metas_[meta_count_++] = entry;
        return true;
    }
    [[nodiscard]] static std::unexpected<Error> too_many_keys() {
        return fail(fmt::format("compiling a message: more than {} different accounts",
                                kMessageAccountsMax));
    }
    [[nodiscard]] static std::unexpected<Error> too_many_metas() {
        return fail(
            fmt::format("compiling a message: more than {} account references do not fit "
                        "a transaction",
                        kMetasMax));
    }

    std::array<Entry, kMessageAccountsMax> entries_;
    std::array<std::uint8_t, kMetasMax> metas_;
    std::size_t size_ = 0;
    std::size_t meta_count_ = 0;
};

[[nodiscard]] std::optional<std::uint8_t> position_in(const AddressLookupTable& table,
                                                      const Entry& entry) {
    const std::size_t limit = std::min(table.addresses.size(), kLookupTableAddressesMax);
    for (std::size_t i = 0; i < limit; ++i) {
        if (tag_of(table.addresses[i]) == entry.tag && table.addresses[i] == *entry.key) {
            return static_cast<std::uint8_t>(i);
        }
    }
    return std::nullopt;
}

// Which keys come from which table. Loaded keys are numbered after the static ones: all writable
// ones of all tables, then all readonly ones.
class LookupWriter {
 public:
    LookupWriter(std::span<Entry> entries, std::span<const AddressLookupTable> tables)
        : entries_{entries}, tables_{tables} {}

    // Marks what the tables supply. Earlier tables win.
    void assign() {
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            assign_from(t, true);
            assign_from(t, false);
        }
    }
    void number(std::size_t first_index) {
        for (const bool is_writable : {true, false}) {
            for (std::size_t i = 0; i < loaded_count_; ++i) {
                Entry& entry = entries_[loaded_[i].entry];
                if (entry.is_writable == is_writable) {
                    entry.index = static_cast<std::uint8_t>(first_index++);
                }
            }
        }
    }
    void append_to(Bytes& out) const {
        std::uint16_t used = 0;
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            used = static_cast<std::uint16_t>(used + (is_used(t) ? 1 : 0));
        }
        append_shortvec(out, used);
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            if (is_used(t)) {
                append(out, tables_[t].key.bytes);
                append_positions(out, t, true);
                append_positions(out, t, false);
            }
        }
    }

 private:
    struct Loaded {
        std::size_t table = 0;
        std::uint8_t entry = 0;
        std::uint8_t position = 0;
    };

    void assign_from(std::size_t t, bool is_writable) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            Entry& entry = entries_[i];
            if (entry.is_signer || entry.is_program || entry.is_loaded ||
                entry.is_writable != is_writable) {
                continue;
            }
            if (const auto position = position_in(tables_[t], entry)) {
                entry.is_loaded = true;
                loaded_[loaded_count_++] = {t, static_cast<std::uint8_t>(i), *position};
            }
        }
    }
    [[nodiscard]] bool is_used(std::size_t t) const {
        return std::ranges::any_of(std::span{loaded_}.first(loaded_count_),
                                   [t](const Loaded& loaded) { return loaded.table == t; });
    }
    void append_positions(Bytes& out, std::size_t t, bool is_writable) const {
        const auto matches = [&](const Loaded& loaded) {
            return loaded.table == t && entries_[loaded.entry].is_writable == is_writable;
        };
        const auto all = std::span{loaded_}.first(loaded_count_);
        append_shortvec(out, static_cast<std::uint16_t>(std::ranges::count_if(all, matches)));
        for (const Loaded& loaded : all) {
            if (matches(loaded)) {
                out.push_back(loaded.position);
            }
        }
    }

    std::span<Entry> entries_;
    std::span<const AddressLookupTable> tables_;
    std::array<Loaded, kMessageAccountsMax> loaded_;
    std::size_t loaded_count_ = 0;
};

// The static keys in wire order: writable signers, readonly signers, writable others, readonly
// others; within a group as they stand in `order`.
struct StaticKeys {
    MessageHeader header;
    std::array<std::uint8_t, kMessageAccountsMax> entries;
    std::size_t count = 0;
};

[[nodiscard]] Result<StaticKeys> order_static_keys(std::span<Entry> entries,
                                                   std::span<const std::uint8_t> order) {
    // Above this the first byte of a legacy message would read as a version.
    constexpr std::size_t kSignersMax = 127;
    StaticKeys keys;
    std::array<std::size_t, 4> counts{};
    for (std::size_t group = 0; group < counts.size(); ++group) {
        const bool is_signer = group < 2;
        const bool is_writable = group % 2 == 0;
        for (const std::uint8_t at : order) {
            Entry& entry = entries[at];
            if (!entry.is_loaded && entry.is_signer == is_signer &&
                entry.is_writable == is_writable) {
                entry.index = static_cast<std::uint8_t>(keys.count);
                keys.entries[keys.count++] = at;
                ++counts[group];
            }
        }
    }
    if (counts[0] + counts[1] > kSignersMax) {
        return fail(fmt::format("compiling a message: {} signers, at most {} are possible",
                                counts[0] + counts[1], kSignersMax));
    }
    keys.header = {static_cast<std::uint8_t>(counts[0] + counts[1]),
                   static_cast<std::uint8_t>(counts[1]), static_cast<std::uint8_t>(counts[3])};
    return keys;
}

void append_head(Bytes& out, const StaticKeys& keys, std::span<const Entry> entries,
                 const Hash& blockhash) {
    out.push_back(keys.header.num_required_signatures);
    out.push_back(keys.header.num_readonly_signed);
    out.push_back(keys.header.num_readonly_unsigned);
    append_shortvec(out, static_cast<std::uint16_t>(keys.count));
    for (std::size_t i = 0; i < keys.count; ++i) {
        append(out, entries[keys.entries[i]].key->bytes);
    }
    append(out, blockhash.bytes);
}

[[nodiscard]] Result<void> append_instructions(Bytes& out, const KeyTable& table,
                                               std::span<const Instruction> instructions) {
    constexpr std::size_t kCountMax = 0xffff;
    if (instructions.size() > kCountMax) {
        return fail(fmt::format("compiling a message: {} instructions do not fit a transaction",
                                instructions.size()));
    }
    append_shortvec(out, static_cast<std::uint16_t>(instructions.size()));
    std::size_t meta = 0;
    for (const Instruction& instruction : instructions) {
        if (instruction.data.size() > kCountMax) {
            return fail(
                fmt::format("compiling a message: instruction data of {} bytes does not "
                            "fit a transaction",
                            instruction.data.size()));
        }
        out.push_back(table.index_of_meta(meta++));
        append_shortvec(out, static_cast<std::uint16_t>(instruction.accounts.size()));
        for (std::size_t i = 0; i < instruction.accounts.size(); ++i) {
            out.push_back(table.index_of_meta(meta++));
        }
        append_shortvec(out, static_cast<std::uint16_t>(instruction.data.size()));
        append(out, instruction.data);
    }
    return {};
}

[[nodiscard]] Result<void> check_size(const Bytes& message, std::size_t signatures) {
    const std::size_t size = shortvec_size(static_cast<std::uint16_t>(signatures)) +
                             signatures * Signature::kSize + message.size();
    if (size > kTransactionBytesMax) {
        return fail(
            fmt::format("compiling a message: the transaction would have {} bytes, at most "
                        "{} are possible; use lookup tables or fewer instructions",
                        size, kTransactionBytesMax));
    }
    return {};
}

// As ICU sorts two base58 texts for English: letter by letter without regard to case, digits first;
// only equal words are told apart by case, lower first.
[[nodiscard]] bool is_before_in_dictionary(const std::string& a, const std::string& b) {
    const auto folded = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (folded(a[i]) != folded(b[i])) {
            return folded(a[i]) < folded(b[i]);
        }
    }
    if (a.size() != b.size()) {
        return a.size() < b.size();
    }
    // In ASCII capitals come first, so "greater" puts the small letter first.
    return a > b;
}

}  // namespace

Result<void> compile_message_into(Bytes& out, const Pubkey& payer,
                                  std::span<const Instruction> instructions, const Hash& blockhash,
                                  std::span<const AddressLookupTable> tables) {
    out.clear();
    KeyTable table;
    if (auto collected = table.collect(payer, instructions); !collected) {
        return collected;
    }
    const auto entries = table.entries();
    LookupWriter lookups{entries, tables};
    lookups.assign();
    std::array<std::uint8_t, kMessageAccountsMax> order;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        order[i] = static_cast<std::uint8_t>(i);
    }
    const auto keys = order_static_keys(entries, std::span{order}.first(entries.size()));
    if (!keys) {
        return Err{keys.error()};
    }
    lookups.number(keys->count);
    out.push_back(kVersion0);
    append_head(out, *keys, entries, blockhash);
    if (auto appended = append_instructions(out, table, instructions); !appended) {
        return appended;
    }
    lookups.append_to(out);
    return check_size(out, keys->header.num_required_signatures);
}

Result<Bytes> compile_message(const Pubkey& payer, std::span<const Instruction> instructions,
                              const Hash& blockhash, std::span<const AddressLookupTable> tables) {
    Bytes out;
    out.reserve(kTransactionBytesMax);
    if (auto compiled = compile_message_into(out, payer, instructions, blockhash, tables);
        !compiled) {
        return Err{compiled.error()};
    }
    return out;
}

Result<Bytes> compile_legacy_message(const Pubkey& payer, std::span<const Instruction> instructions,
                                     const Hash& blockhash) {
    KeyTable table;
    if (auto collected = table.collect(payer, instructions); !collected) {
        return Err{collected.error()};
    }
    const auto entries = table.entries();
    std::vector<std::string> texts;
    std::vector<std::uint8_t> order;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        texts.push_back(entries[i].key->to_string());
        order.push_back(static_cast<std::uint8_t>(i));
    }
    // The payer, entry 0, stays first.
    std::sort(order.begin() + 1, order.end(), [&](std::uint8_t a, std::uint8_t b) {
        return is_before_in_dictionary(texts[a], texts[b]);
    });
    const auto keys = order_static_keys(entries, order);
    if (!keys) {
        return Err{keys.error()};
    }
    Bytes out;
    out.reserve(kTransactionBytesMax);
    append_head(out, *keys, entries, blockhash);
    if (auto appended = append_instructions(out, table, instructions); !appended) {
        return Err{appended.error()};
    }
    if (auto fits = check_size(out, keys->header.num_required_signatures); !fits) {
        return Err{fits.error()};
    }
    return out;
}

}  // namespace sniperforge::solana
