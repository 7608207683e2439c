// SPDX-License-Identifier: MIT
// Between the strategies: who was first has the token, and is not met in a pool while he buys or
// sells there. docs/strategies.md says who is first.
#include <string>

#include "risk/rules.hpp"

namespace sniperforge::risk::rules {
namespace {

[[nodiscard]] std::string owner_text(const Claim& claim) {
    if (claim.intent.value != 0) {
        return fmt::format("{}'s intent {}", to_string(claim.strategy), claim.intent.value);
    }
    return fmt::format("{}'s position {}", to_string(claim.strategy), claim.position.value);
}
[[nodiscard]] std::string by(const std::optional<Claim>& claim) {
    return claim ? " by " + owner_text(*claim) : std::string{};
}

}  // namespace

Verdict mint_claims(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    if (c.exposure.is_mint_in_flight) {
        return deny(DenialReason::MintInFlight,
                    "{} is being bought, or swept{}, with no outcome yet",
                    c.intent.mint_out.to_string(), by(c.exposure.mint_order));
    }
    if (!c.is_opening() || !c.exposure.is_mint_held) {
        return {};
    }
    const auto& holder = c.exposure.mint_holder;
    if (holder && holder->is_selling) {
        return deny(DenialReason::ExitInFlight, "{} is being sold{}: {} does not buy it meanwhile",
                    c.intent.mint_out.to_string(), by(holder), to_string(c.intent.strategy));
    }
    return deny(DenialReason::MintAlreadyHeld, "{} is held already{}",
                c.intent.mint_out.to_string(), by(holder));
}

Verdict pool_claims(const Case& c) {
    if (const auto& seller = c.exposure.pool_seller; seller && !c.is_entry()) {
        return deny(DenialReason::ExitInFlight,
                    "{} is being sold through a pool of the cycle, which would take the price that "
                    "its sale was quoted at",
                    owner_text(*seller));
    }
    if (const auto& order = c.exposure.pool_order) {
        return deny(DenialReason::PoolContested,
                    "{} goes through the same pool and was decided in slot {} or later: what {} "
                    "rests on does not have it yet",
                    owner_text(*order), c.intent.decided_at.value, to_string(c.intent.strategy));
    }
    return {};
}

}  // namespace sniperforge::risk::rules
