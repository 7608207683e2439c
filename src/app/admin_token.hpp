// SPDX-License-Identifier: MIT
// The token of the admin server, in a file that only its owner reads.
#pragma once

#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/ops/access_token.hpp"

namespace sniperforge::app {

[[nodiscard]] std::string admin_token_path(const config::OpsSettings& settings,
                                           const std::string& state_dir);
// Reads it; where there is no such file, makes one with 256 random bits first.
[[nodiscard]] Result<ops::AccessToken> admin_token(const std::string& path);

}  // namespace sniperforge::app
