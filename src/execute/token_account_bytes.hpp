// SPDX-License-Identifier: MIT
// How long the token accounts are that orders may open.
#pragma once

#include <cstddef>

#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::execute {

// The longest that we can have to pay for. Token-2022 adds a byte for the account's kind, and
// entries of 4 bytes and their data: immutable owner, withheld fee 8, hook 1, pausable.
inline constexpr std::size_t kTokenAccountBytesMax =
    solana::kTokenAccountBytes + 1 + 4 + (4 + 8) + (4 + 1) + 4;

}  // namespace sniperforge::execute
