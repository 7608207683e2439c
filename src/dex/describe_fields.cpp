// SPDX-License-Identifier: MIT
#include "dex/describe_fields.hpp"

#include <fmt/format.h>

#include <utility>

#include "sniperforge/core/hex.hpp"

namespace sniperforge::dex {
namespace {

// The caller has checked that the data is as long as the layout needs.
FieldValue read_field(BytesView data, const FieldLayout& layout) {
    switch (layout.type) {
        case FieldType::Bool:
            return {data[layout.offset] != 0};
        case FieldType::U8:
            return narrow(data[layout.offset]);
        case FieldType::U16:
            return narrow(read_le<std::uint16_t>(data, layout.offset));
        case FieldType::U32:
            return narrow(read_le<std::uint32_t>(data, layout.offset));
        case FieldType::U64:
            return wide(read_le<std::uint64_t>(data, layout.offset));
        case FieldType::U128:
            return wide(read_le<u128>(data, layout.offset));
        case FieldType::I32:
            return {SignedField{read_le<std::int32_t>(data, layout.offset), false}};
        case FieldType::I64:
            return {SignedField{read_le<std::int64_t>(data, layout.offset), true}};
        case FieldType::Hex2:
            return text(hex_encode(data.subspan(layout.offset, 2)));
        case FieldType::Key:
            return text(Pubkey::from(data.subspan(layout.offset)).to_string());
        case FieldType::I128:
            return {SignedField{read_le<i128>(data, layout.offset), true}};
    }
    SF_ASSERT(false);
}

}  // namespace

FieldValue narrow(u128 value) { return {UnsignedField{value, false}}; }
FieldValue wide(u128 value) { return {UnsignedField{value, true}}; }
FieldValue text(std::string value) { return {std::move(value)}; }

AccountDescription describe_with(std::string_view kind, std::optional<VenueId> venue,
                                 BytesView data, std::span<const FieldLayout> layout) {
    AccountDescription description;
    description.kind = kind;
    description.venue = venue;
    description.fields.reserve(layout.size() + 2);
    for (const FieldLayout& field : layout) {
        description.fields.emplace_back(std::string{field.name}, read_field(data, field));
    }
    return description;
}

std::unexpected<Error> refuse(const Pubkey& owner, const Pubkey& pubkey, BytesView data,
                              std::string_view expected) {
    return fail(fmt::format("describing account {} of {}: {} bytes, expected {}",
                            pubkey.to_string(), owner.to_string(), data.size(), expected));
}

}  // namespace sniperforge::dex
