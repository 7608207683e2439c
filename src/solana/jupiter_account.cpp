// SPDX-License-Identifier: MIT
#include "sniperforge/solana/jupiter_account.hpp"

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

Pubkey jupiter_token_account_address(const Pubkey& wallet, const Pubkey& mint) {
    return find_program_address({seed("token_account"), wallet.bytes, mint.bytes},
                                kJupiterV6Program)
        .address;
}

}  // namespace sniperforge::solana
