// SPDX-License-Identifier: MIT
// What the verdict on a token says to those who enter it without having asked. docs/safety.md has
// the codes.
#include "risk/rules.hpp"

namespace sniperforge::risk::rules {

Verdict tokens_move(const Case& c) {
    if (c.exposure.token_stuck) {
        return deny(
            DenialReason::TokenRefused,
            "{} was not moved when an order of ours tried last: {}; it is not bought before "
            "a sale of it lands, or a restart",
            c.exposure.token_stuck->to_string(), c.exposure.token_stuck_by);
    }
    return {};
}

Verdict token_verdict(const Case& c) {
    const auto& refusal = c.exposure.token_refusal;
    if (!c.is_entry() || !refusal) {
        return {};
    }
    const std::string mint = c.intent.mint_out.to_string();
    if (refusal->code == SafetyCode::EvidenceAwaited) {
        return deny(DenialReason::TokenAwaited,
                    "{} is not judged yet, its evidence is being read: {}", mint,
                    c.exposure.token_finding);
    }
    return deny(DenialReason::TokenRefused, "{} is refused by {}: {}", mint, to_string(*refusal),
                c.exposure.token_finding);
}

}  // namespace sniperforge::risk::rules
