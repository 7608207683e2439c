// SPDX-License-Identifier: MIT
// What a fill means for a position.
#pragma once

#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::portfolio {

[[nodiscard]] inline LamportsDelta sol_change(const Fill& fill) {
    return sniperforge::sol_change(fill, solana::kWrappedSolMint);
}

// What the position cost: SOL spent, fees included; rent excluded, because it comes back.
[[nodiscard]] inline Lamports cost_of(const Fill& fill) {
    const LamportsDelta change = sol_change(fill);
    return change.is_negative() ? change.magnitude().saturating_sub(fill.rent_paid) : Lamports{};
}

}  // namespace sniperforge::portfolio
