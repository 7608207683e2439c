// SPDX-License-Identifier: MIT
// The tokens of the admin server, each in a file that only its owner reads.
#pragma once

#include <optional>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/ops/access_token.hpp"

namespace sniperforge::app {

[[nodiscard]] std::string admin_token_path(const config::OpsSettings& settings,
                                           const std::string& state_dir);
// Reads it; where there is no such file, makes one with 256 random bits first.
[[nodiscard]] Result<ops::AccessToken> admin_token(const std::string& path);

struct AdminTokens {
    ops::AccessToken reading;
    std::optional<ops::AccessToken> control;  // Nothing: no controls.
};
// Both that the settings want; an error names the key. One token for both is refused: whoever may
// look could trade.
[[nodiscard]] Result<AdminTokens> admin_tokens(const config::OpsSettings& settings,
                                               const std::string& state_dir);

}  // namespace sniperforge::app
