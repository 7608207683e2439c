// SPDX-License-Identifier: MIT
// The stablecoins that are counted as money.
#pragma once

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {

// Both have six decimals: a base unit is a millionth of a dollar.
[[nodiscard]] constexpr bool is_stable_mint(const Pubkey& mint) {
    return mint == solana::kUsdcMint || mint == solana::kUsdtMint;
}

}  // namespace sniperforge::signer
