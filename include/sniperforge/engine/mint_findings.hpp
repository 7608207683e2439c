// SPDX-License-Identifier: MIT
// What the verdict about a token would find in its mint alone.
#pragma once

#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/detect/safety.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::engine {

// By the settings' policy, in the order in which they are judged; no finding about what the mint
// does not say.
[[nodiscard]] std::vector<detect::SafetyFinding> mint_findings(const config::Settings& settings,
                                                               const AccountUpdate& mint);

}  // namespace sniperforge::engine
