// SPDX-License-Identifier: MIT
#include "sniperforge/signer/own_nonces.hpp"

#include <fmt/format.h>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::signer {

std::string nonce_seed(std::uint8_t number) { return fmt::format("sniperforge-nonce-{}", number); }

Pubkey nonce_address(const Pubkey& wallet, std::uint8_t number) {
    return solana::system_seed_address(wallet, nonce_seed(number), solana::kSystemProgram);
}

}  // namespace sniperforge::signer
