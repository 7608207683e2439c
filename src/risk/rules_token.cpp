// SPDX-License-Identifier: MIT
// What the verdict on a token says to those who enter it without having asked. docs/safety.md has
// the codes.
#include "risk/rules.hpp"

namespace sniperforge::risk::rules {

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
