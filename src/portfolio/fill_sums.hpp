// SPDX-License-Identifier: MIT
// What a fill means for a position: the sums over its parts.
#pragma once

#include "sniperforge/model/execution.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::portfolio {

[[nodiscard]] inline TokenDelta change_of(const Fill& fill, const Pubkey& mint) {
    for (const TokenChange& change : fill.tokens) {
        if (change.mint == mint) {
            return change.amount;
        }
    }
    return {};
}

// SOL that the transaction moved, principal and every cost, in the wallet or in its wrapped SOL
// account: one base unit of wrapped SOL is one lamport.
[[nodiscard]] inline LamportsDelta sol_change(const Fill& fill) {
    return fill.wallet + LamportsDelta{change_of(fill, solana::kWrappedSolMint).raw()};
}

// Rent of token accounts, which comes back when they are closed.
[[nodiscard]] inline LamportsDelta rent_of(const Fill& fill) {
    return fill.rent_paid.minus(fill.rent_refunded);
}

// What the position cost: SOL spent, fees included; rent excluded, because it comes back.
[[nodiscard]] inline Lamports cost_of(const Fill& fill) {
    const LamportsDelta change = sol_change(fill);
    return change.is_negative() ? change.magnitude().saturating_sub(fill.rent_paid) : Lamports{};
}

}  // namespace sniperforge::portfolio
