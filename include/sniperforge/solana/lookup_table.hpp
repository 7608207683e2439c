// SPDX-License-Identifier: MIT
// Address lookup table accounts. Source: protocol wire format section 2.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

inline constexpr std::size_t kLookupTableHeaderBytes = 56;
inline constexpr std::size_t kLookupTableAddressesMax = 256;
inline constexpr Slot kNeverDeactivated{std::numeric_limits<std::uint64_t>::max()};
// A deactivated table is usable while its slot is among the 512 of the slot hashes sysvar.
inline constexpr std::uint64_t kDeactivationCooldownSlots = 512;

// A table by key with the addresses that may be used: what compiling and resolving need.
struct AddressLookupTable {
    Pubkey key;
    std::vector<Pubkey> addresses;

    [[nodiscard]] bool operator==(const AddressLookupTable&) const = default;
};

// The account as it is stored.
struct LookupTableAccount {
    Slot deactivation_slot = kNeverDeactivated;
    Slot last_extended_slot;
    std::uint8_t last_extended_start_index = 0;
    std::optional<Pubkey> authority;  // None: frozen for ever.
    std::vector<Pubkey> addresses;

    [[nodiscard]] bool operator==(const LookupTableAccount&) const = default;
    // Not being deactivated. A table that is should not be used for new transactions.
    [[nodiscard]] bool is_active() const { return deactivation_slot == kNeverDeactivated; }
    // Addresses usable by a transaction executed in `slot`: those added in that very slot are not
    // yet, and none are once the deactivation cooldown has passed.
    [[nodiscard]] std::span<const Pubkey> usable_at(Slot slot) const;
};

[[nodiscard]] Result<LookupTableAccount> decode_lookup_table(BytesView data);
[[nodiscard]] Bytes encode_lookup_table(const LookupTableAccount& table);
// Decodes and keeps what is usable at `slot`.
[[nodiscard]] Result<AddressLookupTable> decode_lookup_table(const Pubkey& key, BytesView data,
                                                             Slot slot);

}  // namespace sniperforge::solana
