// SPDX-License-Identifier: MIT
// Telling the accounts of a program apart: by what they begin with and by how long they are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::dex {

using Discriminator = std::array<std::uint8_t, 8>;

[[nodiscard]] inline bool starts_with(BytesView data, const Discriminator& discriminator) {
    return data.size() >= discriminator.size() &&
           std::memcmp(data.data(), discriminator.data(), discriminator.size()) == 0;
}

// `key` stands at `offset`; no further than the data.
[[nodiscard]] inline bool is_key_at(BytesView data, std::size_t offset, const Pubkey& key) {
    const BytesView found = data.subspan(offset).first(Pubkey::kSize);
    return std::memcmp(found.data(), key.bytes.data(), Pubkey::kSize) == 0;
}

struct AccountKind {
    std::string_view name;  // For errors, its program's included: "Raydium CLMM tick array".
    std::size_t bytes = 0;  // At least.
    const Discriminator& discriminator;
};

[[nodiscard]] inline bool is_kind(const AccountKind& kind, BytesView data) {
    return data.size() >= kind.bytes && starts_with(data, kind.discriminator);
}
// The error names the account, its length or what it begins with, and what was expected.
[[nodiscard]] Result<void> check_kind(const AccountKind& kind, const Pubkey& id, BytesView data);
// Of an account whose address the caller does not know.
[[nodiscard]] Result<void> check_kind(const AccountKind& kind, BytesView data);

}  // namespace sniperforge::dex
