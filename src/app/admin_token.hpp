// SPDX-License-Identifier: MIT
// The token of the admin server, in a file that only its owner reads.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/ops/access_token.hpp"

namespace sniperforge::app {

// Reads it; where there is no such file, makes one with 256 random bits first.
[[nodiscard]] Result<ops::AccessToken> admin_token(const std::string& path);

}  // namespace sniperforge::app
