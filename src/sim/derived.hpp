// SPDX-License-Identifier: MIT
// Derived addresses, kept: one costs 28 us and much more without optimisation, and the market asks
// for the same ones in every trade.
#pragma once

#include <initializer_list>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {

// solana::find_program_address; the last 65,536 (4 to 8 MB) are remembered, for each thread.
[[nodiscard]] solana::ProgramAddress derived(std::initializer_list<BytesView> seeds,
                                             const Pubkey& program);
// solana::associated_token_address.
[[nodiscard]] Pubkey derived_token_address(const Pubkey& owner, const Pubkey& mint,
                                           const Pubkey& token_program);

}  // namespace sniperforge::sim
