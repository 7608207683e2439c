// SPDX-License-Identifier: MIT
// The rules of sweeps: no limit on entries stops one, since it buys nothing; it must be of a token
// that nobody holds, all of it, and bring more than it costs.
#include "risk/rules.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::risk::rules {
namespace {

// The base fee, and 1,000 compute units at the highest price that the settings allow: 15,000.
constexpr Lamports kAdvanceCostMax{20'000};

}  // namespace

Verdict is_sweep_well_formed(const Case& c) {
    const OrderIntent& intent = c.intent;
    if (solana::is_money(intent.mint_in) || intent.mint_out != solana::kWrappedSolMint) {
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
    if (c.exposure.state == TradingState::Halted || c.exposure.state == TradingState::Draining) {
        return deny(DenialReason::EngineHalted, "{}: nothing is swept while {}",
                    state_text(c.exposure), cause_text(c.exposure));
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

Verdict is_advance_well_formed(const Case& c) {
    const OrderIntent& intent = c.intent;
    if (!intent.amount_in.is_zero() || !intent.receive_min.is_zero() ||
        intent.mint_out != solana::kWrappedSolMint) {
        return deny(DenialReason::IntentMalformed,
                    "a nonce advance that moves {} base units and returns {} of {}",
                    intent.amount_in.raw(), intent.receive_min.raw(), intent.mint_out.to_string());
    }
    if (intent.spend_max > kAdvanceCostMax) {
        return deny(DenialReason::IntentMalformed,
                    "a nonce advance for {} lamports, at most {} are its fee",
                    intent.spend_max.raw(), kAdvanceCostMax.raw());
    }
    return {};
}

}  // namespace sniperforge::risk::rules
