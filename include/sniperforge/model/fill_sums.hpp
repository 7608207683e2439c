// SPDX-License-Identifier: MIT
// The sums over a fill's parts.
#pragma once

#include "sniperforge/model/execution.hpp"

namespace sniperforge {

// Of one mint; a fill names each once.
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
[[nodiscard]] inline LamportsDelta sol_change(const Fill& fill, const Pubkey& wrapped_sol) {
    return fill.wallet + LamportsDelta{change_of(fill, wrapped_sol).raw()};
}

// Rent of token accounts, which comes back when they are closed.
[[nodiscard]] inline LamportsDelta rent_of(const Fill& fill) {
    return fill.rent_paid.minus(fill.rent_refunded);
}

// What swaps moved: the wallet's own change with every cost put back, and without what nothing
// explains.
[[nodiscard]] inline LamportsDelta principal_of(const Fill& fill) {
    const Lamports fees = fill.base_fee + fill.priority_fee + fill.tip + fill.rent_of_others;
    return fill.wallet + fees.minus(Lamports{}) + rent_of(fill) - fill.unexplained;
}

}  // namespace sniperforge
