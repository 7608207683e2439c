// SPDX-License-Identifier: MIT
// Jupiter v6: the routes that we sign, and the account that its orders hold wrapped SOL in.
#pragma once

#include <span>

#include "signer/swap_instruction.hpp"

namespace sniperforge::signer {

// What Jupiter's orders take at most for their platform: 0.5 %, of tokens younger than a day.
// Source: Jupiter's page on the fees of /swap/v2/order.
inline constexpr std::uint16_t kPlatformFeeBpsMax = 50;

// Reads `route`, `route_v2` or `shared_accounts_route_v2`. Of anything else it says that it is
// another instruction.
[[nodiscard]] Result<SwapInstruction> decode_jupiter_route(std::span<const Pubkey> accounts,
                                                           BytesView data);

// `create_token_account`: makes a token account of the wallet's at an address of Jupiter's, which
// that pays for what it lacks of its rent.
struct JupiterTokenAccount {
    Pubkey account;
    Pubkey wallet;
    Pubkey mint;
};
[[nodiscard]] bool is_jupiter_token_account(const Pubkey& program, BytesView data);
[[nodiscard]] Result<JupiterTokenAccount> decode_jupiter_token_account(
    std::span<const Pubkey> accounts, BytesView data);

}  // namespace sniperforge::signer
