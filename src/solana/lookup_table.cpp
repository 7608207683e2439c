// SPDX-License-Identifier: MIT
#include "sniperforge/solana/lookup_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::solana {
namespace {

constexpr std::uint32_t kStateLookupTable = 1;
constexpr std::size_t kPaddingBytes = 2;

}  // namespace

std::span<const Pubkey> LookupTableAccount::usable_at(Slot slot) const {
    if (!is_active() && slot.since(deactivation_slot) > kDeactivationCooldownSlots) {
        return {};
    }
    const std::size_t count =
        slot > last_extended_slot
            ? addresses.size()
            : std::min<std::size_t>(last_extended_start_index, addresses.size());
    return std::span{addresses}.first(count);
}

Result<LookupTableAccount> decode_lookup_table(BytesView data) {
    if (data.size() < kLookupTableHeaderBytes ||
        (data.size() - kLookupTableHeaderBytes) % Pubkey::kSize != 0) {
        return fail(
            fmt::format("lookup table account has {} bytes, expected {} plus a multiple "
                        "of {}",
                        data.size(), kLookupTableHeaderBytes, Pubkey::kSize));
    }
    const std::size_t count = (data.size() - kLookupTableHeaderBytes) / Pubkey::kSize;
    if (count > kLookupTableAddressesMax) {
        return fail(fmt::format("lookup table account has {} addresses, at most {} are possible",
                                count, kLookupTableAddressesMax));
    }
    ByteReader reader{data};
    if (const auto tag = reader.read<std::uint32_t>(); tag != kStateLookupTable) {
        return fail(
            fmt::format("lookup table account has state {}, expected {}", tag, kStateLookupTable));
    }
    LookupTableAccount table;
    table.deactivation_slot = Slot{reader.read<std::uint64_t>()};
    table.last_extended_slot = Slot{reader.read<std::uint64_t>()};
    table.last_extended_start_index = reader.read<std::uint8_t>();
    const auto authority_tag = reader.read<std::uint8_t>();
    const auto authority = reader.read_key<Pubkey>();
    if (authority_tag > 1) {
        return fail(fmt::format("lookup table account has authority tag {}, expected 0 or 1",
                                authority_tag));
    }
    if (authority_tag == 1) {
        table.authority = authority;
    }
    (void)reader.take(kPaddingBytes);
    table.addresses.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        table.addresses.push_back(reader.read_key<Pubkey>());
    }
    SF_ASSERT(reader.ok() && reader.remaining() == 0);
    return table;
}

Bytes encode_lookup_table(const LookupTableAccount& table) {
    SF_ASSERT(table.addresses.size() <= kLookupTableAddressesMax);
    Bytes data;
    data.reserve(kLookupTableHeaderBytes + table.addresses.size() * Pubkey::kSize);
    append_le(data, kStateLookupTable);
    append_le(data, table.deactivation_slot.value);
    append_le(data, table.last_extended_slot.value);
    append_le(data, table.last_extended_start_index);
    append_le(data, static_cast<std::uint8_t>(table.authority ? 1 : 0));
    append(data, table.authority.value_or(Pubkey{}).bytes);
    data.resize(kLookupTableHeaderBytes);
    for (const Pubkey& address : table.addresses) {
        append(data, address.bytes);
    }
    return data;
}

Result<AddressLookupTable> decode_lookup_table(const Pubkey& key, BytesView data, Slot slot) {
    auto table = decode_lookup_table(data);
    if (!table) {
        return fail(key.to_string(), table.error());
    }
    const auto usable = table->usable_at(slot);
    return AddressLookupTable{key, {usable.begin(), usable.end()}};
}

}  // namespace sniperforge::solana
