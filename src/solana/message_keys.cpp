// SPDX-License-Identifier: MIT
#include "message_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sniperforge::solana {

Result<void> KeyTable::collect(const Pubkey& payer, std::span<const Instruction> instructions) {
    entries_[size_++] = {
        .key = &payer, .tag = tag_of(payer), .is_signer = true, .is_writable = true};
    for (const Instruction& instruction : instructions) {
        const auto program = insert(instruction.program_id);
        if (!program) {
            return too_many_keys();
        }
        entries_[*program].is_program = true;
        if (!note(*program)) {
            return too_many_references();
        }
        for (const AccountMeta& meta : instruction.accounts) {
            const auto at = insert(meta.pubkey);
            if (!at) {
                return too_many_keys();
            }
            entries_[*at].is_signer |= meta.is_signer;
            entries_[*at].is_writable |= meta.is_writable;
            if (!note(*at)) {
                return too_many_references();
            }
        }
    }
    if (entries_[0].is_program) {
        return fail(fmt::format("compiling a message: the fee payer {} is also a program",
                                payer.to_string()));
    }
    return {};
}

std::optional<std::uint8_t> KeyTable::insert(const Pubkey& key) {
    const std::uint64_t tag = tag_of(key);
    for (std::size_t i = 0; i < size_; ++i) {
        if (entries_[i].tag == tag && *entries_[i].key == key) {
            return static_cast<std::uint8_t>(i);
        }
    }
    if (size_ == limits_.accounts_max) {
        return std::nullopt;
    }
    entries_[size_] = {.key = &key, .tag = tag};
    return static_cast<std::uint8_t>(size_++);
}

bool KeyTable::note(std::uint8_t entry) {
    if (reference_count_ == limits_.references_max) {
        return false;
    }
    references_[reference_count_++] = entry;
    return true;
}

std::unexpected<Error> KeyTable::too_many_keys() const {
    return fail(
        fmt::format("compiling a message: more than {} different accounts", limits_.accounts_max));
}

std::unexpected<Error> KeyTable::too_many_references() const {
    return fail(
        fmt::format("compiling a message: more than {} account references do not fit "
                    "a transaction",
                    limits_.references_max));
}

KeySequence::KeySequence(KeyOrder order, std::span<const KeyEntry> entries)
    : count_{entries.size()} {
    for (std::size_t i = 0; i < count_; ++i) {
        positions_[i] = static_cast<std::uint8_t>(i);
    }
    if (order == KeyOrder::FirstSeen) {
        return;
    }
    std::vector<std::string> texts;
    for (const KeyEntry& entry : entries) {
        texts.push_back(entry.key->to_string());
    }
    // The payer, entry 0, stays first.
    std::sort(positions_.begin() + 1, positions_.begin() + static_cast<std::ptrdiff_t>(count_),
              [&](std::uint8_t a, std::uint8_t b) {
                  return is_before_in_dictionary(texts[a], texts[b]);
              });
}

// As ICU sorts two base58 texts for English: letter by letter without regard to case, digits first;
// only equal words are told apart by case, lower first.
bool is_before_in_dictionary(const std::string& a, const std::string& b) {
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

Result<StaticKeys> order_static_keys(std::span<KeyEntry> entries, const KeySequence& sequence,
                                     const KeyLimits& limits) {
    StaticKeys keys;
    std::array<std::size_t, 4> counts{};
    for (std::size_t group = 0; group < counts.size(); ++group) {
        const bool is_signer = group < 2;
        const bool is_writable = group % 2 == 0;
        for (const std::uint8_t at : sequence.positions()) {
            KeyEntry& entry = entries[at];
            if (!entry.is_loaded && entry.is_signer == is_signer &&
                entry.is_writable == is_writable) {
                entry.index = static_cast<std::uint8_t>(keys.count);
                keys.entries[keys.count++] = at;
                ++counts[group];
            }
        }
    }
    const std::size_t signers = counts[0] + counts[1];
    if (signers > limits.signers_max) {
        return fail(fmt::format("compiling a message: {} signers, at most {} are possible", signers,
                                limits.signers_max));
    }
    keys.header = {static_cast<std::uint8_t>(signers), static_cast<std::uint8_t>(counts[1]),
                   static_cast<std::uint8_t>(counts[3])};
    return keys;
}

}  // namespace sniperforge::solana
