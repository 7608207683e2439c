// SPDX-License-Identifier: MIT
// Where Jupiter's `create_token_account` makes a token account of a wallet's: an address of its own
// program, not the associated one. Its orders hold wrapped SOL there for the length of a
// transaction. Source: ADR 0024; derived from a recorded order.
#pragma once

#include "sniperforge/core/key.hpp"

namespace sniperforge::solana {

[[nodiscard]] Pubkey jupiter_token_account_address(const Pubkey& wallet, const Pubkey& mint);

}  // namespace sniperforge::solana
