// SPDX-License-Identifier: MIT
// What a swap instruction commits us to, read from its own bytes.
#pragma once

#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::signer {

struct SwapInstruction {
    Pubkey authority;    // Whose signature moves the source.
    Pubkey source;       // Token account that pays.
    Pubkey destination;  // Token account that receives.
    TokenAmount amount_in_max;
    TokenAmount amount_out_min;
};

// Reads a swap of Jupiter v6 (`route`), Raydium CPMM or Raydium AMM v4 (the 8-account V2 form).
// A form that is not understood to its last byte is an error: it is not signed on its word.
[[nodiscard]] Result<SwapInstruction> decode_swap(const Pubkey& program,
                                                  std::span<const Pubkey> accounts, BytesView data);

}  // namespace sniperforge::signer
