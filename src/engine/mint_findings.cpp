// SPDX-License-Identifier: MIT
#include "sniperforge/engine/mint_findings.hpp"

#include <utility>

#include "engine/safety_policy.hpp"

namespace sniperforge::engine {

std::vector<detect::SafetyFinding> mint_findings(const config::Settings& settings,
                                                 const AccountUpdate& mint) {
    detect::SafetyEvidence evidence;
    evidence.mint = detect::known(detect::read_mint(mint), mint.slot);
    detect::SafetyVerdict verdict = detect::judge(evidence, safety_policy(settings), mint.slot);
    // Of the rest nothing is known here, which says nothing.
    std::erase_if(verdict.findings, [](const detect::SafetyFinding& finding) {
        return finding.code >= SafetyCode::RoundTripLoss;
    });
    return std::move(verdict.findings);
}

}  // namespace sniperforge::engine
