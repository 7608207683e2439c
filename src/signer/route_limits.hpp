// SPDX-License-Identifier: MIT
// What a route's own amounts do not bound: which way its step on the curve trades, and what of its
// floor arrives.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "signer/swap_instruction.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {

// The curve moves lamports of whose signature it has. The wrong way round they would be those of
// the wallet in an order that spends none.
[[nodiscard]] inline Result<void> check_curve_step(const SwapInstruction& swap,
                                                   const Pubkey& mint_in, const Pubkey& mint_out) {
    if (swap.is_curve_buy && mint_in != solana::kWrappedSolMint) {
        return fail(
            fmt::format("its step 0 buys on the curve, the order spends {}", mint_in.to_string()));
    }
    if (swap.is_curve_sell && mint_out != solana::kWrappedSolMint) {
        return fail(fmt::format("its step 0 sells on the curve, the order receives {}",
                                mint_out.to_string()));
    }
    return {};
}

// What arrives at least of what the swap guarantees. Rounded against us.
[[nodiscard]] inline Result<TokenAmount> least_received(const SwapInstruction& swap,
                                                        const std::optional<TransferFeeMax>& fee,
                                                        bool is_token_2022) {
    if (!swap.is_floor_before_transfer || !is_token_2022) {
        return swap.amount_out_min;
    }
    if (!fee) {
        return fail(
            "pays under Token-2022 in a mint of which nobody has read what a transfer takes");
    }
    return swap.amount_out_min -
           std::min({part_ceil(swap.amount_out_min, fee->rate), fee->fee_max, swap.amount_out_min});
}

}  // namespace sniperforge::signer
