// SPDX-License-Identifier: MIT
#include "risk/sweep_rules.hpp"

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::risk {

Verdict is_sweep_well_formed(const Case& c) {
    const OrderIntent& intent = c.intent;
    if (intent.mint_in == solana::kWrappedSolMint || intent.mint_in == solana::kUsdcMint ||
        intent.mint_out != solana::kWrappedSolMint) {
        return deny(DenialReason::IntentMalformed, "a sweep of {} for {}",
                    intent.mint_in.to_string(), intent.mint_out.to_string());
    }
    if (!solana::is_token_program(intent.token_program)) {
        return deny(DenialReason::IntentMalformed, "a sweep under {}, which is no token program",
                    intent.token_program.to_string());
    }
    if (intent.receive_min.raw() <= intent.spend_max.raw()) {
        return deny(DenialReason::IntentMalformed,
                    "a sweep that returns {} lamports of rent and may cost {}",
                    intent.receive_min.raw(), intent.spend_max.raw());
    }
    return {};
}

Verdict books_are_certain(const Case& c) {
    if (c.exposure.is_halted) {
        return deny(DenialReason::EngineHalted,
                    "nothing is swept while halted, while a fill is in doubt or while the recorder "
                    "lags");
    }
    return {};
}

Verdict is_residue_ours(const Case& c) {
    if (c.exposure.is_mint_held) {
        return deny(DenialReason::MintAlreadyHeld, "a position holds {}",
                    c.intent.mint_in.to_string());
    }
    if (c.exposure.is_mint_in_flight) {
        return deny(DenialReason::MintInFlight, "an order that trades {} has no outcome yet",
                    c.intent.mint_in.to_string());
    }
    if (c.intent.amount_in != c.exposure.holding) {
        return deny(DenialReason::HoldingDiffers, "sweeps {} base units of {} held",
                    c.intent.amount_in.raw(), c.exposure.holding.raw());
    }
    return {};
}

}  // namespace sniperforge::risk
