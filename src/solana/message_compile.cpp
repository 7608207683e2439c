// SPDX-License-Identifier: MIT
// Compiling instructions into legacy and v0 messages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include "message_keys.hpp"
#include "message_wire.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/shortvec.hpp"

namespace sniperforge::solana {
namespace {

[[nodiscard]] std::optional<std::uint8_t> position_in(const AddressLookupTable& table,
                                                      const KeyEntry& entry) {
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
    LookupWriter(std::span<KeyEntry> entries, const KeySequence& sequence,
                 std::span<const AddressLookupTable> tables)
        : entries_{entries}, sequence_{sequence}, tables_{tables} {}

    // Marks what the tables supply. `precedence` has their positions, the one that wins first;
    // empty: an earlier one wins.
    void assign(std::span<const std::size_t> precedence) {
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            const std::size_t t = precedence.empty() ? i : precedence[i];
            assign_from(t, true);
            assign_from(t, false);
        }
        if (!precedence.empty()) {
            std::ranges::stable_sort(std::span{loaded_}.first(loaded_count_), {}, &Loaded::table);
        }
    }
    void number(std::size_t first_index) {
        for (const bool is_writable : {true, false}) {
            for (std::size_t i = 0; i < loaded_count_; ++i) {
                KeyEntry& entry = entries_[loaded_[i].entry];
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
        for (const std::uint8_t at : sequence_.positions()) {
            KeyEntry& entry = entries_[at];
            if (entry.is_signer || entry.is_program || entry.is_loaded ||
                entry.is_writable != is_writable) {
                continue;
            }
            if (const auto position = position_in(tables_[t], entry)) {
                entry.is_loaded = true;
                loaded_[loaded_count_++] = {t, at, *position};
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

    std::span<KeyEntry> entries_;
    const KeySequence& sequence_;
    std::span<const AddressLookupTable> tables_;
    std::array<Loaded, kMessageAccountsMax> loaded_;
    std::size_t loaded_count_ = 0;
};

void append_head(Bytes& out, const StaticKeys& keys, std::span<const KeyEntry> entries,
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
    std::size_t reference = 0;
    for (const Instruction& instruction : instructions) {
        if (instruction.data.size() > kCountMax) {
            return fail(
                fmt::format("compiling a message: instruction data of {} bytes does not "
                            "fit a transaction",
                            instruction.data.size()));
        }
        out.push_back(table.index_of_reference(reference++));
        append_shortvec(out, static_cast<std::uint16_t>(instruction.accounts.size()));
        for (std::size_t i = 0; i < instruction.accounts.size(); ++i) {
            out.push_back(table.index_of_reference(reference++));
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

[[nodiscard]] Result<void> compile_v0(Bytes& out, const Pubkey& payer,
                                      std::span<const Instruction> instructions,
                                      const Hash& blockhash,
                                      std::span<const AddressLookupTable> tables, KeyOrder order,
                                      std::span<const std::size_t> precedence = {}) {
    out.clear();
    KeyTable table{kKeyLimits};
    if (auto collected = table.collect(payer, instructions); !collected) {
        return collected;
    }
    const auto entries = table.entries();
    const KeySequence sequence{order, entries};
    LookupWriter lookups{entries, sequence, tables};
    lookups.assign(precedence);
    const auto keys = order_static_keys(entries, sequence, kKeyLimits);
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

// Tables as dictionary order writes them. Which one wins is still decided by the order in which
// they were given.
struct SortedTables {
    std::vector<AddressLookupTable> tables;
    std::vector<std::size_t> precedence;  // Where the first one given is now, then the second, ...
};

[[nodiscard]] SortedTables in_dictionary_order(std::span<const AddressLookupTable> given) {
    std::vector<std::size_t> sorted(given.size());
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    std::ranges::stable_sort(sorted, [&](std::size_t a, std::size_t b) {
        return is_before_in_dictionary(given[a].key.to_string(), given[b].key.to_string());
    });
    SortedTables out;
    out.precedence.resize(given.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        out.tables.push_back(given[sorted[i]]);
        out.precedence[sorted[i]] = i;
    }
    return out;
}

}  // namespace

Result<void> compile_message_into(Bytes& out, const Pubkey& payer,
                                  std::span<const Instruction> instructions, const Hash& blockhash,
                                  std::span<const AddressLookupTable> tables) {
    return compile_v0(out, payer, instructions, blockhash, tables, KeyOrder::FirstSeen);
}

Result<Bytes> compile_message(const Pubkey& payer, std::span<const Instruction> instructions,
                              const Hash& blockhash, std::span<const AddressLookupTable> tables,
                              KeyOrder order) {
    Bytes out;
    out.reserve(kTransactionBytesMax);
    Result<void> compiled;
    if (order == KeyOrder::FirstSeen) {
        compiled = compile_v0(out, payer, instructions, blockhash, tables, order);
    } else {
        const SortedTables sorted = in_dictionary_order(tables);
        compiled = compile_v0(out, payer, instructions, blockhash, sorted.tables, order,
                              sorted.precedence);
    }
    if (!compiled) {
        return Err{compiled.error()};
    }
    return out;
}

Result<Bytes> compile_legacy_message(const Pubkey& payer, std::span<const Instruction> instructions,
                                     const Hash& blockhash, KeyOrder order) {
    KeyTable table{kKeyLimits};
    if (auto collected = table.collect(payer, instructions); !collected) {
        return Err{collected.error()};
    }
    const auto entries = table.entries();
    const auto keys = order_static_keys(entries, KeySequence{order, entries}, kKeyLimits);
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
