// SPDX-License-Identifier: MIT
// The fields of each Token-2022 extension. Source: protocol wire format section 6.1, and the
// program's interface for the layouts that it leaves out.
#pragma once

#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/token_extensions.hpp"

namespace sniperforge::solana {

// Read one entry, whose fixed length was checked already, into its place.
[[nodiscard]] Result<void> read_mint_extension(const ExtensionEntry& entry, MintExtensions& out);
void read_account_extension(const ExtensionEntry& entry, AccountExtensions& out);

}  // namespace sniperforge::solana
