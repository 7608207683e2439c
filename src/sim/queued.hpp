// SPDX-License-Identifier: MIT
// What can be seen of a client's transaction before it runs, by whoever builds the block.
#pragma once

#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

// Those of its lookup tables too.
[[nodiscard]] std::vector<Pubkey> keys_of(const Chain& chain, const solana::Message& message);
// For its place in the block: its priority fee, and what it tips.
[[nodiscard]] Lamports offered_in(const solana::Message& message);

}  // namespace sniperforge::sim
