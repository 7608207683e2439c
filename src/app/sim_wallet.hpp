// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::app {

// The simulated wallet of a seed. Its key is derivable by anybody: it is worth nothing anywhere
// else, and mainnet is refused at boot.
[[nodiscard]] Result<solana::Keypair> sim_wallet(std::uint64_t seed);

}  // namespace sniperforge::app
