// SPDX-License-Identifier: MIT
// What do these bytes say? Any account of a program we know, field by field under the program's own
// names: for people and scripts, not for the pipeline.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::dex {

// An unsigned integer field. Wide ones (64 bits and more) are shown as decimal strings, because
// JSON readers lose digits above 2^53.
struct UnsignedField {
    u128 value = 0;
    bool is_wide = false;

    [[nodiscard]] bool operator==(const UnsignedField&) const = default;
};

struct SignedField {
    i128 value = 0;
    bool is_wide = false;

    [[nodiscard]] bool operator==(const SignedField&) const = default;
};

struct NamedField;
// A structure inside the account: its fields by the program's names, in order.
using ObjectField = std::vector<NamedField>;

struct FieldValue {
    // Text is a base58 key or lower-case hexadecimal.
    std::variant<bool, UnsignedField, std::string, std::vector<FieldValue>, SignedField,
                 ObjectField>
        value;

    [[nodiscard]] bool operator==(const FieldValue& other) const;
};

struct NamedField {
    std::string name;
    FieldValue value;

    [[nodiscard]] bool operator==(const NamedField&) const = default;
};

inline bool FieldValue::operator==(const FieldValue& other) const { return value == other.value; }

// As JSON: true, 5, -5, "18446744073709551615", "So111…", [[1,108,"5e85…"]], {"offset":3}.
[[nodiscard]] std::string to_json(const FieldValue& field);

struct AccountDescription {
    // "pool", "config", "observation", "tick_array", "dynamic_tick_array", "bin_array",
    // "bitmap_extension", "oracle", "bonding_curve", "global", "fee_config", "token_account",
    // "mint", "lookup_table", "nonce", "wallet".
    std::string kind;
    std::optional<VenueId> venue;
    ObjectField fields;  // In the account's order.

    [[nodiscard]] const FieldValue* find(std::string_view name) const;
};

// The error names the owner, the length and what was expected.
[[nodiscard]] Result<AccountDescription> describe_account(const Pubkey& owner, const Pubkey& pubkey,
                                                          BytesView data);

}  // namespace sniperforge::dex
