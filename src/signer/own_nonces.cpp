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

std::array<Pubkey, kNoncesMax> nonce_addresses(const Pubkey& wallet) {
    std::array<Pubkey, kNoncesMax> addresses;
    for (std::uint8_t number = 0; number < kNoncesMax; ++number) {
        addresses[number] = nonce_address(wallet, number);
    }
    return addresses;
}

}  // namespace sniperforge::signer
