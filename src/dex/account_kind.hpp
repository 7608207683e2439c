// SPDX-License-Identifier: MIT
// Telling the accounts of a program apart: by what they begin with and by how long they are.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::dex {

using Discriminator = std::array<std::uint8_t, 8>;

[[nodiscard]] bool starts_with(BytesView data, const Discriminator& discriminator);

struct AccountKind {
    std::string_view name;  // For errors, its program's included: "Raydium CLMM tick array".
    std::size_t bytes = 0;  // At least.
    const Discriminator& discriminator;
};

// The error names the account, its length or what it begins with, and what was expected.
[[nodiscard]] Result<void> check_kind(const AccountKind& kind, const Pubkey& id, BytesView data);
// Of an account whose address the caller does not know.
[[nodiscard]] Result<void> check_kind(const AccountKind& kind, BytesView data);

}  // namespace sniperforge::dex
