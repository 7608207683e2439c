// SPDX-License-Identifier: MIT
// Every extension of a mint by name and field, and what of it can hurt a holder.
#pragma once

#include <string>
#include <vector>

#include "app/json_fields.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {

// {"TransferFeeConfig": {...}, ...} in the account's order; a type that we do not know has its
// bytes in hexadecimal.
[[nodiscard]] JsonFields extension_fields(const solana::MintExtensions& extensions);

// Names of the rug flags that are up. Source: protocol wire section 6.1.
[[nodiscard]] std::vector<std::string> rug_flags(const solana::Mint& mint,
                                                 const solana::MintExtensions& extensions);

}  // namespace sniperforge::app
