// SPDX-License-Identifier: MIT
// Every extension of a mint by name and field, and what of it can hurt a holder.
#pragma once

#include <string>
#include <vector>

#include "app/account_dump.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {

// {"TransferFeeConfig": {...}, ...} in the account's order; a type that we do not know has its
// bytes in hexadecimal.
[[nodiscard]] JsonFields extension_fields(const solana::MintExtensions& extensions);

// Names of the rug flags that are up. Source: protocol wire section 6.1.
[[nodiscard]] std::vector<std::string> rug_flags(const solana::Mint& mint,
                                                 const solana::MintExtensions& extensions);

// Each {"code": "MINT_AUTHORITY", "outcome": "failed", "value": "1", "limit": "0", "is_refusing":
// true}: what the verdict on the token finds in these bytes, by the settings' policy. Of a dump
// that names no owner the program is that whose mints have such bytes.
[[nodiscard]] std::vector<JsonFields> mint_findings(const config::Settings& settings,
                                                    const AccountDump& dump);

}  // namespace sniperforge::app
