// SPDX-License-Identifier: MIT
#include "app/sim_wallet.hpp"

#include <fmt/format.h>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::app {

Result<solana::Keypair> sim_wallet(std::uint64_t seed) {
    const std::string text = fmt::format("sniperforge simulated wallet {}", seed);
    const Hash hash = solana::sha256(bytes_of(text));
    return solana::Keypair::from_seed(hash.bytes);
}

}  // namespace sniperforge::app
